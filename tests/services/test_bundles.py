"""A finding's evidence file holds, on the chain it was recorded on and for the trust root of that chain."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from node.protocol.verify import VerdictCode, verify_bundle
from node.services.cosigning import Clue
from node.services.errors import NotFound
from node.services.evidence import Sources, capture, export_bundle, keep_model, trust_root
from node.services.peer import read_reply
from node.store import cosigning, evidence
from tests.services.chain import Chain
from tests.services.house import NOW, House
from tests.services.small_model import small_model

Make = Callable[..., Clue]
LATER = NOW + 86_400


@pytest.fixture
def told(house: House, chain: Chain, make_clue: Make) -> tuple[bytes, Sources]:
    model = small_model()
    for oracle in house.oracles.values():
        oracle.model = model
    outcome = house.leader(1, chain.contracts.last_sequence).run([make_clue("l1"), make_clue("l2")])
    finding = outcome.reports[0].findings[1]
    with house.stores[1].read() as session:
        row = cosigning.answer(session, finding.clue_key(), 1, 1)
        assert row is not None
        own = read_reply(row.refused, row.answer)
    chain.anchorer(house).anchor("answers", [o.root() for o in own.observations])  # type: ignore[union-attr]
    chain.recorder(house).run()
    for number in (1, 2):
        chain.indexer(house, number).run()
    keep_model(house.stores[1], model.manifest, model.model, model.features, model.thresholds)
    return finding.id(), Sources(house.stores[1], chain.client, house.configuration)


def test_a_bundle_is_genuine(told: tuple[bytes, Sources], house: House, chain: Chain) -> None:
    finding_id, sources = told
    data = export_bundle(sources, finding_id)
    trust = trust_root(sources)
    verification = verify_bundle(data, trust, chain_time(chain))
    assert verification.verdict is VerdictCode.GENUINE, verification.to_json()
    bundle = json.loads(data)
    assert len(bundle["anchors"]) == 1 and bundle["status"] and len(bundle["answers"]) == 4
    assert export_bundle(sources, finding_id) == data


def test_every_signer_exports_what_holds(told: tuple[bytes, Sources], house: House, chain: Chain) -> None:
    finding_id, sources = told
    model = small_model()
    keep_model(house.stores[2], model.manifest, model.model, model.features, model.thresholds)
    data = export_bundle(replace(sources, store=house.stores[2]), finding_id)
    trust = trust_root(sources)
    assert verify_bundle(data, trust, chain_time(chain)).verdict is VerdictCode.GENUINE


def test_a_status_proof_is_kept_when_it_can_be_had(told: tuple[bytes, Sources]) -> None:
    _, sources = told
    assert capture(sources) == 2 and capture(sources) == 0
    with sources.store.read() as session:
        assert evidence.without_capture(session) == []


def test_what_is_not_here_is_said(told: tuple[bytes, Sources], house: House) -> None:
    finding_id, sources = told
    with pytest.raises(NotFound, match="no finding"):
        export_bundle(sources, bytes(32))
    with pytest.raises(NotFound, match="files of model"):
        export_bundle(replace(sources, store=house.stores[2]), finding_id)


def chain_time(chain: Chain) -> int:
    return int(chain.client.block(chain.client.head())["timestamp"], 16) + 60

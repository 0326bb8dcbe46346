"""A bundle from a real network of GoQuorum nodes (tests/network): a bureau was admitted, replaced its key and left after the record."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from node.protocol.trust import TrustRoot
from scripts.evidence.case import ALTERED, NOT_TRUSTED, UNKNOWN, Case, case

FOLDER = Path(__file__).parent.parent.parent / "tests" / "vectors" / "network"
NAME = "network_goquorum_members_changed"


def cases() -> Iterator[Case]:
    trust = TrustRoot.parse((FOLDER / "trust.json").read_bytes())
    text = (FOLDER / "bundle.json").read_text("utf-8")
    made = json.loads(text)
    at = 3600 + int(made["ask"]["observed_at"]) + 10**9  # long after; no status is shown that could grow stale
    yield case(NAME, text.encode("utf-8"), trust=trust, at=at)
    first = trust.validator_sets[0]
    founding = replace(
        trust,
        validator_sets=(replace(first, to_block=None),),
        config_digests=(replace(trust.config_digests[0], to_block=None),),
        complete_to=0,
    )
    alone = replace(founding, pinned_blocks=())
    yield case(f"{NAME}_nobody_vouches", made, NOT_TRUSTED, also=[UNKNOWN], trust=alone, at=at)
    bare = {name: part for name, part in made.items() if name not in ("history", "block_anchors")}
    yield case(f"{NAME}_as_recorded", bare, trust=replace(founding, complete_to=first.to_block or 0), at=at)
    link = made["block_anchors"][0]["block_log"][0]
    link["path"][0] = link["path"][0][:-1] + ("0" if link["path"][0][-1] != "0" else "1")
    yield case(f"{NAME}_link_moved", made, ALTERED, "block_anchors", trust=trust, at=at)

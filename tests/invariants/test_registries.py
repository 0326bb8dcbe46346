"""Brands and products: one owner a brand, one brand a name, claims that nobody erases, dates that never reach back."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field

from eth_abi.abi import encode
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from node.protocol.authority import Authority
from node.protocol.canonical import keccak256
from node.protocol.configuration import NO_KEY
from node.protocol.identifiers import ADDRESSES
from node.protocol.signing import LocalSigner
from node.protocol.typed_data import Domain
from node.protocol.typed_data import digest as signed_digest
from tests.chain.conftest import CHAIN_ID, FOUNDED, key
from tests.invariants.chain_machine import DAY, ChainMachine, address, always, digest, walk

BRANDS = [digest(f"brand {n}") for n in range(3)]
NAMES = [digest(f"name {n}") for n in range(3)]
OWNERS = ["owner 1", "owner 2", "owner 3"]
BUREAUS = ["1.officer", "2.officer", "1.sender"]
OTHERS = ["court", "1.oracle", "stranger"]
SELLERS = [digest("seller 1"), digest("seller 2")]
GTINS = [6901234567892, 4006381333931]
OPEN, UPHELD, REJECTED = 1, 2, 3
RECOVERY = 30 * DAY
REGISTRY = Domain(CHAIN_ID, ADDRESSES["BrandRegistry"])


@dataclass
class RightOnFile:
    """A right, in the model."""

    valid_from: int
    valid_until: int
    verified: bool
    revoked: bool = False

    def onchain(self) -> tuple[bytes, int, int, int, int, bytes]:
        return (digest("number"), 0x434E, 1 << 9, self.valid_from, self.valid_until, digest("document"))


@dataclass
class Brand:
    """A brand, in the model."""

    owner: str
    name: bytes
    offered_to: str | None = None
    rights: list[RightOnFile] = field(default_factory=list)

    def in_force(self, now: int) -> bool:
        return any(not right.revoked and right.valid_from <= now < right.valid_until for right in self.rights)


@dataclass
class Claims:
    """What brands claim of a GTIN, in the model."""

    statuses: dict[bytes, int] = field(default_factory=dict)  # by brand, in the order of the claims
    contested: bool = False
    ever_contested: bool = False


class RegistriesMachine(ChainMachine):
    """Three brands, three owners, two products; everybody tries everything."""

    def __init__(self) -> None:
        super().__init__()
        self.brands: dict[bytes, Brand] = {}
        self.attested: dict[tuple[bytes, str, str], tuple[int, int]] = {}  # (brand, owner, to): bureau, until
        self.claims = {gtin: Claims() for gtin in GTINS}
        self.sellers: dict[tuple[bytes, bytes], tuple[int, int]] = {}
        self.moves = 0  # of brands from owner to owner, as the events tell

    def owner(self, brand: bytes) -> str | None:
        return self.brands[brand].owner if brand in self.brands else None

    def officer(self, who: str) -> int:
        return int(who[0]) if who.endswith(".officer") else 0

    # --- brands ---------------------------------------------------------------------------------------------------------------

    def taken(self, brand: bytes, name: bytes) -> set[str]:
        found = {"BrandRegistryExists"} if brand in self.brands else set()
        if any(known.name == name for known in self.brands.values()):
            found.add("BrandRegistryNameTaken")
        return found

    @rule(
        brand=st.sampled_from(BRANDS),
        owner=st.sampled_from(OWNERS),
        name=st.sampled_from(NAMES),
        days=st.sampled_from([20, 400]),
        by=st.sampled_from([*BUREAUS, *OTHERS, *OWNERS]),
    )
    def register_brand(self, brand: bytes, owner: str, name: bytes, days: int, by: str) -> None:
        refusals = self.taken(brand, name)
        if by not in BUREAUS:
            refusals.add("BrandRegistryNotABureau")
        right = RightOnFile(self.now, self.now + days * DAY, bool(self.officer(by)))
        values = brand, address(owner), name, digest("name"), right.onchain()
        if self.expect(self.call(by, "BrandRegistry", "registerBrand", *values), refusals):
            self.brands[brand] = Brand(owner, name, rights=[right])

    @rule(brand=st.sampled_from(BRANDS), owner=st.sampled_from(OWNERS), name=st.sampled_from(NAMES))
    def register_by_authority(self, brand: bytes, owner: str, name: bytes) -> None:
        """Anyone carries it, once; another owner, another right, another signer and a late one are refused."""
        right = RightOnFile(self.now, self.now + 400 * DAY, True)
        right_digest = keccak256(encode(["(bytes32,uint16,uint64,uint64,uint64,bytes32)"], [right.onchain()]))
        good = Authority(brand, address(owner), name, digest("name"), right_digest, self.now + DAY)
        stolen = dataclasses.replace(good, owner=address("stranger"))
        late = dataclasses.replace(good, deadline=self.now)
        other_right = dataclasses.replace(good, right_digest=digest("another right"))
        signed = self.signature(good, "1.officer")
        for authority, signature, fault in (
            (stolen, signed, "NotAnOfficer"),
            (good, self.signature(good, "court"), "NotAnOfficer"),
            (good, signed[:64], "BadSignature"),
            (late, self.signature(late, "1.officer"), "AuthorityExpired"),
            (other_right, self.signature(other_right, "1.officer"), "WrongRight"),
        ):
            refusals = self.taken(brand, name) | {f"BrandRegistry{fault}"}
            self.expect(self.carry(authority, right, signature), refusals)
        if self.expect(self.carry(good, right, signed), self.taken(brand, name)):
            self.brands[brand] = Brand(owner, name, rights=[right])
            again = {"BrandRegistryExists", "BrandRegistryNameTaken"}
            self.expect(self.carry(good, right, signed), again)

    def signature(self, authority: Authority, by: str) -> bytes:
        return LocalSigner(key(by)).sign(signed_digest(REGISTRY, authority.struct_hash()))

    def carry(self, authority: Authority, right: RightOnFile, signature: bytes):  # type: ignore[no-untyped-def]
        words = dataclasses.astuple(authority)
        return self.call("stranger", "BrandRegistry", "registerByAuthority", words, right.onchain(), signature)

    @rule(
        brand=st.sampled_from(BRANDS), by=st.sampled_from([*OWNERS, "1.officer", "court"]), to=st.sampled_from(OWNERS)
    )
    def offer(self, brand: bytes, by: str, to: str) -> None:
        refusals = set()
        if by != self.owner(brand):
            refusals.add("BrandRegistryNotTheOwner")
        if to == self.owner(brand):
            refusals.add("BrandRegistryBadOwner")
        if self.expect(self.call(by, "BrandRegistry", "offerBrand", brand, address(to)), refusals):
            self.brands[brand].offered_to = to

    @rule(brand=st.sampled_from(BRANDS), by=st.sampled_from([*OWNERS, "1.officer"]))
    def accept(self, brand: bytes, by: str) -> None:
        known = self.brands.get(brand)
        refusals = set() if known and known.offered_to == by else {"BrandRegistryNotOffered"}
        if self.expect(self.call(by, "BrandRegistry", "acceptBrand", brand), refusals) and known:
            known.owner, known.offered_to = by, None
            self.moves += 1

    @rule(
        brand=st.sampled_from(BRANDS),
        by=st.sampled_from(["1.officer", "2.officer", *OTHERS]),
        to=st.sampled_from(OWNERS),
    )
    def attest_recovery(self, brand: bytes, by: str, to: str) -> None:
        """Two bureaus together give a brand whose key is lost to another owner."""
        known, bureau = self.brands.get(brand), self.officer(by)
        refusals = set() if known else {"BrandRegistryUnknown"}
        if not bureau:
            refusals.add("BrandRegistryNotAnOfficer")
        if known and to == known.owner:
            refusals.add("BrandRegistryBadOwner")
        attested = (brand, known.owner if known else "", to)
        first, until = self.attested.get(attested, (0, 0))
        waiting = self.now + 1 < until
        if waiting and first == bureau:
            refusals.add("BrandRegistryAttestedAlready")
        outcome = self.call(by, "BrandRegistry", "attestRecovery", brand, address(to), digest("lost"))
        if not self.expect(outcome, refusals) or not known:
            return
        if waiting:
            del self.attested[attested]
            known.owner, known.offered_to = to, None
            self.moves += 1
        else:
            self.attested[attested] = (bureau, self.now + RECOVERY)

    @precondition(lambda self: self.brands)
    @rule(data=st.data(), days=st.sampled_from([-5, 20, 400]), by=st.sampled_from([*BUREAUS, "court", "owner 1"]))
    def file_right(self, data: st.DataObject, days: int, by: str) -> None:
        brand = data.draw(st.sampled_from(sorted(self.brands)))
        right = RightOnFile(FOUNDED, self.now + days * DAY, bool(self.officer(by)))
        refusals = set() if by in BUREAUS else {"BrandRegistryNotABureau"}
        if right.valid_until <= right.valid_from:
            refusals.add("BrandRegistryBadRight")
        if self.expect(self.call(by, "BrandRegistry", "fileRight", brand, right.onchain()), refusals):
            self.brands[brand].rights.append(right)

    @precondition(lambda self: self.brands)
    @rule(
        data=st.data(),
        what=st.sampled_from(["verify", "revoke"]),
        by=st.sampled_from(["1.officer", "2.officer", *OTHERS]),
    )
    def judge_right(self, data: st.DataObject, what: str, by: str) -> None:
        brand = data.draw(st.sampled_from(sorted(self.brands)))
        rights = self.brands[brand].rights
        index = data.draw(st.integers(0, len(rights)))
        refusals = set() if self.officer(by) else {"BrandRegistryNotAnOfficer"}
        if index == len(rights):
            refusals.add("BrandRegistryUnknownRight")
        elif rights[index].revoked or (what == "verify" and rights[index].verified):
            refusals.add("BrandRegistryRightStatus")
        values = (brand, index) if what == "verify" else (brand, index, digest("reason"))
        if self.expect(self.call(by, "BrandRegistry", f"{what}Right", *values), refusals):
            if what == "verify":
                rights[index].verified = True
            else:
                rights[index].revoked = True

    # --- products ---------------------------------------------------------------------------------------------------------------

    def owns(self, brand: bytes, by: str) -> set[str]:
        return set() if by == self.owner(brand) else {"ProductRegistryNotTheOwner"}

    @rule(
        brand=st.sampled_from(BRANDS),
        gtin=st.sampled_from([*GTINS, 6901234567893]),
        by=st.sampled_from([*OWNERS, *OWNERS, "1.officer"]),
    )
    def register_product(self, brand: bytes, gtin: int, by: str) -> None:
        refusals = self.owns(brand, by)
        if brand not in self.brands or not self.brands[brand].in_force(self.now + 1):
            refusals.add("ProductRegistryNoRightInForce")
        known = self.claims.get(gtin)
        if known is None:
            refusals.add("ProductRegistryBadGtin")
        elif brand in known.statuses:
            refusals.add("ProductRegistryExists")
        item = (gtin, digest("kettle"), 19_900, 29_900, b"CNY", digest("metadata"))
        if self.expect(self.call(by, "ProductRegistry", "registerProducts", brand, [item]), refusals) and known:
            if any(status != REJECTED for status in known.statuses.values()):
                known.contested = known.ever_contested = True
            known.statuses[brand] = OPEN

    @rule(
        gtin=st.sampled_from(GTINS),
        winner=st.sampled_from(BRANDS),
        by=st.sampled_from(["court", "court", "1.officer", "owner 1"]),
    )
    def settle(self, gtin: int, winner: bytes, by: str) -> None:
        known = self.claims[gtin]
        refusals = set() if by == "court" else {"CaseRegistryNotACourt"}
        if not known.ever_contested:
            refusals.add("ProductRegistryNotContested")
        if winner not in known.statuses:
            refusals.add("ProductRegistryNotAClaimant")
        if self.expect(self.call(by, "CaseRegistry", "settleClaim", gtin, winner, digest("ruling")), refusals):
            known.statuses = {brand: UPHELD if brand == winner else REJECTED for brand in known.statuses}
            known.contested = False
        outside = self.call(by, "ProductRegistry", "settleClaim", gtin, winner, digest("ruling"))
        self.expect(outside, {"ProductRegistryNotTheCaseRegistry"})

    @rule(
        brand=st.sampled_from(BRANDS),
        seller=st.sampled_from(SELLERS),
        starts=st.sampled_from([-DAY, DAY, 1]),
        days=st.sampled_from([-1, 10, 40]),
        by=st.sampled_from(OWNERS),
    )
    def authorise(self, brand: bytes, seller: bytes, starts: int, days: int, by: str) -> None:
        """From now on or later: an authorisation never covers what was sold before it."""
        first = self.now + 1 + starts
        until = first + days * DAY
        refusals = self.owns(brand, by)
        if starts < 0 or days < 0:
            refusals.add("ProductRegistryBadPeriod")
        standing = self.sellers.get((brand, seller), (0, 0))
        running = standing[0] <= self.now + 1 < standing[1]
        if running and (first > standing[1] or until < standing[1]):
            refusals.add("ProductRegistryStillAuthorised")
        outcome = self.call(by, "ProductRegistry", "authoriseSellers", brand, [seller], first, until)
        if self.expect(outcome, refusals):
            self.sellers[brand, seller] = (standing[0] if running else first, until)

    @rule(brand=st.sampled_from(BRANDS), seller=st.sampled_from(SELLERS), by=st.sampled_from(OWNERS))
    def withdraw_seller(self, brand: bytes, seller: bytes, by: str) -> None:
        """Ends now: what it covered until now stays covered."""
        refusals = self.owns(brand, by)
        standing = self.sellers.get((brand, seller), (0, 0))
        if standing[1] <= self.now + 1:
            refusals.add("ProductRegistryNotAuthorised")
        if self.expect(self.call(by, "ProductRegistry", "withdrawSellers", brand, [seller]), refusals):
            self.sellers[brand, seller] = (standing[0], self.now)

    @rule(days=st.sampled_from([1, 15, 35]))
    def wait(self, days: int) -> None:
        self.pass_time(days * DAY)

    def tour(self) -> Iterator[None]:
        """Two brands claim one product; a court decides; owners change in each of the ways they may."""
        ours, rival, third = BRANDS
        self.register_brand(brand=ours, owner="owner 1", name=NAMES[0], days=20, by="1.officer")
        self.register_brand(brand=rival, owner="owner 2", name=NAMES[0], days=400, by="1.officer")  # the name is taken
        self.register_brand(brand=rival, owner="owner 2", name=NAMES[1], days=400, by="1.sender")
        self.judge_right_at(rival, 0, "verify", "2.officer")
        self.register_by_authority(brand=third, owner="owner 3", name=NAMES[2])
        yield
        for brand, owner in ((ours, "owner 1"), (rival, "owner 2")):
            self.register_product(brand=brand, gtin=GTINS[0], by=owner)
            yield
        self.settle(gtin=GTINS[0], winner=third, by="court")
        self.settle(gtin=GTINS[0], winner=rival, by="court")
        yield
        self.register_product(brand=third, gtin=GTINS[0], by="owner 3")  # contested anew
        yield
        self.authorise(brand=ours, seller=SELLERS[0], starts=1, days=40, by="owner 1")
        self.wait(days=1)
        self.authorise(brand=ours, seller=SELLERS[0], starts=1, days=10, by="owner 1")  # would cut it short
        self.withdraw_seller(brand=ours, seller=SELLERS[0], by="owner 1")
        self.withdraw_seller(brand=ours, seller=SELLERS[0], by="owner 1")
        yield
        self.offer(brand=ours, by="owner 1", to="owner 3")
        self.accept(brand=ours, by="owner 2")
        self.accept(brand=ours, by="owner 3")
        self.accept(brand=ours, by="owner 3")  # an offer is taken once
        self.offer(brand=ours, by="owner 3", to="owner 2")
        for officer in ("1.officer", "1.officer", "2.officer"):
            self.attest_recovery(brand=ours, by=officer, to="owner 1")
            yield
        self.accept(brand=ours, by="owner 2")  # the offer was the former owner's
        self.wait(days=35)
        self.register_product(brand=ours, gtin=GTINS[1], by="owner 1")  # its right has run out
        self.judge_right_at(rival, 0, "revoke", "1.officer")
        self.register_product(brand=rival, gtin=GTINS[1], by="owner 2")
        yield

    def judge_right_at(self, brand: bytes, index: int, what: str, by: str) -> None:
        values = (brand, index) if what == "verify" else (brand, index, digest("reason"))
        self.must(self.call(by, "BrandRegistry", f"{what}Right", *values))
        right = self.brands[brand].rights[index]
        right.verified, right.revoked = right.verified or what == "verify", what == "revoke"

    # --- what always holds --------------------------------------------------------------------------------------------------------

    @always
    def a_brand_has_one_owner_who_came_by_one_of_the_three_ways(self) -> None:
        for brand in BRANDS:
            owner = self.owner(brand)
            expected = address(owner).lower() if owner else NO_KEY
            assert self.read("BrandRegistry", "ownerOf", brand) == expected
        assert self.seen_moves() == self.moves

    def seen_moves(self) -> int:
        topic = "0x" + keccak256(b"BrandOwnerReplaced(bytes32,address,address,uint64)").hex()
        if ("moves",) not in self._reads:
            logs = self.chain.client.logs(0, self.chain.client.head())
            self._reads[("moves",)] = sum(log["topics"][0] == topic for log in logs)
        return int(self._reads[("moves",)])

    @always
    def a_name_belongs_to_one_brand(self) -> None:
        holders = {name: [b for b, brand in self.brands.items() if brand.name == name] for name in NAMES}
        for name, brands in holders.items():
            assert len(brands) <= 1
            assert self.read("BrandRegistry", "brandOfName", name) == (brands[0] if brands else bytes(32))

    @always
    def every_right_stays_on_file(self) -> None:
        for brand_id, brand in self.brands.items():
            assert self.read("BrandRegistry", "rightCount", brand_id) == len(brand.rights)
            for index, right in enumerate(brand.rights):
                kept, status = self.read("BrandRegistry", "rightAt", brand_id, index)
                assert kept[0] == right.onchain()
                assert status == (2 if right.revoked else 1 if right.verified else 0)

    @always
    def claims_are_never_erased_and_stand_as_they_were_settled(self) -> None:
        for gtin, claims in self.claims.items():
            _, brands, statuses = self.read("ProductRegistry", "claims", gtin)
            assert dict(zip(brands, statuses, strict=True)) == claims.statuses
            assert list(brands) == list(claims.statuses)
            assert self.read("ProductRegistry", "contest", gtin)[0] is claims.contested
            assert all(brand in self.brands for brand in brands)

    @always
    def authorisations_never_reach_back(self) -> None:
        for (brand, seller), period in self.sellers.items():
            assert self.read("ProductRegistry", "authorisation", brand, seller) == period


REACHED = {
    "BrandRegistered",
    "RightFiled",
    "RightVerified",
    "RightRevoked",
    "BrandOffered",
    "BrandOwnerReplaced",
    "RecoveryAttested",
    "ProductRegistered",
    "ProductContested",
    "ProductSettled",
    "SellerAuthorised",
    "SellerWithdrawn",
    "BrandRegistryNotABureau",
    "BrandRegistryNotAnOfficer",
    "BrandRegistryNotTheOwner",
    "BrandRegistryExists",
    "BrandRegistryNameTaken",
    "BrandRegistryAuthorityExpired",
    "BrandRegistryWrongRight",
    "BrandRegistryBadSignature",
    "BrandRegistryNotOffered",
    "BrandRegistryAttestedAlready",
    "ProductRegistryNotTheOwner",
    "ProductRegistryNoRightInForce",
    "ProductRegistryNotTheCaseRegistry",
    "ProductRegistryNotAClaimant",
    "ProductRegistryStillAuthorised",
    "ProductRegistryNotAuthorised",
}


def test_registries() -> None:
    walk(RegistriesMachine, REACHED)

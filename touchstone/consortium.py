"""The founding consortium of a home: its members, their keys in the home, the configuration and the genesis made from them.

The names are the demo's. One party holds all keys here (`custody: "one party"`), which the trust root says.
"""

import json
from dataclasses import dataclass

from node.chain.genesis import Founding, Genesis, build_genesis
from node.protocol.canonical import canonical, sha256
from node.protocol.configuration import Bureau, Configuration, ContractVersion, Court
from node.protocol.identifiers import ADDRESSES, ROLES
from node.protocol.signing import LocalSigner
from node.services.files import write_whole
from touchstone.home import Home

CHAIN_ID = 20262
THRESHOLD = 3


@dataclass(frozen=True)
class Member:
    """A bureau of the demo: its names and the division code (GB/T 2260) of its jurisdiction."""

    id: int
    english: str
    chinese: str
    division: str


MEMBERS = (
    Member(1, "Hangzhou Bureau (demo)", "杭州市场监督管理局(演示)", "330100"),
    Member(2, "Suzhou Bureau (demo)", "苏州市场监督管理局(演示)", "320500"),
    Member(3, "Guangzhou Bureau (demo)", "广州市场监督管理局(演示)", "440100"),
    Member(4, "Chengdu Bureau (demo)", "成都市场监督管理局(演示)", "510100"),
)
COURT = "Hangzhou Internet Arbitration Court (demo)"


def bureau_key(home: Home, bureau: int, role: str) -> bytes:
    """A bureau's key for `role`: validator, oracle, sender or officer."""
    return home.key(f"bureau-{bureau}.{role}")


def brand_key(home: Home, brand: int) -> bytes:
    """The key of a brand's owner."""
    return home.key(f"brand-{brand}.owner")


def configuration(home: Home) -> Configuration:
    """Who may sign, how many must, and which contracts are in force from the genesis on."""

    def address(bureau: int, role: str) -> str:
        return LocalSigner(bureau_key(home, bureau, role)).address

    bureaus = tuple(
        Bureau(
            id=member.id,
            name_digest=sha256(member.english.encode()),
            jurisdiction=member.division.encode().ljust(32, b"\0"),
            accession=sha256(f"accession of {member.english}".encode()),
            validator=address(member.id, "validator"),
            oracle=address(member.id, "oracle"),
            sender=address(member.id, "sender"),
            officer=address(member.id, "officer"),
            epoch=1,
        )
        for member in MEMBERS
    )
    court = Court(1, sha256(COURT.encode()), LocalSigner(home.key("court-1.ruling")).address)
    contracts = tuple(ContractVersion(ROLES[name], ADDRESSES[name], 0) for name in ROLES)
    return Configuration(CHAIN_ID, ADDRESSES["Consortium"], 1, THRESHOLD, bureaus, (court,), contracts)


def genesis(home: Home, founded: Configuration) -> Genesis:
    """The home's genesis: made once, kept, and read again afterwards."""
    file = home.path / "genesis.json"
    if not file.exists():
        founding = Founding(CHAIN_ID, home.facts["founded_at"], founded)
        write_whole(file, canonical(build_genesis(founding).to_json()))
    return Genesis.from_json(json.loads(file.read_bytes()))

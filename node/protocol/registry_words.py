"""The packed words in FindingRegistry's storage, and the slots where they stand.

The layout is fixed by contracts/interfaces/IFindingRegistry.sol: a record under a clue key or a finding's id, and for each
subject the number of its findings with a rolling hash over their ids.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from node.protocol.canonical import keccak256

RECORDS, SUBJECTS = 0, 1  # slots of the mappings
ID_HEAD, ROLLING = 16, 28  # bytes
INTERESTED = 1 << 31  # in a subject's word: a bureau declared an interest


@dataclass(frozen=True)
class RecordWord:
    """What the registry says of one finding; all zeros where there is none."""

    status: int
    recorded_at: int  # block time, UTC seconds
    subject_index: int  # position among the subject's findings, from 0
    sequence: int  # of the event that recorded it
    id_head: bytes

    @classmethod
    def unpack(cls, word: int) -> Self:
        """The record in a storage word."""
        return cls(
            status=word & 0xFF,
            recorded_at=word >> 8 & 2**40 - 1,
            subject_index=word >> 48 & 2**32 - 1,
            sequence=word >> 80 & 2**48 - 1,
            id_head=(word >> 128).to_bytes(ID_HEAD, "big"),
        )

    def names(self, finding_id: bytes) -> bool:
        """Is this record of this finding? It holds the first half of the id."""
        return self.status != 0 and self.id_head == finding_id[:ID_HEAD]


@dataclass(frozen=True)
class SubjectWord:
    """How many findings a subject has ever had, and the rolling hash over their ids."""

    count: int
    rolling: bytes
    interested: bool  # a bureau declared an interest in the subject

    @classmethod
    def unpack(cls, word: int) -> Self:
        """The count and the hash in a storage word."""
        low = word & 2**32 - 1
        return cls(low & INTERESTED - 1, (word >> 32).to_bytes(ROLLING, "big"), bool(low & INTERESTED))


def rolling_hash(finding_ids: Iterable[bytes]) -> bytes:
    """The hash that the registry comes to when it counts these findings in this order."""
    rolling = bytes(ROLLING)
    for finding_id in finding_ids:
        rolling = keccak256(rolling + bytes(32 - ROLLING) + finding_id)[:ROLLING]
    return rolling


def record_slot(key: bytes) -> bytes:
    """Where the record under a clue key or a finding's id stands."""
    return keccak256(key + RECORDS.to_bytes(32, "big"))


def subject_slot(subject: bytes) -> bytes:
    """Where a subject's count and rolling hash stand."""
    return keccak256(subject + SUBJECTS.to_bytes(32, "big"))

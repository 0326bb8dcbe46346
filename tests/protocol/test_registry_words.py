"""The packed words, against the layout that IFindingRegistry states."""

from hypothesis import given
from hypothesis import strategies as st

from node.protocol.canonical import keccak256
from node.protocol.registry_words import INTERESTED, RecordWord, SubjectWord, record_slot, rolling_hash, subject_slot

ID = keccak256(b"finding")


@given(
    st.integers(1, 6),
    st.integers(0, 2**40 - 1),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**48 - 1),
    st.binary(min_size=16, max_size=16),
)
def test_a_record_is_read_back(status: int, recorded_at: int, index: int, sequence: int, head: bytes) -> None:
    packed = status | recorded_at << 8 | index << 48 | sequence << 80 | int.from_bytes(head, "big") << 128
    assert RecordWord.unpack(packed) == RecordWord(status, recorded_at, index, sequence, head)


def test_an_empty_slot_names_no_finding() -> None:
    assert not RecordWord.unpack(0).names(bytes(32))
    assert RecordWord.unpack(int.from_bytes(ID[:16], "big") << 128 | 1).names(ID)
    assert not RecordWord.unpack(int.from_bytes(ID[:16], "big") << 128 | 1).names(keccak256(ID))


@given(st.integers(0, 2**31 - 1), st.booleans(), st.binary(min_size=28, max_size=28))
def test_a_subjects_word_is_read_back(count: int, interested: bool, rolling: bytes) -> None:
    packed = int.from_bytes(rolling, "big") << 32 | (INTERESTED if interested else 0) | count
    assert SubjectWord.unpack(packed) == SubjectWord(count, rolling, interested)


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=4))
def test_the_rolling_hash_takes_in_one_id_after_the_other(ids: list[bytes]) -> None:
    assert rolling_hash([]) == bytes(28)
    assert rolling_hash([*ids, ID]) == keccak256(rolling_hash(ids) + bytes(4) + ID)[:28]


def test_slots_are_those_of_solidity_mappings() -> None:
    assert record_slot(ID) == keccak256(ID + bytes(32))
    assert subject_slot(ID) == keccak256(ID + bytes(31) + b"\x01")

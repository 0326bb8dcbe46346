"""The mutants of scripts/mutation.py are what they say they are."""

import pytest

from scripts import mutation

LINES = [
    ("        if (a < b) revert X(a);", "boundary", "        if (a <= b) revert X(a);"),
    ("        if (a < b) revert X(a);", "guard dropped", "        if (false) revert X(a);"),
    ("        if (f(a, b) || c[d] == 0) {", "and, or", "        if (f(a, b) && c[d] == 0) {"),
    ("        if (f(a, b) || c[d] == 0) {", "operand dropped", "        if (f(a, b)) {"),
    ("        if (f(a, b) || c[d] == 0) {", "operand dropped", "        if (c[d] == 0) {"),
    ("    function f(uint256 a) external onlyOwner(a) {", "modifier dropped", "    function f(uint256 a) external {"),
    ("    uint40 public constant PERIOD = 7 days;", "constant", "    uint40 public constant PERIOD = 8 days;"),
    ("        uint64 since = uint64(block.number) + 1;", "off by one", "        uint64 since = uint64(block.number);"),
    ("        delete _offers[brandId];", "statement dropped", ""),
    ("        _last[batch.bureau] = Batch(root, sequence, size);", "statement dropped", ""),
]


@pytest.mark.parametrize(("line", "operator", "after"), LINES)
def test_an_operator_changes_a_line_as_its_name_says(line: str, operator: str, after: str) -> None:
    assert (operator, after) in list(mutation.changed_lines(line))


@pytest.mark.parametrize("line", ["        // if (a < b) revert X(a);", "    /// @dev a || b", "", "        return a;"])
def test_a_line_without_code_to_change_has_no_mutant(line: str) -> None:
    assert list(mutation.mutants_of("X.sol", line)) == []


def test_every_mutant_changes_its_contract_and_has_a_name_of_its_own() -> None:
    mutants = mutation.all_mutants()
    assert len(mutants) > 500
    assert len({mutant.key for mutant in mutants}) == len(mutants)
    sources = {file: (mutation.CONTRACTS / file).read_text().split("\n") for file in {m.file for m in mutants}}
    for mutant in mutants:
        assert sources[mutant.file][mutant.line].startswith(mutant.before)
        assert mutant.after != mutant.before
        assert mutation.tests_of(mutant.file)


def test_what_is_explained_is_a_mutant() -> None:
    keys = {mutant.key for mutant in mutation.all_mutants()}
    assert [key for key in mutation.explanations() if key not in keys] == []

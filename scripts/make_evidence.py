"""Write the cases of tests/evidence, the conformance suite for verifiers of evidence files.

    python -m scripts.make_evidence

Everything is fixed: running it again writes the same files, and a test compares. What must come out is told by the
cases, not asked of a verifier.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from scripts.evidence import (
    aging,
    before,
    fields,
    headers,
    network,
    real_chains,
    receipts,
    signed,
    spliced,
    standing,
    subject_files,
    unreadable,
    vouching,
)
from scripts.evidence.case import Case

FOLDER = Path(__file__).parent.parent / "tests" / "evidence" / "cases"
CLASSES = (
    *(fields, headers, receipts, signed, standing, vouching, aging),
    *(before, spliced, subject_files, real_chains, network, unreadable),
)


def cases() -> Iterator[Case]:
    """All cases, class by class."""
    for each in CLASSES:
        yield from each.cases()


def write(folder: Path = FOLDER) -> int:
    """Write all cases into a folder and take away those that are no more; returns how many there are."""
    names = set()
    for case in cases():
        if case.folder in names:
            raise ValueError(f"expected each case once, got {case.folder} twice")
        names.add(case.folder)
        place = folder / case.folder
        place.mkdir(parents=True, exist_ok=True)
        for name, data in case.files().items():
            (place / name).write_bytes(data)
    for old in set(folder.iterdir()) - {folder / name for name in names}:
        shutil.rmtree(old)
    return len(names)


if __name__ == "__main__":
    print(write(), "cases")

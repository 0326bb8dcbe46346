"""Two genuine files of one kind spliced: every part, and every pair of parts, of one in the other."""

import itertools
from collections.abc import Iterator
from typing import Any

from node.protocol.canonical import canonical

Made = dict[str, Any]


def splices(one: Made, two: Made) -> Iterator[tuple[str, bytes]]:
    """`one` with parts taken from `two`, as far as that is another file than either."""
    names = sorted({*one, *two} - {"mediaType"})
    for parts in (*((name,) for name in names), *itertools.combinations(names, 2)):
        made = {name: part for name, part in one.items() if name not in parts}
        made |= {name: two[name] for name in parts if name in two}
        if made not in (one, two):
            yield "+".join(parts), canonical(made)

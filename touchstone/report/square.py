"""The square code (QR, ISO/IEC 18004) that names the evidence file and the finding, as bars to draw."""

import segno

BORDER = 4  # modules of white around it, as the standard asks

Bar = tuple[int, int, int]  # x, y, length, in modules


def bars(text: str) -> tuple[int, list[Bar]]:
    """The width of the code with its border, and its dark bars row by row."""
    code = segno.make_qr(text, error="m")
    found = []
    for y, row in enumerate(code.matrix):
        start = None
        for x, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                found.append((start + BORDER, y + BORDER, x - start))
                start = None
    return len(code.matrix) + 2 * BORDER, found

"""Ed25519 by its formulas (RFC 8032 section 5.1), to make what no honest signer makes: points with a part of small order."""

import hashlib

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int]
ZERO: Point = (0, 1)


def add(one: Point, other: Point) -> Point:
    (x, y), (u, v) = one, other
    both = D * x * u * y * v
    return (x * v + y * u) * pow(1 + both, -1, P) % P, (y * v + x * u) * pow(1 - both, -1, P) % P


def times(scalar: int, point: Point) -> Point:
    found = ZERO
    for bit in f"{scalar:b}":
        found = add(found, found)
        found = add(found, point) if bit == "1" else found
    return found


def encoded(point: Point) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def at_height(y: int) -> Point | None:
    """The point of even x with this y, if there is one."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    return (min(x, P - x, key=lambda each: each & 1), y) if x * x % P == square else None


def _base() -> Point:
    found = at_height(4 * pow(5, -1, P) % P)
    assert found is not None
    return found


def _small() -> Point:
    """A point of order eight: what the group's order leaves of a point, if that is no smaller one."""
    for y in range(2, 100):
        point = at_height(y)
        if point is not None and times(4, times(ORDER, point)) != ZERO:
            return times(ORDER, point)
    raise AssertionError("expected a point of order eight among the first, got none")


BASE, SMALL = _base(), _small()


def challenge(made: bytes, key: bytes, message: bytes) -> int:
    return int.from_bytes(hashlib.sha512(made + key + message).digest(), "little") % ORDER

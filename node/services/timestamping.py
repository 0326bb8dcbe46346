"""Time-stamps over the hashes of blocks, from an authority outside: requests, answers, and renewals of what was kept.

The request goes out and the answer comes back by any means: a function that posts it, or files carried by hand.
"""

from collections.abc import Callable, Sequence

from rfc3161_client import TimestampRequestBuilder
from rfc3161_client.base import HashAlgorithm

from node.protocol import der
from node.protocol.der import Element, Fields
from node.protocol.errors import TimestampError
from node.protocol.timestamp import Stamp, check_chain
from node.protocol.token import Info, Token
from node.store import anchors
from node.store.session import Store
from node.store.tables import StampRow

GRANTED = 0  # PKIStatus, RFC 3161 section 2.4.2; "granted with modifications" is not what was asked for
QUERY_TYPE, REPLY_TYPE = "application/timestamp-query", "application/timestamp-reply"


class Stamps:
    """The time-stamps in a store. `hash_of` gives a block's hash; `certificates` are the pinned ones, in DER."""

    def __init__(self, store: Store, hash_of: Callable[[int], bytes], certificates: Sequence[bytes]) -> None:
        self._store = store
        self._hash_of = hash_of
        self._certificates = certificates

    def request(self, block: int) -> bytes:
        """A request, in DER, to stamp a block's hash by SHA-256; where it is stamped already, to renew the last token.

        It carries a random nonce, so keep it to check the answer.
        """
        builder = TimestampRequestBuilder(hash_algorithm=HashAlgorithm.SHA256, nonce=True, cert_req=True)
        return builder.data([self._hash_of(block), *self.tokens(block)][-1]).build().as_bytes()

    def accept(self, block: int, request: bytes, answer: bytes) -> Stamp:
        """Check an answer to a request and keep its token. Raises `TimestampError`, and keeps nothing, when it is not one."""
        token = token_in(answer)
        if Info.parse(Token.parse(token).content).nonce != _nonce_in(request):
            raise TimestampError("expected an answer to this request, got one to another: the nonces differ")
        tokens = self.tokens(block)
        stamp = check_chain([*tokens, token], self._hash_of(block), self._certificates)
        with self._store.write() as session:
            row = StampRow(
                block_number=block, sequence=len(tokens), token=token, time=stamp.time, good_until=stamp.good_until
            )
            session.add(row)
        return stamp

    def fetch(self, block: int, post: Callable[[bytes], bytes]) -> Stamp:
        """Ask an authority, and keep what it answers. `post` sends a request and returns the answer."""
        request = self.request(block)
        return self.accept(block, request, post(request))

    def tokens(self, block: int) -> list[bytes]:
        """The tokens over a block, the first and its renewals; none when it is not stamped."""
        with self._store.read() as session:
            return [row.token for row in anchors.stamps(session, block)]

    def ending(self, before: int) -> list[int]:
        """The blocks whose tokens need a renewal before a time, in UTC seconds."""
        with self._store.read() as session:
            return list(anchors.stamps_ending(session, before))


def token_in(answer: bytes) -> bytes:
    """The token in a TimeStampResp. Raises `TimestampError` with the authority's status when there is none."""
    fields = Fields(Element.parse(answer))
    status = der.integer(Fields(fields.take(der.SEQUENCE)).take(der.INTEGER))
    token = fields.optional(der.SEQUENCE)
    fields.end()
    if status != GRANTED or token is None:
        raise TimestampError(f"expected the authority to grant a time-stamp (status 0), got status {status}")
    return token.raw


def _nonce_in(request: bytes) -> int:
    """The nonce of a TimeStampReq as `Stamps.request` makes them (RFC 3161 section 2.4.1)."""
    fields = Fields(Element.parse(request))
    fields.take(der.INTEGER)
    fields.take(der.SEQUENCE)
    fields.optional(der.OID)
    return der.integer(fields.take(der.INTEGER))

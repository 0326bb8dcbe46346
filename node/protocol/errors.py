"""What can go wrong on the ground floor.

ProtocolError
├── CanonicalError         bytes that are no strict JSON, or a value without a canonical form
├── ScorerError            a model file that the reference scorer refuses
├── UnreadableError        a value of the wrong shape, type or range
└── VerificationError      a well-formed statement that does not hold
    ├── InclusionError     a Merkle proof
    ├── SignatureError     a signature
    ├── TrieError          a Merkle Patricia proof
    ├── HeaderError        a block header
    ├── SealError          the validators' seals on it
    ├── CheckpointError    a checkpoint of the log of blocks, or a witness's cosignature
    │   └── TooFewWitnesses    fewer pinned witnesses than asked for
    └── TimestampError     a time-stamp token, or a certificate behind it
        └── UnknownAuthority   nobody pinned this authority
"""


class ProtocolError(Exception):
    """Base of every error that `node.protocol` raises."""


class CanonicalError(ProtocolError):
    """The bytes are no strict JSON, or the value has no canonical form."""


class ScorerError(ProtocolError):
    """The model, its thresholds or a vector is not what the reference scorer accepts."""


class UnreadableError(ProtocolError):
    """A value has the wrong shape, type or range."""


class VerificationError(ProtocolError):
    """A well-formed statement does not hold."""


class InclusionError(VerificationError):
    """A Merkle proof does not lead to the root."""


class SignatureError(VerificationError):
    """A signature is malformed, or not by the expected key."""


class TrieError(VerificationError):
    """A Merkle Patricia proof does not hold."""


class HeaderError(VerificationError):
    """A block header is not well formed."""


class SealError(VerificationError):
    """Too few validators of the set in force sealed the block."""


class CheckpointError(VerificationError):
    """A checkpoint or a cosignature on it does not hold."""


class TimestampError(VerificationError):
    """A time-stamp token does not hold."""


class TooFewWitnesses(CheckpointError):
    """What is there holds, but fewer pinned witnesses than asked for signed it."""


class UnknownAuthority(TimestampError):
    """The token may be good; nobody pinned the authority that made it, so it says nothing here."""

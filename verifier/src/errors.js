/**
 * What can go wrong. Foreign input raises nothing but these; anything else is a fault of this program.
 *
 * ProtocolError
 * ├── CanonicalError         bytes that are no strict JSON, or a value without a canonical form
 * ├── ScorerError            a model file that the reference scorer refuses
 * ├── UnreadableError        a value of the wrong shape, type or range
 * └── VerificationError      a well-formed statement that does not hold
 *     ├── InclusionError     a Merkle proof
 *     ├── SignatureError     a signature
 *     ├── TrieError          a Merkle Patricia proof
 *     ├── HeaderError        a block header
 *     ├── SealError          the validators' seals on it
 *     ├── CheckpointError    a checkpoint of the log of blocks, or a witness's cosignature
 *     │   └── TooFewWitnesses    fewer pinned witnesses than asked for
 *     └── TimestampError     a time-stamp token, or a certificate behind it
 *         └── UnknownAuthority   nobody pinned this authority
 */

export class ProtocolError extends Error {}

export class CanonicalError extends ProtocolError {}
export class ScorerError extends ProtocolError {}
export class UnreadableError extends ProtocolError {}
export class VerificationError extends ProtocolError {}

export class InclusionError extends VerificationError {}
export class SignatureError extends VerificationError {}
export class TrieError extends VerificationError {}
export class HeaderError extends VerificationError {}
export class SealError extends VerificationError {}
export class CheckpointError extends VerificationError {}
export class TimestampError extends VerificationError {}

export class TooFewWitnesses extends CheckpointError {}
export class UnknownAuthority extends TimestampError {}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Anchors of observation batches: one root for many observations, signed by a bureau's oracle key.
/// @notice Whoever sends is a carrier; whoever signed is the author.
interface IObservationLog {
    struct Anchor {
        uint32 bureau;
        uint64 sequence; // the bureau's last plus one
        bytes32 previousRoot; // root of the bureau's last batch, zero for the first
        bytes32 root; // RFC 9162 over the leaf hashes of the observation roots
        uint64 size; // number of leaves
    }

    /// @notice Thrown when this version is not in force, or paused.
    error ObservationLogNotInForce(address registry);
    /// @notice Thrown when the signature is not 65 bytes, not low-s, or recovers nobody.
    error ObservationLogBadSignature(uint256 length);
    /// @notice Thrown when `signer` holds no oracle key of the bureau named.
    error ObservationLogNotTheOracle(address signer, uint32 bureau);
    /// @notice Thrown when the sequence is not the last plus one.
    error ObservationLogBadSequence(uint32 bureau, uint64 sequence, uint64 expected);
    /// @notice Thrown when the previous root is not the bureau's last.
    error ObservationLogBadPreviousRoot(uint32 bureau, bytes32 previousRoot, bytes32 expected);
    /// @notice Thrown when a batch is empty or its root is zero.
    error ObservationLogEmptyBatch(uint32 bureau, bytes32 root, uint64 size);

    /// @notice Emitted once a batch is anchored; `sequence` rises by one with every event of this contract.
    event BatchAnchored(uint32 indexed bureau, uint64 indexed batch, bytes32 root, uint64 size, uint64 sequence);

    /// @notice Anchor a batch, while this version is in force. Emits `BatchAnchored`.
    function anchor(Anchor calldata batch, bytes calldata signature) external;

    /// @notice The bureau's last batch; zeros when there is none.
    function last(uint32 bureau) external view returns (uint64 sequence, bytes32 root, uint64 size);

    /// @notice Returns when the leaf hash `leaf` is at `index` of the `size` leaves under `root`, else reverts.
    function checkInclusion(
        bytes32 leaf,
        uint64 index,
        uint64 size,
        bytes32[] calldata path,
        bytes32 root
    ) external pure;
}

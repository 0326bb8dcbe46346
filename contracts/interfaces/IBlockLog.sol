// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Roots over runs of past block hashes, so that an old block stays linked under any later header.
/// @notice One storage proof of a run's root under a later header, and one inclusion proof of a block's hash under that
/// root, link the two: former validators can no longer re-tell their past to anyone who holds the later header.
/// Runs follow each other block by block from block 0 on. The machine knows the last 256 hashes only, so nodes append well
/// before that; blocks that nobody appended in time are a gap, which is told by an event and by the runs themselves.
/// Slots that proofs read: 0 the runs (length; run i from keccak256(0) + 2i on: its root, then its first block in the low
/// 64 bits and its size in the 64 above).
interface IBlockLog {
    struct Run {
        // slot 0
        bytes32 root; // RFC 9162 with SHA-256 over the 32-byte hashes of the blocks, in order
        // slot 1
        uint64 first; // block number
        uint64 size;
    }

    /// @notice Thrown when a run does not begin at the block after the last one logged.
    error BlockLogNotNext(uint64 first, uint64 next);
    /// @notice Thrown when a run is empty or longer than the cap.
    error BlockLogBadSize(uint64 size, uint64 cap);
    /// @notice Thrown when a run would reach a block that is not sealed yet.
    error BlockLogNotSealed(uint64 end, uint256 blockNumber);
    /// @notice Thrown when no run holds the block.
    error BlockLogNotLogged(uint64 blockNumber);
    /// @notice Thrown when there is no such run.
    error BlockLogUnknownRun(uint256 index, uint256 count);

    /// @notice Emitted once a run is logged; `sequence` rises by one with every event of this contract.
    event RunLogged(uint256 indexed index, bytes32 root, uint64 first, uint64 size, uint64 sequence);
    /// @notice Emitted before a run that could not begin where the last ended: the hashes of `size` blocks from `first` on
    /// were out of reach. `sequence` rises by one with every event of this contract.
    event BlocksMissed(uint64 indexed first, uint64 size, uint64 sequence);

    /// @notice Log `size` blocks from `first` on. Anyone. `first` must be `next()`, so that of two who log the same blocks
    /// one is told; when its hash is out of reach, the run begins at the oldest block in reach. Emits `RunLogged`, and
    /// `BlocksMissed` before it where there is a gap.
    function append(uint64 first, uint64 size) external;

    /// @notice The block that follows the last one logged.
    function next() external view returns (uint64);

    function runCount() external view returns (uint256);

    /// @notice The `index`-th run. Reverts `BlockLogUnknownRun`.
    function run(uint256 index) external view returns (Run memory);

    /// @notice Which run holds a block, and the block's place in it. Reverts `BlockLogNotLogged`.
    function runOf(uint64 blockNumber) external view returns (uint256 index, uint64 place);
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The validators of the chain, as consensus reads them.
/// @notice The only contract that consensus depends on: small, and never replaced. The clients call `getValidators()`
/// on the state after each block; the answer names the validators of the next one.
/// A fault in that view would halt the chain.
/// Slots that proofs read: 0 the validators (length; elements from keccak256(0) on), 1 the set hash, 2 the epochs
/// (length; two slots each, the first block and the set hash), 3 the governor.
interface IValidatorSet {
    /// @notice A run of blocks sealed by one set.
    struct Epoch {
        uint64 sinceBlock; // the first block sealed by the set
        bytes32 setHash; // keccak256(abi.encode(validators))
    }

    /// @notice Thrown when a set has no member or more than the cap.
    error ValidatorSetBadSize(uint256 size, uint256 cap);
    /// @notice Thrown when a set that tolerates a faulty member would shrink to one that does not.
    error ValidatorSetBelowFloor(uint256 size, uint256 floor);
    /// @notice Thrown when the validators are not strictly ascending (so also when one is zero or stands twice).
    error ValidatorSetNotAscending(address previous, address next);
    /// @notice Thrown when the set was changed in this block already.
    error ValidatorSetChangedAlready(uint256 blockNumber);
    /// @notice Thrown when the set would stay as it is.
    error ValidatorSetUnchanged(bytes32 setHash);
    /// @notice Thrown when `caller` is not the governor.
    error ValidatorSetNotTheGovernor(address caller, address governor);
    /// @notice Thrown when the next governor is no contract: a single key must not hold the set.
    error ValidatorSetGovernorHasNoCode(address governor);

    /// @notice Emitted once the set is changed; `sequence` rises by one with every event of this contract.
    event ValidatorsChanged(uint64 indexed sinceBlock, bytes32 setHash, address[] validators, uint64 sequence);
    /// @notice Emitted once the set is in other hands; `sequence` rises by one with every event of this contract.
    event GovernorChanged(address indexed previous, address indexed governor, uint64 sequence);

    /// @notice Replace the set from the next block on. Only the governor; once a block; strictly ascending, not empty,
    /// at most the cap, and not below four once there were four. Emits `ValidatorsChanged`.
    function change(address[] calldata validators) external;

    /// @notice Give the set into the hands of another contract. Only the governor. Emits `GovernorChanged`.
    function handOver(address governor) external;

    /// @notice The validators of the next block, strictly ascending; never empty, never zero, never reverting.
    function getValidators() external view returns (address[] memory);

    /// @notice keccak256(abi.encode(getValidators())), at a fixed slot for proofs.
    function setHash() external view returns (bytes32);

    /// @notice Who may change the set: a contract that decides by vote.
    function governor() external view returns (address);

    /// @notice How many sets there have been.
    function epochCount() external view returns (uint256);

    /// @notice The `index`-th set.
    function epoch(uint256 index) external view returns (Epoch memory);
}

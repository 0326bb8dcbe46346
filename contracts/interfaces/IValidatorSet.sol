// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The validators of the chain, as consensus reads them.
/// @notice The only contract that consensus depends on: small, and never replaced. The clients call `getValidators()`
/// on the state after each block; the answer names the validators of the next one.
/// A fault in that view would halt the chain.
interface IValidatorSet {
    /// @notice A run of blocks sealed by one set.
    struct Epoch {
        uint64 sinceBlock; // the first block sealed by the set
        bytes32 setHash; // keccak256(abi.encode(validators))
    }

    /// @notice Thrown when a set has no member or more than the cap.
    error ValidatorSetBadSize(uint256 size, uint256 cap);
    /// @notice Thrown when the validators are not strictly ascending (so also when one is zero or stands twice).
    error ValidatorSetNotAscending(address previous, address next);

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

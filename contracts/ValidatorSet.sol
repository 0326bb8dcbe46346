// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IValidatorSet} from "./interfaces/IValidatorSet.sol";

/// @title ValidatorSet: see IValidatorSet, which holds the documentation.
contract ValidatorSet is IValidatorSet {
    /// @dev Bounds the cost of `getValidators()`.
    uint256 public constant MAX_VALIDATORS = 100;

    address[] private _validators; // slot 0: length here, elements from keccak256(0) on
    bytes32 private _setHash; // slot 1
    Epoch[] private _epochs; // slot 2
    address private _governor; // slot 3

    constructor(address[] memory validators, address governor_) {
        uint256 size = validators.length;
        if (size == 0 || size > MAX_VALIDATORS) revert ValidatorSetBadSize(size, MAX_VALIDATORS);
        address previous = address(0);
        for (uint256 i = 0; i < size; ++i) {
            if (validators[i] <= previous) revert ValidatorSetNotAscending(previous, validators[i]);
            previous = validators[i];
        }
        _validators = validators;
        _setHash = keccak256(abi.encode(validators));
        _epochs.push(Epoch({sinceBlock: 1, setHash: _setHash}));
        _governor = governor_;
    }

    /// @inheritdoc IValidatorSet
    function getValidators() external view returns (address[] memory) {
        return _validators;
    }

    /// @inheritdoc IValidatorSet
    function setHash() external view returns (bytes32) {
        return _setHash;
    }

    /// @inheritdoc IValidatorSet
    function governor() external view returns (address) {
        return _governor;
    }

    /// @inheritdoc IValidatorSet
    function epochCount() external view returns (uint256) {
        return _epochs.length;
    }

    /// @inheritdoc IValidatorSet
    function epoch(uint256 index) external view returns (Epoch memory) {
        return _epochs[index];
    }
}

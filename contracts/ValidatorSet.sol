// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IValidatorSet} from "./interfaces/IValidatorSet.sol";

/// @title ValidatorSet: see IValidatorSet, which holds the documentation.
contract ValidatorSet is IValidatorSet {
    /// @dev Bounds the cost of `getValidators()`.
    uint256 public constant MAX_VALIDATORS = 100;
    /// @dev The fewest validators that tolerate one faulty member: 3f + 1 for f = 1.
    uint256 public constant FLOOR = 4;

    address[] private _validators; // slot 0: length here, elements from keccak256(0) on
    bytes32 private _setHash; // slot 1
    Epoch[] private _epochs; // slot 2
    address private _governor; // slot 3
    uint256 private _sequence; // slot 4: a whole word, so that slot 3 holds the governor alone

    constructor(address[] memory validators, address governor_) {
        _check(validators);
        _set(validators, 1);
        _governor = governor_;
    }

    modifier onlyGovernor() {
        if (msg.sender != _governor) revert ValidatorSetNotTheGovernor(msg.sender, _governor);
        _;
    }

    /// @inheritdoc IValidatorSet
    function change(address[] calldata validators) external onlyGovernor {
        // The next block is the first that the new set seals; two changes in one block would claim it twice.
        uint64 since = uint64(block.number) + 1;
        if (_epochs[_epochs.length - 1].sinceBlock >= since) revert ValidatorSetChangedAlready(block.number);
        _check(validators);
        if (validators.length < FLOOR && _validators.length >= FLOOR) {
            revert ValidatorSetBelowFloor(validators.length, FLOOR);
        }
        bytes32 previous = _setHash;
        _set(validators, since);
        if (_setHash == previous) revert ValidatorSetUnchanged(previous);
        emit ValidatorsChanged(since, _setHash, validators, uint64(++_sequence));
    }

    /// @inheritdoc IValidatorSet
    function handOver(address governor_) external onlyGovernor {
        if (governor_.code.length == 0) revert ValidatorSetGovernorHasNoCode(governor_);
        emit GovernorChanged(_governor, governor_, uint64(++_sequence));
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

    function _check(address[] memory validators) private pure {
        uint256 size = validators.length;
        if (size == 0 || size > MAX_VALIDATORS) revert ValidatorSetBadSize(size, MAX_VALIDATORS);
        address previous = address(0);
        for (uint256 i = 0; i < size; ++i) {
            if (validators[i] <= previous) revert ValidatorSetNotAscending(previous, validators[i]);
            previous = validators[i];
        }
    }

    function _set(address[] memory validators, uint64 since) private {
        _validators = validators;
        _setHash = keccak256(abi.encode(validators));
        _epochs.push(Epoch({sinceBlock: since, setHash: _setHash}));
    }
}

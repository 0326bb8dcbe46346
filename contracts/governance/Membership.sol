// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConsortium} from "../interfaces/IConsortium.sol";
import {Bureau, Court, ContractVersion} from "../types/Configuration.sol";
import {KeyRole, Witness} from "../types/Governance.sol";
import {KeyRegister} from "./KeyRegister.sol";

/// @title The members of Consortium and the configuration over them: see IConsortium, which holds the documentation.
abstract contract Membership is KeyRegister {
    uint32 public constant MIN_THRESHOLD = 3;
    uint256 public constant MAX_MEMBERS = 100;
    /// @dev Each bureau has one validator; 3f + 1 of them tolerate f = 1 faulty.
    uint256 public constant MIN_BUREAUS = 4;

    constructor(
        uint32 threshold_,
        Bureau[] memory bureaus,
        Court[] memory courts,
        ContractVersion[] memory contracts
    ) {
        _checkSize(courts.length);
        _checkSize(contracts.length);
        uint32 previous = 0;
        for (uint256 i = 0; i < bureaus.length; ++i) {
            Bureau memory member = bureaus[i];
            if (member.id <= previous) revert ConsortiumNotAscending(previous, member.id);
            previous = member.id;
            _bureauIds.push(member.id);
            _bureaus[member.id] = member;
            _joined[member.id] = 1;
            _record(member.validator, KeyRole.Validator, member.id, 0);
            _record(member.oracle, KeyRole.Oracle, member.id, 0);
            _record(member.sender, KeyRole.Sender, member.id, 0);
            _record(member.officer, KeyRole.Officer, member.id, 0);
        }
        previous = 0;
        for (uint256 i = 0; i < courts.length; ++i) {
            if (courts[i].id <= previous) revert ConsortiumNotAscending(previous, courts[i].id);
            previous = courts[i].id;
            _courts.push(courts[i]);
            _record(courts[i].key, KeyRole.Court, courts[i].id, 0);
        }
        for (uint256 i = 0; i < contracts.length; ++i) {
            _contracts.push(contracts[i]);
        }
        _threshold = threshold_;
        _checkHouse();
        _version = 1;
        _configDigest = keccak256(
            abi.encode(block.chainid, address(this), _version, threshold_, bureaus, courts, contracts)
        );
    }

    /// @inheritdoc IConsortium
    function configDigest() external view returns (bytes32) {
        return _configDigest;
    }

    /// @inheritdoc IConsortium
    function version() external view returns (uint64) {
        return _version;
    }

    /// @inheritdoc IConsortium
    function threshold() external view returns (uint32) {
        return _threshold;
    }

    /// @inheritdoc IConsortium
    function configuration()
        external
        view
        returns (uint64, uint32, Bureau[] memory, Court[] memory, ContractVersion[] memory)
    {
        return (_version, _threshold, _bureauList(), _courts, _contracts);
    }

    /// @inheritdoc IConsortium
    function bureauCount() external view returns (uint256) {
        return _bureauIds.length;
    }

    /// @inheritdoc IConsortium
    function bureau(uint32 id) external view returns (Bureau memory) {
        return _member(id);
    }

    /// @inheritdoc IConsortium
    function witnesses() external view returns (Witness[] memory) {
        return _witnesses;
    }

    /// @inheritdoc IConsortium
    function isInForce(uint16 role, address location) external view returns (bool) {
        return !_isPaused(role) && _inForce(role) == location && location != address(0);
    }

    /// @inheritdoc IConsortium
    function isPaused(uint16 role) external view returns (bool) {
        return _isPaused(role);
    }

    /// @inheritdoc IConsortium
    function pausedUntil(uint16 role) external view returns (uint40) {
        return _pausedUntil[role];
    }

    /// @dev The newest version whose block has come; the list is short and capped. Zero when there is none.
    function _inForce(uint16 role) internal view returns (address) {
        for (uint256 i = _contracts.length; i > 0; --i) {
            ContractVersion storage entry = _contracts[i - 1];
            if (entry.role == role && entry.fromBlock <= block.number) return entry.location;
        }
        return address(0);
    }

    function _isPaused(uint16 role) internal view returns (bool) {
        return block.timestamp < _pausedUntil[role];
    }

    function _member(uint32 id) internal view returns (Bureau storage member) {
        member = _bureaus[id];
        if (member.id == 0) revert ConsortiumUnknownBureau(id);
    }

    /// @dev A new version: to be called once, when all is as it shall be.
    function _changed() internal {
        _checkHouse();
        bytes32 digest = keccak256(
            abi.encode(block.chainid, address(this), ++_version, _threshold, _bureauList(), _courts, _contracts)
        );
        _configDigest = digest;
        emit ConfigurationChanged(_version, digest, block.number, ++_sequence);
    }

    function _checkSize(uint256 size) internal pure {
        if (size > MAX_MEMBERS) revert ConsortiumTooMany(size, MAX_MEMBERS);
    }

    /// @dev What every configuration keeps: a majority signs, and the validators tolerate one faulty member.
    function _checkHouse() private view {
        uint256 size = _bureauIds.length;
        _checkSize(size);
        if (_threshold < MIN_THRESHOLD || _threshold > size || uint256(_threshold) * 2 <= size) {
            revert ConsortiumBadThreshold(_threshold, size);
        }
        if (size < MIN_BUREAUS) revert ConsortiumBelowFloor(size, MIN_BUREAUS);
    }

    function _bureauList() private view returns (Bureau[] memory list) {
        list = new Bureau[](_bureauIds.length);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = _bureaus[_bureauIds[i]];
        }
    }
}

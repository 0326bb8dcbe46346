// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConsortium} from "../interfaces/IConsortium.sol";
import {IKeyRegister} from "../interfaces/IKeyRegister.sol";
import {KeyRecord, KeyRole, KeyState} from "../types/Governance.sol";
import {ConsortiumStorage} from "./ConsortiumStorage.sol";

/// @title The keys of Consortium: see IKeyRegister, which holds the documentation.
abstract contract KeyRegister is ConsortiumStorage, IConsortium, IKeyRegister {
    /// @inheritdoc IConsortium
    function bureauOfOracle(address key) external view returns (uint32) {
        return _memberOf(key, KeyRole.Oracle);
    }

    /// @inheritdoc IConsortium
    function bureauOfSender(address key) external view returns (uint32) {
        return _memberOf(key, KeyRole.Sender);
    }

    /// @inheritdoc IConsortium
    function bureauOfOfficer(address key) external view returns (uint32) {
        return _memberOf(key, KeyRole.Officer);
    }

    /// @inheritdoc IConsortium
    function courtOf(address key) external view returns (uint32) {
        return _memberOf(key, KeyRole.Court);
    }

    /// @inheritdoc IKeyRegister
    function keyRecord(address key) external view returns (KeyRecord memory) {
        return _keys[key];
    }

    /// @inheritdoc IKeyRegister
    function keyCount(uint32 member, KeyRole role) external view returns (uint256) {
        return _keysOf[member][role].length;
    }

    /// @inheritdoc IKeyRegister
    function keyAt(uint32 member, KeyRole role, uint32 epoch) external view returns (address) {
        address[] storage keys = _keysOf[member][role];
        if (epoch == 0 || epoch > keys.length) revert ConsortiumNoKey(member, role);
        return keys[epoch - 1];
    }

    function _memberOf(address key, KeyRole role) internal view returns (uint32) {
        KeyRecord storage record = _keys[key];
        return record.role == role && record.state == KeyState.Current ? record.member : 0;
    }

    /// @dev The caller's bureau, as its officer.
    function _officersBureau() internal view returns (uint32 id) {
        id = _memberOf(msg.sender, KeyRole.Officer);
        if (id == 0) revert ConsortiumNotAnOfficer(msg.sender);
    }

    /// @dev Used by the constructor too, so it reads no block number and emits nothing.
    function _record(address key, KeyRole role, uint32 member, uint48 sinceBlock) internal returns (uint32 epoch) {
        KeyRecord storage known = _keys[key];
        if (key == address(0) || known.state != KeyState.None) revert ConsortiumKeyTaken(key, known.member);
        address[] storage keys = _keysOf[member][role];
        keys.push(key);
        epoch = uint32(keys.length);
        _keys[key] = KeyRecord(member, role, KeyState.Current, epoch, sinceBlock, 0, 0);
    }

    function _hold(address key, KeyRole role, uint32 member) internal {
        uint32 epoch = _record(key, role, member, uint48(block.number));
        emit KeyHeld(key, member, role, epoch, ++_sequence);
    }

    /// @dev Zero is a key that was ended before and not replaced.
    function _end(address key, bool revoked) internal {
        if (key == address(0)) return;
        KeyRecord storage record = _keys[key];
        record.state = revoked ? KeyState.Revoked : KeyState.Retired;
        record.untilBlock = uint48(block.number);
        record.untilTime = uint40(block.timestamp);
        emit KeyEnded(key, record.member, record.role, revoked, block.number, block.timestamp, ++_sequence);
    }
}

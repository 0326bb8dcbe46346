// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConsortium} from "./interfaces/IConsortium.sol";
import {Bureau, Court, ContractVersion} from "./types/Configuration.sol";

/// @title Consortium: see IConsortium, which holds the documentation.
contract Consortium is IConsortium {
    uint32 public constant MIN_THRESHOLD = 3;
    uint256 public constant MAX_MEMBERS = 100;

    enum Role {
        None,
        Validator,
        Oracle,
        Sender,
        Officer,
        CourtKey
    }

    struct Holder {
        Role role;
        uint32 member;
    }

    bytes32 private _configDigest; // slot 0
    uint64 private _version; // slot 1
    uint32 private _threshold;
    uint32[] private _bureauIds; // slot 2
    mapping(uint32 id => Bureau) private _bureaus; // slot 3
    mapping(address key => Holder) private _holders; // slot 4
    ContractVersion[] private _contracts; // slot 5
    Court[] private _courts; // slot 6

    constructor(
        uint32 threshold_,
        Bureau[] memory bureaus,
        Court[] memory courts,
        ContractVersion[] memory contracts
    ) {
        if (bureaus.length > MAX_MEMBERS) revert ConsortiumTooMany(bureaus.length, MAX_MEMBERS);
        if (courts.length > MAX_MEMBERS) revert ConsortiumTooMany(courts.length, MAX_MEMBERS);
        if (contracts.length > MAX_MEMBERS) revert ConsortiumTooMany(contracts.length, MAX_MEMBERS);
        if (threshold_ < MIN_THRESHOLD || threshold_ > bureaus.length || uint256(threshold_) * 2 <= bureaus.length) {
            revert ConsortiumBadThreshold(threshold_, bureaus.length);
        }
        uint32 previous = 0;
        for (uint256 i = 0; i < bureaus.length; ++i) {
            Bureau memory member = bureaus[i];
            if (member.id <= previous) revert ConsortiumNotAscending(previous, member.id);
            previous = member.id;
            _bureauIds.push(member.id);
            _bureaus[member.id] = member;
            _hold(member.validator, Role.Validator, member.id);
            _hold(member.oracle, Role.Oracle, member.id);
            _hold(member.sender, Role.Sender, member.id);
            _hold(member.officer, Role.Officer, member.id);
        }
        previous = 0;
        for (uint256 i = 0; i < courts.length; ++i) {
            if (courts[i].id <= previous) revert ConsortiumNotAscending(previous, courts[i].id);
            previous = courts[i].id;
            _courts.push(courts[i]);
            _hold(courts[i].key, Role.CourtKey, courts[i].id);
        }
        for (uint256 i = 0; i < contracts.length; ++i) {
            _contracts.push(contracts[i]);
        }
        _threshold = threshold_;
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
    function bureauCount() external view returns (uint256) {
        return _bureauIds.length;
    }

    /// @inheritdoc IConsortium
    function bureau(uint32 id) external view returns (Bureau memory) {
        if (_bureaus[id].id == 0) revert ConsortiumUnknownBureau(id);
        return _bureaus[id];
    }

    /// @inheritdoc IConsortium
    function bureauOfOracle(address key) external view returns (uint32) {
        return _memberOf(key, Role.Oracle);
    }

    /// @inheritdoc IConsortium
    function bureauOfSender(address key) external view returns (uint32) {
        return _memberOf(key, Role.Sender);
    }

    /// @inheritdoc IConsortium
    function bureauOfOfficer(address key) external view returns (uint32) {
        return _memberOf(key, Role.Officer);
    }

    /// @inheritdoc IConsortium
    function courtOf(address key) external view returns (uint32) {
        return _memberOf(key, Role.CourtKey);
    }

    /// @inheritdoc IConsortium
    function isInForce(uint16 role, address location) external view returns (bool) {
        // The newest version whose block has come is the one in force; the list is short and capped.
        for (uint256 i = _contracts.length; i > 0; --i) {
            ContractVersion storage entry = _contracts[i - 1];
            if (entry.role == role && entry.fromBlock <= block.number) return entry.location == location;
        }
        return false;
    }

    function _hold(address key, Role role, uint32 member) private {
        Holder storage holder = _holders[key];
        if (key == address(0) || holder.role != Role.None) revert ConsortiumKeyTaken(key, holder.member);
        holder.role = role;
        holder.member = member;
    }

    function _memberOf(address key, Role role) private view returns (uint32) {
        Holder storage holder = _holders[key];
        return holder.role == role ? holder.member : 0;
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {KeyRecord, KeyRole} from "../types/Governance.sol";

/// @title The life of every key: whose it was, for what, from which block to which, and how it ended.
/// @notice Kept for ever, so that evidence signed with a retired key stays readable.
/// Slot that proofs read: 2 the records by key, one word each, laid out as KeyRecord says.
interface IKeyRegister {
    /// @notice Thrown when a key is zero, or was ever used.
    error ConsortiumKeyTaken(address key, uint32 by);
    /// @notice Thrown when a bureau would revoke a key that only a vote may end.
    error ConsortiumNotRevocable(KeyRole role);
    /// @notice Thrown when the member has no current key in this role.
    error ConsortiumNoKey(uint32 member, KeyRole role);
    /// @notice Thrown when `caller` is no officer of a bureau.
    error ConsortiumNotAnOfficer(address caller);

    /// @notice Emitted once a key is in use; `sequence` rises by one with every event of this contract.
    event KeyHeld(address indexed key, uint32 indexed member, KeyRole role, uint32 epoch, uint64 sequence);
    /// @notice Emitted once a key has ended; `sequence` rises by one with every event of this contract.
    event KeyEnded(
        address indexed key,
        uint32 indexed member,
        KeyRole role,
        bool revoked,
        uint256 blockNumber,
        uint256 time,
        uint64 sequence
    );

    /// @notice End the own bureau's oracle, sender or officer key at once: it signs nothing from this transaction on.
    /// Only the bureau's officer. A new key needs a vote. Emits `KeyEnded` and `ConfigurationChanged`.
    function revokeKey(KeyRole role) external;

    /// @notice The life of a key; zeros when it was never used.
    function keyRecord(address key) external view returns (KeyRecord memory);

    /// @notice How many keys a member has had in a role.
    function keyCount(uint32 member, KeyRole role) external view returns (uint256);

    /// @notice A member's key of an epoch, which counts from 1. Reverts `ConsortiumNoKey`.
    function keyAt(uint32 member, KeyRole role, uint32 epoch) external view returns (address);
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bureau, Court, ContractVersion} from "../types/Configuration.sol";
import {Witness} from "../types/Governance.sol";

/// @title Who the members are, which keys they hold, how many must sign, and which contracts are in force.
/// @notice What the other contracts and the nodes read. How it changes is in IGovernance, by votes as in IBallot;
/// the life of each key is in IKeyRegister. Slot that proofs read: 0 the configuration digest.
interface IConsortium {
    /// @notice Thrown when the bureaus or the courts are not strictly ascending by id, or an id is zero.
    error ConsortiumNotAscending(uint32 previous, uint32 next);
    /// @notice Thrown when the threshold is no majority of the bureaus, is below the least, or above their number.
    error ConsortiumBadThreshold(uint32 threshold, uint256 bureaus);
    /// @notice Thrown when there are more members than the cap.
    error ConsortiumTooMany(uint256 size, uint256 cap);
    /// @notice Thrown when there would be fewer bureaus, each with its validator, than tolerate one faulty member.
    error ConsortiumBelowFloor(uint256 bureaus, uint256 floor);
    /// @notice Thrown when no bureau has this id.
    error ConsortiumUnknownBureau(uint32 id);

    /// @notice Emitted with every change of the configuration; `sequence` rises by one with every event of this contract.
    event ConfigurationChanged(uint64 indexed version, bytes32 configDigest, uint256 blockNumber, uint64 sequence);

    /// @notice keccak256(abi.encode(chainId, this, version, threshold, bureaus, courts, contracts)).
    /// Reports bind to it.
    function configDigest() external view returns (bytes32);

    /// @notice Rises by one with each change of the configuration.
    function version() external view returns (uint64);

    /// @notice How many distinct bureaus must sign a report.
    function threshold() external view returns (uint32);

    /// @notice All that the digest covers, besides chain and address: bureaus and courts ascending by id, contracts in the
    /// order in which they were put in force.
    function configuration()
        external
        view
        returns (uint64 version, uint32 threshold, Bureau[] memory, Court[] memory, ContractVersion[] memory);

    function bureauCount() external view returns (uint256);

    /// @notice The bureau with this id; a key of it that was revoked and not replaced is zero.
    /// Reverts `ConsortiumUnknownBureau`.
    function bureau(uint32 id) external view returns (Bureau memory);

    /// @notice The bureau whose current oracle key this is, zero when none.
    function bureauOfOracle(address key) external view returns (uint32);

    /// @notice The bureau that sends with this key now, zero when none does.
    function bureauOfSender(address key) external view returns (uint32);

    /// @notice The bureau whose officer holds this key now, zero when none does.
    function bureauOfOfficer(address key) external view returns (uint32);

    /// @notice The court that rules with this key now, zero when none does.
    function courtOf(address key) external view returns (uint32);

    /// @notice Whether the contract at `location` may take anything new in `role` at this block: it is the newest whose
    /// block has come, and the role is not paused. A pause answers here, so that what asks one question is stopped by it.
    function isInForce(uint16 role, address location) external view returns (bool);

    /// @notice Whether a vote has stopped this role, which ends by itself.
    function isPaused(uint16 role) external view returns (bool);

    /// @notice The block time until which the role is paused, zero when it never was.
    function pausedUntil(uint16 role) external view returns (uint40);

    /// @notice The witnesses, in the order in which they were registered. They are no part of the digest.
    function witnesses() external view returns (Witness[] memory);
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bureau, Court, ContractVersion} from "../types/Configuration.sol";

/// @title Who the members are, which keys they hold, how many must sign, and which contracts are in force.
interface IConsortium {
    /// @notice Thrown when the bureaus or the courts are not strictly ascending by id, or an id is zero.
    error ConsortiumNotAscending(uint32 previous, uint32 next);
    /// @notice Thrown when a key is zero or stands for two roles or members.
    error ConsortiumKeyTaken(address key, uint32 by);
    /// @notice Thrown when the threshold is no majority of the bureaus, is below the least, or above their number.
    error ConsortiumBadThreshold(uint32 threshold, uint256 bureaus);
    /// @notice Thrown when there are more members than the cap.
    error ConsortiumTooMany(uint256 size, uint256 cap);
    /// @notice Thrown when no bureau has this id.
    error ConsortiumUnknownBureau(uint32 id);

    /// @notice keccak256(abi.encode(chainId, this, version, threshold, bureaus, courts, contracts)).
    /// Reports bind to it.
    function configDigest() external view returns (bytes32);

    /// @notice Rises with each change of the configuration.
    function version() external view returns (uint64);

    /// @notice How many distinct bureaus must sign a report.
    function threshold() external view returns (uint32);

    function bureauCount() external view returns (uint256);

    /// @notice The bureau with this id. Reverts `ConsortiumUnknownBureau`.
    function bureau(uint32 id) external view returns (Bureau memory);

    /// @notice The bureau that holds this oracle key, zero when none does.
    function bureauOfOracle(address key) external view returns (uint32);

    /// @notice The bureau that sends with this key, zero when none does.
    function bureauOfSender(address key) external view returns (uint32);

    /// @notice The bureau whose officer holds this key, zero when none does.
    function bureauOfOfficer(address key) external view returns (uint32);

    /// @notice The court that rules with this key, zero when none does.
    function courtOf(address key) external view returns (uint32);

    /// @notice Whether the contract at `location` is in force in `role` at this block.
    function isInForce(uint16 role, address location) external view returns (bool);
}

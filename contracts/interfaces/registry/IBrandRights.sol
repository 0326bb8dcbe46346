// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Right, RightRecord} from "../../types/Brand.sol";

/// @title The rights of brands: filed by a bureau, verified by an officer, until they expire or are revoked.
interface IBrandRights {
    enum RightStatus {
        Pending, // on file, no officer has attested it
        Verified,
        Revoked
    }

    /// @notice Thrown when the right's classes or dates make no sense.
    error BrandRegistryBadRight(uint64 niceClasses, uint64 validFrom, uint64 validUntil);
    /// @notice Thrown when a brand has as many rights as it may have.
    error BrandRegistryTooManyRights(bytes32 brandId, uint256 cap);
    /// @notice Thrown when the brand has no right with this index.
    error BrandRegistryUnknownRight(bytes32 brandId, uint256 index);
    /// @notice Thrown when a right cannot go from the status it has to the one that is asked for.
    error BrandRegistryRightStatus(bytes32 brandId, uint256 index, RightStatus status);
    /// @notice Thrown when a revocation gives no reason.
    error BrandRegistryNoReason(bytes32 brandId);

    /// @notice Emitted when a bureau puts a right on file.
    event RightFiled(
        bytes32 indexed brandId,
        uint256 index,
        uint16 office,
        bytes32 documentDigest,
        uint32 bureau,
        uint64 sequence
    );
    /// @notice Emitted when an officer attests a right.
    event RightVerified(bytes32 indexed brandId, uint256 index, uint32 bureau, uint64 sequence);
    /// @notice Emitted when an officer marks a right as revoked or invalidated.
    event RightRevoked(bytes32 indexed brandId, uint256 index, uint32 bureau, bytes32 reason, uint64 sequence);

    /// @notice Put a further right of a brand on file: verified at once when an officer sends this, pending when a
    /// bureau's sender key does. Emits `RightFiled`, and `RightVerified` for an officer.
    function fileRight(bytes32 brandId, Right calldata right) external;

    /// @notice Attest a pending right. Only a bureau's officer. Emits `RightVerified`.
    function verifyRight(bytes32 brandId, uint256 index) external;

    /// @notice Mark a right as revoked or invalidated, for good. Only a bureau's officer. Emits `RightRevoked`.
    function revokeRight(bytes32 brandId, uint256 index, bytes32 reason) external;

    /// @notice How many rights the brand has had.
    function rightCount(bytes32 brandId) external view returns (uint256);

    /// @notice One right of a brand and its status. Reverts `BrandRegistryUnknownRight`.
    /// Dates are not part of the status: compare `validFrom` and `validUntil` with the time that matters.
    function rightAt(bytes32 brandId, uint256 index) external view returns (RightRecord memory, RightStatus);

    /// @notice Whether some right of the brand, not revoked, covers this moment; `verified` when one of them is.
    function rightInForce(bytes32 brandId) external view returns (bool inForce, bool verified);
}

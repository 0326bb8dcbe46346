// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Authority, Brand, Right} from "../../types/Brand.sol";

/// @title Brands: who put them on record, who owns them, under which unique name.
interface IBrandBook {
    /// @notice Thrown when this version is not in force, or paused.
    error BrandRegistryNotInForce(address registry);
    /// @notice Thrown when `sender` is neither the officer nor the sender key of a bureau.
    error BrandRegistryNotABureau(address sender);
    /// @notice Thrown when `sender` is no bureau's officer.
    error BrandRegistryNotAnOfficer(address sender);
    /// @notice Thrown when `sender` does not own the brand.
    error BrandRegistryNotTheOwner(address sender, bytes32 brandId);
    /// @notice Thrown when the brand id is zero, or the owner, the right's office or a digest is missing.
    error BrandRegistryIncomplete(bytes32 brandId);
    /// @notice Thrown when the brand is on record already.
    error BrandRegistryExists(bytes32 brandId);
    /// @notice Thrown when another brand holds the same normalised name.
    error BrandRegistryNameTaken(bytes32 nameKey, bytes32 byBrand);
    /// @notice Thrown when no brand has this id.
    error BrandRegistryUnknown(bytes32 brandId);
    /// @notice Thrown when an authority is used after its deadline.
    error BrandRegistryAuthorityExpired(uint64 deadline, uint256 blockTime);
    /// @notice Thrown when the right is not the one that the authority names.
    error BrandRegistryWrongRight(bytes32 rightDigest, bytes32 expected);
    /// @notice Thrown when a signature is not 65 bytes, has a high s, or recovers nobody.
    error BrandRegistryBadSignature(uint256 length);

    /// @notice Emitted once a brand is on record; `sequence` rises by one with every event of this contract.
    event BrandRegistered(bytes32 indexed brandId, address indexed owner, uint32 bureau, uint64 sequence);

    /// @notice Put a brand on record with its first right, while this version is in force: verified at once when a bureau's officer sends this, pending
    /// when its sender key does. Emits `BrandRegistered`, `RightFiled`, and `RightVerified` for an officer.
    function registerBrand(
        bytes32 brandId,
        address owner,
        bytes32 nameKey,
        bytes32 nameDigest,
        Right calldata right
    ) external;

    /// @notice Put a brand on record by a bureau officer's signed authority. Anyone may carry it: the owner stands in the
    /// signed words, so a copied transaction registers the same brand for the same owner. The right counts as
    /// verified by that bureau. Emits `BrandRegistered`, `RightFiled`, `RightVerified`.
    function registerByAuthority(
        Authority calldata authority,
        Right calldata right,
        bytes calldata signature
    ) external;

    /// @notice The brand with this id. Reverts `BrandRegistryUnknown`.
    function brand(bytes32 brandId) external view returns (Brand memory);

    /// @notice The brand's owner, zero when there is no such brand.
    function ownerOf(bytes32 brandId) external view returns (address);

    /// @notice The brand that holds this normalised name, zero when none does.
    function brandOfName(bytes32 nameKey) external view returns (bytes32);
}

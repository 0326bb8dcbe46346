// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Brands and the rights they hold, each verified by a bureau.
interface IBrandRegistry {
    struct Right {
        bytes32 numberDigest; // of the registration number
        uint16 office; // WIPO ST.3 code, two ASCII letters
        uint64 niceClasses; // bit n set: class n (1 to 45)
        uint64 validFrom; // UTC seconds
        uint64 validUntil;
        bytes32 documentDigest;
    }

    struct Brand {
        address owner;
        uint32 bureau; // that verified the right
        bytes32 nameKey; // digest of the normalised name, unique
        bytes32 nameDigest;
        Right right;
    }

    /// @notice Thrown when `sender` is neither the officer nor the sender key of a bureau.
    error BrandRegistryNotABureau(address sender);
    /// @notice Thrown when the brand id is zero, or the owner or a digest is missing.
    error BrandRegistryIncomplete(bytes32 brandId);
    /// @notice Thrown when the brand is on record already.
    error BrandRegistryExists(bytes32 brandId);
    /// @notice Thrown when another brand holds the same normalised name.
    error BrandRegistryNameTaken(bytes32 nameKey, bytes32 byBrand);
    /// @notice Thrown when the right's classes or dates make no sense.
    error BrandRegistryBadRight(uint64 niceClasses, uint64 validFrom, uint64 validUntil);
    /// @notice Thrown when no brand has this id.
    error BrandRegistryUnknown(bytes32 brandId);

    /// @notice Emitted once a brand is on record; `sequence` rises by one with every event of this contract.
    event BrandRegistered(bytes32 indexed brandId, address indexed owner, uint32 bureau, uint64 sequence);

    /// @notice Put a brand on record whose right the sending bureau verified. Emits `BrandRegistered`.
    function registerBrand(
        bytes32 brandId,
        address owner,
        bytes32 nameKey,
        bytes32 nameDigest,
        Right calldata right
    ) external;

    /// @notice The brand with this id. Reverts `BrandRegistryUnknown`.
    function brand(bytes32 brandId) external view returns (Brand memory);

    /// @notice The brand's owner, zero when there is no such brand.
    function ownerOf(bytes32 brandId) external view returns (address);
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title GS1 company prefixes: one holder each, none inside another.
interface ICompanyPrefixes {
    /// @notice Thrown when the prefix has not 4 to 12 digits, or its value does not fit them.
    error BrandRegistryBadPrefix(uint64 value, uint8 length);
    /// @notice Thrown when this prefix, or a shorter one that it lies in, has a holder.
    error BrandRegistryPrefixTaken(uint64 value, uint8 length, bytes32 byBrand);
    /// @notice Thrown when longer prefixes inside this one have holders.
    error BrandRegistryPrefixSplit(uint64 value, uint8 length, uint32 inside);
    /// @notice Thrown when nobody holds the prefix.
    error BrandRegistryUnknownPrefix(uint64 value, uint8 length);

    /// @notice Emitted when a bureau attests that a brand's company holds a prefix.
    event PrefixRegistered(
        bytes32 indexed brandId,
        uint64 value,
        uint8 length,
        uint32 bureau,
        bytes32 documentDigest,
        uint64 sequence
    );
    /// @notice Emitted when a bureau takes a prefix off the register; products registered under it stay.
    event PrefixWithdrawn(
        bytes32 indexed brandId,
        uint64 value,
        uint8 length,
        uint32 bureau,
        bytes32 reason,
        uint64 sequence
    );

    /// @notice Attest that the brand's company holds the prefix of `length` digits (leading zeros count).
    /// Only a bureau's officer. Emits `PrefixRegistered`.
    function registerPrefix(bytes32 brandId, uint64 value, uint8 length, bytes32 documentDigest) external;

    /// @notice Take a prefix off the register. Only a bureau's officer. Emits `PrefixWithdrawn`.
    function withdrawPrefix(uint64 value, uint8 length, bytes32 reason) external;

    /// @notice The brand whose registered prefix the GTIN lies under, zero when none does. A GTIN-8 lies under none:
    /// those are given out singly.
    function prefixHolder(uint64 gtin) external view returns (bytes32);
}

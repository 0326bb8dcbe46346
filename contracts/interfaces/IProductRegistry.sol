// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Products by GTIN, and the sellers a brand authorised.
interface IProductRegistry {
    struct Product {
        uint64 gtin; // GTIN-14 as a number, with a valid check digit
        bytes32 nameDigest;
        uint64 priceLowFen; // reference price range, minor units of `currency`
        uint64 priceHighFen;
        bytes3 currency; // ISO 4217
        bytes32 metadataDigest;
    }

    struct Period {
        uint64 from; // UTC seconds, first second of the authorisation
        uint64 until; // first second after it
    }

    /// @notice Thrown when `sender` does not own the brand.
    error ProductRegistryNotTheOwner(address sender, bytes32 brandId);
    /// @notice Thrown when a call carries no item, or more than the cap.
    error ProductRegistryBadCount(uint256 count, uint256 cap);
    /// @notice Thrown when the GTIN is longer than 14 digits or its check digit is wrong.
    error ProductRegistryBadGtin(uint64 gtin);
    /// @notice Thrown when the price range is empty or no currency is given.
    error ProductRegistryBadPrice(uint64 gtin, uint64 priceLowFen, uint64 priceHighFen, bytes3 currency);
    /// @notice Thrown when this brand registered the GTIN before.
    error ProductRegistryExists(uint64 gtin, bytes32 brandId);
    /// @notice Thrown when nobody registered the GTIN.
    error ProductRegistryUnknown(uint64 gtin);
    /// @notice Thrown when an authorisation or its end would lie in the past, or end before it begins.
    error ProductRegistryBadPeriod(uint64 from, uint64 until, uint256 blockTime);
    /// @notice Thrown when a running authorisation would be cut short or followed by a gap: withdraw it, or prolong it.
    error ProductRegistryStillAuthorised(bytes32 brandId, bytes32 subject, uint64 until);
    /// @notice Thrown when the subject has no authorisation of this brand to withdraw.
    error ProductRegistryNotAuthorised(bytes32 brandId, bytes32 subject);

    /// @notice Emitted for each product put on record; `sequence` rises by one with every event of this contract.
    event ProductRegistered(uint64 indexed gtin, bytes32 indexed brandId, uint64 sequence);
    /// @notice Emitted when a second brand claims a GTIN; both claims stay.
    event ProductContested(uint64 indexed gtin, bytes32 indexed brandId, bytes32 indexed rivalId, uint64 sequence);
    /// @notice Emitted when a brand authorises a seller.
    event SellerAuthorised(
        bytes32 indexed brandId,
        bytes32 indexed subject,
        uint64 from,
        uint64 until,
        uint64 sequence
    );
    /// @notice Emitted when a brand ends an authorisation; what happened before stays authorised.
    event SellerWithdrawn(bytes32 indexed brandId, bytes32 indexed subject, uint64 until, uint64 sequence);

    /// @notice Put products of the sender's brand on record.
    /// Emits `ProductRegistered`, and `ProductContested` for a rival claim.
    function registerProducts(bytes32 brandId, Product[] calldata products) external;

    /// @notice Authorise sellers from a time on that is not in the past; prolongs one that is running.
    /// Emits `SellerAuthorised`.
    function authoriseSellers(bytes32 brandId, bytes32[] calldata subjects, uint64 from, uint64 until) external;

    /// @notice End authorisations now. Emits `SellerWithdrawn`.
    function withdrawSellers(bytes32 brandId, bytes32[] calldata subjects) external;

    /// @notice The first claim to a GTIN, whose it is, and whether a rival claims it too.
    /// Reverts `ProductRegistryUnknown`.
    function product(uint64 gtin) external view returns (Product memory item, bytes32 brandId, bool contested);

    /// @notice All claims to a GTIN, first claim first.
    function claims(uint64 gtin) external view returns (Product[] memory items, bytes32[] memory brandIds);

    /// @notice The last authorisation of a seller by a brand; zeros when there is none.
    /// Earlier ones stand in the events.
    function authorisation(bytes32 brandId, bytes32 subject) external view returns (uint64 from, uint64 until);
}

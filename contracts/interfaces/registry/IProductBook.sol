// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Product} from "../../types/Product.sol";

/// @title Products by GTIN, who claims them, and what became of rival claims.
interface IProductBook {
    enum ClaimStatus {
        None,
        Open,
        Upheld, // by the last ruling on this GTIN
        Rejected // by the last ruling on this GTIN; stays visible
    }

    /// @notice Thrown when this version is not in force, or paused: nothing new is taken.
    error ProductRegistryNotInForce(address registry);
    /// @notice Thrown when `sender` does not own the brand.
    error ProductRegistryNotTheOwner(address sender, bytes32 brandId);
    /// @notice Thrown when no right of the brand is in force.
    error ProductRegistryNoRightInForce(bytes32 brandId);
    /// @notice Thrown when a call carries no item, or more than the cap.
    error ProductRegistryBadCount(uint256 count, uint256 cap);
    /// @notice Thrown when the GTIN is longer than 14 digits or its check digit is wrong.
    error ProductRegistryBadGtin(uint64 gtin);
    /// @notice Thrown when the price range is empty or no currency is given.
    error ProductRegistryBadPrice(uint64 gtin, uint64 priceLowFen, uint64 priceHighFen, bytes3 currency);
    /// @notice Thrown when this brand registered the GTIN before.
    error ProductRegistryExists(uint64 gtin, bytes32 brandId);
    /// @notice Thrown when nobody registered the GTIN, or every claim to it was rejected.
    error ProductRegistryUnknown(uint64 gtin);
    /// @notice Thrown when `sender` is not the registry of cases.
    error ProductRegistryNotTheCaseRegistry(address sender);
    /// @notice Thrown when a ruling is about a GTIN that was never contested.
    error ProductRegistryNotContested(uint64 gtin);
    /// @notice Thrown when the winner neither claims the GTIN nor holds the company prefix it lies under.
    error ProductRegistryNotAClaimant(uint64 gtin, bytes32 brandId);

    /// @notice Emitted for each product put on record; `sequence` rises by one with every event of this contract.
    event ProductRegistered(uint64 indexed gtin, bytes32 indexed brandId, uint64 sequence);
    /// @notice Emitted when `rivalId` claims a GTIN that `brandId` claims too, or whose company prefix `brandId` holds.
    /// Both claims stay.
    event ProductContested(uint64 indexed gtin, bytes32 indexed brandId, bytes32 indexed rivalId, uint64 sequence);
    /// @notice Emitted when a ruling settles a contest: all claims but the winner's are rejected and stay visible.
    event ProductSettled(uint64 indexed gtin, bytes32 indexed winner, bytes32 reason, uint64 sequence);

    /// @notice Put products of the sender's brand on record. Only the brand's owner, while a right is in force.
    /// Emits `ProductRegistered`, and `ProductContested` for a rival claim or a GTIN under another owner's prefix.
    function registerProducts(bytes32 brandId, Product[] calldata products) external;

    /// @notice Settle rival claims; a later ruling on the same GTIN replaces an earlier one. Only the registry of cases.
    /// The winner is a claimant or the holder of the company prefix. Emits `ProductSettled`.
    function settleClaim(uint64 gtin, bytes32 winner, bytes32 reason) external;

    /// @notice The claim that stands for a GTIN (the upheld one, else the first that was not rejected), whose it is, and
    /// whether a rival's is open. Reverts `ProductRegistryUnknown`.
    function product(uint64 gtin) external view returns (Product memory item, bytes32 brandId, bool contested);

    /// @notice All claims to a GTIN, first claim first, rejected ones included.
    function claims(
        uint64 gtin
    ) external view returns (Product[] memory items, bytes32[] memory brandIds, ClaimStatus[] memory statuses);

    /// @notice Whether a GTIN is contested now, and the prefix holder that stands against a claim (zero: none).
    function contest(uint64 gtin) external view returns (bool contested, bytes32 prefixHolder);
}

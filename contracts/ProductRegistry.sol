// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBrandRegistry} from "./interfaces/IBrandRegistry.sol";
import {IProductRegistry} from "./interfaces/IProductRegistry.sol";

/// @title ProductRegistry: see IProductRegistry, which holds the documentation.
contract ProductRegistry is IProductRegistry {
    /// @dev Bounds the loop of one call.
    uint256 public constant MAX_ITEMS = 500;
    /// @dev A GTIN that more brands than this claim is for the consortium to settle, not for a list.
    uint256 public constant MAX_CLAIMS = 16;

    IBrandRegistry private immutable _brands;

    mapping(uint64 gtin => bytes32[] brandIds) private _claims; // slot 0
    mapping(uint64 gtin => mapping(bytes32 brandId => Product)) private _products; // slot 1
    mapping(bytes32 brandId => mapping(bytes32 subject => Period)) private _authorisations; // slot 2
    uint64 private _sequence; // slot 3

    constructor(address, address brands) {
        _brands = IBrandRegistry(brands);
    }

    modifier onlyOwner(bytes32 brandId) {
        if (msg.sender != _brands.ownerOf(brandId)) revert ProductRegistryNotTheOwner(msg.sender, brandId);
        _;
    }

    /// @inheritdoc IProductRegistry
    function registerProducts(bytes32 brandId, Product[] calldata products) external onlyOwner(brandId) {
        _checkCount(products.length);
        for (uint256 i = 0; i < products.length; ++i) {
            _register(brandId, products[i]);
        }
    }

    /// @inheritdoc IProductRegistry
    function authoriseSellers(
        bytes32 brandId,
        bytes32[] calldata subjects,
        uint64 from,
        uint64 until
    ) external onlyOwner(brandId) {
        _checkCount(subjects.length);
        if (from < block.timestamp || until <= from) revert ProductRegistryBadPeriod(from, until, block.timestamp);
        for (uint256 i = 0; i < subjects.length; ++i) {
            _authorise(brandId, subjects[i], from, until);
            emit SellerAuthorised(brandId, subjects[i], from, until, ++_sequence);
        }
    }

    /// @inheritdoc IProductRegistry
    function withdrawSellers(bytes32 brandId, bytes32[] calldata subjects) external onlyOwner(brandId) {
        _checkCount(subjects.length);
        uint64 current = uint64(block.timestamp);
        for (uint256 i = 0; i < subjects.length; ++i) {
            Period storage period = _authorisations[brandId][subjects[i]];
            if (period.until <= current) revert ProductRegistryNotAuthorised(brandId, subjects[i]);
            period.until = current;
            emit SellerWithdrawn(brandId, subjects[i], current, ++_sequence);
        }
    }

    /// @inheritdoc IProductRegistry
    function product(uint64 gtin) external view returns (Product memory item, bytes32 brandId, bool contested) {
        bytes32[] storage brandIds = _claims[gtin];
        if (brandIds.length == 0) revert ProductRegistryUnknown(gtin);
        brandId = brandIds[0];
        return (_products[gtin][brandId], brandId, brandIds.length > 1);
    }

    /// @inheritdoc IProductRegistry
    function claims(uint64 gtin) external view returns (Product[] memory items, bytes32[] memory brandIds) {
        brandIds = _claims[gtin];
        items = new Product[](brandIds.length);
        for (uint256 i = 0; i < brandIds.length; ++i) {
            items[i] = _products[gtin][brandIds[i]];
        }
    }

    /// @inheritdoc IProductRegistry
    function authorisation(bytes32 brandId, bytes32 subject) external view returns (uint64 from, uint64 until) {
        Period storage period = _authorisations[brandId][subject];
        return (period.from, period.until);
    }

    /// @dev A running authorisation is prolonged, not replaced: what it covered up to now stays covered.
    function _authorise(bytes32 brandId, bytes32 subject, uint64 from, uint64 until) private {
        Period storage standing = _authorisations[brandId][subject];
        bool running = standing.from <= block.timestamp && block.timestamp < standing.until;
        if (running && (from > standing.until || until < standing.until)) {
            revert ProductRegistryStillAuthorised(brandId, subject, standing.until);
        }
        if (!running) standing.from = from;
        standing.until = until;
    }

    function _register(bytes32 brandId, Product calldata item) private {
        if (!_isGtin(item.gtin)) revert ProductRegistryBadGtin(item.gtin);
        if (item.priceLowFen > item.priceHighFen || item.priceHighFen == 0 || item.currency == 0) {
            revert ProductRegistryBadPrice(item.gtin, item.priceLowFen, item.priceHighFen, item.currency);
        }
        if (_products[item.gtin][brandId].gtin != 0) revert ProductRegistryExists(item.gtin, brandId);
        bytes32[] storage brandIds = _claims[item.gtin];
        if (brandIds.length >= MAX_CLAIMS) revert ProductRegistryBadCount(brandIds.length, MAX_CLAIMS);
        brandIds.push(brandId);
        _products[item.gtin][brandId] = item;
        emit ProductRegistered(item.gtin, brandId, ++_sequence);
        if (brandIds.length > 1) emit ProductContested(item.gtin, brandIds[0], brandId, ++_sequence);
    }

    function _checkCount(uint256 count) private pure {
        if (count == 0 || count > MAX_ITEMS) revert ProductRegistryBadCount(count, MAX_ITEMS);
    }

    /// @dev GS1 General Specifications: weights 3 and 1 from the right, the check digit weighs 1.
    function _isGtin(uint64 gtin) private pure returns (bool) {
        if (gtin == 0 || gtin >= 1e14) return false;
        uint64 sum = 0;
        uint64 rest = gtin;
        for (uint256 i = 0; rest > 0; ++i) {
            sum += (rest % 10) * (i % 2 == 0 ? 1 : 3);
            rest /= 10;
        }
        return sum % 10 == 0;
    }
}

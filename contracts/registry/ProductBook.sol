// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConsortium} from "../interfaces/IConsortium.sol";
import {IBrandRegistry} from "../interfaces/IBrandRegistry.sol";
import {IProductBook} from "../interfaces/registry/IProductBook.sol";
import {Product} from "../types/Product.sol";

/// @title ProductBook: see IProductBook, which holds the documentation.
abstract contract ProductBook is IProductBook {
    /// @dev Bounds the loop of one call.
    uint256 public constant MAX_ITEMS = 500;
    /// @dev A GTIN that more brands than this claim is for the consortium to settle, not for a list.
    uint256 public constant MAX_CLAIMS = 16;

    struct Claims {
        bytes32[] brandIds;
        bytes32 prefixHolder; // that a claim was made against
        bool contested; // now
        bool everContested;
    }

    uint16 private constant ROLE = 5;

    IConsortium private immutable _consortium;
    IBrandRegistry private immutable _brands;
    address private immutable _cases;

    mapping(uint64 gtin => Claims) private _claims;
    mapping(uint64 gtin => mapping(bytes32 brandId => Product)) private _products;
    mapping(uint64 gtin => mapping(bytes32 brandId => ClaimStatus)) private _statuses;
    uint64 private _sequence;

    constructor(address consortium, address brands, address cases) {
        _consortium = IConsortium(consortium);
        _brands = IBrandRegistry(brands);
        _cases = cases;
    }

    modifier onlyOwner(bytes32 brandId) {
        if (msg.sender != _brands.ownerOf(brandId)) revert ProductRegistryNotTheOwner(msg.sender, brandId);
        _;
    }

    /// @dev For what is new; what ends or settles something goes on.
    modifier whileOpen() {
        if (!_consortium.isInForce(ROLE, address(this))) revert ProductRegistryNotInForce(address(this));
        _;
    }

    modifier onlyInForce(bytes32 brandId) {
        // Whether a bureau verified the right is for readers to weigh.
        // slither-disable-next-line unused-return
        (bool inForce, ) = _brands.rightInForce(brandId);
        if (!inForce) revert ProductRegistryNoRightInForce(brandId);
        _;
    }

    /// @inheritdoc IProductBook
    function registerProducts(
        bytes32 brandId,
        Product[] calldata products
    ) external whileOpen onlyOwner(brandId) onlyInForce(brandId) {
        _checkCount(products.length);
        for (uint256 i = 0; i < products.length; ++i) {
            _register(brandId, msg.sender, products[i]);
        }
    }

    /// @inheritdoc IProductBook
    function settleClaim(uint64 gtin, bytes32 winner, bytes32 reason) external {
        if (msg.sender != _cases) revert ProductRegistryNotTheCaseRegistry(msg.sender);
        Claims storage entry = _claims[gtin];
        if (!entry.everContested) revert ProductRegistryNotContested(gtin);
        bool claimant = _statuses[gtin][winner] != ClaimStatus.None;
        if (winner == 0 || (!claimant && winner != entry.prefixHolder)) {
            revert ProductRegistryNotAClaimant(gtin, winner);
        }
        for (uint256 i = 0; i < entry.brandIds.length; ++i) {
            _statuses[gtin][entry.brandIds[i]] = ClaimStatus.Rejected;
        }
        if (claimant) _statuses[gtin][winner] = ClaimStatus.Upheld;
        entry.contested = false;
        emit ProductSettled(gtin, winner, reason, _next());
    }

    /// @inheritdoc IProductBook
    function product(uint64 gtin) external view returns (Product memory item, bytes32 brandId, bool contested) {
        brandId = _standing(gtin);
        return (_products[gtin][brandId], brandId, _claims[gtin].contested);
    }

    /// @inheritdoc IProductBook
    function claims(
        uint64 gtin
    ) external view returns (Product[] memory items, bytes32[] memory brandIds, ClaimStatus[] memory statuses) {
        brandIds = _claims[gtin].brandIds;
        items = new Product[](brandIds.length);
        statuses = new ClaimStatus[](brandIds.length);
        for (uint256 i = 0; i < brandIds.length; ++i) {
            items[i] = _products[gtin][brandIds[i]];
            statuses[i] = _statuses[gtin][brandIds[i]];
        }
    }

    /// @inheritdoc IProductBook
    function contest(uint64 gtin) external view returns (bool contested, bytes32 prefixHolder) {
        return (_claims[gtin].contested, _claims[gtin].prefixHolder);
    }

    function _register(bytes32 brandId, address owner, Product calldata item) internal {
        uint64 gtin = item.gtin;
        if (!_isGtin(gtin)) revert ProductRegistryBadGtin(gtin);
        if (item.priceLowFen > item.priceHighFen || item.priceHighFen == 0 || item.currency == 0) {
            revert ProductRegistryBadPrice(gtin, item.priceLowFen, item.priceHighFen, item.currency);
        }
        if (_statuses[gtin][brandId] != ClaimStatus.None) revert ProductRegistryExists(gtin, brandId);
        Claims storage entry = _claims[gtin];
        if (entry.brandIds.length >= MAX_CLAIMS) revert ProductRegistryBadCount(entry.brandIds.length, MAX_CLAIMS);
        bytes32 rival = _rival(gtin, brandId, owner);
        entry.brandIds.push(brandId);
        _products[gtin][brandId] = item;
        _statuses[gtin][brandId] = ClaimStatus.Open;
        emit ProductRegistered(gtin, brandId, _next());
        if (rival == 0) return;
        entry.contested = true;
        entry.everContested = true;
        emit ProductContested(gtin, rival, brandId, _next());
    }

    function _ownerOf(bytes32 brandId) internal view returns (address) {
        return _brands.ownerOf(brandId);
    }

    function _statusOf(uint64 gtin, bytes32 brandId) internal view returns (ClaimStatus) {
        return _statuses[gtin][brandId];
    }

    /// @dev The claim that was upheld, else the first that was not rejected.
    function _standing(uint64 gtin) internal view returns (bytes32 brandId) {
        brandId = _firstNotRejected(gtin);
        if (brandId == 0) revert ProductRegistryUnknown(gtin);
        bytes32[] storage brandIds = _claims[gtin].brandIds;
        for (uint256 i = 0; i < brandIds.length; ++i) {
            if (_statuses[gtin][brandIds[i]] == ClaimStatus.Upheld) return brandIds[i];
        }
    }

    function _next() internal returns (uint64) {
        return ++_sequence;
    }

    function _checkCount(uint256 count) internal pure {
        if (count == 0 || count > MAX_ITEMS) revert ProductRegistryBadCount(count, MAX_ITEMS);
    }

    /// @dev Whom a new claim stands against, zero for nobody: an earlier claim, or else the holder of the company prefix.
    /// A company's brands share its prefix, so a holder with the same owner is no rival.
    function _rival(uint64 gtin, bytes32 brandId, address owner) private returns (bytes32 rival) {
        rival = _firstNotRejected(gtin);
        bytes32 holder = _brands.prefixHolder(gtin);
        if (holder == 0 || holder == brandId || _brands.ownerOf(holder) == owner) return rival;
        _claims[gtin].prefixHolder = holder;
        if (rival == 0) rival = holder;
    }

    function _firstNotRejected(uint64 gtin) private view returns (bytes32) {
        bytes32[] storage brandIds = _claims[gtin].brandIds;
        for (uint256 i = 0; i < brandIds.length; ++i) {
            if (_statuses[gtin][brandIds[i]] != ClaimStatus.Rejected) return brandIds[i];
        }
        return 0;
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

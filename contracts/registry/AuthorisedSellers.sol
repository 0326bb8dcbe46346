// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAuthorisedSellers} from "../interfaces/registry/IAuthorisedSellers.sol";
import {Period} from "../types/Product.sol";
import {ProductBook} from "./ProductBook.sol";

/// @title AuthorisedSellers: see IAuthorisedSellers, which holds the documentation.
abstract contract AuthorisedSellers is ProductBook, IAuthorisedSellers {
    mapping(bytes32 brandId => mapping(bytes32 subject => Period)) private _authorisations;

    /// @inheritdoc IAuthorisedSellers
    function authoriseSellers(
        bytes32 brandId,
        bytes32[] calldata subjects,
        uint64 from,
        uint64 until
    ) external whileOpen onlyOwner(brandId) {
        _checkCount(subjects.length);
        if (from < block.timestamp || until <= from) revert ProductRegistryBadPeriod(from, until, block.timestamp);
        for (uint256 i = 0; i < subjects.length; ++i) {
            _authorise(brandId, subjects[i], from, until);
            emit SellerAuthorised(brandId, subjects[i], from, until, _next());
        }
    }

    /// @inheritdoc IAuthorisedSellers
    function withdrawSellers(bytes32 brandId, bytes32[] calldata subjects) external onlyOwner(brandId) {
        _checkCount(subjects.length);
        uint64 current = uint64(block.timestamp);
        for (uint256 i = 0; i < subjects.length; ++i) {
            Period storage period = _authorisations[brandId][subjects[i]];
            if (period.until <= current) revert ProductRegistryNotAuthorised(brandId, subjects[i]);
            period.until = current;
            emit SellerWithdrawn(brandId, subjects[i], current, _next());
        }
    }

    /// @inheritdoc IAuthorisedSellers
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
}

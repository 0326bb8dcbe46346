// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BrandBook} from "./BrandBook.sol";
import {ICompanyPrefixes} from "../interfaces/registry/ICompanyPrefixes.sol";

/// @title CompanyPrefixes: see ICompanyPrefixes, which holds the documentation.
/// @dev A tree over the digits of prefixes. A GTIN under no prefix costs one step, for its first four digits.
abstract contract CompanyPrefixes is BrandBook, ICompanyPrefixes {
    /// @dev GS1 General Specifications: a company prefix has 4 to 12 digits.
    uint8 public constant MIN_PREFIX = 4;
    uint8 public constant MAX_PREFIX = 12;

    struct Node {
        bytes32 holder;
        uint32 inside; // how many longer prefixes have holders
    }

    mapping(uint256 digits => Node) private _nodes; // 100 * value + length

    /// @inheritdoc ICompanyPrefixes
    function registerPrefix(
        bytes32 brandId,
        uint64 value,
        uint8 length,
        bytes32 documentDigest
    ) external onlyKnown(brandId) {
        uint32 bureau = _requireOfficer();
        if (length < MIN_PREFIX || length > MAX_PREFIX || value >= 10 ** length) {
            revert BrandRegistryBadPrefix(value, length);
        }
        if (documentDigest == 0) revert BrandRegistryIncomplete(brandId);
        for (uint8 digits = MIN_PREFIX; digits < length; ++digits) {
            Node storage shorter = _node(value, length, digits);
            if (shorter.holder != 0) revert BrandRegistryPrefixTaken(value, length, shorter.holder);
            ++shorter.inside;
        }
        Node storage node = _node(value, length, length);
        if (node.holder != 0) revert BrandRegistryPrefixTaken(value, length, node.holder);
        if (node.inside != 0) revert BrandRegistryPrefixSplit(value, length, node.inside);
        node.holder = brandId;
        emit PrefixRegistered(brandId, value, length, bureau, documentDigest, _next());
    }

    /// @inheritdoc ICompanyPrefixes
    function withdrawPrefix(uint64 value, uint8 length, bytes32 reason) external {
        uint32 bureau = _requireOfficer();
        bytes32 holder = _node(value, length, length).holder;
        if (holder == 0) revert BrandRegistryUnknownPrefix(value, length);
        if (reason == 0) revert BrandRegistryIncomplete(holder);
        for (uint8 digits = MIN_PREFIX; digits < length; ++digits) {
            --_node(value, length, digits).inside;
        }
        delete _node(value, length, length).holder;
        emit PrefixWithdrawn(holder, value, length, bureau, reason, _next());
    }

    /// @inheritdoc ICompanyPrefixes
    function prefixHolder(uint64 gtin) external view returns (bytes32) {
        if (gtin < 1e8) return 0;
        uint64 body = (gtin % 1e13) / 10; // 12 digits: without the indicator and the check digit
        for (uint8 digits = MIN_PREFIX; digits <= MAX_PREFIX; ++digits) {
            Node storage node = _node(body, MAX_PREFIX, digits);
            if (node.holder != 0) return node.holder;
            if (node.inside == 0) return 0;
        }
        return 0;
    }

    /// @dev The node of the first `digits` of a number of `length` digits.
    function _node(uint64 value, uint8 length, uint8 digits) private view returns (Node storage) {
        // The division cuts off the digits behind; the rest leaves two decimal places for their number.
        // slither-disable-next-line divide-before-multiply
        return _nodes[(value / 10 ** (length - digits)) * 100 + digits];
    }
}

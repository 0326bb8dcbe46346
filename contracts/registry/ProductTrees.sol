// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IProductTrees} from "../interfaces/registry/IProductTrees.sol";
import {InclusionProof} from "../libraries/InclusionProof.sol";
import {Product, ProductTree} from "../types/Product.sol";
import {ProductBook} from "./ProductBook.sol";

/// @title ProductTrees: see IProductTrees, which holds the documentation.
abstract contract ProductTrees is ProductBook, IProductTrees {
    ProductTree[] private _trees;

    /// @inheritdoc IProductTrees
    function registerTree(
        bytes32 brandId,
        bytes32 root,
        uint64 count,
        bytes32 manifestDigest
    ) external whileOpen onlyOwner(brandId) onlyInForce(brandId) returns (uint256 treeIndex) {
        if (root == 0 || count == 0 || manifestDigest == 0) revert ProductRegistryEmptyTree(root, count);
        treeIndex = _trees.length;
        _trees.push(ProductTree(root, brandId, manifestDigest, count, uint64(block.timestamp)));
        emit TreeRegistered(treeIndex, brandId, root, count, manifestDigest, _next());
    }

    /// @inheritdoc IProductTrees
    function proveProduct(uint256 treeIndex, Product calldata item, uint64 index, bytes32[] calldata path) external {
        _materialise(checkProduct(treeIndex, item, index, path), item);
        emit ProductProven(item.gtin, treeIndex, index, _next());
    }

    /// @inheritdoc IProductTrees
    function checkProduct(
        uint256 treeIndex,
        Product calldata item,
        uint64 index,
        bytes32[] calldata path
    ) public view returns (bytes32 brandId) {
        ProductTree storage entry = _tree(treeIndex);
        InclusionProof.check(InclusionProof.leafHash(abi.encode(item)), index, entry.count, path, entry.root);
        return entry.brandId;
    }

    /// @inheritdoc IProductTrees
    function treeCount() external view returns (uint256) {
        return _trees.length;
    }

    /// @inheritdoc IProductTrees
    function tree(uint256 treeIndex) external view returns (ProductTree memory) {
        return _tree(treeIndex);
    }

    function _materialise(bytes32 brandId, Product calldata item) private whileOpen onlyInForce(brandId) {
        _register(brandId, _ownerOf(brandId), item);
    }

    function _tree(uint256 treeIndex) private view returns (ProductTree storage) {
        if (treeIndex >= _trees.length) revert ProductRegistryUnknownTree(treeIndex);
        return _trees[treeIndex];
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Product, ProductTree} from "../../types/Product.sol";

/// @title Thousands of products at once: the RFC 9162 root over them goes on record, each is proven when it matters.
interface IProductTrees {
    /// @notice Thrown when a tree has no root, no leaf or no manifest.
    error ProductRegistryEmptyTree(bytes32 root, uint64 count);
    /// @notice Thrown when no tree has this index.
    error ProductRegistryUnknownTree(uint256 treeIndex);

    /// @notice Emitted once a tree is on record; `manifestDigest` says where its leaves are kept.
    event TreeRegistered(
        uint256 indexed treeIndex,
        bytes32 indexed brandId,
        bytes32 root,
        uint64 count,
        bytes32 manifestDigest,
        uint64 sequence
    );
    /// @notice Emitted when a product of a tree was proven, after its `ProductRegistered`.
    event ProductProven(uint64 indexed gtin, uint256 indexed treeIndex, uint64 index, uint64 sequence);

    /// @notice Put a whole tree of products on record. Only the brand's owner, while a right is in force.
    /// Emits `TreeRegistered`. The products take part in claims and contests once they are proven.
    function registerTree(
        bytes32 brandId,
        bytes32 root,
        uint64 count,
        bytes32 manifestDigest
    ) external returns (uint256 treeIndex);

    /// @notice Put one product of a tree on record by its inclusion proof. Anyone, while a right of the brand is in force.
    /// Emits `ProductRegistered`, `ProductContested` as for any claim, and `ProductProven`.
    function proveProduct(uint256 treeIndex, Product calldata item, uint64 index, bytes32[] calldata path) external;

    /// @notice The brand whose tree holds this product at this index. Reverts when it does not (`InclusionProof…`).
    function checkProduct(
        uint256 treeIndex,
        Product calldata item,
        uint64 index,
        bytes32[] calldata path
    ) external view returns (bytes32 brandId);

    /// @notice How many trees are on record.
    function treeCount() external view returns (uint256);

    /// @notice One tree. Reverts `ProductRegistryUnknownTree`.
    function tree(uint256 treeIndex) external view returns (ProductTree memory);
}

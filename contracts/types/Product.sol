// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev What ProductRegistry keeps. A tree's leaf is leafHash(abi.encode(product)); its twin is node/protocol/products.py.
struct Product {
    uint64 gtin; // GTIN-14 as a number, with a valid check digit
    bytes32 nameDigest;
    uint64 priceLowFen; // reference price range, minor units of `currency`
    uint64 priceHighFen;
    bytes3 currency; // ISO 4217
    bytes32 metadataDigest;
}

struct ProductTree {
    // slot 0
    bytes32 root; // RFC 9162, SHA-256
    // slot 1
    bytes32 brandId;
    // slot 2
    bytes32 manifestDigest; // of where the leaves are kept
    // slot 3
    uint64 count;
    uint64 registeredAt; // UTC seconds
}

struct Period {
    uint64 from; // UTC seconds, first second of the authorisation
    uint64 until; // first second after it
}

struct SerialRange {
    // slot 0
    uint128 first; // both ends belong to the range
    uint128 last;
    // slot 1
    bytes32 batchDigest; // of the batch or lot
    // slot 2
    uint64 producedAt; // UTC seconds
    uint64 bestBefore; // zero where there is none
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev The consortium's configuration. Twin of node/protocol/configuration.py.
/// Its digest is what every finding binds to.
struct Bureau {
    uint32 id; // never reused
    bytes32 nameDigest;
    bytes32 jurisdiction; // division code (GB/T 2260), left-aligned ASCII
    bytes32 accession; // digest of the signed accession paper
    address validator; // seals blocks
    address oracle; // signs answers, anchors and reports
    address sender; // carries transactions
    address officer; // votes and confirms
    uint64 epoch; // rises with each key change
}

struct Court {
    uint32 id;
    bytes32 nameDigest;
    address key; // rules
}

struct ContractVersion {
    uint16 role; // 1 ValidatorSet … 9 ModelRegistry
    address location;
    uint64 fromBlock;
}

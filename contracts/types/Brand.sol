// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev What BrandRegistry keeps. `Authority` is an EIP-712 type; its twin is node/protocol/authority.py.
struct Right {
    bytes32 numberDigest; // of the registration number
    uint16 office; // WIPO ST.3 code, two ASCII letters
    uint64 niceClasses; // bit n set: class n (1 to 45)
    uint64 validFrom; // UTC seconds
    uint64 validUntil; // first second after it
    bytes32 documentDigest;
}

struct RightRecord {
    Right right;
    uint32 filedBy; // bureau that put it on file
    uint32 verifiedBy; // bureau whose officer attested it, zero while pending
    uint32 revokedBy; // bureau whose officer revoked it, zero while it stands
    uint64 revokedAt;
    bytes32 reason; // of the revocation
}

struct Brand {
    address owner;
    uint32 bureau; // that put the brand on record
    bytes32 nameKey; // digest of the normalised name, unique
    bytes32 nameDigest;
}

struct Authority {
    bytes32 brandId;
    address owner;
    bytes32 nameKey;
    bytes32 nameDigest;
    bytes32 rightDigest; // keccak256(abi.encode(right))
    uint64 deadline; // last second at which it may be used
}

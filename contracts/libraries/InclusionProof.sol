// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Inclusion proofs after RFC 9162 section 2.1.3.2 (SHA-256, position and size bound).
/// @notice Twin of node/protocol/merkle.py; both read tests/vectors/merkle_inclusion.json.
library InclusionProof {
    /// @notice Thrown when `index` is not below `size`.
    error InclusionProofBadPosition(uint64 index, uint64 size);
    /// @notice Thrown when the path is not exactly as long as the position asks for.
    error InclusionProofBadLength(uint256 length, uint64 index, uint64 size);
    /// @notice Thrown when the path leads to another root.
    error InclusionProofBadRoot(bytes32 computed, bytes32 expected);

    function leafHash(bytes memory data) internal pure returns (bytes32) {
        return sha256(bytes.concat(hex"00", data));
    }

    function nodeHash(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(bytes.concat(hex"01", left, right));
    }

    /// @dev Returns when the leaf hash `leaf` sits at `index` of the `size` leaves under `root`, else reverts.
    function check(bytes32 leaf, uint64 index, uint64 size, bytes32[] calldata path, bytes32 root) internal pure {
        if (index >= size) revert InclusionProofBadPosition(index, size);
        uint64 fn = index;
        uint64 sn = size - 1;
        bytes32 hash = leaf;
        for (uint256 i = 0; i < path.length; ++i) {
            if (sn == 0) revert InclusionProofBadLength(path.length, index, size);
            if (fn & 1 == 1 || fn == sn) {
                hash = nodeHash(path[i], hash);
                while (fn & 1 == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                hash = nodeHash(hash, path[i]);
            }
            fn >>= 1;
            sn >>= 1;
        }
        if (sn != 0) revert InclusionProofBadLength(path.length, index, size);
        if (hash != root) revert InclusionProofBadRoot(hash, root);
    }
}

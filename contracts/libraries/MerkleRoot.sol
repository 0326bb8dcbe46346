// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {InclusionProof} from "./InclusionProof.sol";

/// @title Roots after RFC 9162 section 2.1.1 (SHA-256), as node/protocol/merkle.py computes them.
library MerkleRoot {
    /// @dev The root over leaf hashes, computed in their place. Requires at least one.
    function fold(bytes32[] memory level) internal pure returns (bytes32) {
        uint256 size = level.length;
        while (size > 1) {
            for (uint256 i = 0; i + 1 < size; i += 2) {
                level[i / 2] = InclusionProof.nodeHash(level[i], level[i + 1]);
            }
            // An odd one out rises as it is: it is never paired with itself.
            if (size % 2 == 1) level[size / 2] = level[size - 1];
            size = (size + 1) / 2;
        }
        return level[0];
    }
}

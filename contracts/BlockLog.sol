// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBlockLog} from "./interfaces/IBlockLog.sol";
import {InclusionProof} from "./libraries/InclusionProof.sol";
import {MerkleRoot} from "./libraries/MerkleRoot.sol";

/// @title BlockLog: see IBlockLog, which holds the documentation.
contract BlockLog is IBlockLog {
    /// @dev Bounds the cost of one run; the machine knows one hash more.
    uint64 public constant MAX_SIZE = 255;
    /// @dev How far back BLOCKHASH reaches.
    uint64 private constant REACH = 256;

    Run[] private _runs; // slot 0
    uint64 private _sequence; // slot 1

    /// @inheritdoc IBlockLog
    function append(uint64 first, uint64 size) external {
        uint64 start = next();
        if (first != start) revert BlockLogNotNext(first, start);
        if (size == 0 || size > MAX_SIZE) revert BlockLogBadSize(size, MAX_SIZE);
        if (block.number > start + REACH) {
            start = uint64(block.number) - REACH;
            emit BlocksMissed(first, start - first, ++_sequence);
        }
        if (start + size > block.number) revert BlockLogNotSealed(start + size, block.number);
        bytes32[] memory level = new bytes32[](size);
        for (uint64 i = 0; i < size; ++i) {
            level[i] = InclusionProof.leafHash(bytes.concat(blockhash(start + i)));
        }
        bytes32 root = MerkleRoot.fold(level);
        _runs.push(Run(root, start, size));
        emit RunLogged(_runs.length - 1, root, start, size, ++_sequence);
    }

    /// @inheritdoc IBlockLog
    function next() public view returns (uint64) {
        // Runs are only ever added.
        // slither-disable-next-line incorrect-equality
        if (_runs.length == 0) return 0;
        Run storage newest = _runs[_runs.length - 1];
        return newest.first + newest.size;
    }

    /// @inheritdoc IBlockLog
    function runCount() external view returns (uint256) {
        return _runs.length;
    }

    /// @inheritdoc IBlockLog
    function run(uint256 index) external view returns (Run memory) {
        if (index >= _runs.length) revert BlockLogUnknownRun(index, _runs.length);
        return _runs[index];
    }

    /// @inheritdoc IBlockLog
    function runOf(uint64 blockNumber) external view returns (uint256 index, uint64 place) {
        // The last run that begins at or before the block: halving, so the cost grows with the logarithm only.
        uint256 low = 0;
        uint256 high = _runs.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (_runs[middle].first <= blockNumber) low = middle + 1;
            else high = middle;
        }
        if (low == 0) revert BlockLogNotLogged(blockNumber);
        index = low - 1;
        place = blockNumber - _runs[index].first;
        if (place >= _runs[index].size) revert BlockLogNotLogged(blockNumber);
    }
}

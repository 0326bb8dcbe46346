// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Finding, FindingHash, Report} from "../types/Finding.sol";

/// @title Shows the internal hashes to tests. Not part of any genesis.
contract FindingHashMock {
    using FindingHash for Finding;
    using FindingHash for Report;

    function findingHash(Finding calldata finding) external pure returns (bytes32) {
        return finding.id();
    }

    function clueKey(Finding calldata finding) external pure returns (bytes32) {
        return finding.clueKey();
    }

    function reportHash(Report calldata report) external pure returns (bytes32) {
        bytes32[] memory ids = new bytes32[](report.findings.length);
        for (uint256 i = 0; i < ids.length; ++i) {
            ids[i] = report.findings[i].id();
        }
        return report.structHash(ids);
    }
}

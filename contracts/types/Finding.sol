// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev What bureaus sign, byte for byte. Twin of node/protocol/finding.py; both read tests/vectors/typed_data.json.
struct Finding {
    bytes32 subject; // salted digest of the seller
    bytes32 listing; // salted digest of the listing, zero when the finding is about the seller
    bytes32 product; // GTIN as an integer, zero when there is none
    uint16 kind; // number in the published table of kinds
    uint32 period; // UTC month of observedAt, YYYYMM
    uint16 scoreBps; // lower median of the signers' scores
    uint16 spreadBps; // highest less lowest of the signers' scores
    bytes32 policyDigest;
    bytes32 evidenceRoot; // RFC 9162 root over the signers' observation roots
    bytes32 model; // SHA-256 of the model's canonical manifest
    bytes32 explanation; // digest over every signer's vector, score and contributions
    uint64 observedAt; // the leader's fetch time, UTC seconds
    bytes32 configDigest;
    bytes32 supersedes; // id of the finding this one replaces, or zero
}

struct Report {
    uint32 leader; // bureau that asked and collected
    uint64 sequence; // above the leader's last
    bytes32 configDigest;
    uint32[] signers; // bureaus, strictly ascending
    Finding[] findings;
}

/// @title EIP-712 struct hashes of findings and reports.
library FindingHash {
    bytes32 internal constant FINDING_TYPEHASH =
        keccak256(
            "Finding(bytes32 subject,bytes32 listing,bytes32 product,uint16 kind,uint32 period,uint16 scoreBps,uint16 spreadBps,bytes32 policyDigest,bytes32 evidenceRoot,bytes32 model,bytes32 explanation,uint64 observedAt,bytes32 configDigest,bytes32 supersedes)"
        );
    bytes32 internal constant REPORT_TYPEHASH =
        keccak256(
            "Report(uint32 leader,uint64 sequence,bytes32 configDigest,uint32[] signers,Finding[] findings)Finding(bytes32 subject,bytes32 listing,bytes32 product,uint16 kind,uint32 period,uint16 scoreBps,uint16 spreadBps,bytes32 policyDigest,bytes32 evidenceRoot,bytes32 model,bytes32 explanation,uint64 observedAt,bytes32 configDigest,bytes32 supersedes)"
        );

    uint256 private constant FINDING_BYTES = 14 * 32;

    /// @dev The finding's id. A finding is fourteen static words, so its ABI encoding is its EIP-712 data, as it stands in
    /// the call; a word with more bits than its type has is refused wherever it is read, and never was signed.
    /// Memory above the free pointer is only borrowed: a report of 200 findings would pay for 100 KB otherwise.
    function id(Finding calldata finding) internal pure returns (bytes32 hash) {
        bytes32 typeHash = FINDING_TYPEHASH;
        uint256 size = FINDING_BYTES;
        assembly ("memory-safe") {
            let buffer := mload(0x40)
            mstore(buffer, typeHash)
            calldatacopy(add(buffer, 32), finding, size)
            hash := keccak256(buffer, add(size, 32))
        }
    }

    /// @dev One live finding per clue key: the same facts are not told twice.
    function clueKey(Finding calldata finding) internal pure returns (bytes32 hash) {
        (bytes32 subject, bytes32 listing) = (finding.subject, finding.listing);
        (uint256 kind, uint256 period) = (finding.kind, finding.period);
        assembly ("memory-safe") {
            let buffer := mload(0x40)
            mstore(buffer, subject)
            mstore(add(buffer, 32), listing)
            mstore(add(buffer, 64), kind)
            mstore(add(buffer, 96), period)
            hash := keccak256(buffer, 128)
        }
    }

    /// @param ids the ids of `report.findings`, in their order
    function structHash(Report calldata report, bytes32[] memory ids) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    REPORT_TYPEHASH,
                    report.leader,
                    report.sequence,
                    report.configDigest,
                    keccak256(abi.encodePacked(report.signers)),
                    keccak256(abi.encodePacked(ids))
                )
            );
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Report} from "../types/Finding.sol";

/// @title Findings on record: co-signed by distinct bureaus, never overwritten, one live finding per clue key.
/// @notice Storage, fixed for proofs:
/// slot 0: `mapping(bytes32 key => uint256 record)`, key = clue key for the last finding on the clue, whatever became of
/// it; its id as well once it is superseded or withdrawn. From the low end: status 8 bits, recordedAt 40, subjectIndex 32,
/// sequence 48, the id's first 16 bytes.
/// slot 1: `mapping(bytes32 subject => uint256)`: count 31 bits (low), one bit that says whether a bureau declared an
/// interest in the subject, 28 bytes of a rolling hash (high).
/// slot 2: `mapping(uint32 leader => uint64 lastSequence)`. slot 3: sequence of the last event.
/// slot 4: `mapping(bytes32 subject => mapping(uint32 bureau => bool))`: who declared an interest.
interface IFindingRegistry {
    enum FindingStatus {
        None,
        Recorded,
        Contested,
        Upheld,
        Overturned,
        Superseded,
        Withdrawn
    }

    struct FindingRecord {
        FindingStatus status;
        uint40 recordedAt; // block time, UTC seconds
        uint32 subjectIndex; // position among the subject's findings, from 0
        uint48 sequence; // of its report's event
        bytes16 idHead; // first half of the finding's id
    }

    /// @notice Thrown when this version of the registry is no longer, or not yet, in force.
    error FindingRegistryNotInForce(address registry);
    /// @notice Thrown when the report binds to another configuration than the one in force.
    error FindingRegistryWrongConfigDigest(bytes32 configDigest, bytes32 expected);
    /// @notice Thrown when there are not as many signatures as signers.
    error FindingRegistryWrongSignatureCount(uint256 signatures, uint256 signers);
    /// @notice Thrown when the signers are not strictly ascending: each bureau counts once.
    error FindingRegistryNotUnique(uint32 previous, uint32 next);
    /// @notice Thrown when fewer bureaus signed than the consortium asks for.
    error FindingRegistryTooFew(uint256 signers, uint256 required);
    /// @notice Thrown when a signature is not 65 bytes, not low-s, or recovers nobody.
    error FindingRegistryBadSignature(uint256 position, uint256 length);
    /// @notice Thrown when `signer` does not hold the oracle key of `bureau`.
    error FindingRegistryUnknownSigner(address signer, uint32 bureau);
    /// @notice Thrown when the leader is not among the signers.
    error FindingRegistryLeaderNotASigner(uint32 leader);
    /// @notice Thrown when the report's sequence is not above the leader's last.
    error FindingRegistryOldSequence(uint32 leader, uint64 sequence, uint64 last);
    /// @notice Thrown when a report has no finding, or more than the cap.
    error FindingRegistryBadCount(uint256 findings, uint256 cap);
    /// @notice Thrown when a score or spread is above 10000 basis points.
    error FindingRegistryBadScore(uint256 position, uint16 scoreBps, uint16 spreadBps);
    /// @notice Thrown when a finding has no subject.
    error FindingRegistryNoSubject(uint256 position);
    /// @notice Thrown when the same facts are on record already, or this very finding was and is withdrawn.
    error FindingRegistryFindingExists(bytes32 clueKey, bytes32 findingId);
    /// @notice Thrown when a finding supersedes another than the live one of its clue key.
    error FindingRegistryNotLive(bytes32 clueKey, bytes32 supersedes);
    /// @notice Thrown when `sender` may not change a status.
    error FindingRegistryNotTheCaseRegistry(address sender);
    /// @notice Thrown when a status does not lead to another.
    error FindingRegistryBadTransition(bytes32 findingId, FindingStatus from, FindingStatus to);

    /// @notice Thrown when a bureau signed a report about a subject in which it declared an interest.
    error FindingRegistryInterestedSigner(uint32 bureau, bytes32 subject);
    /// @notice Thrown when a recusal lacks its subject or its reason.
    error FindingRegistryIncompleteRecusal(uint32 bureau, bytes32 subject, bytes32 reason);
    /// @notice Thrown when the bureau declared this interest before.
    error FindingRegistryRecusedAlready(uint32 bureau, bytes32 subject);
    /// @notice Thrown when `signer` does not hold the officer's key of `bureau`.
    error FindingRegistryNotTheOfficer(address signer, uint32 bureau);

    /// @notice Emitted when a bureau declares an interest in a subject; `reason` is the digest of its words.
    event Recused(uint32 indexed bureau, bytes32 indexed subject, bytes32 reason, uint64 sequence);
    /// @notice Emitted once a report is on record: the ids of its findings in their order. Their words stand in the call.
    /// `sequence` rises by one with every event of this contract.
    event ReportRecorded(
        uint32 indexed leader,
        uint64 indexed reportSequence,
        bytes32[] findingIds,
        uint64 sequence
    );
    /// @notice Emitted when a status changes; `reason` is the digest of the decision,
    /// or the id of the superseding finding.
    event FindingStatusChanged(
        bytes32 indexed findingId,
        FindingStatus from,
        FindingStatus to,
        bytes32 reason,
        uint64 sequence
    );

    /// @notice Record a co-signed report. Anyone may carry it. Emits `ReportRecorded`, then
    /// `FindingStatusChanged` for each finding that one of the report supersedes.
    /// Requirements: this version in force; the configuration in force; as many signatures as signers, each by the
    /// oracle key of the bureau named, bureaus strictly ascending and at least the threshold; the leader among them and
    /// its sequence above its last; no finding whose clue key has a live finding, unless it names that one in `supersedes`;
    /// no signer that declared an interest in a subject of the report.
    function submit(Report calldata report, bytes[] calldata signatures) external;

    /// @notice Change the status of a live finding after a decision. Only the CaseRegistry.
    /// Emits `FindingStatusChanged`.
    /// Allowed: recorded to contested, upheld, overturned, withdrawn; contested to upheld, overturned, withdrawn;
    /// upheld to contested, overturned, withdrawn; overturned to contested, upheld. Superseding is for `submit` alone.
    function setStatus(bytes32 clueKey, bytes32 findingId, FindingStatus to, bytes32 reason) external;

    /// @notice The record under a clue key (its last finding) or a finding's id (superseded, withdrawn); zeros when there
    /// is none.
    function record(bytes32 key) external view returns (FindingRecord memory);

    /// @notice The status of a finding.
    function statusOf(bytes32 findingId, bytes32 clueKey) external view returns (FindingStatus);

    /// @notice How many findings a subject has ever had, and the rolling hash over their ids.
    function subject(bytes32 subjectId) external view returns (uint32 count, bytes28 rolling);

    /// @notice The sequence of a leader's last report.
    function lastSequence(uint32 leader) external view returns (uint64);

    /// @notice Declare a bureau's interest in a subject: from now on no report about it may carry the bureau's signature.
    /// Signed by the bureau's officer (EIP-712 `Recusal(uint32 bureau,bytes32 subject,bytes32 reason)`); anyone may carry
    /// it. It stands for good. Emits `Recused`.
    function recuse(uint32 bureau, bytes32 subjectId, bytes32 reason, bytes calldata signature) external;

    /// @notice Whether a bureau declared an interest in a subject.
    function isRecused(uint32 bureau, bytes32 subjectId) external view returns (bool);
}

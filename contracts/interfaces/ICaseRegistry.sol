// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IFindingRegistry} from "./IFindingRegistry.sol";

/// @title Cases about findings: notice, counter-notice, evidence, ruling, appeal. A ruling changes the finding's status.
/// @notice The states of a case:
///
///   Open      the party has the notice and may answer until `answerUntil`
///   Answered  there is a counter-notice, the finding is contested; evidence counts until `cutoff`
///   Ruled     a court has ruled, the finding's status follows; an appeal is open until `appealUntil`
///   Appealed  the finding is contested again; another court rules, and that is final
///   Closed    final
///
///   Open to Answered, to Ruled (without an answer, once `answerUntil` is past), to Closed (nobody ruled in time)
///   Answered to Ruled (once `cutoff` is past), to Closed (nobody ruled in time: the finding stays contested)
///   Ruled to Appealed, to Closed (once `appealUntil` is past)
///   Appealed to Closed (the second ruling; or nobody ruled in time: the first ruling stands)
///
/// A party has no key of its own: an officer of a bureau brings what it handed in, by its digest. Courts sign with theirs.
/// Deadlines are days long, far above what a block's time can be off.
interface ICaseRegistry {
    enum CaseState {
        None,
        Open,
        Answered,
        Ruled,
        Appealed,
        Closed
    }

    struct Case {
        bytes32 findingId;
        bytes32 clueKey;
        bytes32 party; // whose case it is: the finding's subject, or a digest that names the party
        bytes32 notice;
        bytes32 counterNotice;
        bytes32 manifest; // rolling hash over what was handed in before the cut-off
        bytes32 ruling; // the last one
        bytes32 appeal;
        uint32 bureau; // that opened it
        uint32 court; // that ruled first
        CaseState state;
        IFindingRegistry.FindingStatus decision;
        uint16 items; // of evidence, late ones with them
        uint40 answerUntil; // block times, UTC seconds
        uint40 cutoff;
        uint40 appealUntil;
    }

    /// @notice Thrown when this version is not in force, or paused.
    error CaseRegistryNotInForce(address registry);
    /// @notice Thrown when `sender` is no officer of a bureau.
    error CaseRegistryNotAnOfficer(address sender);
    /// @notice Thrown when `sender` is no court's key.
    error CaseRegistryNotACourt(address sender);
    /// @notice Thrown when a digest or the party is missing.
    error CaseRegistryIncomplete(uint256 caseId);
    /// @notice Thrown when there is no live finding of this id under this clue key.
    error CaseRegistryNoLiveFinding(bytes32 clueKey, bytes32 findingId);
    /// @notice Thrown when the finding has an open case.
    error CaseRegistryOpenAlready(bytes32 findingId, uint256 caseId);
    /// @notice Thrown when the party has too many open cases.
    error CaseRegistryTooMany(bytes32 party, uint256 open, uint256 cap);
    /// @notice Thrown when a case takes no more evidence.
    error CaseRegistryFull(uint256 caseId, uint256 cap);
    /// @notice Thrown when the case is in another state than the call needs.
    error CaseRegistryWrongState(uint256 caseId, CaseState state);
    /// @notice Thrown when it is too late.
    error CaseRegistryTooLate(uint256 caseId, uint256 time, uint256 until);
    /// @notice Thrown when it is too early.
    error CaseRegistryTooEarly(uint256 caseId, uint256 time, uint256 from);
    /// @notice Thrown when a ruling is none of upheld, overturned and withdrawn.
    error CaseRegistryBadDecision(uint256 caseId, IFindingRegistry.FindingStatus decision);
    /// @notice Thrown when the court is interested in the case, or ruled in it before.
    error CaseRegistryNotThisCourt(uint256 caseId, uint32 court);

    /// @notice Emitted with each step; `sequence` rises by one with every event of this contract.
    event CaseOpened(
        uint256 indexed caseId,
        bytes32 indexed findingId,
        bytes32 indexed party,
        uint32 bureau,
        bytes32 notice,
        uint40 answerUntil,
        uint64 sequence
    );
    event CaseAnswered(uint256 indexed caseId, bytes32 counterNotice, uint40 cutoff, uint64 sequence);
    event EvidenceAdded(uint256 indexed caseId, address by, bytes32 root, uint64 size, bool late, uint64 sequence);
    event CaseRuled(
        uint256 indexed caseId,
        uint32 indexed court,
        IFindingRegistry.FindingStatus decision,
        bytes32 ruling,
        bool isFinal,
        uint64 sequence
    );
    event CaseAppealed(uint256 indexed caseId, bytes32 appeal, uint40 cutoff, uint64 sequence);
    event CaseClosed(uint256 indexed caseId, IFindingRegistry.FindingStatus decision, uint64 sequence);
    event CourtRecused(uint256 indexed caseId, uint32 indexed court, bytes32 reason, uint64 sequence);

    /// @notice Open a case about a live finding with the notice to the party. Only an officer. Emits `CaseOpened`.
    /// One open case a finding; at most `MAX_OPEN` a party.
    function open(bytes32 clueKey, bytes32 findingId, bytes32 party, bytes32 notice) external returns (uint256 caseId);

    /// @notice Bring the party's counter-notice, in time. Only an officer. The finding becomes contested.
    /// Emits `CaseAnswered`.
    function answer(uint256 caseId, bytes32 counterNotice) external;

    /// @notice Add evidence: the RFC 9162 root over its items and their number. Only an officer or a court.
    /// What comes after the cut-off is marked late and left out of the manifest. Emits `EvidenceAdded`.
    function addEvidence(uint256 caseId, bytes32 root, uint64 size) external;

    /// @notice Rule: upheld, overturned or withdrawn. Only a court that is not interested; on appeal another than the
    /// first. Emits `CaseRuled`, and `CaseClosed` when it is final (on appeal, and when the finding is withdrawn).
    function rule(uint256 caseId, IFindingRegistry.FindingStatus decision, bytes32 ruling) external;

    /// @notice Bring an appeal, in time. Only an officer. The finding becomes contested again. Emits `CaseAppealed`.
    function appeal(uint256 caseId, bytes32 digest) external;

    /// @notice End a case whose time is over. Anyone. Emits `CaseClosed`.
    function close(uint256 caseId) external;

    /// @notice Declare that a court is interested in a case: it does not rule in it. Only that court.
    /// Emits `CourtRecused`.
    function recuse(uint256 caseId, bytes32 reason) external;

    /// @notice Settle rival claims to a GTIN by a ruling. Only a court. See IProductBook.
    function settleClaim(uint64 gtin, bytes32 winner, bytes32 ruling) external;

    /// @notice Record what became of a brand's report. Only an officer or a court. See ITrustLevels.
    function recordOutcome(bytes32 brandId, uint16 reason, bool upheld, bytes32 digest) external;

    /// @notice A case. Cases are numbered from 1.
    function caseOf(uint256 caseId) external view returns (Case memory);

    /// @notice How many cases there have been.
    function caseCount() external view returns (uint256);

    /// @notice The open case of a finding, zero when there is none.
    function openCaseOf(bytes32 findingId) external view returns (uint256);
}

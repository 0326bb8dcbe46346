// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICaseRegistry} from "./interfaces/ICaseRegistry.sol";
import {IConsortium} from "./interfaces/IConsortium.sol";
import {IFindingRegistry} from "./interfaces/IFindingRegistry.sol";
import {IProductBook} from "./interfaces/registry/IProductBook.sol";
import {ITrustLevels} from "./interfaces/registry/ITrustLevels.sol";

/// @title CaseRegistry: see ICaseRegistry, which holds the documentation.
contract CaseRegistry is ICaseRegistry {
    uint40 public constant ANSWER_PERIOD = 15 days;
    uint40 public constant EVIDENCE_PERIOD = 30 days;
    uint40 public constant APPEAL_PERIOD = 15 days;
    uint40 public constant RULING_PERIOD = 180 days;
    uint32 public constant MAX_OPEN = 64; // cases of one party
    uint16 public constant MAX_ITEMS = 64; // pieces of evidence in one case

    uint16 private constant ROLE = 8;

    IConsortium private immutable _consortium;
    IFindingRegistry private immutable _findings;
    ITrustLevels private immutable _brands;
    IProductBook private immutable _products;

    mapping(uint256 caseId => Case) private _cases; // slot 0
    mapping(bytes32 findingId => uint256 caseId) private _openCases; // slot 1
    mapping(bytes32 party => uint32) private _openCounts; // slot 2
    mapping(uint256 caseId => mapping(uint32 court => bool)) private _recused; // slot 3
    uint256 private _count; // slot 4
    uint64 private _sequence; // slot 5

    constructor(address consortium, address findings, address brands, address products) {
        _consortium = IConsortium(consortium);
        _findings = IFindingRegistry(findings);
        _brands = ITrustLevels(brands);
        _products = IProductBook(products);
    }

    modifier inState(uint256 caseId, CaseState state) {
        if (_cases[caseId].state != state) revert CaseRegistryWrongState(caseId, _cases[caseId].state);
        _;
    }

    /// @inheritdoc ICaseRegistry
    function open(bytes32 clueKey, bytes32 findingId, bytes32 party, bytes32 notice) external returns (uint256 caseId) {
        if (!_consortium.isInForce(ROLE, address(this))) revert CaseRegistryNotInForce(address(this));
        uint32 bureau = _officer();
        caseId = ++_count;
        if (party == 0 || notice == 0) revert CaseRegistryIncomplete(caseId);
        IFindingRegistry.FindingStatus status = _findings.statusOf(findingId, clueKey);
        if (status == IFindingRegistry.FindingStatus.None || status > IFindingRegistry.FindingStatus.Overturned) {
            revert CaseRegistryNoLiveFinding(clueKey, findingId);
        }
        if (_openCases[findingId] != 0) revert CaseRegistryOpenAlready(findingId, _openCases[findingId]);
        if (_openCounts[party] >= MAX_OPEN) revert CaseRegistryTooMany(party, _openCounts[party], MAX_OPEN);
        _openCases[findingId] = caseId;
        ++_openCounts[party];
        Case storage made = _cases[caseId];
        (made.findingId, made.clueKey, made.party, made.notice) = (findingId, clueKey, party, notice);
        (made.bureau, made.state) = (bureau, CaseState.Open);
        made.answerUntil = uint40(block.timestamp) + ANSWER_PERIOD;
        emit CaseOpened(caseId, findingId, party, bureau, notice, made.answerUntil, ++_sequence);
    }

    /// @inheritdoc ICaseRegistry
    function answer(uint256 caseId, bytes32 counterNotice) external inState(caseId, CaseState.Open) {
        _officer();
        Case storage found = _cases[caseId];
        if (counterNotice == 0) revert CaseRegistryIncomplete(caseId);
        _checkUntil(caseId, found.answerUntil);
        found.counterNotice = counterNotice;
        found.state = CaseState.Answered;
        found.cutoff = uint40(block.timestamp) + EVIDENCE_PERIOD;
        _setStatus(found, IFindingRegistry.FindingStatus.Contested, counterNotice);
        emit CaseAnswered(caseId, counterNotice, found.cutoff, ++_sequence);
    }

    /// @inheritdoc ICaseRegistry
    function addEvidence(uint256 caseId, bytes32 root, uint64 size) external {
        if (_court() == 0) _officer();
        Case storage found = _cases[caseId];
        if (found.state != CaseState.Answered && found.state != CaseState.Appealed) {
            revert CaseRegistryWrongState(caseId, found.state);
        }
        if (root == 0 || size == 0) revert CaseRegistryIncomplete(caseId);
        if (found.items >= MAX_ITEMS) revert CaseRegistryFull(caseId, MAX_ITEMS);
        ++found.items;
        bool late = block.timestamp > found.cutoff;
        if (!late) found.manifest = keccak256(abi.encode(found.manifest, root, size));
        emit EvidenceAdded(caseId, msg.sender, root, size, late, ++_sequence);
    }

    /// @inheritdoc ICaseRegistry
    function rule(uint256 caseId, IFindingRegistry.FindingStatus decision, bytes32 ruling) external {
        uint32 court = _court();
        if (court == 0) revert CaseRegistryNotACourt(msg.sender);
        Case storage found = _cases[caseId];
        bool onAppeal = found.state == CaseState.Appealed;
        if (found.state == CaseState.Open) _checkFrom(caseId, found.answerUntil);
        else if (found.state == CaseState.Answered || onAppeal) _checkFrom(caseId, found.cutoff);
        else revert CaseRegistryWrongState(caseId, found.state);
        if (_recused[caseId][court] || found.court == court) revert CaseRegistryNotThisCourt(caseId, court);
        if (ruling == 0) revert CaseRegistryIncomplete(caseId);
        bool withdrawn = decision == IFindingRegistry.FindingStatus.Withdrawn;
        if (
            !withdrawn &&
            decision != IFindingRegistry.FindingStatus.Upheld &&
            decision != IFindingRegistry.FindingStatus.Overturned
        ) revert CaseRegistryBadDecision(caseId, decision);
        (found.decision, found.ruling) = (decision, ruling);
        if (!onAppeal) found.court = court;
        found.state = CaseState.Ruled;
        found.appealUntil = uint40(block.timestamp) + APPEAL_PERIOD;
        emit CaseRuled(caseId, court, decision, ruling, onAppeal || withdrawn, ++_sequence);
        if (onAppeal || withdrawn) _close(caseId, found);
        _setStatus(found, decision, ruling);
    }

    /// @inheritdoc ICaseRegistry
    function appeal(uint256 caseId, bytes32 digest) external inState(caseId, CaseState.Ruled) {
        _officer();
        Case storage found = _cases[caseId];
        if (digest == 0) revert CaseRegistryIncomplete(caseId);
        _checkUntil(caseId, found.appealUntil);
        found.appeal = digest;
        found.state = CaseState.Appealed;
        found.cutoff = uint40(block.timestamp) + EVIDENCE_PERIOD;
        _setStatus(found, IFindingRegistry.FindingStatus.Contested, digest);
        emit CaseAppealed(caseId, digest, found.cutoff, ++_sequence);
    }

    /// @inheritdoc ICaseRegistry
    function close(uint256 caseId) external {
        Case storage found = _cases[caseId];
        if (found.state == CaseState.Open) _checkFrom(caseId, found.answerUntil + RULING_PERIOD);
        else if (found.state == CaseState.Ruled) _checkFrom(caseId, found.appealUntil);
        else if (found.state == CaseState.Answered || found.state == CaseState.Appealed) {
            _checkFrom(caseId, found.cutoff + RULING_PERIOD);
        } else revert CaseRegistryWrongState(caseId, found.state);
        bool undecided = found.state == CaseState.Appealed;
        _close(caseId, found);
        // An appeal that nobody decided leaves the first ruling standing.
        if (undecided) _setStatus(found, found.decision, found.ruling);
    }

    /// @inheritdoc ICaseRegistry
    function recuse(uint256 caseId, bytes32 reason) external {
        uint32 court = _court();
        if (court == 0) revert CaseRegistryNotACourt(msg.sender);
        CaseState state = _cases[caseId].state;
        if (state == CaseState.None || state == CaseState.Closed) revert CaseRegistryWrongState(caseId, state);
        if (reason == 0) revert CaseRegistryIncomplete(caseId);
        if (_recused[caseId][court]) revert CaseRegistryNotThisCourt(caseId, court);
        _recused[caseId][court] = true;
        emit CourtRecused(caseId, court, reason, ++_sequence);
    }

    /// @inheritdoc ICaseRegistry
    function settleClaim(uint64 gtin, bytes32 winner, bytes32 ruling) external {
        if (_court() == 0) revert CaseRegistryNotACourt(msg.sender);
        _products.settleClaim(gtin, winner, ruling);
    }

    /// @inheritdoc ICaseRegistry
    function recordOutcome(bytes32 brandId, uint16 reason, bool upheld, bytes32 digest) external {
        if (_court() == 0) _officer();
        _brands.recordOutcome(brandId, reason, upheld, digest);
    }

    /// @inheritdoc ICaseRegistry
    function caseOf(uint256 caseId) external view returns (Case memory) {
        // The state is this contract's own; nobody else can bring it to a value.
        // slither-disable-next-line incorrect-equality
        if (_cases[caseId].state == CaseState.None) revert CaseRegistryWrongState(caseId, CaseState.None);
        return _cases[caseId];
    }

    /// @inheritdoc ICaseRegistry
    function caseCount() external view returns (uint256) {
        return _count;
    }

    /// @inheritdoc ICaseRegistry
    function openCaseOf(bytes32 findingId) external view returns (uint256) {
        return _openCases[findingId];
    }

    function _close(uint256 caseId, Case storage found) private {
        found.state = CaseState.Closed;
        delete _openCases[found.findingId];
        --_openCounts[found.party];
        emit CaseClosed(caseId, found.decision, ++_sequence);
    }

    /// @dev A finding that has this status already keeps it; one that was superseded meanwhile is beyond any ruling.
    function _setStatus(Case storage found, IFindingRegistry.FindingStatus to, bytes32 reason) private {
        IFindingRegistry.FindingStatus now_ = _findings.statusOf(found.findingId, found.clueKey);
        if (now_ == to || now_ >= IFindingRegistry.FindingStatus.Superseded) return;
        _findings.setStatus(found.clueKey, found.findingId, to, reason);
    }

    function _officer() private view returns (uint32 bureau) {
        bureau = _consortium.bureauOfOfficer(msg.sender);
        if (bureau == 0) revert CaseRegistryNotAnOfficer(msg.sender);
    }

    /// @dev Zero when the sender is no court.
    function _court() private view returns (uint32) {
        return _consortium.courtOf(msg.sender);
    }

    function _checkUntil(uint256 caseId, uint256 until) private view {
        if (block.timestamp > until) revert CaseRegistryTooLate(caseId, block.timestamp, until);
    }

    function _checkFrom(uint256 caseId, uint256 until) private view {
        if (block.timestamp <= until) revert CaseRegistryTooEarly(caseId, block.timestamp, until + 1);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IConsortium} from "./interfaces/IConsortium.sol";
import {IFindingRegistry} from "./interfaces/IFindingRegistry.sol";
import {Finding, FindingHash, Report} from "./types/Finding.sol";

/// @dev A storage word that is read and written at one place: its slot is worked out once.
struct Word {
    uint256 value;
}

/// @dev First in the line of inheritance, so that these slots are fixed for proofs.
abstract contract FindingRegistryStorage {
    mapping(bytes32 key => Word record) internal _records; // slot 0
    mapping(bytes32 subject => Word countAndRolling) internal _subjects; // slot 1
    mapping(uint32 leader => uint64 sequence) internal _lastSequence; // slot 2
    uint64 internal _sequence; // slot 3
    mapping(bytes32 subject => mapping(uint32 bureau => bool)) internal _recused; // slot 4
}

/// @title FindingRegistry: see IFindingRegistry, which holds the documentation.
contract FindingRegistry is FindingRegistryStorage, IFindingRegistry, EIP712 {
    using FindingHash for Finding;
    using FindingHash for Report;

    /// @dev Bounds the loop of one report.
    uint256 public constant MAX_FINDINGS = 200;
    /// @dev Liars must be fewer than half of the signers: never fewer than three.
    uint256 public constant MIN_SIGNERS = 3;

    uint16 private constant ROLE = 7;
    uint16 private constant MAX_BPS = 10_000;
    uint256 private constant STATUS_MASK = 0xff;
    /// @dev In a subject's word: set when a bureau is interested, so that others cost no look-up.
    uint256 private constant RECUSALS = 1 << 31;
    bytes32 private constant RECUSAL_TYPEHASH = keccak256("Recusal(uint32 bureau,bytes32 subject,bytes32 reason)");

    IConsortium private immutable _consortium;
    address private immutable _caseRegistry;

    constructor(address consortium, address caseRegistry) EIP712("Touchstone", "1") {
        _consortium = IConsortium(consortium);
        _caseRegistry = caseRegistry;
    }

    /// @inheritdoc IFindingRegistry
    function submit(Report calldata report, bytes[] calldata signatures) external {
        if (!_consortium.isInForce(ROLE, address(this))) revert FindingRegistryNotInForce(address(this));
        bytes32 configDigest = _consortium.configDigest();
        if (report.configDigest != configDigest) {
            revert FindingRegistryWrongConfigDigest(report.configDigest, configDigest);
        }
        Finding[] calldata told = report.findings;
        uint256 count = told.length;
        if (count == 0 || count > MAX_FINDINGS) revert FindingRegistryBadCount(count, MAX_FINDINGS);
        bytes32[] memory ids = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            ids[i] = told[i].id();
        }
        _checkSigners(report, signatures, _hashTypedDataV4(report.structHash(ids)));
        uint64 last = _lastSequence[report.leader];
        if (report.sequence <= last) revert FindingRegistryOldSequence(report.leader, report.sequence, last);
        _lastSequence[report.leader] = report.sequence;

        uint64 sequence = _sequence + 1;
        emit ReportRecorded(report.leader, report.sequence, ids, sequence);
        uint64 latest = sequence;
        for (uint256 i = 0; i < count; ++i) {
            latest = _record(report, told[i], ids[i], i, sequence, latest);
        }
        _sequence = latest;
    }

    /// @inheritdoc IFindingRegistry
    function setStatus(bytes32 clueKey, bytes32 findingId, FindingStatus to, bytes32 reason) external {
        if (msg.sender != _caseRegistry) revert FindingRegistryNotTheCaseRegistry(msg.sender);
        Word storage word = _records[clueKey];
        uint256 packed = word.value;
        if (!_names(packed, findingId)) revert FindingRegistryNotLive(clueKey, findingId);
        FindingStatus from = FindingStatus(packed & STATUS_MASK);
        // Only a report supersedes: it names the successor.
        if (to == FindingStatus.Superseded || !_leads(from, to)) {
            revert FindingRegistryBadTransition(findingId, from, to);
        }
        packed = (packed & ~STATUS_MASK) | uint256(to);
        word.value = packed;
        // It keeps its record when another finding of the same facts takes its place.
        if (to == FindingStatus.Withdrawn) _records[findingId].value = packed;
        emit FindingStatusChanged(findingId, from, to, reason, ++_sequence);
    }

    /// @inheritdoc IFindingRegistry
    function record(bytes32 key) external view returns (FindingRecord memory) {
        uint256 packed = _records[key].value;
        return
            FindingRecord({
                status: FindingStatus(packed & STATUS_MASK),
                recordedAt: uint40(packed >> 8),
                subjectIndex: uint32(packed >> 48),
                sequence: uint48(packed >> 80),
                idHead: bytes16(uint128(packed >> 128))
            });
    }

    /// @inheritdoc IFindingRegistry
    function statusOf(bytes32 findingId, bytes32 clueKey) external view returns (FindingStatus) {
        uint256 packed = _records[clueKey].value;
        if (!_names(packed, findingId)) packed = _records[findingId].value;
        return _names(packed, findingId) ? FindingStatus(packed & STATUS_MASK) : FindingStatus.None;
    }

    /// @inheritdoc IFindingRegistry
    function subject(bytes32 subjectId) external view returns (uint32 count, bytes28 rolling) {
        uint256 packed = _subjects[subjectId].value;
        return (uint32(packed & (RECUSALS - 1)), bytes28(uint224(packed >> 32)));
    }

    /// @inheritdoc IFindingRegistry
    function recuse(uint32 bureau, bytes32 subjectId, bytes32 reason, bytes calldata signature) external {
        if (subjectId == 0 || reason == 0) revert FindingRegistryIncompleteRecusal(bureau, subjectId, reason);
        if (_recused[subjectId][bureau]) revert FindingRegistryRecusedAlready(bureau, subjectId);
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(RECUSAL_TYPEHASH, bureau, subjectId, reason)));
        // The third value only words the problem.
        // slither-disable-next-line unused-return
        (address signer, ECDSA.RecoverError problem, ) = ECDSA.tryRecover(digest, signature);
        if (problem != ECDSA.RecoverError.NoError) revert FindingRegistryBadSignature(0, signature.length);
        if (bureau == 0 || _consortium.bureauOfOfficer(signer) != bureau) {
            revert FindingRegistryNotTheOfficer(signer, bureau);
        }
        _recused[subjectId][bureau] = true;
        _subjects[subjectId].value |= RECUSALS;
        emit Recused(bureau, subjectId, reason, ++_sequence);
    }

    /// @inheritdoc IFindingRegistry
    function isRecused(uint32 bureau, bytes32 subjectId) external view returns (bool) {
        return _recused[subjectId][bureau];
    }

    /// @inheritdoc IFindingRegistry
    function lastSequence(uint32 leader) external view returns (uint64) {
        return _lastSequence[leader];
    }

    /// @dev Each signature is by the oracle key of the bureau named at its place; bureaus ascend, so each counts once,
    /// and the loop ends at the first that is no bureau: Consortium caps their number.
    function _checkSigners(Report calldata report, bytes[] calldata signatures, bytes32 digest) private view {
        uint256 count = report.signers.length;
        if (signatures.length != count) revert FindingRegistryWrongSignatureCount(signatures.length, count);
        uint256 required = _consortium.threshold();
        if (required < MIN_SIGNERS) required = MIN_SIGNERS;
        if (count < required) revert FindingRegistryTooFew(count, required);
        uint32 previous = 0;
        bool led = false;
        for (uint256 i = 0; i < count; ++i) {
            uint32 bureau = report.signers[i];
            if (bureau <= previous) revert FindingRegistryNotUnique(previous, bureau);
            previous = bureau;
            led = led || bureau == report.leader;
            // The third value only words the problem.
            // slither-disable-next-line unused-return
            (address signer, ECDSA.RecoverError problem, ) = ECDSA.tryRecover(digest, signatures[i]);
            if (problem != ECDSA.RecoverError.NoError) revert FindingRegistryBadSignature(i, signatures[i].length);
            if (_consortium.bureauOfOracle(signer) != bureau) revert FindingRegistryUnknownSigner(signer, bureau);
        }
        if (!led) revert FindingRegistryLeaderNotASigner(report.leader);
    }

    /// @dev Writes one finding: its record and its place among the subject's findings. `sequence` is of the report's
    /// event, `latest` of the last event so far; returns the latter as it is then.
    function _record(
        Report calldata report,
        Finding calldata finding,
        bytes32 id,
        uint256 position,
        uint64 sequence,
        uint64 latest
    ) private returns (uint64) {
        if (finding.configDigest != report.configDigest) {
            revert FindingRegistryWrongConfigDigest(finding.configDigest, report.configDigest);
        }
        if (finding.scoreBps > MAX_BPS || finding.spreadBps > MAX_BPS) {
            revert FindingRegistryBadScore(position, finding.scoreBps, finding.spreadBps);
        }
        bytes32 subjectId = finding.subject;
        if (subjectId == 0) revert FindingRegistryNoSubject(position);
        Word storage word = _records[finding.clueKey()];
        uint256 before = word.value;
        if (before != 0 || finding.supersedes != 0) latest = _replace(finding, id, before, latest);
        uint256 index = _count(subjectId, id, report.signers);
        word.value =
            (uint256(uint128(bytes16(id))) << 128) |
            (uint256(uint48(sequence)) << 80) |
            (index << 48) |
            (uint256(uint40(block.timestamp)) << 8) |
            uint256(FindingStatus.Recorded);
        return latest;
    }

    /// @dev Counts a finding among its subject's and returns its place there. The rolling hash takes in each id in turn:
    /// whoever shows all ids of a subject shows that none is left out.
    function _count(bytes32 subjectId, bytes32 id, uint32[] calldata signers) private returns (uint256 index) {
        Word storage word = _subjects[subjectId];
        uint256 known = word.value;
        if (known & RECUSALS != 0) _checkInterests(subjectId, signers);
        index = known & (RECUSALS - 1);
        bytes32 rolling = _hashPair(bytes32(known & ~uint256(type(uint32).max)), id);
        word.value = (uint256(uint224(bytes28(rolling))) << 32) | (known & RECUSALS) | (index + 1);
    }

    /// @dev Makes room under a clue key, if what stands there is withdrawn or the one that `finding` supersedes. A clue key
    /// is never empty again, so that an id used before is found out here. Returns the last event's sequence.
    function _replace(Finding calldata finding, bytes32 id, uint256 before, uint64 latest) private returns (uint64) {
        if (_names(before, id) || _records[id].value != 0) revert FindingRegistryFindingExists(finding.clueKey(), id);
        FindingStatus from = FindingStatus(before & STATUS_MASK);
        bytes32 named = finding.supersedes;
        if (named == 0) {
            if (from != FindingStatus.Withdrawn) revert FindingRegistryFindingExists(finding.clueKey(), id);
            return latest;
        }
        if (!_names(before, named)) revert FindingRegistryNotLive(finding.clueKey(), named);
        if (!_leads(from, FindingStatus.Superseded)) {
            revert FindingRegistryBadTransition(named, from, FindingStatus.Superseded);
        }
        _records[named].value = (before & ~STATUS_MASK) | uint256(FindingStatus.Superseded);
        emit FindingStatusChanged(named, from, FindingStatus.Superseded, id, ++latest);
        return latest;
    }

    /// @dev keccak256(abi.encode(left, right)), in the scratch space.
    function _hashPair(bytes32 left, bytes32 right) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            mstore(0x00, left)
            mstore(0x20, right)
            hash := keccak256(0x00, 0x40)
        }
    }

    /// @dev A bureau that declared an interest in the subject signs no report about it.
    function _checkInterests(bytes32 subjectId, uint32[] calldata signers) private view {
        for (uint256 i = 0; i < signers.length; ++i) {
            if (_recused[subjectId][signers[i]]) revert FindingRegistryInterestedSigner(signers[i], subjectId);
        }
    }

    function _names(uint256 packed, bytes32 findingId) private pure returns (bool) {
        // An id is compared, not an amount.
        // slither-disable-next-line incorrect-equality
        return packed != 0 && uint128(packed >> 128) == uint128(bytes16(findingId));
    }

    /// @dev The status lattice. An overturned finding stays on its clue key: the same facts never count again.
    function _leads(FindingStatus from, FindingStatus to) private pure returns (bool) {
        if (from == FindingStatus.Recorded) return to != FindingStatus.None && to != FindingStatus.Recorded;
        if (from == FindingStatus.Contested) return to > FindingStatus.Contested;
        if (from == FindingStatus.Upheld) return to > FindingStatus.Upheld || to == FindingStatus.Contested;
        if (from == FindingStatus.Overturned) return to == FindingStatus.Contested || to == FindingStatus.Upheld;
        return false;
    }
}

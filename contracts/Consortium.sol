// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ballot} from "./governance/Ballot.sol";
import {Membership} from "./governance/Membership.sol";
import {ValidatorSeats} from "./governance/ValidatorSeats.sol";
import {IGovernance} from "./interfaces/IGovernance.sol";
import {IKeyRegister} from "./interfaces/IKeyRegister.sol";
import {Bureau, Court, ContractVersion} from "./types/Configuration.sol";
import {KeyRole, Witness} from "./types/Governance.sol";

/// @title Consortium: see IConsortium, IKeyRegister, IBallot and IGovernance, which hold the documentation.
contract Consortium is Membership, Ballot, ValidatorSeats {
    uint16 private constant VALIDATOR_SET = 1;
    uint16 private constant CONSORTIUM = 3;

    uint40 public constant MAX_PAUSE = 30 days;
    uint40 public constant HAND_OVER_DELAY = 7 days;

    address private _successor;
    uint40 private _handOverFrom;

    constructor(
        uint32 threshold_,
        Bureau[] memory bureaus,
        Court[] memory courts,
        ContractVersion[] memory contracts,
        address validatorSet,
        uint40 executionDelay
    ) Membership(threshold_, bureaus, courts, contracts) Ballot(executionDelay) ValidatorSeats(validatorSet) {}

    modifier onlyByVote() {
        if (msg.sender != address(this)) revert ConsortiumOnlyByVote(msg.sender);
        _;
    }

    // --- by vote ------------------------------------------------------------------------------------------------------

    /// @inheritdoc IGovernance
    // ValidatorSet is ours, stands at a fixed address and calls nobody.
    // slither-disable-next-line reentrancy-no-eth
    function admitBureau(Bureau calldata bureau_, uint32 threshold_) external onlyByVote {
        uint32 id = bureau_.id;
        if (id == 0 || _joined[id] != 0) revert ConsortiumIdTaken(id);
        if (bureau_.accession == 0 || bureau_.epoch != 1) {
            revert ConsortiumBadAccession(id, bureau_.accession, bureau_.epoch);
        }
        _joined[id] = _version + 1;
        _bureaus[id] = bureau_;
        _bureauIds.push(id);
        for (uint256 i = _bureauIds.length - 1; i > 0 && _bureauIds[i - 1] > id; --i) {
            (_bureauIds[i], _bureauIds[i - 1]) = (_bureauIds[i - 1], id);
        }
        emit BureauAdmitted(id, bureau_.accession, bureau_.validator, ++_sequence);
        _hold(bureau_.validator, KeyRole.Validator, id);
        _hold(bureau_.oracle, KeyRole.Oracle, id);
        _hold(bureau_.sender, KeyRole.Sender, id);
        _hold(bureau_.officer, KeyRole.Officer, id);
        _seat(id, bureau_.validator, address(0));
        _adopt(threshold_);
    }

    /// @inheritdoc IGovernance
    function removeBureau(uint32 id, uint32 threshold_) external onlyByVote {
        Bureau storage leaving = _member(id);
        address validator = leaving.validator;
        emit BureauRemoved(id, ++_sequence);
        _end(validator, false);
        _end(leaving.oracle, false);
        _end(leaving.sender, false);
        _end(leaving.officer, false);
        delete _bureaus[id];
        uint256 last = _bureauIds.length - 1;
        for (uint256 i = 0; i < last; ++i) {
            if (_bureauIds[i] >= id) _bureauIds[i] = _bureauIds[i + 1];
        }
        _bureauIds.pop();
        _adopt(threshold_);
        _unseat(validator);
    }

    /// @inheritdoc IGovernance
    // ValidatorSet is ours, stands at a fixed address and calls nobody.
    // slither-disable-next-line reentrancy-no-eth
    function replaceKey(uint32 member, KeyRole role, address key, bool revoke) external onlyByVote {
        if (role == KeyRole.Court) {
            Court storage court = _court(member);
            _end(court.key, revoke);
            court.key = key;
        } else {
            address ended = _setKey(member, role, key);
            _end(ended, revoke);
            if (role == KeyRole.Validator) _seat(member, key, ended);
        }
        _hold(key, role, member);
        _changed();
    }

    /// @inheritdoc IGovernance
    function setThreshold(uint32 threshold_) external onlyByVote {
        _threshold = threshold_;
        _changed();
    }

    /// @inheritdoc IGovernance
    function putInForce(uint16 role, address location, uint64 fromBlock) external onlyByVote {
        if (role == 0 || role == VALIDATOR_SET) revert ConsortiumFixedRole(role);
        if (location.code.length == 0) revert ConsortiumNoCode(location);
        uint64 last = uint64(block.number);
        for (uint256 i = 0; i < _contracts.length; ++i) {
            if (_contracts[i].role == role && _contracts[i].fromBlock > last) last = _contracts[i].fromBlock;
        }
        if (fromBlock <= last) revert ConsortiumBadFromBlock(role, fromBlock, last);
        _contracts.push(ContractVersion(role, location, fromBlock));
        _checkSize(_contracts.length);
        emit ContractPut(role, location, fromBlock, ++_sequence);
        _changed();
    }

    /// @inheritdoc IGovernance
    function registerCourt(Court calldata court) external onlyByVote {
        if (court.id == 0) revert ConsortiumIdTaken(0);
        _courts.push(court);
        _checkSize(_courts.length);
        for (uint256 i = _courts.length - 1; i > 0 && _courts[i - 1].id >= court.id; --i) {
            if (_courts[i - 1].id == court.id) revert ConsortiumIdTaken(court.id);
            _courts[i] = _courts[i - 1];
            _courts[i - 1] = court;
        }
        emit CourtRegistered(court.id, court.nameDigest, ++_sequence);
        _hold(court.key, KeyRole.Court, court.id);
        _changed();
    }

    /// @inheritdoc IGovernance
    function registerWitness(bytes32 nameDigest, bytes32 keyDigest) external onlyByVote {
        if (keyDigest == 0) revert ConsortiumBadWitness(keyDigest);
        for (uint256 i = 0; i < _witnesses.length; ++i) {
            if (_witnesses[i].keyDigest == keyDigest) revert ConsortiumBadWitness(keyDigest);
        }
        _witnesses.push(Witness(nameDigest, keyDigest, uint64(block.number)));
        _checkSize(_witnesses.length);
        emit WitnessRegistered(keyDigest, nameDigest, ++_sequence);
    }

    /// @inheritdoc IGovernance
    function pause(uint16 role, uint40 until) external onlyByVote {
        if (role <= CONSORTIUM) revert ConsortiumFixedRole(role);
        uint256 latest = block.timestamp + MAX_PAUSE;
        if (until <= block.timestamp || until > latest) revert ConsortiumBadPause(role, until, latest);
        _pausedUntil[role] = until;
        emit RolePaused(role, until, ++_sequence);
    }

    /// @inheritdoc IGovernance
    function resume(uint16 role) external onlyByVote {
        if (!_isPaused(role)) revert ConsortiumBadPause(role, _pausedUntil[role], block.timestamp);
        _pausedUntil[role] = uint40(block.timestamp);
        emit RoleResumed(role, ++_sequence);
    }

    /// @inheritdoc IGovernance
    function nominateSuccessor(address successor_) external onlyByVote {
        if (successor_ != address(0) && successor_.code.length == 0) revert ConsortiumNoCode(successor_);
        _successor = successor_;
        _handOverFrom = successor_ == address(0) ? 0 : uint40(block.timestamp) + HAND_OVER_DELAY;
        emit SuccessorNominated(successor_, _handOverFrom, ++_sequence);
    }

    // --- by others ----------------------------------------------------------------------------------------------------

    /// @inheritdoc IKeyRegister
    function revokeKey(KeyRole role) external {
        uint32 id = _officersBureau();
        // A validator's end changes the set of all, so it takes a vote.
        if (role != KeyRole.Oracle && role != KeyRole.Sender && role != KeyRole.Officer) {
            revert ConsortiumNotRevocable(role);
        }
        address key = _setKey(id, role, address(0));
        if (key == address(0)) revert ConsortiumNoKey(id, role);
        _end(key, true);
        _changed();
    }

    /// @inheritdoc IGovernance
    function activate(
        bytes32 proposal_,
        uint32 bureau_,
        address validator,
        uint64 seenBlock,
        bytes calldata signature
    ) external {
        _prove(proposal_, bureau_, validator, seenBlock, signature);
        _execute(proposal_);
        _forgetProof();
    }

    /// @inheritdoc IGovernance
    function handOver() external {
        if (_successor == address(0) || _inForce(CONSORTIUM) != _successor) revert ConsortiumNoSuccessor(_successor);
        if (block.timestamp < _handOverFrom) revert ConsortiumTooEarly(block.timestamp, _handOverFrom);
        address next = _successor;
        (_successor, _handOverFrom) = (address(0), 0);
        emit GovernanceHandedOver(next, ++_sequence);
        _validatorSet.handOver(next);
    }

    /// @inheritdoc IGovernance
    function successor() external view returns (address, uint40) {
        return (_successor, _handOverFrom);
    }

    // --- parts --------------------------------------------------------------------------------------------------------

    /// @dev Zero keeps the threshold as it is.
    function _adopt(uint32 threshold_) private {
        if (threshold_ != 0) _threshold = threshold_;
        _changed();
    }

    /// @dev Returns the key that stood there.
    function _setKey(uint32 id, KeyRole role, address key) private returns (address old) {
        Bureau storage member = _member(id);
        if (role == KeyRole.Validator) (old, member.validator) = (member.validator, key);
        else if (role == KeyRole.Oracle) (old, member.oracle) = (member.oracle, key);
        else if (role == KeyRole.Sender) (old, member.sender) = (member.sender, key);
        else if (role == KeyRole.Officer) (old, member.officer) = (member.officer, key);
        else revert ConsortiumNoKey(id, role);
        ++member.epoch;
    }

    function _court(uint32 id) private view returns (Court storage) {
        for (uint256 i = 0; i < _courts.length; ++i) {
            if (_courts[i].id == id) return _courts[i];
        }
        revert ConsortiumUnknownCourt(id);
    }

    function _delayOf(bytes4 selector) internal view override returns (uint40) {
        // A pause stops harm that goes on, and ends by itself: it waits for nothing, nor does its end.
        if (selector == IGovernance.pause.selector || selector == IGovernance.resume.selector) return 0;
        if (
            selector == IGovernance.admitBureau.selector ||
            selector == IGovernance.removeBureau.selector ||
            selector == IGovernance.replaceKey.selector ||
            selector == IGovernance.setThreshold.selector ||
            selector == IGovernance.putInForce.selector ||
            selector == IGovernance.registerCourt.selector ||
            selector == IGovernance.registerWitness.selector ||
            selector == IGovernance.nominateSuccessor.selector
        ) return _executionDelay;
        revert ConsortiumUnknownAction(selector);
    }
}

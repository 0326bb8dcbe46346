// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBallot} from "../interfaces/IBallot.sol";
import {Proposal, ProposalState, Vote} from "../types/Governance.sol";
import {KeyRegister} from "./KeyRegister.sol";

/// @title The votes of Consortium: see IBallot, which holds the documentation.
abstract contract Ballot is KeyRegister, IBallot {
    uint40 public constant VOTING_PERIOD = 7 days;
    uint40 public constant MAX_EXECUTION_DELAY = 30 days;
    uint40 public constant EXECUTION_PERIOD = 30 days;

    /// @dev Chosen at the founding: a day in earnest, seconds where members rehearse.
    uint40 internal immutable _executionDelay;

    mapping(bytes32 id => Proposal) private _proposals;
    mapping(bytes32 id => mapping(uint32 bureau => Vote)) private _votes;
    mapping(uint32 bureau => uint64) private _proposalCounts;

    constructor(uint40 executionDelay_) {
        if (executionDelay_ > MAX_EXECUTION_DELAY) {
            revert ConsortiumBadDelay(executionDelay_, MAX_EXECUTION_DELAY);
        }
        _executionDelay = executionDelay_;
    }

    /// @inheritdoc IBallot
    function executionDelay() external view returns (uint40) {
        return _executionDelay;
    }

    /// @inheritdoc IBallot
    function propose(bytes calldata action, bytes32 paper) external returns (bytes32 id) {
        uint32 proposer = _officersBureau();
        _delayOf(bytes4(action)); // refuses what is no action of ours
        uint64 number = ++_proposalCounts[proposer];
        id = keccak256(abi.encode(block.chainid, address(this), proposer, number, action, paper));
        Proposal storage made = _proposals[id];
        made.proposer = proposer;
        made.number = number;
        made.version = _version;
        made.electorate = uint32(_bureauIds.length);
        made.quota = (made.electorate * 2 + 2) / 3; // two thirds, rounded up: as many as consensus needs
        made.votableUntil = uint40(block.timestamp) + VOTING_PERIOD;
        made.paper = paper;
        made.action = action;
        _tell(id, made);
    }

    /// @inheritdoc IBallot
    function vote(bytes32 id, bool yes) external {
        uint32 voter = _officersBureau();
        Proposal storage open = _require(id, ProposalState.Open);
        if (_joined[voter] > open.version) revert ConsortiumNotInElectorate(id, voter);
        if (_votes[id][voter] != Vote.None) revert ConsortiumVotedAlready(id, voter);
        _votes[id][voter] = yes ? Vote.Yes : Vote.No;
        emit VoteCast(id, voter, yes, ++_sequence);
        if (yes) {
            if (++open.yes < open.quota) return;
            open.executableFrom = uint40(block.timestamp) + _delayOf(bytes4(open.action));
            open.executableUntil = open.executableFrom + EXECUTION_PERIOD;
            emit ProposalPassed(id, open.executableFrom, open.executableUntil, ++_sequence);
        } else {
            if (++open.no <= open.electorate - open.quota) return;
            open.outcome = ProposalState.Defeated;
            emit ProposalDefeated(id, ++_sequence);
        }
    }

    /// @inheritdoc IBallot
    function execute(bytes32 id) external {
        _execute(id);
    }

    /// @inheritdoc IBallot
    function proposal(bytes32 id) external view returns (Proposal memory) {
        // A bureau's number, not an amount.
        // slither-disable-next-line incorrect-equality
        if (_proposals[id].proposer == 0) revert ConsortiumUnknownProposal(id);
        return _proposals[id];
    }

    /// @inheritdoc IBallot
    function stateOf(bytes32 id) public view returns (ProposalState) {
        Proposal storage known = _proposals[id];
        if (known.proposer == 0) return ProposalState.None;
        if (known.outcome != ProposalState.None) return known.outcome;
        bool passed = known.executableFrom != 0;
        if (block.timestamp > (passed ? known.executableUntil : known.votableUntil)) return ProposalState.Expired;
        return passed ? ProposalState.Passed : ProposalState.Open;
    }

    /// @inheritdoc IBallot
    function voteOf(bytes32 id, uint32 bureau) external view returns (Vote) {
        return _votes[id][bureau];
    }

    /// @inheritdoc IBallot
    function proposalCount(uint32 bureau) external view returns (uint64) {
        return _proposalCounts[bureau];
    }

    function _execute(bytes32 id) internal {
        Proposal storage passed = _require(id, ProposalState.Passed);
        if (block.timestamp < passed.executableFrom) revert ConsortiumTooEarly(block.timestamp, passed.executableFrom);
        passed.outcome = ProposalState.Executed; // before the call: it runs once, whatever it calls
        // Only what passed as a proposal of this contract, to itself.
        // solhint-disable-next-line avoid-low-level-calls
        (bool done, bytes memory reason) = address(this).call(passed.action);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(reason, 32), mload(reason))
            }
        }
        emit ProposalExecuted(id, ++_sequence);
    }

    /// @dev How long a passed action waits. Reverts `ConsortiumUnknownAction` for what may not be proposed.
    function _delayOf(bytes4 selector) internal view virtual returns (uint40);

    function _require(bytes32 id, ProposalState expected) private view returns (Proposal storage) {
        ProposalState state = stateOf(id);
        if (state == ProposalState.None) revert ConsortiumUnknownProposal(id);
        if (state != expected) revert ConsortiumWrongState(id, state, expected);
        return _proposals[id];
    }

    function _tell(bytes32 id, Proposal storage made) private {
        emit ProposalMade(
            id,
            made.proposer,
            made.number,
            made.action,
            made.paper,
            made.electorate,
            made.quota,
            made.votableUntil,
            ++_sequence
        );
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Proposal, ProposalState, Vote} from "../types/Governance.sol";

/// @title How the consortium decides: a bureau proposes a call, bureaus vote, and after a delay anyone may have it made.
/// @notice The electorate and the quota (two thirds, rounded up) are those of the moment when it was proposed. One vote a
/// bureau, whatever keys it changes; a bureau that left keeps the vote it cast and casts none. A vote stands once cast.
/// Voting is open for 7 days; what passes may be executed after `executionDelay()` (a pause and its end at once) and for
/// 30 days. The delay is chosen at the founding and stands in the code: a day, or less where members rehearse.
interface IBallot {
    /// @notice Thrown when the action is none of IGovernance.
    error ConsortiumUnknownAction(bytes4 selector);
    /// @notice Thrown when there is no such proposal.
    error ConsortiumUnknownProposal(bytes32 id);
    /// @notice Thrown when the proposal is not in the state that the call needs.
    error ConsortiumWrongState(bytes32 id, ProposalState state, ProposalState expected);
    /// @notice Thrown when the delay is not over.
    error ConsortiumTooEarly(uint256 time, uint256 from);
    /// @notice Thrown when the bureau came after the proposal.
    error ConsortiumNotInElectorate(bytes32 id, uint32 bureau);
    /// @notice Thrown when the bureau has voted.
    error ConsortiumVotedAlready(bytes32 id, uint32 bureau);

    /// @notice Thrown when the consortium is founded with too long a delay.
    error ConsortiumBadDelay(uint40 delay, uint40 longest);

    /// @notice Emitted once a proposal is made; `sequence` rises by one with every event of this contract.
    event ProposalMade(
        bytes32 indexed id,
        uint32 indexed proposer,
        uint64 number,
        bytes action,
        bytes32 paper,
        uint32 electorate,
        uint32 quota,
        uint40 votableUntil,
        uint64 sequence
    );
    /// @notice Emitted with each vote; `sequence` rises by one with every event of this contract.
    event VoteCast(bytes32 indexed id, uint32 indexed bureau, bool yes, uint64 sequence);
    /// @notice Emitted once enough bureaus said yes; `sequence` rises by one with every event of this contract.
    event ProposalPassed(bytes32 indexed id, uint40 executableFrom, uint40 executableUntil, uint64 sequence);
    /// @notice Emitted once too many bureaus said no; `sequence` rises by one with every event of this contract.
    event ProposalDefeated(bytes32 indexed id, uint64 sequence);
    /// @notice Emitted after the events of the action itself; `sequence` rises by one with every event of this contract.
    event ProposalExecuted(bytes32 indexed id, uint64 sequence);

    /// @notice Propose that the consortium call itself with `action`, a call of IGovernance; `paper` is the digest of the
    /// signed paper behind it. Only an officer. The id is keccak256(abi.encode(chainId, this, proposer, number, action,
    /// paper)): nobody else's proposal can stand in its place. Emits `ProposalMade`.
    function propose(bytes calldata action, bytes32 paper) external returns (bytes32 id);

    /// @notice Vote for one's bureau. Only an officer of a bureau of the electorate, once. Emits `VoteCast`, and
    /// `ProposalPassed` or `ProposalDefeated` when it decides.
    function vote(bytes32 id, bool yes) external;

    /// @notice Make the call of a proposal that passed. Anyone, within its time. Reverts as the call does, and may then be
    /// tried again. Emits the action's events and `ProposalExecuted`.
    function execute(bytes32 id) external;

    /// @notice A proposal as it stands. Reverts `ConsortiumUnknownProposal`.
    function proposal(bytes32 id) external view returns (Proposal memory);

    /// @notice Where a proposal is now; None when there is none.
    function stateOf(bytes32 id) external view returns (ProposalState);

    /// @notice What a bureau voted.
    function voteOf(bytes32 id, uint32 bureau) external view returns (Vote);

    /// @notice How many proposals a bureau has made.
    function proposalCount(uint32 bureau) external view returns (uint64);

    /// @notice Seconds between the vote that passes a proposal and its execution.
    function executionDelay() external view returns (uint40);
}

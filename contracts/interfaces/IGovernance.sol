// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bureau, Court} from "../types/Configuration.sol";
import {KeyRole} from "../types/Governance.sol";

/// @title What the consortium may decide. Each call is made by the consortium itself, after a vote (IBallot); the events
/// are emitted when it takes effect. To try one without a vote, call it read-only from the consortium's own address.
/// @notice A bureau that was voted in is no member until its validator key has signed: only then, in one transaction, does
/// it enter the bureaus, the configuration digest and the validator set, so that these always agree.
interface IGovernance {
    /// @notice Thrown when `caller` is not the consortium itself.
    error ConsortiumOnlyByVote(address caller);
    /// @notice Thrown when an id is zero or was ever used.
    error ConsortiumIdTaken(uint32 id);
    /// @notice Thrown when a bureau comes without accession paper, or not with its first epoch.
    error ConsortiumBadAccession(uint32 id, bytes32 accession, uint64 epoch);
    /// @notice Thrown when no court has this id.
    error ConsortiumUnknownCourt(uint32 id);
    /// @notice Thrown when a validator would enter without proof that the bureau holds its key: use `activate`.
    error ConsortiumNotProven(uint32 bureau, address validator);
    /// @notice Thrown when the proof is not signed by the validator's key.
    error ConsortiumBadProof(address signer, address validator);
    /// @notice Thrown when the block that the proof names is not among the last 256.
    error ConsortiumUnseenBlock(uint64 seenBlock);
    /// @notice Thrown when the validator set would change again too soon.
    error ConsortiumSetChangedLately(uint256 blockNumber, uint256 from);
    /// @notice Thrown when a contract version would not begin after this block and after the last one of its role.
    error ConsortiumBadFromBlock(uint16 role, uint64 fromBlock, uint64 after_);
    /// @notice Thrown when there is no code at an address that is to be a contract.
    error ConsortiumNoCode(address location);
    /// @notice Thrown when the role can not be replaced or paused: consensus or the votes rest on it.
    error ConsortiumFixedRole(uint16 role);
    /// @notice Thrown when a witness comes without key, or twice.
    error ConsortiumBadWitness(bytes32 keyDigest);
    /// @notice Thrown when a pause would not end, or not soon enough, or has ended.
    error ConsortiumBadPause(uint16 role, uint256 until, uint256 latest);
    /// @notice Thrown when nobody is nominated, or the nominee is not in force as Consortium.
    error ConsortiumNoSuccessor(address successor);

    /// @notice `sequence` rises by one with every event of this contract; so below.
    event BureauAdmitted(uint32 indexed bureau, bytes32 accession, address validator, uint64 sequence);
    event BureauRemoved(uint32 indexed bureau, uint64 sequence);
    event CourtRegistered(uint32 indexed court, bytes32 nameDigest, uint64 sequence);
    event ContractPut(uint16 indexed role, address indexed location, uint64 fromBlock, uint64 sequence);
    event WitnessRegistered(bytes32 indexed keyDigest, bytes32 nameDigest, uint64 sequence);
    event RolePaused(uint16 indexed role, uint40 until, uint64 sequence);
    event RoleResumed(uint16 indexed role, uint64 sequence);
    event SuccessorNominated(address indexed successor, uint40 handOverFrom, uint64 sequence);
    event GovernanceHandedOver(address indexed successor, uint64 sequence);

    /// @notice Admit a bureau with all its keys; `threshold` is the one from then on, zero to keep it. A threshold that is
    /// no majority of the larger house is refused. Takes effect by `activate`. Emits `BureauAdmitted` and `KeyHeld` each.
    function admitBureau(Bureau calldata bureau, uint32 threshold) external;

    /// @notice Remove a bureau: its keys are retired, its validator leaves the set, its id is never used again. Not below
    /// four bureaus. `threshold` as above. Emits `BureauRemoved` and `KeyEnded` each.
    function removeBureau(uint32 bureau, uint32 threshold) external;

    /// @notice Give a bureau (or, for the role Court, a court) another key. The old one, if there is one, is retired, or
    /// revoked where it is said to be in wrong hands. A validator's key takes effect by `activate`.
    /// Emits `KeyEnded` and `KeyHeld`.
    function replaceKey(uint32 member, KeyRole role, address key, bool revoke) external;

    /// @notice Set how many bureaus must sign a report: at least three, more than half, at most all.
    function setThreshold(uint32 threshold) external;

    /// @notice Put a contract in force in a role from a later block on, after all of that role. Not the role of ValidatorSet.
    /// Emits `ContractPut`.
    function putInForce(uint16 role, address location, uint64 fromBlock) external;

    /// @notice Register a court and its key. Emits `CourtRegistered` and `KeyHeld`.
    function registerCourt(Court calldata court) external;

    /// @notice Register a witness of the log of block hashes. Emits `WitnessRegistered`.
    function registerWitness(bytes32 nameDigest, bytes32 keyDigest) external;

    /// @notice Stop a role until a block time at most 30 days away. Not ValidatorSet, BlockLog or Consortium, so that a vote
    /// can always end it. Emits `RolePaused`.
    function pause(uint16 role, uint40 until) external;

    /// @notice End a pause before its time. Emits `RoleResumed`.
    function resume(uint16 role) external;

    /// @notice Name the contract that is to govern the validator set after 7 days; zero takes the name back.
    /// Emits `SuccessorNominated`.
    function nominateSuccessor(address successor) external;

    /// @notice Execute a proposal that seats a validator, with the proof that the bureau holds its key and has followed the
    /// chain: an EIP-712 signature by that key over Activation(bytes32 proposal,uint32 bureau,address validator,
    /// uint64 seenBlock,bytes32 seenHash), where `seenHash` is the hash of `seenBlock`, one of the last 256 blocks. Anyone
    /// may carry it. At most one change of the set in 30 blocks.
    function activate(
        bytes32 proposal,
        uint32 bureau,
        address validator,
        uint64 seenBlock,
        bytes calldata signature
    ) external;

    /// @notice Give the validator set into the hands of the successor. Anyone, 7 days after its nomination, and only while
    /// it is in force as Consortium, for which there was a vote of its own. Emits `GovernanceHandedOver`.
    function handOver() external;

    /// @notice Who is nominated, and from which block time it may take over; zeros when nobody is.
    function successor() external view returns (address, uint40 handOverFrom);
}

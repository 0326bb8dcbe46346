// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev What a key is for. A key serves one member in one role, once: it is never used again.
enum KeyRole {
    None,
    Validator, // seals blocks
    Oracle, // signs answers, anchors and reports
    Sender, // carries transactions
    Officer, // votes and confirms
    Court // rules
}

/// @dev Retired: what it signed holds. Revoked: only what was recorded before its end holds, and it is flagged.
enum KeyState {
    None,
    Current,
    Retired,
    Revoked
}

/// @dev One slot, kept for ever. From the low end:
struct KeyRecord {
    uint32 member; // bureau, or court where the role is Court
    KeyRole role;
    KeyState state;
    uint32 epoch; // counts the member's keys in this role from 1
    uint48 sinceBlock; // in which it came into use, zero for the founding
    uint48 untilBlock; // in which it ended, zero while it is current
    uint40 untilTime; // of that block, UTC seconds
}

/// @dev Who co-signs the log of block hashes from outside.
struct Witness {
    bytes32 nameDigest;
    bytes32 keyDigest; // SHA-256 of its public key
    uint64 sinceBlock;
}

enum ProposalState {
    None,
    Open, // votes are taken
    Passed, // to be executed within its time
    Defeated, // can no longer pass: final
    Expired, // neither passed nor defeated, or not executed, in time: final
    Executed // final
}

enum Vote {
    None,
    Yes,
    No
}

struct Proposal {
    // slot 0
    uint32 proposer; // bureau
    uint64 number; // counts the proposer's proposals from 1
    uint64 version; // of the configuration that it was made under: bureaus of that version vote
    uint32 electorate; // how many those were
    uint32 quota; // how many must say yes
    // slot 1
    uint32 yes;
    uint32 no;
    uint40 votableUntil; // block time, seconds
    uint40 executableFrom; // zero until it has passed
    uint40 executableUntil;
    ProposalState outcome; // Defeated or Executed once it is
    // slot 2
    bytes32 paper; // digest of the signed paper behind it
    // slot 3
    bytes action; // the call that it makes, selector and all
}

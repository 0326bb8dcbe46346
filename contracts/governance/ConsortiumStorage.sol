// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Bureau, Court, ContractVersion} from "../types/Configuration.sol";
import {KeyRecord, KeyRole, Witness} from "../types/Governance.sol";

/// @title What the parts of Consortium share.
/// @dev First in the line of inheritance, so that these slots are fixed for proofs.
abstract contract ConsortiumStorage {
    bytes32 internal _configDigest; // slot 0
    uint64 internal _version; // slot 1
    uint32 internal _threshold;
    uint64 internal _sequence;
    mapping(address key => KeyRecord) internal _keys; // slot 2
    // KeyRegister pushes to its lists.
    // slither-disable-next-line uninitialized-state
    mapping(uint32 member => mapping(KeyRole => address[])) internal _keysOf; // slot 3
    uint32[] internal _bureauIds; // slot 4, ascending
    mapping(uint32 id => Bureau) internal _bureaus; // slot 5
    mapping(uint32 id => uint64 version) internal _joined; // slot 6: the first configuration with this bureau; kept
    Court[] internal _courts; // slot 7, ascending by id
    ContractVersion[] internal _contracts; // slot 8
    Witness[] internal _witnesses; // slot 9
    mapping(uint16 role => uint40 until) internal _pausedUntil; // slot 10
}

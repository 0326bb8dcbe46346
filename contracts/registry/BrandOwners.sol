// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BrandBook} from "./BrandBook.sol";
import {IBrandOwners} from "../interfaces/registry/IBrandOwners.sol";

/// @title BrandOwners: see IBrandOwners, which holds the documentation.
abstract contract BrandOwners is BrandBook, IBrandOwners {
    /// @dev How long a first attestation waits for the second.
    uint256 public constant RECOVERY_PERIOD = 30 days;

    struct Attestation {
        uint32 bureau;
        uint64 until;
    }

    mapping(bytes32 brandId => address) private _offers;
    /// @dev By what is attested, the key that it replaces included: no bureau can stand in another's way,
    /// and an attestation does not outlive the owner it was made against.
    mapping(bytes32 recovery => Attestation) private _attestations;

    /// @inheritdoc IBrandOwners
    function offerBrand(bytes32 brandId, address to) external onlyOwner(brandId) {
        _checkOwner(brandId, to);
        _offers[brandId] = to;
        emit BrandOffered(brandId, to, _next());
    }

    /// @inheritdoc IBrandOwners
    function acceptBrand(bytes32 brandId) external {
        if (_offers[brandId] != msg.sender) revert BrandRegistryNotOffered(brandId, msg.sender);
        _replace(brandId, msg.sender);
    }

    /// @inheritdoc IBrandOwners
    function attestRecovery(bytes32 brandId, address to, bytes32 reason) external onlyKnown(brandId) {
        uint32 bureau = _requireOfficer();
        _checkOwner(brandId, to);
        if (reason == 0) revert BrandRegistryIncomplete(brandId);
        bytes32 recovery = keccak256(abi.encode(brandId, ownerOf(brandId), to, reason));
        Attestation storage first = _attestations[recovery];
        bool waiting = block.timestamp < first.until;
        if (waiting && first.bureau == bureau) revert BrandRegistryAttestedAlready(brandId, bureau);
        emit RecoveryAttested(brandId, to, bureau, reason, _next());
        if (waiting) {
            delete _attestations[recovery];
            _replace(brandId, to);
        } else {
            _attestations[recovery] = Attestation(bureau, uint64(block.timestamp + RECOVERY_PERIOD));
        }
    }

    /// @inheritdoc IBrandOwners
    function offeredTo(bytes32 brandId) external view returns (address) {
        return _offers[brandId];
    }

    function _replace(bytes32 brandId, address to) private {
        address from = ownerOf(brandId);
        delete _offers[brandId];
        _setOwner(brandId, to);
        emit BrandOwnerReplaced(brandId, from, to, _next());
    }

    function _checkOwner(bytes32 brandId, address to) private view {
        if (to == address(0) || to == ownerOf(brandId)) revert BrandRegistryBadOwner(brandId, to);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BrandBook} from "./BrandBook.sol";
import {ITrustLevels} from "../interfaces/registry/ITrustLevels.sol";

/// @title TrustLevels: see ITrustLevels, which holds the documentation and the rule.
abstract contract TrustLevels is BrandBook, ITrustLevels {
    /// @dev How many outcomes count: as many as `history` has bits.
    uint8 public constant WINDOW = 64;

    struct Trust {
        // slot 0
        uint64 history; // bit 0 is the newest outcome; set: upheld
        uint8 count; // of the outcomes that count
        uint8 upheld; // of these
        // slot 1
        bytes32 appeal; // the open one
    }

    address private immutable _cases;

    mapping(bytes32 brandId => mapping(uint16 reason => Trust)) private _trust;
    mapping(bytes32 brandId => mapping(uint16 reason => mapping(bytes32 digest => bool))) private _told;

    constructor(address cases) {
        _cases = cases;
    }

    modifier onlyCourt() {
        if (msg.sender != _cases && _consortium.courtOf(msg.sender) == 0) revert BrandRegistryNotACourt(msg.sender);
        _;
    }

    modifier withDigest(bytes32 brandId, uint16 reason, bytes32 digest) {
        if (digest == 0) revert BrandRegistryNoDigest(brandId, reason);
        _;
    }

    /// @inheritdoc ITrustLevels
    function recordOutcome(
        bytes32 brandId,
        uint16 reason,
        bool upheld,
        bytes32 digest
    ) external onlyKnown(brandId) withDigest(brandId, reason, digest) {
        if (msg.sender != _cases) revert BrandRegistryNotTheCaseRegistry(msg.sender);
        if (_told[brandId][reason][digest]) revert BrandRegistryToldBefore(brandId, reason, digest);
        _told[brandId][reason][digest] = true;
        Trust storage trust = _trust[brandId][reason];
        uint8 before = _level(trust);
        if (trust.count < WINDOW) ++trust.count;
        else if (trust.history >> (WINDOW - 1) == 1) --trust.upheld; // the oldest makes room
        trust.history = (trust.history << 1) | (upheld ? 1 : 0);
        if (upheld) ++trust.upheld;
        emit OutcomeRecorded(brandId, reason, upheld, digest, _next());
        _announce(brandId, reason, before, _level(trust), digest);
    }

    /// @inheritdoc ITrustLevels
    function appealTrust(
        bytes32 brandId,
        uint16 reason,
        bytes32 digest
    ) external onlyOwner(brandId) withDigest(brandId, reason, digest) {
        Trust storage trust = _trust[brandId][reason];
        if (trust.appeal != 0) revert BrandRegistryAppealOpen(brandId, reason, trust.appeal);
        trust.appeal = digest;
        emit TrustAppealed(brandId, reason, digest, _next());
    }

    /// @inheritdoc ITrustLevels
    function dismissTrustAppeal(
        bytes32 brandId,
        uint16 reason,
        bytes32 digest
    ) external onlyCourt withDigest(brandId, reason, digest) {
        if (_trust[brandId][reason].appeal == 0) revert BrandRegistryNoAppeal(brandId, reason);
        delete _trust[brandId][reason].appeal;
        emit TrustAppealDismissed(brandId, reason, digest, _next());
    }

    /// @inheritdoc ITrustLevels
    function resetTrust(
        bytes32 brandId,
        uint16 reason,
        bytes32 digest
    ) external onlyCourt onlyKnown(brandId) withDigest(brandId, reason, digest) {
        Trust storage trust = _trust[brandId][reason];
        uint8 before = _level(trust);
        delete _trust[brandId][reason];
        emit TrustReset(brandId, reason, digest, _next());
        _announce(brandId, reason, before, _level(trust), digest);
    }

    /// @inheritdoc ITrustLevels
    function trustLevel(
        bytes32 brandId,
        uint16 reason
    ) external view returns (uint8 level, uint8 upheld, uint8 rejected) {
        Trust storage trust = _trust[brandId][reason];
        return (_level(trust), trust.upheld, trust.count - trust.upheld);
    }

    /// @inheritdoc ITrustLevels
    function trustAppeal(bytes32 brandId, uint16 reason) external view returns (bytes32) {
        return _trust[brandId][reason].appeal;
    }

    function _announce(bytes32 brandId, uint16 reason, uint8 from, uint8 to, bytes32 digest) private {
        if (from != to) emit TrustLevelChanged(brandId, reason, from, to, digest, _next());
    }

    function _level(Trust storage trust) private view returns (uint8) {
        uint256 count = trust.count;
        uint256 upheld = trust.upheld;
        if (count >= 16 && upheld * 100 >= count * 95) return 3;
        if (count >= 8 && upheld * 100 >= count * 80) return 2;
        if (count >= 4 && upheld * 100 < count * 50) return 0;
        return 1;
    }
}

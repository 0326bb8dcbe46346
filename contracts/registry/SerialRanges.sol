// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISerialRanges} from "../interfaces/registry/ISerialRanges.sol";
import {SerialRange} from "../types/Product.sol";
import {ProductBook} from "./ProductBook.sol";

/// @title SerialRanges: see ISerialRanges, which holds the documentation.
abstract contract SerialRanges is ProductBook, ISerialRanges {
    /// @dev Bounds the shift of one insertion; a brand that needs more joins neighbouring ranges.
    uint256 public constant MAX_RANGES = 256;

    struct Withdrawal {
        SerialStatus status;
        bytes32 reason;
    }

    struct Issue {
        SerialRange[] ranges; // in the order of issue
        uint16[] ascending; // their indexes in the order of serials
        mapping(uint256 index => Withdrawal) withdrawals;
    }

    mapping(uint64 gtin => mapping(bytes32 brandId => Issue)) private _issues;

    /// @inheritdoc ISerialRanges
    function issueSerials(
        bytes32 brandId,
        uint64 gtin,
        SerialRange calldata range
    ) external whileOpen onlyOwner(brandId) onlyInForce(brandId) returns (uint256 index) {
        ClaimStatus claim = _statusOf(gtin, brandId);
        if (claim == ClaimStatus.None || claim == ClaimStatus.Rejected) revert ProductRegistryNoClaim(gtin, brandId);
        bool badDates = range.bestBefore != 0 && range.bestBefore <= range.producedAt;
        if (range.last < range.first || range.batchDigest == 0 || badDates) {
            revert ProductRegistryBadRange(range.first, range.last, range.producedAt, range.bestBefore);
        }
        Issue storage issue = _issues[gtin][brandId];
        index = issue.ranges.length;
        if (index >= MAX_RANGES) revert ProductRegistryTooManyRanges(gtin, brandId, MAX_RANGES);
        _insert(issue, gtin, range, uint16(index));
        issue.ranges.push(range);
        emit SerialsIssued(gtin, brandId, index, range.first, range.last, range.batchDigest, _next());
    }

    /// @inheritdoc ISerialRanges
    function withdrawSerials(
        bytes32 brandId,
        uint64 gtin,
        uint256 index,
        SerialStatus to,
        bytes32 reason
    ) external onlyOwner(brandId) {
        Issue storage issue = _issues[gtin][brandId];
        if (index >= issue.ranges.length) revert ProductRegistryUnknownRange(gtin, brandId, index);
        if (reason == 0) revert ProductRegistryNoReason(gtin, index);
        SerialStatus from = _statusAt(issue, index);
        if (to <= from) revert ProductRegistryBadTransition(from, to);
        issue.withdrawals[index] = Withdrawal(to, reason);
        emit SerialsWithdrawn(gtin, brandId, index, to, reason, _next());
    }

    /// @inheritdoc ISerialRanges
    function serialStatus(
        uint64 gtin,
        uint128 serial
    ) external view returns (SerialStatus status, bytes32 brandId, SerialRange memory range) {
        brandId = _standing(gtin);
        (status, range) = serialStatusOf(brandId, gtin, serial);
    }

    /// @inheritdoc ISerialRanges
    function serialStatusOf(
        bytes32 brandId,
        uint64 gtin,
        uint128 serial
    ) public view returns (SerialStatus status, SerialRange memory range) {
        Issue storage issue = _issues[gtin][brandId];
        uint256 place = _after(issue, serial);
        if (place == 0) return (SerialStatus.Unknown, range);
        uint256 index = issue.ascending[place - 1];
        SerialRange storage found = issue.ranges[index];
        if (serial > found.last) return (SerialStatus.Unknown, range);
        return (_statusAt(issue, index), found);
    }

    /// @inheritdoc ISerialRanges
    function rangeCount(bytes32 brandId, uint64 gtin) external view returns (uint256) {
        return _issues[gtin][brandId].ranges.length;
    }

    /// @inheritdoc ISerialRanges
    function rangeAt(
        bytes32 brandId,
        uint64 gtin,
        uint256 index
    ) external view returns (SerialRange memory range, SerialStatus status, bytes32 reason) {
        Issue storage issue = _issues[gtin][brandId];
        if (index >= issue.ranges.length) revert ProductRegistryUnknownRange(gtin, brandId, index);
        return (issue.ranges[index], _statusAt(issue, index), issue.withdrawals[index].reason);
    }

    /// @dev Puts the index where its serials belong; the neighbours on both sides must leave room.
    function _insert(Issue storage issue, uint64 gtin, SerialRange calldata range, uint16 index) private {
        uint16[] storage ascending = issue.ascending;
        uint256 place = _after(issue, range.first);
        bool meetsBefore = place > 0 && issue.ranges[ascending[place - 1]].last >= range.first;
        bool meetsNext = place < ascending.length && issue.ranges[ascending[place]].first <= range.last;
        if (meetsBefore || meetsNext) revert ProductRegistryOverlap(gtin, range.first, range.last);
        ascending.push(index);
        for (uint256 i = ascending.length - 1; i > place; --i) {
            ascending[i] = ascending[i - 1];
        }
        ascending[place] = index;
    }

    /// @dev How many ranges begin at or below the serial, by binary search.
    function _after(Issue storage issue, uint128 serial) private view returns (uint256 low) {
        uint256 high = issue.ascending.length;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (issue.ranges[issue.ascending[middle]].first <= serial) low = middle + 1;
            else high = middle;
        }
    }

    function _statusAt(Issue storage issue, uint256 index) private view returns (SerialStatus) {
        SerialStatus status = issue.withdrawals[index].status;
        return status == SerialStatus.Unknown ? SerialStatus.Issued : status;
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SerialRange} from "../../types/Product.sol";

/// @title Serial numbers (SGTIN) that a brand issued for its products, in ranges that never overlap.
interface ISerialRanges {
    enum SerialStatus {
        Unknown, // in no range
        Issued,
        Recalled, // genuine, but called back
        Void // never to be on the market
    }

    /// @notice Thrown when the brand has no standing claim to the GTIN.
    error ProductRegistryNoClaim(uint64 gtin, bytes32 brandId);
    /// @notice Thrown when a range ends before it begins, has no batch, or its dates make no sense.
    error ProductRegistryBadRange(uint128 first, uint128 last, uint64 producedAt, uint64 bestBefore);
    /// @notice Thrown when a range shares a serial with one on record.
    error ProductRegistryOverlap(uint64 gtin, uint128 first, uint128 last);
    /// @notice Thrown when a brand has as many ranges of a GTIN as it may have.
    error ProductRegistryTooManyRanges(uint64 gtin, bytes32 brandId, uint256 cap);
    /// @notice Thrown when the brand has no range of the GTIN with this index.
    error ProductRegistryUnknownRange(uint64 gtin, bytes32 brandId, uint256 index);
    /// @notice Thrown when a range cannot go from its status to `to`: issued, then recalled, then void.
    error ProductRegistryBadTransition(SerialStatus from, SerialStatus to);
    /// @notice Thrown when a recall gives no reason.
    error ProductRegistryNoReason(uint64 gtin, uint256 index);

    /// @notice Emitted when a brand issues a range of serials.
    event SerialsIssued(
        uint64 indexed gtin,
        bytes32 indexed brandId,
        uint256 index,
        uint128 first,
        uint128 last,
        bytes32 batchDigest,
        uint64 sequence
    );
    /// @notice Emitted when a brand recalls or voids a range.
    event SerialsWithdrawn(
        uint64 indexed gtin,
        bytes32 indexed brandId,
        uint256 index,
        SerialStatus to,
        bytes32 reason,
        uint64 sequence
    );

    /// @notice Issue a range of serials, once and for all: a batch is never relabelled. Only the brand's owner, for a
    /// GTIN it claims and lost to nobody. Emits `SerialsIssued`.
    function issueSerials(bytes32 brandId, uint64 gtin, SerialRange calldata range) external returns (uint256 index);

    /// @notice Recall or void a range. Only the brand's owner. Emits `SerialsWithdrawn`.
    function withdrawSerials(bytes32 brandId, uint64 gtin, uint256 index, SerialStatus to, bytes32 reason) external;

    /// @notice The status of one unit by the claim that stands for its GTIN, whose claim that is, and its range.
    /// Reverts `ProductRegistryUnknown` when no claim stands.
    function serialStatus(
        uint64 gtin,
        uint128 serial
    ) external view returns (SerialStatus status, bytes32 brandId, SerialRange memory range);

    /// @notice The same by the words of one brand, for a GTIN that is contested.
    function serialStatusOf(
        bytes32 brandId,
        uint64 gtin,
        uint128 serial
    ) external view returns (SerialStatus status, SerialRange memory range);

    /// @notice How many ranges of a GTIN the brand issued.
    function rangeCount(bytes32 brandId, uint64 gtin) external view returns (uint256);

    /// @notice One range, its status and why. Reverts `ProductRegistryUnknownRange`.
    function rangeAt(
        bytes32 brandId,
        uint64 gtin,
        uint256 index
    ) external view returns (SerialRange memory range, SerialStatus status, bytes32 reason);
}

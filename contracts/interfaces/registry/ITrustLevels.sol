// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title How far a brand's reports are trusted, for each reason code, from what became of them.
/// @notice The published rule. An outcome is the end of one report of a brand under a reason code: upheld or rejected. The
/// last 64 outcomes count; n is their number, u how many of them were upheld. Shares are exact, not rounded.
///
///   level 3  n >= 16 and u/n >= 95 %
///   level 2  n >=  8 and u/n >= 80 %
///   level 0  n >=  4 and u/n <  50 %
///   level 1  everything else; where every brand begins
///
/// Each outcome and each change of level is an event that carries the digest of its reason.
interface ITrustLevels {
    /// @notice Thrown when `sender` is not the registry of cases.
    error BrandRegistryNotTheCaseRegistry(address sender);
    /// @notice Thrown when `sender` is neither a court's key nor the registry of cases.
    error BrandRegistryNotACourt(address sender);
    /// @notice Thrown when a digest is missing.
    error BrandRegistryNoDigest(bytes32 brandId, uint16 reason);
    /// @notice Thrown when the outcome with this digest was told before: each report counts once.
    error BrandRegistryToldBefore(bytes32 brandId, uint16 reason, bytes32 digest);
    /// @notice Thrown when an appeal is open already.
    error BrandRegistryAppealOpen(bytes32 brandId, uint16 reason, bytes32 appeal);
    /// @notice Thrown when no appeal is open.
    error BrandRegistryNoAppeal(bytes32 brandId, uint16 reason);

    /// @notice Emitted for each outcome.
    event OutcomeRecorded(
        bytes32 indexed brandId,
        uint16 indexed reason,
        bool upheld,
        bytes32 digest,
        uint64 sequence
    );
    /// @notice Emitted when a level changes; `digest` is that of the outcome or ruling behind it.
    event TrustLevelChanged(
        bytes32 indexed brandId,
        uint16 indexed reason,
        uint8 from,
        uint8 to,
        bytes32 digest,
        uint64 sequence
    );
    /// @notice Emitted when an owner appeals against a level.
    event TrustAppealed(bytes32 indexed brandId, uint16 indexed reason, bytes32 digest, uint64 sequence);
    /// @notice Emitted when a court dismisses an appeal; the level stays.
    event TrustAppealDismissed(bytes32 indexed brandId, uint16 indexed reason, bytes32 digest, uint64 sequence);
    /// @notice Emitted when a court clears the outcomes that counted; the level begins anew.
    event TrustReset(bytes32 indexed brandId, uint16 indexed reason, bytes32 digest, uint64 sequence);

    /// @notice Record what became of a report, once. Only the registry of cases. Reverts `BrandRegistryUnknown`.
    /// Emits `OutcomeRecorded`, and `TrustLevelChanged` when the level changes.
    function recordOutcome(bytes32 brandId, uint16 reason, bool upheld, bytes32 digest) external;

    /// @notice Appeal against the level. Only the brand's owner, one appeal at a time. Emits `TrustAppealed`.
    function appealTrust(bytes32 brandId, uint16 reason, bytes32 digest) external;

    /// @notice Dismiss the open appeal. Only a court's key or the registry of cases. Emits `TrustAppealDismissed`.
    function dismissTrustAppeal(bytes32 brandId, uint16 reason, bytes32 digest) external;

    /// @notice Clear the outcomes that count, and with them an open appeal. Only a court's key or the registry of cases.
    /// Emits `TrustReset`, and `TrustLevelChanged` when the level changes.
    function resetTrust(bytes32 brandId, uint16 reason, bytes32 digest) external;

    /// @notice The level, and how many of the outcomes that count were upheld and rejected.
    function trustLevel(
        bytes32 brandId,
        uint16 reason
    ) external view returns (uint8 level, uint8 upheld, uint8 rejected);

    /// @notice The digest of the open appeal, zero when none is.
    function trustAppeal(bytes32 brandId, uint16 reason) external view returns (bytes32);
}

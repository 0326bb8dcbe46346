// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The sellers that a brand authorised, never backwards in time.
interface IAuthorisedSellers {
    /// @notice Thrown when an authorisation or its end would lie in the past, or end before it begins.
    error ProductRegistryBadPeriod(uint64 from, uint64 until, uint256 blockTime);
    /// @notice Thrown when a running authorisation would be cut short or followed by a gap: withdraw it, or prolong it.
    error ProductRegistryStillAuthorised(bytes32 brandId, bytes32 subject, uint64 until);
    /// @notice Thrown when the subject has no authorisation of this brand to withdraw.
    error ProductRegistryNotAuthorised(bytes32 brandId, bytes32 subject);

    /// @notice Emitted when a brand authorises a seller.
    event SellerAuthorised(
        bytes32 indexed brandId,
        bytes32 indexed subject,
        uint64 from,
        uint64 until,
        uint64 sequence
    );
    /// @notice Emitted when a brand ends an authorisation; what happened before stays authorised.
    event SellerWithdrawn(bytes32 indexed brandId, bytes32 indexed subject, uint64 until, uint64 sequence);

    /// @notice Authorise sellers from a time on that is not in the past; prolongs one that is running.
    /// Only the brand's owner. Emits `SellerAuthorised`.
    function authoriseSellers(bytes32 brandId, bytes32[] calldata subjects, uint64 from, uint64 until) external;

    /// @notice End authorisations now. Only the brand's owner. Emits `SellerWithdrawn`.
    function withdrawSellers(bytes32 brandId, bytes32[] calldata subjects) external;

    /// @notice The last authorisation of a seller by a brand; zeros when there is none.
    /// Earlier ones stand in the events.
    function authorisation(bytes32 brandId, bytes32 subject) external view returns (uint64 from, uint64 until);
}

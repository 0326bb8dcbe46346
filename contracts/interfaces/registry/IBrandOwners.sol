// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title How a brand gets another owner key: handed over by the owner, or recovered by two bureaus.
interface IBrandOwners {
    /// @notice Thrown when the new owner is the zero address or the owner already.
    error BrandRegistryBadOwner(bytes32 brandId, address to);
    /// @notice Thrown when the brand was not offered to `sender`.
    error BrandRegistryNotOffered(bytes32 brandId, address sender);
    /// @notice Thrown when the same bureau attests a recovery twice.
    error BrandRegistryAttestedAlready(bytes32 brandId, uint32 bureau);

    /// @notice Emitted when the owner offers a brand to another key.
    event BrandOffered(bytes32 indexed brandId, address indexed to, uint64 sequence);
    /// @notice Emitted when a bureau attests that `to` is the rightful owner; two bureaus replace the key.
    event RecoveryAttested(
        bytes32 indexed brandId,
        address indexed to,
        uint32 bureau,
        bytes32 reason,
        uint64 sequence
    );
    /// @notice Emitted when a brand has another owner key.
    event BrandOwnerReplaced(bytes32 indexed brandId, address indexed from, address indexed to, uint64 sequence);

    /// @notice Offer the brand to another key; a later offer replaces it. Only the owner. Emits `BrandOffered`.
    function offerBrand(bytes32 brandId, address to) external;

    /// @notice Take over a brand that was offered to the sender. Emits `BrandOwnerReplaced`.
    function acceptBrand(bytes32 brandId) external;

    /// @notice Attest that `to` is the rightful owner, for a lost or stolen key or a squatted name. The second distinct
    /// bureau that attests the same words within 30 days replaces the key. Only a bureau's officer.
    /// Emits `RecoveryAttested`, then `BrandOwnerReplaced`.
    function attestRecovery(bytes32 brandId, address to, bytes32 reason) external;

    /// @notice The key that the brand is offered to, zero when it is offered to nobody.
    function offeredTo(bytes32 brandId) external view returns (address);
}

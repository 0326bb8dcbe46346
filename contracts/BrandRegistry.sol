// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBrandRegistry} from "./interfaces/IBrandRegistry.sol";
import {IConsortium} from "./interfaces/IConsortium.sol";

/// @title BrandRegistry: see IBrandRegistry, which holds the documentation.
contract BrandRegistry is IBrandRegistry {
    /// @dev Bits 1 to 45: the classes of the Nice Agreement.
    uint64 private constant NICE_CLASSES = (1 << 46) - 2;

    IConsortium private immutable _consortium;

    mapping(bytes32 brandId => Brand) private _brands; // slot 0
    mapping(bytes32 nameKey => bytes32 brandId) private _names; // slot 1
    uint64 private _sequence; // slot 2

    constructor(address consortium) {
        _consortium = IConsortium(consortium);
    }

    /// @inheritdoc IBrandRegistry
    function registerBrand(
        bytes32 brandId,
        address owner,
        bytes32 nameKey,
        bytes32 nameDigest,
        Right calldata right
    ) external {
        uint32 bureau = _consortium.bureauOfOfficer(msg.sender);
        if (bureau == 0) bureau = _consortium.bureauOfSender(msg.sender);
        if (bureau == 0) revert BrandRegistryNotABureau(msg.sender);
        if (brandId == 0 || owner == address(0) || nameKey == 0 || nameDigest == 0) {
            revert BrandRegistryIncomplete(brandId);
        }
        if (_brands[brandId].owner != address(0)) revert BrandRegistryExists(brandId);
        if (_names[nameKey] != 0) revert BrandRegistryNameTaken(nameKey, _names[nameKey]);
        bool badClasses = right.niceClasses == 0 || right.niceClasses & ~NICE_CLASSES != 0;
        if (badClasses || right.validFrom >= right.validUntil) {
            revert BrandRegistryBadRight(right.niceClasses, right.validFrom, right.validUntil);
        }
        _brands[brandId] = Brand(owner, bureau, nameKey, nameDigest, right);
        _names[nameKey] = brandId;
        emit BrandRegistered(brandId, owner, bureau, ++_sequence);
    }

    /// @inheritdoc IBrandRegistry
    function brand(bytes32 brandId) external view returns (Brand memory) {
        if (_brands[brandId].owner == address(0)) revert BrandRegistryUnknown(brandId);
        return _brands[brandId];
    }

    /// @inheritdoc IBrandRegistry
    function ownerOf(bytes32 brandId) external view returns (address) {
        return _brands[brandId].owner;
    }
}

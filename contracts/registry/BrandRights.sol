// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BrandBook} from "./BrandBook.sol";
import {IBrandRights} from "../interfaces/registry/IBrandRights.sol";
import {Right, RightRecord} from "../types/Brand.sol";

/// @title BrandRights: see IBrandRights, which holds the documentation.
abstract contract BrandRights is BrandBook, IBrandRights {
    /// @dev Bounds the loop over a brand's rights.
    uint256 public constant MAX_RIGHTS = 32;
    /// @dev Bits 1 to 45: the classes of the Nice Agreement.
    uint64 private constant NICE_CLASSES = (1 << 46) - 2;

    mapping(bytes32 brandId => RightRecord[]) private _rights;

    /// @inheritdoc IBrandRights
    function fileRight(bytes32 brandId, Right calldata right) external onlyKnown(brandId) {
        (uint32 bureau, bool officer) = _requireBureau();
        _file(brandId, right, bureau, officer);
    }

    /// @inheritdoc IBrandRights
    function verifyRight(bytes32 brandId, uint256 index) external {
        uint32 bureau = _requireOfficer();
        RightRecord storage entry = _right(brandId, index);
        RightStatus status = _status(entry);
        if (status != RightStatus.Pending) revert BrandRegistryRightStatus(brandId, index, status);
        entry.verifiedBy = bureau;
        emit RightVerified(brandId, index, bureau, _next());
    }

    /// @inheritdoc IBrandRights
    function revokeRight(bytes32 brandId, uint256 index, bytes32 reason) external {
        uint32 bureau = _requireOfficer();
        if (reason == 0) revert BrandRegistryNoReason(brandId);
        RightRecord storage entry = _right(brandId, index);
        if (entry.revokedBy != 0) revert BrandRegistryRightStatus(brandId, index, RightStatus.Revoked);
        entry.revokedBy = bureau;
        entry.revokedAt = uint64(block.timestamp);
        entry.reason = reason;
        emit RightRevoked(brandId, index, bureau, reason, _next());
    }

    /// @inheritdoc IBrandRights
    function rightCount(bytes32 brandId) external view returns (uint256) {
        return _rights[brandId].length;
    }

    /// @inheritdoc IBrandRights
    function rightAt(bytes32 brandId, uint256 index) external view returns (RightRecord memory, RightStatus) {
        RightRecord storage entry = _right(brandId, index);
        return (entry, _status(entry));
    }

    /// @inheritdoc IBrandRights
    function rightInForce(bytes32 brandId) external view returns (bool inForce, bool verified) {
        RightRecord[] storage rights = _rights[brandId];
        for (uint256 i = 0; i < rights.length && !verified; ++i) {
            RightRecord storage entry = rights[i];
            bool dated = entry.right.validFrom <= block.timestamp && block.timestamp < entry.right.validUntil;
            if (!dated || entry.revokedBy != 0) continue;
            inForce = true;
            verified = entry.verifiedBy != 0;
        }
    }

    /// @inheritdoc BrandBook
    function _file(bytes32 brandId, Right calldata right, uint32 bureau, bool verified) internal override {
        if (right.numberDigest == 0 || right.office == 0 || right.documentDigest == 0) {
            revert BrandRegistryIncomplete(brandId);
        }
        bool badClasses = right.niceClasses == 0 || right.niceClasses & ~NICE_CLASSES != 0;
        if (badClasses || right.validFrom >= right.validUntil) {
            revert BrandRegistryBadRight(right.niceClasses, right.validFrom, right.validUntil);
        }
        RightRecord[] storage rights = _rights[brandId];
        uint256 index = rights.length;
        if (index >= MAX_RIGHTS) revert BrandRegistryTooManyRights(brandId, MAX_RIGHTS);
        RightRecord storage entry = rights.push();
        entry.right = right;
        entry.filedBy = bureau;
        emit RightFiled(brandId, index, right.office, right.documentDigest, bureau, _next());
        if (!verified) return;
        entry.verifiedBy = bureau;
        emit RightVerified(brandId, index, bureau, _next());
    }

    function _right(bytes32 brandId, uint256 index) private view returns (RightRecord storage) {
        if (index >= _rights[brandId].length) revert BrandRegistryUnknownRight(brandId, index);
        return _rights[brandId][index];
    }

    function _status(RightRecord storage entry) private view returns (RightStatus) {
        if (entry.revokedBy != 0) return RightStatus.Revoked;
        return entry.verifiedBy == 0 ? RightStatus.Pending : RightStatus.Verified;
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IConsortium} from "../interfaces/IConsortium.sol";
import {IBrandBook} from "../interfaces/registry/IBrandBook.sol";
import {Authority, Brand, Right} from "../types/Brand.sol";

/// @title BrandBook: see IBrandBook, which holds the documentation.
abstract contract BrandBook is IBrandBook, EIP712 {
    bytes32 private constant AUTHORITY_TYPEHASH =
        keccak256(
            "Authority(bytes32 brandId,address owner,bytes32 nameKey,bytes32 nameDigest,bytes32 rightDigest,uint64 deadline)"
        );

    uint16 private constant ROLE = 4;

    IConsortium internal immutable _consortium;

    mapping(bytes32 brandId => Brand) private _brands;
    mapping(bytes32 nameKey => bytes32 brandId) private _names;
    uint64 private _sequence;

    constructor(address consortium) EIP712("Touchstone", "1") {
        _consortium = IConsortium(consortium);
    }

    modifier onlyOwner(bytes32 brandId) {
        if (msg.sender != _brands[brandId].owner) revert BrandRegistryNotTheOwner(msg.sender, brandId);
        _;
    }

    modifier onlyKnown(bytes32 brandId) {
        if (_brands[brandId].owner == address(0)) revert BrandRegistryUnknown(brandId);
        _;
    }

    /// @inheritdoc IBrandBook
    function registerBrand(
        bytes32 brandId,
        address owner,
        bytes32 nameKey,
        bytes32 nameDigest,
        Right calldata right
    ) external {
        (uint32 bureau, bool officer) = _requireBureau();
        _register(brandId, Brand(owner, bureau, nameKey, nameDigest));
        _file(brandId, right, bureau, officer);
    }

    /// @inheritdoc IBrandBook
    function registerByAuthority(
        Authority calldata authority,
        Right calldata right,
        bytes calldata signature
    ) external {
        if (block.timestamp > authority.deadline) {
            revert BrandRegistryAuthorityExpired(authority.deadline, block.timestamp);
        }
        bytes32 rightDigest = keccak256(abi.encode(right));
        if (rightDigest != authority.rightDigest) revert BrandRegistryWrongRight(rightDigest, authority.rightDigest);
        address signer = _signer(keccak256(bytes.concat(AUTHORITY_TYPEHASH, abi.encode(authority))), signature);
        uint32 bureau = _consortium.bureauOfOfficer(signer);
        if (bureau == 0) revert BrandRegistryNotAnOfficer(signer);
        _register(authority.brandId, Brand(authority.owner, bureau, authority.nameKey, authority.nameDigest));
        _file(authority.brandId, right, bureau, true);
    }

    /// @inheritdoc IBrandBook
    function brand(bytes32 brandId) external view onlyKnown(brandId) returns (Brand memory) {
        return _brands[brandId];
    }

    /// @inheritdoc IBrandBook
    function ownerOf(bytes32 brandId) public view returns (address) {
        return _brands[brandId].owner;
    }

    /// @inheritdoc IBrandBook
    function brandOfName(bytes32 nameKey) external view returns (bytes32) {
        return _names[nameKey];
    }

    /// @dev Puts a right of a brand on file; the next part of the registry does it.
    function _file(bytes32 brandId, Right calldata right, uint32 bureau, bool verified) internal virtual;

    function _setOwner(bytes32 brandId, address owner) internal {
        _brands[brandId].owner = owner;
    }

    function _next() internal returns (uint64) {
        return ++_sequence;
    }

    /// @dev The bureau that the sender stands for, and whether it is its officer.
    function _requireBureau() internal view returns (uint32 bureau, bool officer) {
        bureau = _consortium.bureauOfOfficer(msg.sender);
        if (bureau != 0) return (bureau, true);
        bureau = _consortium.bureauOfSender(msg.sender);
        if (bureau == 0) revert BrandRegistryNotABureau(msg.sender);
    }

    function _requireOfficer() internal view returns (uint32 bureau) {
        bureau = _consortium.bureauOfOfficer(msg.sender);
        if (bureau == 0) revert BrandRegistryNotAnOfficer(msg.sender);
    }

    function _register(bytes32 brandId, Brand memory entry) private {
        if (!_consortium.isInForce(ROLE, address(this))) revert BrandRegistryNotInForce(address(this));
        if (brandId == 0 || entry.owner == address(0) || entry.nameKey == 0 || entry.nameDigest == 0) {
            revert BrandRegistryIncomplete(brandId);
        }
        if (_brands[brandId].owner != address(0)) revert BrandRegistryExists(brandId);
        if (_names[entry.nameKey] != 0) revert BrandRegistryNameTaken(entry.nameKey, _names[entry.nameKey]);
        _brands[brandId] = entry;
        _names[entry.nameKey] = brandId;
        emit BrandRegistered(brandId, entry.owner, entry.bureau, _next());
    }

    function _signer(bytes32 structHash, bytes calldata signature) private view returns (address) {
        // The third value only words the problem.
        // slither-disable-next-line unused-return
        (address signer, ECDSA.RecoverError problem, ) = ECDSA.tryRecover(_hashTypedDataV4(structHash), signature);
        if (problem != ECDSA.RecoverError.NoError) revert BrandRegistryBadSignature(signature.length);
        return signer;
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IConsortium} from "./interfaces/IConsortium.sol";
import {IObservationLog} from "./interfaces/IObservationLog.sol";
import {InclusionProof} from "./libraries/InclusionProof.sol";

/// @dev First in the line of inheritance, so that these slots are fixed for proofs.
abstract contract ObservationLogStorage {
    struct Batch {
        // slot 0
        bytes32 root;
        // slot 1
        uint64 sequence;
        uint64 size;
    }

    mapping(uint32 bureau => Batch) internal _last; // slot 0
    uint64 internal _sequence; // slot 1
}

/// @title ObservationLog: see IObservationLog, which holds the documentation.
contract ObservationLog is ObservationLogStorage, IObservationLog, EIP712 {
    bytes32 private constant ANCHOR_TYPEHASH =
        keccak256("Anchor(uint32 bureau,uint64 sequence,bytes32 previousRoot,bytes32 root,uint64 size)");

    uint16 private constant ROLE = 6;

    IConsortium private immutable _consortium;

    constructor(address consortium) EIP712("Touchstone", "1") {
        _consortium = IConsortium(consortium);
    }

    /// @inheritdoc IObservationLog
    function anchor(Anchor calldata batch, bytes calldata signature) external {
        if (!_consortium.isInForce(ROLE, address(this))) revert ObservationLogNotInForce(address(this));
        address signer = _signer(batch, signature);
        if (batch.bureau == 0 || _consortium.bureauOfOracle(signer) != batch.bureau) {
            revert ObservationLogNotTheOracle(signer, batch.bureau);
        }
        Batch storage previous = _last[batch.bureau];
        if (batch.sequence != previous.sequence + 1) {
            revert ObservationLogBadSequence(batch.bureau, batch.sequence, previous.sequence + 1);
        }
        if (batch.previousRoot != previous.root) {
            revert ObservationLogBadPreviousRoot(batch.bureau, batch.previousRoot, previous.root);
        }
        if (batch.size == 0 || batch.root == 0) {
            revert ObservationLogEmptyBatch(batch.bureau, batch.root, batch.size);
        }
        _last[batch.bureau] = Batch(batch.root, batch.sequence, batch.size);
        emit BatchAnchored(batch.bureau, batch.sequence, batch.root, batch.size, ++_sequence);
    }

    /// @inheritdoc IObservationLog
    function last(uint32 bureau) external view returns (uint64 sequence, bytes32 root, uint64 size) {
        Batch storage batch = _last[bureau];
        return (batch.sequence, batch.root, batch.size);
    }

    /// @inheritdoc IObservationLog
    function checkInclusion(
        bytes32 leaf,
        uint64 index,
        uint64 size,
        bytes32[] calldata path,
        bytes32 root
    ) external pure {
        InclusionProof.check(leaf, index, size, path, root);
    }

    function _signer(Anchor calldata batch, bytes calldata signature) private view returns (address) {
        bytes32 digest = _hashTypedDataV4(keccak256(bytes.concat(ANCHOR_TYPEHASH, abi.encode(batch))));
        // The third value only words the problem.
        // slither-disable-next-line unused-return
        (address signer, ECDSA.RecoverError problem, ) = ECDSA.tryRecover(digest, signature);
        if (problem != ECDSA.RecoverError.NoError) revert ObservationLogBadSignature(signature.length);
        return signer;
    }
}

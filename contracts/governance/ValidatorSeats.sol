// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IGovernance} from "../interfaces/IGovernance.sol";
import {IValidatorSet} from "../interfaces/IValidatorSet.sol";

/// @title The bureaus' seats in the validator set: one at a time, and only for a key that proved itself.
abstract contract ValidatorSeats is EIP712, IGovernance {
    /// @dev Blocks from one set to the next, so that each is seen to work before it changes again.
    uint64 public constant CHANGE_INTERVAL = 30;
    bytes32 private constant ACTIVATION_TYPEHASH =
        keccak256(
            "Activation(bytes32 proposal,uint32 bureau,address validator,uint64 seenBlock,bytes32 seenHash)"
        );

    IValidatorSet internal immutable _validatorSet;
    address private _proven; // the key whose proof came with this transaction
    uint32 private _provenBy;

    constructor(address validatorSet) EIP712("Touchstone", "1") {
        _validatorSet = IValidatorSet(validatorSet);
    }

    /// @dev Remember a proof until `_forgetProof`, for the call that needs it.
    function _prove(
        bytes32 proposal,
        uint32 bureau,
        address validator,
        uint64 seenBlock,
        bytes calldata signature
    ) internal {
        bytes32 seenHash = blockhash(seenBlock);
        if (seenHash == 0) revert ConsortiumUnseenBlock(seenBlock);
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(ACTIVATION_TYPEHASH, proposal, bureau, validator, seenBlock, seenHash))
        );
        // The third value only words the problem.
        // slither-disable-next-line unused-return
        (address signer, ECDSA.RecoverError problem, ) = ECDSA.tryRecover(digest, signature);
        if (problem != ECDSA.RecoverError.NoError || signer != validator) revert ConsortiumBadProof(signer, validator);
        (_proven, _provenBy) = (validator, bureau);
    }

    function _forgetProof() internal {
        (_proven, _provenBy) = (address(0), 0);
    }

    /// @dev Zero `leaving`: nobody leaves.
    function _seat(uint32 bureau, address entering, address leaving) internal {
        if (entering != _proven || bureau != _provenBy) revert ConsortiumNotProven(bureau, entering);
        _change(entering, leaving);
    }

    function _unseat(address leaving) internal {
        _change(address(0), leaving);
    }

    function _change(address entering, address leaving) private {
        // The set's own history says when it changed last, so that a successor keeps the interval too.
        uint256 from = _validatorSet.epoch(_validatorSet.epochCount() - 1).sinceBlock + CHANGE_INTERVAL;
        if (block.number < from) revert ConsortiumSetChangedLately(block.number, from);
        address[] memory old = _validatorSet.getValidators();
        uint256 size = old.length;
        if (entering != address(0)) ++size;
        if (leaving != address(0)) --size;
        address[] memory next = new address[](size);
        uint256 filled = 0;
        for (uint256 i = 0; i < old.length; ++i) {
            if (old[i] == leaving) continue;
            if (entering != address(0) && entering < old[i]) {
                next[filled++] = entering;
                entering = address(0);
            }
            next[filled++] = old[i];
        }
        if (entering != address(0)) next[filled] = entering;
        _validatorSet.change(next);
    }
}

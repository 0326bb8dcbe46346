// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConsortium} from "./interfaces/IConsortium.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";

/// @title ModelRegistry: see IModelRegistry, which holds the documentation.
contract ModelRegistry is IModelRegistry {
    struct Total {
        uint64 planted;
        uint64 found;
    }

    uint16 private constant ROLE = 9;

    IConsortium private immutable _consortium;

    mapping(bytes32 model => Model) private _models; // slot 0
    mapping(bytes32 model => mapping(uint32 bureau => mapping(bool retire => bool))) private _said; // slot 1
    mapping(uint16 kind => bytes32[]) private _history; // slot 2
    mapping(uint16 kind => bytes32 model) private _current; // slot 3
    mapping(uint32 bureau => mapping(uint16 kind => mapping(uint32 period => Canary))) private _canaries; // slot 4
    mapping(uint16 kind => mapping(uint32 period => Total)) private _totals; // slot 5
    uint64 private _sequence; // slot 6

    constructor(address consortium) {
        _consortium = IConsortium(consortium);
    }

    /// @dev For what may make a model the current one; retiring one goes on.
    modifier whileOpen() {
        if (!_consortium.isInForce(ROLE, address(this))) revert ModelRegistryNotInForce(address(this));
        _;
    }

    /// @inheritdoc IModelRegistry
    function propose(
        bytes32 model,
        uint16 kind,
        bytes32 features,
        bytes32 training,
        bytes32 card
    ) external whileOpen {
        uint32 bureau = _officer();
        if (model == 0 || kind == 0 || features == 0 || training == 0 || card == 0) {
            revert ModelRegistryIncomplete(model);
        }
        if (_models[model].state != ModelState.None) revert ModelRegistryExists(model);
        _models[model] = Model(kind, ModelState.Proposed, bureau, 0, 0, 0, features, training, card);
        emit ModelProposed(model, kind, bureau, card, ++_sequence);
        _support(model, bureau);
    }

    /// @inheritdoc IModelRegistry
    function approve(bytes32 model) external whileOpen {
        uint32 bureau = _officer();
        _require(model, ModelState.Proposed);
        _support(model, bureau);
    }

    /// @inheritdoc IModelRegistry
    function retire(bytes32 model) external {
        uint32 bureau = _officer();
        _require(model, ModelState.Approved);
        _say(model, bureau, true);
        Model storage known = _models[model];
        if (++known.objections < _consortium.threshold()) return;
        known.state = ModelState.Retired;
        if (_current[known.kind] == model) delete _current[known.kind];
        emit ModelRetired(model, known.kind, ++_sequence);
    }

    /// @inheritdoc IModelRegistry
    function tellCanary(uint16 kind, uint32 period, uint32 planted, uint32 found, bytes32 evidence) external {
        uint32 bureau = _officer();
        uint32 month = period % 100;
        bool noMonth = period < 200_001 || period > 999_912 || month == 0 || month > 12;
        if (kind == 0 || noMonth || planted == 0 || found > planted || evidence == 0) {
            revert ModelRegistryBadCanary(kind, period, planted, found);
        }
        if (_canaries[bureau][kind][period].planted != 0) revert ModelRegistryToldAlready(bureau, kind, period);
        _canaries[bureau][kind][period] = Canary(planted, found, evidence);
        _totals[kind][period].planted += planted;
        _totals[kind][period].found += found;
        emit CanaryTold(bureau, kind, period, planted, found, evidence, ++_sequence);
    }

    /// @inheritdoc IModelRegistry
    function modelOf(bytes32 model) external view returns (Model memory) {
        return _models[model];
    }

    /// @inheritdoc IModelRegistry
    function current(uint16 kind) external view returns (bytes32) {
        return _current[kind];
    }

    /// @inheritdoc IModelRegistry
    function historyCount(uint16 kind) external view returns (uint256) {
        return _history[kind].length;
    }

    /// @inheritdoc IModelRegistry
    function history(uint16 kind, uint256 index) external view returns (bytes32) {
        return _history[kind][index];
    }

    /// @inheritdoc IModelRegistry
    function canary(uint32 bureau, uint16 kind, uint32 period) external view returns (Canary memory) {
        return _canaries[bureau][kind][period];
    }

    /// @inheritdoc IModelRegistry
    function recall(uint16 kind, uint32 period) external view returns (uint64 planted, uint64 found, uint16 bps) {
        Total storage total = _totals[kind][period];
        (planted, found) = (total.planted, total.found);
        if (planted != 0) bps = uint16((uint256(found) * 10_000) / planted);
    }

    function _support(bytes32 model, uint32 bureau) private {
        _say(model, bureau, false);
        Model storage known = _models[model];
        if (++known.approvals < _consortium.threshold()) return;
        known.state = ModelState.Approved;
        known.since = uint40(block.timestamp);
        bytes32 replaced = _current[known.kind];
        _current[known.kind] = model;
        _history[known.kind].push(model);
        emit ModelApproved(model, known.kind, replaced, ++_sequence);
    }

    function _say(bytes32 model, uint32 bureau, bool toRetire) private {
        if (_said[model][bureau][toRetire]) revert ModelRegistrySaidAlready(model, bureau);
        _said[model][bureau][toRetire] = true;
        emit ModelSupported(model, bureau, toRetire, ++_sequence);
    }

    function _require(bytes32 model, ModelState state) private view {
        if (_models[model].state != state) revert ModelRegistryWrongState(model, _models[model].state);
    }

    function _officer() private view returns (uint32 bureau) {
        bureau = _consortium.bureauOfOfficer(msg.sender);
        if (bureau == 0) revert ModelRegistryNotAnOfficer(msg.sender);
    }
}

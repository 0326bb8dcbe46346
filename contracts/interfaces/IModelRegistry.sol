// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Scoring models that bureaus agreed on, and how well the live path finds blind test clues (canaries).
/// @notice A model is named by the SHA-256 of its canonical manifest, the name that findings carry. It is proposed by one
/// bureau, approved once as many bureaus as the consortium's threshold said so, and then the current one of its kind.
/// The one before it stays readable. Canary results are told once a bureau, kind and month, and never changed.
interface IModelRegistry {
    enum ModelState {
        None,
        Proposed,
        Approved,
        Retired
    }

    struct Model {
        uint16 kind; // of violation
        ModelState state;
        uint32 proposer; // bureau
        uint32 approvals;
        uint32 objections; // bureaus that want it retired
        uint40 since; // approved at, UTC seconds
        bytes32 features; // digest of the feature schema
        bytes32 training; // digest that names the training data
        bytes32 card; // digest of the model card
    }

    struct Canary {
        uint32 planted;
        uint32 found;
        bytes32 evidence; // digest of the list of canaries with their outcomes
    }

    /// @notice Thrown when this version is not in force, or paused: no model is proposed or approved.
    error ModelRegistryNotInForce(address registry);
    /// @notice Thrown when `sender` is no officer of a bureau.
    error ModelRegistryNotAnOfficer(address sender);
    /// @notice Thrown when a digest or the kind is missing.
    error ModelRegistryIncomplete(bytes32 model);
    /// @notice Thrown when the model was proposed before.
    error ModelRegistryExists(bytes32 model);
    /// @notice Thrown when the model is in another state than the call needs.
    error ModelRegistryWrongState(bytes32 model, ModelState state);
    /// @notice Thrown when the bureau has said so before.
    error ModelRegistrySaidAlready(bytes32 model, uint32 bureau);
    /// @notice Thrown when a canary result is impossible: none planted, more found than planted, or no month.
    error ModelRegistryBadCanary(uint16 kind, uint32 period, uint32 planted, uint32 found);
    /// @notice Thrown when the bureau told this result before.
    error ModelRegistryToldAlready(uint32 bureau, uint16 kind, uint32 period);

    /// @notice Emitted with each step; `sequence` rises by one with every event of this contract.
    event ModelProposed(bytes32 indexed model, uint16 indexed kind, uint32 bureau, bytes32 card, uint64 sequence);
    event ModelSupported(bytes32 indexed model, uint32 indexed bureau, bool retire, uint64 sequence);
    event ModelApproved(bytes32 indexed model, uint16 indexed kind, bytes32 replaces, uint64 sequence);
    event ModelRetired(bytes32 indexed model, uint16 indexed kind, uint64 sequence);
    event CanaryTold(
        uint32 indexed bureau,
        uint16 indexed kind,
        uint32 indexed period,
        uint32 planted,
        uint32 found,
        bytes32 evidence,
        uint64 sequence
    );

    /// @notice Propose a model; counts as the proposer's approval. Only an officer.
    /// Emits `ModelProposed` and `ModelSupported`.
    function propose(bytes32 model, uint16 kind, bytes32 features, bytes32 training, bytes32 card) external;

    /// @notice Approve a proposed model. Only an officer, once a bureau. Emits `ModelSupported`, and `ModelApproved` once
    /// the consortium's threshold is reached: the model is then the current one of its kind.
    function approve(bytes32 model) external;

    /// @notice Ask that an approved model be retired. Only an officer, once a bureau. Emits `ModelSupported`, and
    /// `ModelRetired` once the threshold is reached: its kind has no current model then, unless another replaced it.
    function retire(bytes32 model) external;

    /// @notice Tell how many of the planted canaries of a month (YYYYMM) the bureau found. Only an officer.
    /// Emits `CanaryTold`.
    function tellCanary(uint16 kind, uint32 period, uint32 planted, uint32 found, bytes32 evidence) external;

    /// @notice A model; zeros when it was never proposed.
    function modelOf(bytes32 model) external view returns (Model memory);

    /// @notice The current model of a kind, zero when there is none.
    function current(uint16 kind) external view returns (bytes32);

    /// @notice How many models a kind has had, and one of them by its place.
    function historyCount(uint16 kind) external view returns (uint256);

    function history(uint16 kind, uint256 index) external view returns (bytes32);

    /// @notice One bureau's canary result; zeros when it told none.
    function canary(uint32 bureau, uint16 kind, uint32 period) external view returns (Canary memory);

    /// @notice All bureaus' canaries of a kind and month: planted, found, and found per 10,000 planted (zero when none).
    function recall(uint16 kind, uint32 period) external view returns (uint64 planted, uint64 found, uint16 bps);
}

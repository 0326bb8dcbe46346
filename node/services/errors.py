"""What can go wrong in a use case.

ServiceError
├── SequenceGap         a contract's events do not follow each other: the node we read from dropped a log
├── ConsensusConflict   another chain, or another block at a height that was indexed
├── PeerUnavailable     a bureau cannot be reached now; it is asked again later
├── NameTaken          a brand's name looks like a registered brand's: an officer reviews it
├── BatchConflict       a batch of this name holds other observations, or the chain has another last anchor
├── WitnessRefused      a witness could contradict itself by signing, or cannot know
├── NotFound            no such finding, product or model here
└── Incomplete          what is known here is less than what the chain counts
"""


class ServiceError(Exception):
    """Base of every error that `node.services` raises."""


class SequenceGap(ServiceError):
    """An event of a contract is missing: expected one sequence number, got another."""


class ConsensusConflict(ServiceError):
    """The chain differs from what was indexed; nothing was changed, an operator must look."""


class PeerUnavailable(ServiceError):
    """A bureau did not answer in time."""


class NameTaken(ServiceError):
    """A brand's name reads like a registered brand's, which the chain refuses, or resembles one."""


class BatchConflict(ServiceError):
    """The anchors on chain or in the store contradict what is to be anchored."""


class NotFound(ServiceError):
    """What was asked for is not here."""


class WitnessRefused(ServiceError):
    """A witness does not sign: it could contradict what it signed, or cannot know. Nothing was signed."""


class Incomplete(ServiceError):
    """The findings known here are not all that the registry counts on a subject."""

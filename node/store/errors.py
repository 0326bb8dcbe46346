"""What can be wrong with the node's database.

StoreError
├── NewerSchema    made by a newer version of the software
├── ForeignStore   about another chain
├── SaltConflict   a subject is known with another salt
├── StoreFull      no room to write; everything committed is kept
└── StoreBusy      another process holds the write lock
"""


class StoreError(Exception):
    """The root of this package's errors."""


class NewerSchema(StoreError):
    """The file was made by a newer version of the software; it is left alone."""


class ForeignStore(StoreError):
    """The file belongs to another chain."""


class SaltConflict(StoreError):
    """A subject is known with another salt than the one given: salts are never redrawn."""


class StoreFull(StoreError):
    """There is no room to write. What was committed is kept; the transaction at hand left nothing."""


class StoreBusy(StoreError):
    """Another process holds the write lock for longer than we wait."""

"""What can be wrong with the node's database."""


class StoreError(Exception):
    """The root of this package's errors."""


class NewerSchema(StoreError):
    """The file was made by a newer version of the software; it is left alone."""


class ForeignStore(StoreError):
    """The file belongs to another chain."""


class SaltConflict(StoreError):
    """A subject is known with another salt than the one given: salts are never redrawn."""

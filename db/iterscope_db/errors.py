"""What the store raises.

StoreError
├── NotFoundError   (also a LookupError): no such run, checkpoint or job
├── ConflictError   the record is in a state that forbids the change
└── SchemaError     the store's schema is too old, too new, or somebody else's
"""


class StoreError(Exception):
    """The store cannot do what was asked; the message names the store, the cause and the remedy."""


class NotFoundError(StoreError, LookupError):
    """No record has this id."""


class ConflictError(StoreError):
    """The record's present state forbids the change, or the values break a constraint."""


class SchemaError(StoreError):
    """The tables in the database are not the ones this version of Iterscope knows."""

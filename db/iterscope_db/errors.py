"""Errors of the store.

StoreError
├── NotFoundError   (also a LookupError): no such run, checkpoint or job
├── ConflictError   the record's state doesn't allow the change
├── InconsistentError   stored rows contradict each other
└── SchemaError     the store's schema is too old, too new, or that of another program
"""


class StoreError(Exception):
    """An operation of the store failed; the message names the store, the cause and the remedy."""


class NotFoundError(StoreError, LookupError):
    """No record has this id."""


class ConflictError(StoreError):
    """The record's current state doesn't allow the change, or the values violate a constraint."""


class InconsistentError(StoreError):
    """Stored rows contradict each other: trying again doesn't help."""


class SchemaError(StoreError):
    """The tables in the database are not those of this version of Iterscope."""

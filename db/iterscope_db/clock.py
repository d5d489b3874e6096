"""Time and identifiers of stored records."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"  # base32, without digits that look like letters


def utc_now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC)


def new_id(prefix: str) -> str:
    """A short, random, URL-safe identifier: the prefix and 40 random bits."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(8))

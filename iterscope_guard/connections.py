"""How long a connection that is not used stays open."""

KEEP_ALIVE = 75
"""Seconds. Reverse proxies keep one for up to 60, the pages' client for 5. As the sender closes first, no request meets a connection that
is just being closed."""

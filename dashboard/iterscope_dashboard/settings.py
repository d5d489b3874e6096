"""The dashboard's settings, from arguments or the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT_BACKEND = "http://127.0.0.1:8000"
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Settings:
    """Where the dashboard listens and which backend it uses."""

    host: str = "127.0.0.1"
    port: int = 8050
    backend: str = DEFAULT_BACKEND  # base address of the REST interface
    public_backend: str = ""  # its address for users, in copied requests; empty: the same address
    allowed_hosts: tuple[str, ...] = ()  # accepted in the Host header besides local names

    @property
    def accepted_hosts(self) -> frozenset[str]:
        """Accepted host names; others are refused, which prevents DNS rebinding by web sites."""
        own = () if self.host in ("0.0.0.0", "::") else (self.host,)
        return frozenset((*LOCAL_HOSTS, *own, *self.allowed_hosts))


def settings_from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read ITERSCOPE_BACKEND_URL, ITERSCOPE_PUBLIC_BACKEND_URL and ITERSCOPE_ALLOWED_HOSTS (names separated by commas)."""
    extra = environment.get("ITERSCOPE_ALLOWED_HOSTS", "")
    return Settings(
        backend=environment.get("ITERSCOPE_BACKEND_URL", DEFAULT_BACKEND).rstrip("/"),
        public_backend=environment.get("ITERSCOPE_PUBLIC_BACKEND_URL", "").rstrip("/"),
        allowed_hosts=tuple(name.strip() for name in extra.split(",") if name.strip()),
    )

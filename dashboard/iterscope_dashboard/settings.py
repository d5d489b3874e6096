"""The dashboard's settings, from arguments or the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from iterscope_guard.access import Access, choose_token
from iterscope_guard.options import listed

DEFAULT_BACKEND = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Settings:
    """Where the dashboard listens, which backend it uses, and which requests it accepts."""

    host: str = "127.0.0.1"
    port: int = 8050
    backend: str = DEFAULT_BACKEND  # base address of the REST interface
    public_backend: str = ""  # its address for users, in copied requests; empty: the same address
    allowed_hosts: tuple[str, ...] = ()  # accepted in the Host header besides local names
    allowed_origins: tuple[str, ...] = ()  # accepted in the Origin header besides the dashboard's own
    token: str | None = field(default=None, repr=False)  # what every request must present, and the backend is sent
    url_prefix: str = ""  # path under which a proxy serves the pages, such as /user/me/proxy/8050

    @property
    def access(self) -> Access:
        """Which requests are accepted. A token that has to be made is another one each time. Raises AccessError."""
        return Access(self.host, self.allowed_hosts, self.allowed_origins, choose_token(self.host, self.token))


def settings_from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read ITERSCOPE_BACKEND_URL, ITERSCOPE_PUBLIC_BACKEND_URL, ITERSCOPE_ALLOWED_HOSTS and ITERSCOPE_ALLOWED_ORIGINS (both separated by
    commas), ITERSCOPE_TOKEN and ITERSCOPE_URL_PREFIX."""
    return Settings(
        backend=environment.get("ITERSCOPE_BACKEND_URL", DEFAULT_BACKEND).rstrip("/"),
        public_backend=environment.get("ITERSCOPE_PUBLIC_BACKEND_URL", "").rstrip("/"),
        allowed_hosts=listed("ITERSCOPE_ALLOWED_HOSTS", environment),
        allowed_origins=listed("ITERSCOPE_ALLOWED_ORIGINS", environment),
        token=environment.get("ITERSCOPE_TOKEN") or None,
        url_prefix=environment.get("ITERSCOPE_URL_PREFIX", ""),
    )

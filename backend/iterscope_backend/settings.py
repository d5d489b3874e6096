"""Settings, from the environment (ITERSCOPE_…) or from arguments."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from iterscope_guard.access import Access, choose_token


class Settings(BaseSettings):
    """Settings of the backend. A field `name` that is not given is read from `ITERSCOPE_NAME` (in capitals)."""

    model_config = SettingsConfigDict(env_prefix="ITERSCOPE_", frozen=True, extra="ignore")

    home: Path = Path("iterscope-data")
    """Folder for the database, checkpoints and data sets."""
    database_url: str | None = None
    """SQLAlchemy URL of the store; None: the SQLite file in `home`."""
    listens_on: str = "127.0.0.1"
    """The address that the service listens on, as given with --host; requests under it are accepted."""
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Host names that the service accepts, besides those of this machine (comma-separated in the environment)."""
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Origins whose pages may send requests, besides the service's own (comma-separated in the environment)."""
    token: str | None = None
    """Token that every request must present, or `new` or `none`; None: none on this machine, and a new one where others reach it."""
    url_prefix: str = ""
    """Path under which a proxy serves this service, such as /user/me/proxy/8000."""
    devices: Annotated[tuple[str, ...], NoDecode] = ()
    """One worker process runs on each, such as ("cpu",) or ("cuda:0", "cuda:1"); empty: all GPUs, or the CPU if there is none."""
    worker_threads: int | None = Field(default=None, ge=1)
    """Number of threads of a worker's tensor operations; None: all cores that this process may use."""
    queue_size: int = Field(default=32, ge=1)
    """Maximum number of waiting probes; further requests get 503."""
    default_wait: float = Field(default=2.0, ge=0, le=60)
    """Seconds for which a probe request without `wait` waits for its result."""
    cancel_grace: float = Field(default=5.0, gt=0)
    """Seconds after which a worker that doesn't react to a cancellation is replaced."""
    hang_after: float = Field(default=600.0, gt=0)
    """Seconds without progress after which a probe counts as hung: it fails, and its worker is replaced."""
    memory_budget: int | None = Field(default=None, ge=1 << 20)
    """Memory for a probe's hidden states in bytes; None: the library's default."""
    max_body_bytes: int = Field(default=1 << 20, ge=1024)
    """Maximum size of a JSON request in bytes."""
    max_upload_bytes: int = Field(default=2 << 30, ge=1024)
    """Maximum size of an uploaded file in bytes."""

    @field_validator("allowed_hosts", "allowed_origins", "devices", mode="before")
    @classmethod
    def _split_on_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @property
    def access(self) -> Access:
        """Which requests are accepted. A token that has to be made is another one each time. Raises AccessError."""
        token = choose_token(self.listens_on, self.token)
        return Access(self.listens_on, self.allowed_hosts, self.allowed_origins, token)

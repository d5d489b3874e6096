"""What can be set, from the environment (ITERSCOPE_…) or by argument."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]", "::1", "backend")


class Settings(BaseSettings):
    """The backend's settings; each field `name` is read from `ITERSCOPE_NAME` (in capitals) where it is not given."""

    model_config = SettingsConfigDict(env_prefix="ITERSCOPE_", frozen=True, extra="ignore")

    home: Path = Path("iterscope-data")
    """Holds the database, checkpoints and data sets."""
    database_url: str | None = None
    """SQLAlchemy's address of the store; None is the SQLite file in `home`."""
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Names under which the service may be called besides those of this machine (comma-separated in the environment)."""
    devices: Annotated[tuple[str, ...], NoDecode] = ()
    """One worker process is started for each, such as ("cpu",) or ("cuda:0", "cuda:1"); empty: all GPUs, else the CPU."""
    worker_threads: int | None = Field(default=None, ge=1)
    """Threads of a worker's tensor operations; None: all cores that this process may use."""
    queue_size: int = Field(default=32, ge=1)
    """Probes that may wait; beyond it the answer is 503."""
    default_wait: float = Field(default=2.0, ge=0, le=60)
    """Seconds that a probe's request waits for the result where it doesn't say."""
    cancel_grace: float = Field(default=5.0, gt=0)
    """Seconds after which a worker that doesn't heed a cancellation is replaced."""
    memory_budget: int | None = Field(default=None, ge=1 << 20)
    """Bytes that a probe's hidden states may take; None: the library's own default."""
    max_body_bytes: int = Field(default=1 << 20, ge=1024)
    """Bytes of a JSON request."""
    max_upload_bytes: int = Field(default=2 << 30, ge=1024)
    """Bytes of an uploaded checkpoint."""

    @field_validator("allowed_hosts", "devices", mode="before")
    @classmethod
    def _split_on_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @property
    def hosts(self) -> frozenset[str]:
        """All names under which the service may be called, in lower case."""
        return frozenset(name.lower() for name in (*LOCAL_HOSTS, *self.allowed_hosts))

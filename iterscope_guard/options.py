"""The options about access, under one name each on every command that serves."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping

ALLOWED_HOST = (
    "another host name to accept requests under, besides localhost and --host (repeatable; ITERSCOPE_ALLOWED_HOSTS)"
)
ALLOWED_ORIGIN = (
    "another origin whose pages may send requests, such as https://hub.example.org behind a proxy "
    "(repeatable; ITERSCOPE_ALLOWED_ORIGINS)"
)
TOKEN = (
    "token that every request must present; new: make one; none: do without, also off this machine (ITERSCOPE_TOKEN, which other users "
    "can't see in the list of processes). Default: none on this machine, new where --host is reached from others"
)
ROOT_PATH = "path under which a proxy serves this, such as /user/me/proxy/8050 (ITERSCOPE_URL_PREFIX; else the header X-Forwarded-Prefix)"


def listed(name: str, environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The values of an environment variable, separated by commas."""
    return tuple(part.strip() for part in environment.get(name, "").split(",") if part.strip())


def add_access_options(parser: argparse.ArgumentParser) -> None:
    """Add --allowed-host, --allowed-origin, --token and --root-path. Those that aren't given are None or empty."""
    parser.add_argument("--allowed-host", action="append", default=[], metavar="NAME", help=ALLOWED_HOST)
    parser.add_argument("--allowed-origin", action="append", default=[], metavar="ORIGIN", help=ALLOWED_ORIGIN)
    parser.add_argument("--token", help=TOKEN)
    parser.add_argument("--root-path", metavar="PATH", help=ROOT_PATH)

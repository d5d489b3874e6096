"""Digests of stored probe results: a damaged result is not served."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def result_digest(row: Mapping[Any, Any]) -> str:
    """SHA-256 of a probe result and of what is shown with it, from a row of `probe_results`."""
    beside = json.dumps([row["key"], row["probe"], row["checkpoint_id"], row["seconds"]])
    return hashlib.sha256(beside.encode() + bytes(row["result"])).hexdigest()

"""Real processes in tests."""

from __future__ import annotations

import subprocess


def reading_until(process: subprocess.Popen[str], text: str) -> str:
    """What a process printed up to and with the line that holds `text`; AssertionError, with all of it, where it ends before."""
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if text in line:
            return printed
    raise AssertionError(f"the process ended without {text!r}: {printed}")

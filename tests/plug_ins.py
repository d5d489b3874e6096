"""A package of measurements, installed for the processes of a test: one that works, and two that are broken."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILE = ROOT / "tests" / "plugins" / "step_length.py"
POINTS = """[iterscope.measurements]
step-length = step_length:MEASUREMENT
broken = no_such_module:MEASUREMENT
failing = failing:MEASUREMENT
"""
FAILING = """
from dataclasses import replace
from step_length import MEASUREMENT as WORKING

def prepare(network, request):
    raise ValueError("no such luck")

MEASUREMENT = replace(WORKING, name="failing", prepare=prepare)
"""


def path_with_plug_ins(folder: Path) -> str:
    """PYTHONPATH for a process that finds the package in this folder, as pip lays it out."""
    shutil.copy(FILE, folder)
    (folder / "failing.py").write_text(FAILING)
    information = folder / "step_length-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: step-length\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(POINTS)
    return os.pathsep.join([str(folder), str(ROOT), os.environ.get("PYTHONPATH", "")])

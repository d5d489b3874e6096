"""A package of measurements, installed for the processes of a test: one that works, and four that are broken."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILE = ROOT / "tests" / "plugins" / "step_length.py"
POINTS = """[iterscope.measurements]
step-length = step_length:MEASUREMENT
broken = no_such_module:MEASUREMENT
exiting = exiting:MEASUREMENT
failing = failing:MEASUREMENT
wrong = wrong:MEASUREMENT
"""
FAILING = """
from dataclasses import replace
from step_length import MEASUREMENT as WORKING

def prepare(network, request):
    raise ValueError("no such luck")

MEASUREMENT = replace(WORKING, name="failing", prepare=prepare)
"""


WRONG = """
from dataclasses import replace
from iterscope.measurements import Parts
from step_length import MEASUREMENT as WORKING

def prepare(network, request):
    return Parts(lambda chunk: {}, lambda rows: {"step_length": 3})

MEASUREMENT = replace(WORKING, name="wrong", prepare=prepare)
"""


def path_with_plug_ins(folder: Path) -> str:
    """PYTHONPATH for a process that finds the package in this folder, as pip lays it out."""
    shutil.copy(FILE, folder)
    for name, text in {"failing": FAILING, "wrong": WRONG, "exiting": "raise SystemExit('not today')"}.items():
        (folder / f"{name}.py").write_text(text)
    information = folder / "step_length-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: step-length\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(POINTS)
    return os.pathsep.join([str(folder), str(ROOT), os.environ.get("PYTHONPATH", "")])

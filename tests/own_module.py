"""A user's own network in a module of their own."""

from __future__ import annotations

import sys
from pathlib import Path

PARTS = """
import torch
from torch import nn

class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.utils.parametrizations.weight_norm(nn.Conv2d(width, width, 3, padding=1))

    def forward(self, x):
        return x + torch.tanh(self.conv(x))
"""
NETWORK = """
from pathlib import Path

import iterscope
from torch import nn

from parts_of_mine import Block

print("a line of the user's")
Path(__file__).with_name("ran").touch()

class Net(nn.Module):
    def __init__(self, width=4, blocks=3):
        super().__init__()
        self.configuration = "mine"  # means nothing to Iterscope
        self.stem = nn.Conv2d(3, width, 3, stride=4)
        self.blocks = nn.ModuleList(Block(width) for _ in range(blocks))
        self.fc = nn.Linear(4 * width, 10)

    def forward(self, x):
        h = self.stem(x)
        for block in self.blocks:
            h = block(h)
        h = nn.functional.adaptive_avg_pool2d(h, 2)
        return self.fc(h.view(h.size(0), -1))  # not of a channels-last tensor

def build():
    return Net()

def build_chain():
    return iterscope.residual_chain(Net())
"""


def write_module(folder: Path, network: str = NETWORK) -> Path:
    """`my_net:build` with the module `parts_of_mine` beside it; importing it leaves the file `ran` there. Returns that file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "parts_of_mine.py").write_text(PARTS)
    (folder / "my_net.py").write_text(network)
    return folder / "ran"


def forget() -> None:
    """This process imports the modules anew."""
    for name in ("my_net", "parts_of_mine"):
        sys.modules.pop(name, None)

"""Untrusted files: weights and images that are damaged, have false headers, or contain code."""

from __future__ import annotations

import io
import os
import pickle
import random
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import torch
from PIL import Image
from safetensors.torch import save as save_safetensors

import iterscope as it
from iterscope.datasets.decoding import decode_image
from iterscope.errors import CheckpointError, DatasetError
from iterscope.importing import open_file
from iterscope.tensor_files import TensorFileError, read_header
from tests.chaos.trials import Trial, require

CANARY = "ran"
"""The file that code in a file would make."""
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP", "PPM", "EPS", "PDF")


class Calls:
    """An object that calls a function where it is unpickled."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[Any, ...]:
        return self.call


def hostile_objects(canary: Path) -> list[Any]:
    """Objects that make the file `canary` where they are unpickled without care, or that take everything there is."""
    shell = f"touch '{canary}'"
    return [
        Calls(os.system, shell),
        Calls(eval, f"open({str(canary)!r}, 'w')"),
        Calls(exec, f"import pathlib; pathlib.Path({str(canary)!r}).touch()"),
        Calls(Path.touch, canary),
        Calls(getattr, Calls(__import__, "os"), "system"),
        Calls(torch.load, str(canary)),
        Calls(np.load, str(canary), None, True),
        Calls(torch.zeros, 1 << 40),
        Calls(bytearray, 1 << 36),
        Calls(range, 10**18),
        torch.zeros(1).expand(10**6, 10**6),
        np.array([Calls(os.system, shell)], dtype=object),
    ]


def weights() -> dict[str, torch.Tensor]:
    model = it.build("resnet8", seed=0, stem_width=2, widths=(2, 2, 2))
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


@contextmanager
def hostile_weights(folder: Path) -> Iterator[Trial]:
    """Weights with code in them, lies about sizes, cuts and changed bytes are opened as an import is."""
    sent, scratch = folder / "sent", folder / "scratch"
    sent.mkdir()
    whole: dict[str, bytes] = {"a.safetensors": save_safetensors(weights())}
    for name, zipped in (("a.pth", True), ("b.pth", False)):
        buffer = io.BytesIO()
        torch.save({"state_dict": weights(), "epoch": 3}, buffer, _use_new_zipfile_serialization=zipped)
        whole[name] = buffer.getvalue()

    def trial(at_random: random.Random) -> str:
        canary = sent / CANARY
        name, content = hostile_file(whole, canary, at_random)
        path = sent / name
        path.write_bytes(content)
        scratch.mkdir()
        before = set(Path(tempfile.gettempdir()).iterdir())
        try:
            opened = open_file(path, scratch / "tensors.safetensors", scratch=scratch)
            ended = "recognised" if opened["recognised"] else "opened, no network in it"
        except CheckpointError as error:
            require(name in str(error), f"{name}: the refusal {error} does not name the file")
            require("Traceback" not in str(error), f"{name}: {error}")
            ended = "refused by name"
        require(not canary.exists(), f"{name}: code in it was executed")
        ours = f"@{os.getpid()}-"  # other processes may open files at the same time
        made = {each for each in set(Path(tempfile.gettempdir()).iterdir()) - before if ours in each.name}
        require(not made, f"{name}: {made} were left")
        require(not psutil.Process().children(recursive=False) or not importing(), f"{name}: its process is alive")
        for each in (*scratch.iterdir(), path):
            each.unlink()
        scratch.rmdir()
        return ended

    yield trial


def importing() -> list[psutil.Process]:
    """Processes of ours that open a file."""
    return [each for each in psutil.Process().children() if "importing" in " ".join(each.cmdline())]


def hostile_file(whole: dict[str, bytes], canary: Path, at_random: random.Random) -> tuple[str, bytes]:
    name = at_random.choice(list(whole))
    content = bytearray(whole[name])
    how = at_random.choice(["object", "object", "plain pickle", "cut", "flip", "header", "zip", "joined"])
    if how in ("object", "plain pickle"):
        harmful = at_random.choice(hostile_objects(canary))
        value = at_random.choice(
            [harmful, {"state_dict": weights(), "hook": harmful}, [harmful] * 3, {"state_dict": harmful}]
        )
        buffer = io.BytesIO()
        if how == "object":
            torch.save(value, buffer, _use_new_zipfile_serialization=at_random.random() < 0.5)
        else:
            pickle.dump(value, buffer)
        return at_random.choice(["a.pth", "a.safetensors", "a.bin"]), buffer.getvalue()
    if how == "cut":
        return name, bytes(content[: at_random.randrange(len(content))])
    if how == "flip":
        for _ in range(at_random.choice([1, 5, 200])):
            content[at_random.randrange(len(content))] ^= 1 << at_random.randrange(8)
        return name, bytes(content)
    if how == "header":
        text = at_random.choice(
            [b"{", b"[" * 100_000, b'{"a": {"dtype": "F32", "shape": [1e30], "data_offsets": [0, 4]}}', b"\xff" * 50]
        )
        return "a.safetensors", struct.pack("<Q", at_random.choice([len(text), 1 << 40, 0])) + text
    if how == "zip":
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(
                at_random.choice(["a/data.pkl", "../../data.pkl", "data.pkl"]), pickle.dumps(Calls(Path.touch, canary))
            )
            archive.writestr("a/data/0", bytes(at_random.choice([10, 20 << 20])))
        return "a.pt", buffer.getvalue()
    return name, bytes(content) + at_random.choice(list(whole.values()))


@contextmanager
def damaged_headers(folder: Path) -> Iterator[Trial]:
    """Bytes of a checkpoint's header change; it is described as lists of checkpoints do."""
    path = folder / "net.safetensors"
    torch.set_num_threads(1)
    it.save_checkpoint(path, it.build("resnet8", seed=0, stem_width=2, widths=(2, 2, 2)).eval(), epoch=3)
    whole = path.read_bytes()
    (length,) = struct.unpack("<Q", whole[:8])

    def trial(at_random: random.Random) -> str:
        content = bytearray(whole)
        for _ in range(at_random.choice([1, 1, 2, 8])):
            place = at_random.randrange(8 + length)
            content[place] = at_random.choice([at_random.randrange(256), *b'09-{}[]",:.eE\\'])
        path.write_bytes(content)
        try:
            read_header(path)
            it.describe_checkpoint(path)
        except (CheckpointError, TensorFileError) as error:
            require(path.name in str(error), f"the refusal {error} does not name the file")
            return "refused by name"
        return "described"

    yield trial


@contextmanager
def hostile_images(folder: Path) -> Iterator[Trial]:
    """Images that are damaged, of another format, or claim to be huge."""
    whole = {}
    pixels = np.random.default_rng(0).integers(0, 256, (48, 40, 3), dtype=np.uint8)
    for kind in FORMATS:
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, kind)
        whole[kind] = buffer.getvalue()

    def trial(at_random: random.Random) -> str:
        kind = at_random.choice(FORMATS)
        content = bytearray(whole[kind])
        for _ in range(at_random.choice([0, 1, 4, 40])):
            content[at_random.randrange(min(len(content), at_random.choice([64, 1 << 20])))] = at_random.randrange(256)
        if at_random.random() < 0.3:
            del content[at_random.randrange(len(content)) :]
        path = folder / f"image.{at_random.choice(FORMATS).lower()}"
        path.write_bytes(content)
        try:
            decoded = decode_image(path, 32)
        except DatasetError as error:
            require(str(path) in str(error), f"{kind}: the refusal {error} does not name the file")
            ended = "refused by name"
        else:
            require(decoded.shape == (3, 32, 32), f"{kind}: its shape is {decoded.shape}")
            require(kind not in ("EPS", "PDF") or content[:4] != whole[kind][:4], f"{kind} was opened")
            ended = "decoded"
        path.unlink()
        return ended

    yield trial

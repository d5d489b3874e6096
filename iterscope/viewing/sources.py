"""What answers the views' questions in a notebook: a network in the kernel, or a service somewhere else.

Both answer as the REST interface does, so that the views ask the same questions everywhere.
"""

from __future__ import annotations

import json
import os
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from torch import nn

from iterscope.checkpoints import Checkpoint
from iterscope.copies import copy_of
from iterscope.datasets.records import SPLITS, Dataset
from iterscope.errors import Cancelled, ConfigurationError, IterscopeError
from iterscope.inputs import as_chain
from iterscope.measurements.answer import Answer, measure, request_of
from iterscope.measurements.definition import Measurement
from iterscope.measurements.passes import Passes
from iterscope.measurements.registry import measurement_named
from iterscope.measurements.request import MeasurementRequest
from iterscope.viewing.curves import Scalar, Series, curves_file
from iterscope.viewing.pictures import png

Json = dict[str, Any]
Report = Callable[[float], None]
Grow = Callable[[Json], None]
HERE = "here"
"""The id of the only run and of the only checkpoint in a kernel."""
STATES = 512 << 20
"""Bytes of hidden states that are kept for the next questions (512 MiB)."""
LOGGED_IMAGES: int = MeasurementRequest.model_fields["limit"].default
"""Images of each split whose metrics are the curves: as many as other measurements take, so that their answers are shared."""
SECONDS = 60
"""That a service may take to answer."""


class Source(ABC):
    """Answers questions of the views. Every method raises IterscopeError with a sentence that the view shows."""

    place = "blocks"
    """What is shown first."""

    @abstractmethod
    def get(self, path: str) -> Any:
        """A resource as JSON: /runs, /checkpoints?run=…"""

    @abstractmethod
    def file(self, path: str) -> bytes:
        """A file: /runs/{id}/curves, /datasets/image?…"""

    @abstractmethod
    def probe(self, name: str, request: Json, report: Report, grow: Grow = lambda _: None) -> Json:
        """A measurement. `report` is told the progress, and raises Cancelled when the answer is not wanted any more.

        `grow` is told the answers for the images that are done so far.
        """


class InKernel(Source):
    """A network and its images in this process.

    It is measured on a copy: the notebook may train the network on while the views compute, and all their numbers are of the same
    weights.
    """

    def __init__(
        self, network: nn.Module, data: Dataset, saved: Checkpoint | None = None, name: str | None = None
    ) -> None:
        self.network, self.data, self.saved = copy_of(network), data, saved
        self.chain = as_chain(self.network)
        self.name = name or self.chain.name
        self._known: dict[str, Json] = {}
        self._passes = Passes(STATES)

    def keep(self, answer: Answer) -> None:
        """Don't measure again what was measured."""
        name, request = answer.measurement.name, answer.request
        self._known[_key(name, request)] = self._told(answer.measurement, request, answer.value, 0.0)

    def get(self, path: str) -> Any:
        resource = urlsplit(path).path
        if resource == "/runs":
            return {"runs": [self._run()]}
        if resource == "/checkpoints":
            return {"checkpoints": [self._checkpoint()]}
        raise ConfigurationError(f"{path} is not in this notebook")

    def file(self, path: str) -> bytes:
        parts = urlsplit(path)
        if parts.path == "/datasets/image":
            query = parse_qs(parts.query)
            return png(self.data, query["split"][0], int(query["index"][0]))[0]
        if parts.path == f"/runs/{HERE}/curves":
            return self._curves()
        raise ConfigurationError(f"{path} is not in this notebook")

    def probe(self, name: str, request: Json, report: Report, grow: Grow = lambda _: None) -> Json:
        options = {option: value for option, value in request.items() if option not in ("checkpoint", "wait")}
        measurement = measurement_named(name)
        asked = request_of(measurement, options)
        key = _key(name, asked)
        if key not in self._known:
            began = time.perf_counter()

            def told(answer: Answer) -> Json:
                return self._told(measurement, asked, answer.value, time.perf_counter() - began)

            answer = measure(
                name,
                self.network,
                self.data,
                progress=report,
                partial=lambda answer: grow(told(answer)),
                passes=self._passes,
                **options,
            )
            self._known[key] = told(answer)
        return self._known[key]

    def _told(self, measurement: Measurement, request: MeasurementRequest, value: Json, seconds: float) -> Json:
        """An answer with where it comes from."""
        provenance = {
            "checkpoint_sha256": self._digest, "dataset": self.data.name, "dataset_fingerprint": self.data.fingerprint,
            "convention": self.chain.convention, "request": request.canonical(), "probe_version": measurement.version,
            "device": str(self.chain.device), "library_versions": {each: version(each) for each in ("iterscope", "torch", "numpy")},
            "seconds": round(seconds, 4), "created_at": datetime.now(UTC).isoformat(timespec="milliseconds"), "cached": False,
        }  # fmt: skip
        return {"checkpoint": HERE, **value, "provenance": provenance}

    @property
    def _digest(self) -> str:
        return self.saved.description.sha256 if self.saved else ""

    def _run(self) -> Json:
        images = {name: min(LOGGED_IMAGES, len(self.data.split(name))) for name in SPLITS}
        return {
            "id": HERE, "name": self.name, "notes": "", "tags": [], "status": "imported", "recipe": None,
            "architecture": self.chain.name, "dataset": self.data.name, "seed": None, "origin": "notebook",
            "configuration": {"convention": self.chain.convention, "logged_images": images}, "blocks": self.chain.describe(),
            "epochs": 0, "epoch": None,
            "progress": None, "latest": {}, "created_at": "", "started_at": None, "finished_at": None, "heartbeat_at": None,
            "error": None, "checkpoints": 1, "stop_requested": False, "siblings": [],
        }  # fmt: skip

    def _checkpoint(self) -> Json:
        return {
            "id": HERE, "sha256": self._digest, "run": HERE, "epoch": 0, "name": self.name, "path": "",
            "architecture": {"name": self.chain.name}, "dataset": self.data.reference.to_dict(), "blocks": self.chain.describe(),
            "num_parameters": sum(each.numel() for each in self.network.parameters()), "size_bytes": 0, "metrics": {},
            "preprocessing": None, "factory": None, "created_at": "",
        }  # fmt: skip

    def _curves(self) -> bytes:
        """The metrics of every block, measured once, as curves of a single epoch."""
        series: list[Series] = []
        scalars: list[Scalar] = []
        for split in SPLITS:
            asked = {"split": split, "limit": LOGGED_IMAGES}
            found = self.probe("block-metrics", asked, lambda _: None)
            for metric in ("cosine_loss", "l2_ratio", "activation_norm"):
                series.append(Series(metric, split, [0], [_numbers(found[metric]["mean"])]))
                series.append(Series(f"{metric}_std", split, [0], [_numbers(found[metric]["std"])]))
            exits = self.probe("early-exit", asked, lambda _: None)
            after = dict(zip(exits["exit_blocks"], _numbers(exits["accuracy"]), strict=True))
            row = [after.get(block, float("nan")) for block in range(len(self.chain.blocks))]
            series.append(Series("early_exit_accuracy", split, [0], [row]))
            scalars.append(Scalar("accuracy", split, [0], _numbers([found["accuracy"]])))
            scalars.append(Scalar("gradient_norm_ratio", split, [0], _numbers([found["gradient_norm_ratio"]["mean"]])))
        return curves_file(HERE, "imported", self.chain.describe(), series, scalars)


class _Stay(HTTPRedirectHandler):
    """Follows no redirection: it would take the token to another server."""

    def redirect_request(self, *_: Any) -> None:
        return None


_DIRECT = build_opener(ProxyHandler({}), _Stay)


class Service(Source):
    """A run of an Iterscope service, asked for by the kernel. It is told `ITERSCOPE_TOKEN`; no proxy is, and no other server."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.address = f"{parts.scheme}://{parts.netloc}{parts.path.partition('/runs/')[0].rstrip('/')}"
        run = parts.path.partition("/runs/")[2].strip("/")
        self.place = f"blocks?run={run}" if run else "blocks"

    def get(self, path: str) -> Any:
        return json.loads(self._ask(path))

    def file(self, path: str) -> bytes:
        return self._ask(path)

    def probe(self, name: str, request: Json, report: Report, grow: Grow = lambda _: None) -> Json:
        found: Json = json.loads(self._ask(f"/probe/{name}", {**request, "wait": 1}))
        try:
            while "state" in found:
                report(float(found["progress"]))
                if found.get("partial"):
                    grow(found["partial"])
                if found["state"] == "done":
                    return dict(found["result"])
                if found["state"] in ("failed", "cancelled"):
                    raise ConfigurationError(
                        (found.get("error") or {}).get("detail") or f"job {found['id']} {found['state']}"
                    )
                time.sleep(0.25)
                found = self.get(f"/jobs/{found['id']}")
        except Cancelled:
            self._ask(f"/jobs/{found['id']}", method="DELETE")
            raise
        return found

    def _ask(self, path: str, body: Json | None = None, method: str | None = None) -> bytes:
        headers = {"Content-Type": "application/json"}
        if token := os.environ.get("ITERSCOPE_TOKEN"):
            headers["Authorization"] = f"Bearer {token}"
        content = None if body is None else json.dumps(body).encode()
        try:
            with _DIRECT.open(Request(self.address + path, content, headers, method=method), timeout=SECONDS) as answer:
                return bytes(answer.read())
        except HTTPError as error:
            raise ConfigurationError(f"{self.address} answered {error.code}: {_detail(error.read())}") from error
        except OSError as error:
            reason = error.reason if isinstance(error, URLError) else error
            raise ConfigurationError(
                f"{self.address} can't be reached ({reason}): start it with `iterscope up`"
            ) from error


def _key(probe: str, request: MeasurementRequest) -> str:
    return f"{probe} {json.dumps(request.canonical(), sort_keys=True)}"


def _detail(problem: bytes) -> str:
    """The sentence of a problem document (RFC 9457), or the text that stands in its place."""
    try:
        return str(json.loads(problem)["detail"])
    except (ValueError, KeyError, TypeError):
        return problem.decode(errors="replace")[:500]


def _numbers(values: list[Any]) -> list[float]:
    return [float("nan") if value is None else float(value) for value in values]


def problem_of(error: Exception) -> Json:
    """An error as the views show it."""
    title = "Not possible" if isinstance(error, IterscopeError) else type(error).__name__
    return {"title": title, "detail": str(error) or repr(error)}


def is_service(shown: object) -> bool:
    """Whether this is the address of a service, or of a run in one."""
    return isinstance(shown, str) and shown.startswith(("http://", "https://"))


def is_file(shown: object) -> bool:
    """Whether this is a checkpoint file."""
    return isinstance(shown, str | Path) and not is_service(shown)

"""The interactive views in a notebook, through anywidget; JupyterLab and marimo are tested."""

from __future__ import annotations

import queue
import signal
import threading
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from torch import nn

from iterscope.checkpoints import checkpoint_data, read_checkpoint
from iterscope.datasets.records import Dataset
from iterscope.errors import Cancelled, ConfigurationError
from iterscope.measurements.answer import Answer
from iterscope.viewing.sources import InKernel, Service, Source, is_file, is_service, problem_of
from iterscope_views import MODULE, font_css

if TYPE_CHECKING:
    from anywidget import AnyWidget

PAGES = {
    "plan": "interventions",
    "unroll": "interventions",
    "predictions": "interventions",
    "samples": "examples",
    "sample": "examples",
}
"""Where a measurement is shown; the others are shown on Blocks."""


def show(shown: nn.Module | Answer | Path | str, data: Dataset | None = None, *, name: str | None = None) -> AnyWidget:
    """Show the interactive views of a network: drop, repeat and swap its blocks, and follow images through it.

    Args:
        shown: a model or a `ResidualChain`; a checkpoint file; an answer of `it.measure`; or the address of an Iterscope service,
            `http://127.0.0.1:8000`, or of a run in it, `http://127.0.0.1:8000/runs/RUN`.
        data: the images, such as `it.load_dataset("digits")`; default for a checkpoint file: its own.
        name: how the network is called.

    Raises:
        ConfigurationError: anywidget is not installed; data are missing. CheckpointError, DatasetError: as for `it.checkpoint_data`.
    """
    return _widget_type()(_source(shown, data, name))


def _source(shown: object, data: Dataset | None, name: str | None) -> Source:
    if is_service(shown):
        return Service(str(shown))
    if isinstance(shown, Answer):
        source = InKernel(shown.chain, shown.data, name=name)
        source.keep(shown)
        source.place = _place(shown)
        return source
    if is_file(shown):
        saved = read_checkpoint(str(shown))
        return InKernel(saved.model, data or checkpoint_data(saved), saved, name or Path(str(shown)).stem)
    if not isinstance(shown, nn.Module):
        raise ConfigurationError(
            f"shown is {type(shown).__name__}: give a model, a checkpoint file, an answer of it.measure, or a service's address"
        )
    if data is None:
        raise ConfigurationError('data is missing: give the images, such as it.load_dataset("digits")')
    return InKernel(shown, data, name=name)


def _place(answer: Answer) -> str:
    """The address of what was measured: its page, with the plan, the image or the group."""
    name, value = answer.measurement.name, answer.value
    page = PAGES.get(name, "blocks")
    found = {
        "plan": {"plan": value.get("text")},
        "sample": {"index": value.get("index")},
        "samples": {"group": value.get("group")},
    }
    chosen = {"split": value["split"], **found.get(name, {})}
    return page if page == "blocks" else f"{page}?{urlencode(chosen)}"


class Desk:
    """Answers questions one after the other in a thread of its own, so that a question can be withdrawn while it is computed."""

    def __init__(self, source: Source, send: Any) -> None:
        self._source, self._send = source, send
        self._questions: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._withdrawn: set[int] = set()
        self._thread = threading.Thread(target=self._work, name="iterscope-views", daemon=True)
        self._thread.start()

    def heard(self, message: dict[str, Any]) -> None:
        """A message of a view: a question, or that an answer is not wanted any more."""
        if message.get("cancel"):
            self._withdrawn.add(message["id"])
        else:
            self._questions.put(message)

    def close(self) -> None:
        """Answer what was asked, and end."""
        self._questions.put(None)

    def _work(self) -> None:
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())  # an interruption is the main thread's
        while (question := self._questions.get()) is not None:
            self._answer(question)

    def _answer(self, question: dict[str, Any]) -> None:
        id = question["id"]

        def report(progress: float) -> None:
            if id in self._withdrawn:
                raise Cancelled
            self._send({"id": id, "progress": progress}, [])

        def grow(answer: dict[str, Any]) -> None:
            if id not in self._withdrawn:
                self._send({"id": id, "partial": answer}, [])

        try:
            if id in self._withdrawn:
                return
            if "file" in question:
                self._send({"id": id}, [self._source.file(question["file"])])
            elif "get" in question:
                path = question["get"]
                self._send({"id": id, "value": font_css() if path == "/font" else self._source.get(path)}, [])
            else:
                answer = self._source.probe(question["probe"], question["request"], report, grow)
                self._send({"id": id, "value": answer}, [])
        except Cancelled:
            pass
        except Exception as error:  # whatever it is, the view says it, and the notebook goes on
            self._send({"id": id, "problem": problem_of(error)}, [])
        finally:
            self._withdrawn.discard(id)


@cache
def _widget_type() -> type[AnyWidget]:
    try:
        import anywidget
        import traitlets
    except ImportError as error:
        raise ConfigurationError("the views in a notebook need anywidget: pip install anywidget") from error

    class Views(anywidget.AnyWidget):
        """One network's views. All views of one widget are answered by the same kernel."""

        _esm = MODULE
        version = traitlets.Unicode(version("iterscope")).tag(sync=True)
        place = traitlets.Unicode("blocks").tag(sync=True)

        def __init__(self, source: Source) -> None:
            super().__init__(place=source.place)
            self._desk = desk = Desk(source, self.send)
            self.on_msg(lambda _widget, message, _buffers: desk.heard(message))

        def close(self) -> None:
            """The kernel lets the network go."""
            self._desk.close()
            super().close()

    return Views

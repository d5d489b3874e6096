"""SIGINT and SIGTERM set a flag that the training loop checks; a second signal takes effect immediately."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopSignal:
    """A context that catches `signals`. Outside the main thread it can't catch them and stays unset."""

    def __init__(self, signals: tuple[signal.Signals, ...] = SIGNALS) -> None:
        self._signals = signals
        self._event = threading.Event()
        self.received: str | None = None
        """The signal's name, such as SIGTERM."""

    def __enter__(self) -> StopSignal:
        self._previous = {}
        if threading.current_thread() is threading.main_thread():
            self._previous = {number: signal.signal(number, self._receive) for number in self._signals}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._restore()

    @property
    def is_set(self) -> bool:
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Sleep until a signal arrives, at most `seconds`. Returns whether a signal has arrived."""
        return self._event.wait(seconds)

    def _receive(self, number: int, _: FrameType | None) -> None:
        self.received = signal.Signals(number).name
        self._restore()  # before anybody sees the first signal: what follows it must take effect
        self._event.set()

    def _restore(self) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        self._previous = {}

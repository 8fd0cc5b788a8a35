"""Ctrl-C, SIGTERM and a closed terminal, taken at moments where nothing is half-started."""

from __future__ import annotations

import signal
import time
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(Exception):
    """The demo was asked to end before it was done."""


class Interrupts:
    """Notes the first signal, for ``check``; a second one ends a step that takes too long.

    Use it in a ``with`` block in the main thread.
    """

    def __init__(self) -> None:
        self.requested = False
        self._stopping = False
        self._before = {number: signal.getsignal(number) for number in _SIGNALS}

    def __enter__(self) -> Interrupts:
        for number in _SIGNALS:
            signal.signal(number, self._note)
        return self

    def __exit__(self, *details: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def check(self) -> None:
        """Raises Interrupted when a signal has come."""
        if self.requested:
            raise Interrupted

    def pause(self, seconds: float) -> None:
        """Sleep, unless a signal has come. Raises Interrupted when one has."""
        self.check()
        time.sleep(seconds)
        self.check()

    def stopping(self) -> None:
        """From now on signals change nothing: everything is being stopped already."""
        self._stopping = True

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self._stopping:
            return
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True

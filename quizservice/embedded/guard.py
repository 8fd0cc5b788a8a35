"""Nothing outlives its starter: a small process that ends others when the starter is gone.

A process that is killed cannot stop what it started. So it starts this file as a program of its
own, tells it through a pipe whom to watch, and when the pipe closes, however that came about, the
guard asks those processes to end and after a while kills them with their process groups.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

GRACE = 10.0  # seconds between asking and killing


class Guard:
    """The starter's side: a running guard and the processes it was told of."""

    def __init__(self) -> None:
        self._watched: dict[int, int] = {}  # process id: the signal that asks it to end
        self._process: subprocess.Popen[str] | None = None

    def add(self, pid: int, number: int = signal.SIGTERM) -> None:
        """End process ``pid`` when this process ends; signal ``number`` asks it to."""
        self._watched[pid] = number
        if self._process is None or not self._say(f"add {pid} {int(number)}"):
            self._launch()

    def drop(self, pid: int) -> None:
        """Forget a process that has ended or may live on."""
        known = self._watched.pop(pid, None) is not None
        if known and self._process is not None and not self._say(f"drop {pid}"):
            self._launch()

    def close(self) -> None:
        """End the guard, which then ends whom it still watches."""
        self._watched.clear()
        if self._process is None:
            return
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(timeout=GRACE + 5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _launch(self) -> None:
        """Start a guard, the first or in place of one that was killed, and tell it everything."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = subprocess.Popen(  # noqa: S603  this very file
            [sys.executable, "-I", "-S", str(Path(__file__).resolve())],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            text=True,
            start_new_session=True,  # Ctrl-C is for the starter
        )
        for pid, number in self._watched.items():
            self._say(f"add {pid} {int(number)}")

    def _say(self, line: str) -> bool:
        if self._process is None or self._process.stdin is None:
            return False
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except OSError:
            return False
        return True


def _alive(pid: int) -> bool:
    """Whether the process exists; without psutil, to keep the guard small."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with contextlib.suppress(OSError):
        state = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        return state[0] != "Z"
    return True


def _signal(pid: int, number: int, *, group: bool) -> None:
    with contextlib.suppress(OSError):
        if group:
            os.killpg(pid, number)
        else:
            os.kill(pid, number)


def _watch() -> None:
    """Read the starter's lines until the pipe closes, then end whom it named."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    watched: dict[int, int] = {}
    for line in sys.stdin:
        word, pid, *rest = line.split()
        if word == "add":
            watched[int(pid)] = int(rest[0])
        else:
            watched.pop(int(pid), None)
    for pid, number in watched.items():
        _signal(pid, number, group=False)
        _signal(pid, signal.SIGCONT, group=False)  # one that was stopped has to hear it
    deadline = time.monotonic() + GRACE
    while any(map(_alive, watched)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in watched:
        _signal(pid, signal.SIGKILL, group=True)
        _signal(pid, signal.SIGKILL, group=False)


if __name__ == "__main__":
    _watch()

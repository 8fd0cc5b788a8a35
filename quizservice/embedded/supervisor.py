"""Runs the processes of a Procfile: starts, watches, restarts and stops them.

Everything but reading their output happens in the thread that calls ``step`` again and again.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from rich.console import Console
from rich.text import Text

from quizservice.embedded.guard import Guard

Writer = Callable[[str, str], None]  # the name of a process, one line of its output

_LINE = re.compile(r"([A-Za-z0-9_-]+):\s*(\S.*)")
_FIRST_PAUSE = 0.5  # seconds before a dead process is started again, doubled each time
_LONGEST_PAUSE = 10.0
_STEADY = 30.0  # after so long a life the pause begins small again
_POLL = 0.05
_COLOURS = ("cyan", "magenta", "green", "yellow", "blue")


def read_procfile(path: Path) -> dict[str, str]:
    """The commands of a Procfile by process type.

    Raises ValueError for a line that is neither empty, a comment nor ``name: command``.
    """
    commands: dict[str, str] = {}
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        match = _LINE.fullmatch(text)
        if match is None:
            raise ValueError(f"{path}, line {number}: expected 'name: command', found {text!r}")
        commands[match[1]] = match[2]
    return commands


def console_writer(console: Console, names: Iterable[str]) -> Writer:
    """A writer that puts the name, coloured on a terminal, before each line."""
    ordered = list(names)
    width = max(map(len, ordered), default=0)
    colours = {name: _COLOURS[i % len(_COLOURS)] for i, name in enumerate(ordered)}

    def write(name: str, line: str) -> None:
        prefix = Text(f"{name:<{width}} | ", style=colours.get(name, ""))
        console.print(prefix + Text.from_ansi(line), soft_wrap=True)

    return write


@dataclass
class _Process:
    name: str
    command: str
    popen: subprocess.Popen[str] | None = None
    reader: threading.Thread | None = None
    since: float = 0.0  # start of the present life, monotonic
    due: float | None = None  # when to start it again
    pause: float = _FIRST_PAUSE
    deaths: int = 0
    said: deque[str] = field(default_factory=lambda: deque(maxlen=20))


class Supervisor:
    """Processes that run together; use it in a ``with`` block and call ``step`` often.

    ``environ`` is read at each start, so a process that is started again sees its changes.
    """

    def __init__(
        self,
        commands: Mapping[str, str],
        *,
        environ: Mapping[str, str],
        directory: Path,
        write: Writer,
        guard: Guard | None = None,
    ) -> None:
        self._processes = {name: _Process(name, text) for name, text in commands.items()}
        self._environ = environ
        self._directory = directory
        self._write = write
        self._guard = guard or Guard()

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(self, *details: object) -> None:
        self.stop()
        self._guard.close()

    def start(self) -> None:
        """Start every process that does not run."""
        for process in self._processes.values():
            if process.popen is None:
                self._spawn(process)

    def step(self) -> None:
        """Notice the dead and start again those whose pause is over; does not wait."""
        now = time.monotonic()
        for process in self._processes.values():
            if process.popen is not None and process.popen.poll() is not None:
                self._bury(process, now)
            elif process.due is not None and now >= process.due:
                self._spawn(process)

    def restart(self) -> None:
        """Stop and start all processes, with the environment as it is now."""
        self.stop()
        self.start()

    def stop(self, grace: float = 15.0) -> None:
        """Ask all processes to end, and kill what is left of them after ``grace`` seconds."""
        running = [each for each in self._processes.values() if each.popen is not None]
        offspring: list[psutil.Process] = []
        for process in running:
            assert process.popen is not None
            with contextlib.suppress(psutil.Error):
                # Also those that made a process group of their own.
                offspring += psutil.Process(process.popen.pid).children(recursive=True)
            process.popen.send_signal(signal.SIGTERM)
            process.popen.send_signal(signal.SIGCONT)  # a stopped one has to hear it
        deadline = time.monotonic() + grace
        while time.monotonic() < deadline:
            if all(each.popen is not None and each.popen.poll() is not None for each in running):
                break
            time.sleep(_POLL)
        for process in running:
            assert process.popen is not None
            _kill_group(process.popen)
            process.popen.wait()
            self._forget(process)
        for child in offspring:
            with contextlib.suppress(psutil.Error):
                child.kill()
        for process in self._processes.values():
            process.due = None

    def pids(self) -> dict[str, int]:
        """The process ids of those that run, by name."""
        return {
            name: each.popen.pid
            for name, each in self._processes.items()
            if each.popen is not None and each.popen.poll() is None
        }

    def deaths(self, name: str) -> int:
        """How often the process has ended by itself."""
        return self._processes[name].deaths

    def last_lines(self, name: str) -> list[str]:
        """The end of its output, at most twenty lines."""
        return list(self._processes[name].said)

    def _spawn(self, process: _Process) -> None:
        popen = subprocess.Popen(  # noqa: S602  the Procfile is ours and is shell text
            # exec: the process itself gets the signals, no shell stands between.
            f"exec {process.command}",
            shell=True,
            cwd=self._directory,
            env=dict(self._environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._guard.add(popen.pid)
        process.popen = popen
        process.since = time.monotonic()
        process.due = None
        process.reader = threading.Thread(
            target=self._read, args=(process, popen), name=f"output of {process.name}", daemon=True
        )
        process.reader.start()

    def _read(self, process: _Process, popen: subprocess.Popen[str]) -> None:
        assert popen.stdout is not None
        with popen.stdout:
            for line in popen.stdout:
                text = line.rstrip()
                process.said.append(text)
                # Reading goes on when nobody listens any more: a full pipe would stop the process.
                with contextlib.suppress(OSError, SystemExit):  # rich raises the latter
                    self._write(process.name, text)

    def _bury(self, process: _Process, now: float) -> None:
        assert process.popen is not None
        code = process.popen.returncode
        _kill_group(process.popen)
        self._forget(process)
        if now - process.since >= _STEADY:
            process.pause = _FIRST_PAUSE
        process.deaths += 1
        process.due = now + process.pause
        how = f"killed by signal {-code}" if code < 0 else f"ended with status {code}"
        self._write(process.name, f"{how}; starting it again in {process.pause:g} s")
        process.pause = min(2 * process.pause, _LONGEST_PAUSE)

    def _forget(self, process: _Process) -> None:
        assert process.popen is not None
        self._guard.drop(process.popen.pid)
        if process.reader is not None:
            process.reader.join(timeout=1.0)  # what it said last
        process.popen = process.reader = None


def _kill_group(popen: subprocess.Popen[str]) -> None:
    """Kill what is left of a process group, its leader included."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(popen.pid, signal.SIGKILL)

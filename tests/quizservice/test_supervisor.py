"""The process supervisor and its guard: restart, stop, and no orphan."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from rich.console import Console

from quizservice.embedded import supervisor as supervision
from quizservice.embedded.guard import Guard
from quizservice.embedded.supervisor import Supervisor, console_writer, read_procfile

PROJECT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.timeout(60)

Lines = list[tuple[str, str]]


def until(condition: Callable[[], bool], *, step: Callable[[], None] = lambda: None) -> None:
    """Wait for a condition, at most twenty seconds."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        step()
        time.sleep(0.02)


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def make(
    commands: dict[str, str], lines: Lines, environ: dict[str, str] | None = None
) -> Supervisor:
    return Supervisor(
        commands,
        environ={"PATH": os.environ["PATH"]} if environ is None else environ,
        directory=PROJECT,
        write=lambda name, line: lines.append((name, line)),
    )


def test_reads_the_procfile_of_the_project() -> None:
    commands = read_procfile(PROJECT / "Procfile")
    assert set(commands) == {"release", "web", "worker", "bulk_worker", "dispatcher"}
    assert commands["dispatcher"] == "python manage.py dispatch"


def test_a_procfile_line_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "Procfile"
    path.write_text("# fine\n\nweb: run it\nnonsense\n")
    with pytest.raises(ValueError, match=r"line 4.*nonsense"):
        read_procfile(path)


def test_output_comes_line_by_line_with_its_name() -> None:
    lines: Lines = []
    with make(
        {"one": "sh -c 'echo a; echo b >&2; sleep 60'", "two": "sh -c 'echo $WORD; sleep 60'"},
        lines,
        {"PATH": os.environ["PATH"], "WORD": "c"},
    ) as supervisor:
        supervisor.start()
        until(lambda: len(lines) == 3)
    assert sorted(lines) == [("one", "a"), ("one", "b"), ("two", "c")]


@pytest.mark.parametrize(("terminal", "coloured"), [(True, True), (False, False)])
def test_prefix_is_coloured_on_a_terminal_only(terminal: bool, coloured: bool) -> None:
    out = io.StringIO()
    console = Console(
        file=out, force_terminal=terminal, color_system="standard" if terminal else None
    )
    write = console_writer(console, ["web", "worker"])
    write("web", "[brackets] " + "long " * 40)
    text = out.getvalue()
    assert ("\x1b[" in text) is coloured
    assert "[brackets]" in text
    assert text.count("\n") == 1
    if not coloured:
        assert text.startswith("web    | [brackets]")


def test_a_killed_process_is_started_again() -> None:
    lines: Lines = []
    with make({"app": "sleep 60", "other": "sleep 60"}, lines) as supervisor:
        supervisor.start()
        before = supervisor.pids()
        os.kill(before["app"], signal.SIGKILL)
        until(
            lambda: supervisor.pids().get("app") not in (None, before["app"]), step=supervisor.step
        )
        assert supervisor.pids()["other"] == before["other"]
        assert supervisor.deaths("app") == 1
        assert supervisor.deaths("other") == 0
    assert [line for name, line in lines if name == "app"] == [
        "killed by signal 9; starting it again in 0.5 s"
    ]


def test_the_pause_grows_while_it_keeps_dying(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "_LONGEST_PAUSE", 0.8)
    lines: Lines = []
    with make({"app": "sh -c 'echo no good; exit 3'"}, lines) as supervisor:
        supervisor.start()
        until(lambda: supervisor.deaths("app") == 3, step=supervisor.step)
        assert supervisor.last_lines("app") == ["no good"] * 3
    assert [line.rpartition(" in ")[2] for _, line in lines if "ended with status 3" in line] == [
        "0.5 s",
        "0.8 s",
        "0.8 s",
    ]


def test_a_restart_sees_the_changed_environment() -> None:
    lines: Lines = []
    environ = {"PATH": os.environ["PATH"], "WORD": "first"}
    with make({"app": "sh -c 'echo $WORD; exec sleep 60'"}, lines, environ) as supervisor:
        supervisor.start()
        until(lambda: ("app", "first") in lines)
        environ["WORD"] = "second"
        supervisor.restart()
        until(lambda: ("app", "second") in lines)
        assert supervisor.deaths("app") == 0


def test_stop_ends_children_of_children_and_the_deaf() -> None:
    lines: Lines = []
    deaf = "sh -c 'trap \"\" TERM; echo deaf; while :; do sleep 0.1; done'"
    parent = "sh -c 'sleep 61 & setsid sleep 62 & echo $!; wait'"
    supervisor = make({"deaf": deaf, "parent": parent, "calm": "sleep 63"}, lines)
    supervisor.start()
    until(lambda: len(lines) == 2)
    pids = list(supervisor.pids().values())
    pids += [child.pid for pid in pids for child in psutil.Process(pid).children(recursive=True)]
    assert len(pids) >= 5
    supervisor.stop(grace=0.5)
    assert supervisor.pids() == {}
    until(lambda: all(gone(pid) for pid in pids))
    supervisor.step()
    assert supervisor.pids() == {}


def test_stop_reaches_a_stopped_process() -> None:
    supervisor = make({"app": "sleep 60"}, [])
    supervisor.start()
    pid = supervisor.pids()["app"]
    os.kill(pid, signal.SIGSTOP)
    supervisor.stop()
    assert gone(pid)


CHILD = """
import sys, time
from pathlib import Path
from quizservice.embedded.supervisor import Supervisor
commands = {"app": "sleep 60", "family": "sh -c 'sleep 61 & wait'"}
environ = {"PATH": "/usr/bin:/bin"}
supervisor = Supervisor(commands, environ=environ, directory=Path.cwd(), write=lambda *a: None)
supervisor.start()
time.sleep(0.3)
print(*supervisor.pids().values(), supervisor._guard._process.pid, flush=True)
time.sleep(60)
"""


def test_children_end_with_a_supervisor_that_is_killed() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    pids = [int(word) for word in process.stdout.readline().split()]
    pids += [child.pid for pid in pids for child in psutil.Process(pid).children()]
    assert len(pids) == 4
    process.kill()
    process.wait()
    process.stdout.close()
    until(lambda: all(gone(pid) for pid in pids))


def test_a_killed_guard_is_replaced() -> None:
    sleeper = subprocess.Popen(["sleep", "60"], start_new_session=True)
    guard = Guard()
    guard.add(sleeper.pid)
    first = guard._process
    assert first is not None
    first.kill()
    first.wait()
    guard.add(os.getpid())  # the pipe is found broken
    guard.drop(os.getpid())
    assert guard._process is not None
    assert guard._process.pid != first.pid
    assert sleeper.poll() is None
    guard.close()
    assert sleeper.wait(timeout=10) == -signal.SIGTERM


def test_a_dropped_process_lives_on() -> None:
    sleeper = subprocess.Popen(["sleep", "60"], start_new_session=True)
    guard = Guard()
    guard.add(sleeper.pid)
    guard.drop(sleeper.pid)
    guard.close()
    assert sleeper.poll() is None
    sleeper.kill()
    sleeper.wait()

"""The demo as a newcomer runs it: real processes, an empty data folder, and nothing left behind."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import httpx2
import psutil
import psycopg
import pytest

from quizservice.embedded.kafka_jars import Runtime

PROJECT = Path(__file__).resolve().parents[2]
T = TypeVar("T")

pytestmark = [pytest.mark.flow, pytest.mark.timeout(400)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: str, look: Callable[[], T | None], *, timeout: float = 150.0) -> T:
    """The first answer of ``look`` that is neither None nor False."""
    deadline = time.monotonic() + timeout
    while True:
        found = look()
        if found is not None and found is not False:
            return found
        assert time.monotonic() < deadline, f"waited {timeout} s for {what}"
        time.sleep(0.2)


class Demo:
    """The demo with a data folder of its own, which every process it starts bears in its
    environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.port = free_port()
        self.output = folder / "output"
        given = ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS", "SECRET_KEY", "QUIZ_EMBEDDED")
        self.environ = {key: value for key, value in os.environ.items() if key not in given}
        self.environ["QUIZ_DATA_DIR"] = str(self.data)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "demo", "--port", str(self.port), *arguments],
                cwd=PROJECT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        return self.process

    def run(self, *arguments: str) -> int:
        """The exit status of a demo that ends by itself."""
        return self.start(*arguments).wait(timeout=240)

    @property
    def text(self) -> str:
        return self.output.read_text(errors="replace")

    def left(self) -> list[psutil.Process]:
        """The processes that belong to this demo, itself included."""
        found = []
        for process in psutil.process_iter():
            try:
                # PostgreSQL writes its titles over its environment.
                bears = process.environ().get("QUIZ_DATA_DIR") == str(self.data)
                if bears or str(self.data) in " ".join(process.cmdline()):
                    found.append(process)
            except psutil.Error:
                continue
        return [each for each in found if each.status() != psutil.STATUS_ZOMBIE]

    def named(self, word: str) -> list[psutil.Process]:
        """Those of them that have a word in their command line, the demo itself left out."""
        assert self.process is not None
        return [
            each
            for each in self.left()
            if each.pid != self.process.pid and word in " ".join(each.cmdline())
        ]

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for each in self.left():
            each.kill()


@pytest.fixture
def demo() -> Iterator[Demo]:
    folder = Path(tempfile.mkdtemp(prefix="qdemo", dir="/tmp"))
    made = Demo(folder)
    yield made
    made.stop()
    if made.output.exists():
        print(made.text)  # pytest shows it when a test fails
    shutil.rmtree(folder)


def read_env(path: Path) -> dict[str, str] | None:
    """The variables as a shell reads them; None while the file is not there."""
    if not path.exists():
        return None
    words = [shlex.split(line) for line in path.read_text().splitlines()]
    return dict(word[0].split("=", 1) for word in words)


def test_exit_makes_serves_and_leaves_nothing(demo: Demo) -> None:
    status = demo.run("--exit", "--count", "6")
    assert status == 0, demo.text
    assert demo.left() == []
    text = demo.text
    assert "6 draws served all 6 problems, none twice." in text
    assert "in-memory development broker: messages are lost when it stops" in text
    assert re.search(r"^  [A-D]  \S+", text, re.MULTILINE)
    assert re.search(r"^  Answer: [A-D]", text, re.MULTILINE)
    assert re.search(r"^  database migrated +\d+\.\d s$", text, re.MULTILINE)
    for name in ("web", "worker", "bulk_worker", "dispatcher"):
        assert re.search(rf"^{name} +\| ", text, re.MULTILINE)
    assert text.count(re.search(r"Bearer ([^']+)", text)[1]) == 1  # type: ignore[index]

    # Again on the same data: older problems that were served do not come in between.
    status = demo.run("--exit", "--count", "3")
    assert status == 0, demo.text
    assert "3 draws served all 3 problems, none twice." in demo.text
    assert demo.left() == []


def test_stays_up_repairs_itself_and_stops(demo: Demo) -> None:
    path = demo.folder / "env"
    demo.start("--count", "3", "--env-file", str(path))
    values = wait_for("the file", lambda: read_env(path))
    assert list(values) == [
        "QUIZ_URL",
        "QUIZ_API_KEY",
        "ADMIN_USER",
        "ADMIN_PASSWORD",
        "DATABASE_URL",
        "KAFKA_BOOTSTRAP_SERVERS",
    ]
    assert path.stat().st_mode & 0o777 == 0o600
    wait_for("the end of the start", lambda: "Everything runs" in demo.text)

    # What is printed works as printed.
    line = re.search(r"^ +(curl .+)$", demo.text, re.MULTILINE)
    assert line is not None
    if shutil.which("curl"):
        done = subprocess.run(["sh", "-c", line[1] + " -s"], capture_output=True, text=True)
        assert '"statements"' in done.stdout
    with httpx2.Client(base_url=values["QUIZ_URL"], trust_env=False) as http:
        page = http.get("/admin/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token is not None
        answer = http.post(
            "/admin/login/?next=/admin/",
            data={
                "csrfmiddlewaretoken": token[1],
                "username": values["ADMIN_USER"],
                "password": values["ADMIN_PASSWORD"],
            },
        )
        assert (answer.status_code, answer.headers.get("location")) == (302, "/admin/")
    with psycopg.connect(values["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT count(*) > 0 FROM django_migrations").fetchone() == (
            True,
        )

    def order(count: int) -> bool:
        """Whether a new request is fulfilled."""
        with httpx2.Client(
            base_url=values["QUIZ_URL"] + "/api/v1",
            headers={"Authorization": f"Bearer {values['QUIZ_API_KEY']}"},
            trust_env=False,
        ) as http:
            made = http.post("/problems/generate", json={"count": count}).json()["request_id"]

            def ended() -> str | None:
                seen = http.get(f"/generation-requests/{made}", params={"entities": "false"}).json()
                return None if seen["status"] in ("pending", "processing") else seen["status"]

            return wait_for("the request", ended) == "completed"

    def kill(word: str) -> None:
        killed = demo.named(word)
        assert killed
        for process in killed:
            process.kill()

    # A worker that dies is started again.
    kill("celery")
    wait_for("the news", lambda: re.search(r"^worker +\| killed by signal 9", demo.text, re.M))
    assert order(3)

    # So is the broker, and all that know its address with it.
    kill("quizservice.embedded.broker")
    wait_for("another address", lambda: read_env(path) != values)
    changed = read_env(path)
    assert changed is not None
    assert {key for key in values if values[key] != changed[key]} == {"KAFKA_BOOTSTRAP_SERVERS"}
    wait_for("the web server", lambda: answers(values["QUIZ_URL"]))
    assert order(3)

    assert demo.process is not None
    demo.process.send_signal(signal.SIGTERM)
    assert demo.process.wait(timeout=60) == 0
    assert demo.left() == []

    # Problems that this run made and never served may come among those of the next, at random.
    assert demo.run("--exit", "--count", "2") == 0, demo.text
    assert "draws served all 2 problems, none twice" in demo.text
    assert demo.left() == []


def test_runs_on_apache_kafka_and_starts_it_again_where_it_was(
    demo: Demo, apache_runtime: Runtime
) -> None:
    path = demo.folder / "env"
    demo.start("--broker", "apache", "--count", "3", "--env-file", str(path))
    values = wait_for("the file", lambda: read_env(path))
    wait_for("the end of the start", lambda: "Everything runs" in demo.text)
    assert f"Apache Kafka {apache_runtime.version}, one node, messages kept in" in demo.text
    assert "development broker" not in demo.text
    status = subprocess.run(
        [sys.executable, "-m", "quizservice.embedded", "status"],
        cwd=PROJECT,
        env=demo.environ,
        capture_output=True,
        text=True,
    )
    assert f"runs: {values['KAFKA_BOOTSTRAP_SERVERS']}" in status.stdout
    (node,) = demo.named("kafka.Kafka")
    node.kill()
    wait_for("the news", lambda: "Kafka broker had died and runs again" in demo.text)
    assert read_env(path) == values
    assert "killed by signal" not in demo.text  # its address is the same: nobody is disturbed
    assert demo.process is not None
    demo.process.send_signal(signal.SIGTERM)
    assert demo.process.wait(timeout=90) == 0
    assert demo.left() == []


def answers(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/health", trust_env=False).status_code == 200
    except httpx2.TransportError:
        return False


def test_ctrl_c_during_the_start_leaves_nothing(demo: Demo) -> None:
    process = demo.start()
    wait_for("the database", lambda: bool(demo.named("postgres")))
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    assert demo.left() == []


def test_killed_demo_takes_everything_with_it(demo: Demo) -> None:
    process = demo.start("--count", "1")
    wait_for("the worker", lambda: bool(demo.named("celery")))
    process.kill()
    process.wait()
    wait_for("the end of all", lambda: demo.left() == [], timeout=30)


def test_port_in_use_is_one_sentence(demo: Demo) -> None:
    with socket.create_server(("127.0.0.1", demo.port)):
        assert demo.run("--exit") == 1
    assert demo.text == (
        f"Port {demo.port} cannot be used (Address already in use): end what uses it or choose "
        "another one with --port.\n"
    )
    assert demo.left() == []
    assert not demo.data.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--count", "0"], "'0' is not a number from 1 to"),
        (["--port", "70000"], "'70000' is not a number from 0 to 65535"),
        (["--colour"], "unrecognized arguments: --colour"),
        (["--env-file", "/nowhere/at/all"], "Cannot write /nowhere/at/all"),
    ],
)
def test_bad_arguments_start_nothing(demo: Demo, arguments: list[str], message: str) -> None:
    assert demo.run(*arguments) in (1, 2)
    assert message in demo.text
    assert not demo.data.exists()


def test_help_needs_no_settings(demo: Demo) -> None:
    assert demo.run("--help") == 0
    assert "--env-file" in demo.text
    assert not demo.data.exists()


def test_other_commands_say_what_to_set(demo: Demo) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=PROJECT,
        env=demo.environ,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("SECRET_KEY is not set")
    assert done.stderr.count("\n") == 1

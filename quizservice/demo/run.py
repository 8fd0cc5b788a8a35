"""The demo, from an empty machine to a served problem.

It knows no app: the one step that needs Django, preparing the database, is handed in.
"""

from __future__ import annotations

import os
import shlex
import socket
import sys
import time
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from quizservice import embedded
from quizservice.demo.client import LARGEST_ORDER, Client, Order
from quizservice.demo.display import Display
from quizservice.demo.errors import DemoError
from quizservice.demo.interrupts import Interrupted, Interrupts
from quizservice.embedded.supervisor import Supervisor, console_writer, read_procfile

_PROJECT = Path(__file__).resolve().parents[2]
_PROCESSES = ("web", "worker", "bulk_worker", "dispatcher")
#: The writer that needs neither key nor network.
_ENGINE = "rules"
_HOST = "127.0.0.1"
_WEB_WAIT = 60.0  # seconds until the web server has to answer
_STALLED = 120.0  # seconds without a new problem
_TICK = 0.2
_CHECK = 1.0  # seconds between two looks at the embedded parts
_HOPELESS = 3  # deaths of the web server before it has ever answered


@dataclass(frozen=True)
class Options:
    """The command's arguments. ``port`` 0 takes a free one."""

    port: int
    count: int
    env_file: Path | None
    exit: bool
    broker: str = embedded.DEVELOPMENT  # or embedded.APACHE


@dataclass(frozen=True)
class Access:
    """What a newcomer needs to get in; made anew by each demo."""

    admin: str
    password: str
    key: str
    try_key: str  # what everybody can read in the page /try/


def check(options: Options) -> Options:
    """The options with their port made certain, before anything is started.

    Raises DemoError when the port is in use or the folder of the file is not there.
    """
    if options.env_file is not None and not os.access(options.env_file.absolute().parent, os.W_OK):
        raise DemoError(f"Cannot write {options.env_file}: there is no such folder to write to.")
    with socket.socket() as probe:
        # What the web server does too: a port whose connections have just closed is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, options.port))
        except OSError as error:
            raise DemoError(
                f"Port {options.port} cannot be used ({error.strerror}): end what uses it or "
                "choose another one with --port."
            ) from error
        port = int(probe.getsockname()[1])
    return replace(options, port=port)


def run(options: Options, prepare: Callable[[Display], Access], display: Display) -> bool:
    """Bring everything up, serve a problem and stay until a signal, or end with ``exit``.

    ``prepare`` runs once the environment names the database and the broker. The answer is whether
    all problems were made and, with ``exit``, that as many draws served them all. Raises DemoError
    and EmbeddedError. Whatever was started has ended when this returns.
    """
    options = check(options)
    with Interrupts() as interrupts:
        environ = os.environ
        before = {name for name in (embedded.DATABASE_URL, embedded.KAFKA) if environ.get(name)}
        provided = embedded.provide(environ, detached=False, broker=options.broker)
        try:
            for part in provided.parts:
                display.took(part.name + ("" if part.started else ", found running"), part.seconds)
                display.say(f"    {part.label}")
            for name in sorted(before):
                display.say(f"  {name} is given and used")
            interrupts.check()
            access = prepare(display)
            interrupts.check()
            environ["PORT"] = str(options.port)
            environ.setdefault("GENERATOR", _ENGINE)  # a key that is set shall not be charged
            environ.setdefault("TRY_KEY", access.try_key)
            environ["WEB_HOST"] = _HOST
            environ["PYTHONUNBUFFERED"] = "1"
            environ.setdefault("LOG_FORMAT", "console")  # somebody reads it
            # The Procfile's programs lie beside this Python, activated or not.
            environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environ.get('PATH', '')}"
            commands = read_procfile(_PROJECT / "Procfile")
            with Supervisor(
                {name: commands[name] for name in _PROCESSES},
                environ=environ,
                directory=_PROJECT,
                write=console_writer(display.console, _PROCESSES),
            ) as supervisor:
                try:
                    demo = _Demo(
                        options, access, display, interrupts, provided, supervisor, environ
                    )
                    return demo.run()
                finally:
                    interrupts.stopping()
                    display.say("Stopping ...")
        finally:
            interrupts.stopping()
            provided.stop()


class _Demo:
    """One run over parts that are up."""

    def __init__(
        self,
        options: Options,
        access: Access,
        display: Display,
        interrupts: Interrupts,
        provided: embedded.Provided,
        supervisor: Supervisor,
        environ: MutableMapping[str, str],
    ) -> None:
        self.options = options
        self.access = access
        self.display = display
        self.interrupts = interrupts
        self.provided = provided
        self.supervisor = supervisor
        self.environ = environ
        self.url = f"http://{_HOST}:{options.port}"
        self.written = False
        self.checked = time.monotonic()

    def run(self) -> bool:
        with Client(self.url, self.access.key, self.pause) as client:
            with self.display.step("web server"):
                self.supervisor.start()
                self.wait_for_web(client)
            with self.display.step(f"{self.options.count} problems generated"):
                requests, complete = self.generate(client)
            began = time.monotonic()
            first = client.draw()
            if first is None:
                raise DemoError("No problem was served: the pool is empty.")
            self.display.took("first draw", time.monotonic() - began)
            self.display.took(
                "from start to the first served problem", time.monotonic() - self.display.began
            )
            self.write_env_file()
            self.display.problem(first)
            self.display.addresses(
                self.url, self.access.key, self.access.admin, self.access.password
            )
            self.display.times()
            if self.options.exit:
                return complete and self.serve_all(client, requests, str(first["id"]))
        self.display.say()
        self.display.say("Everything runs. Ctrl-C stops it.", style="bold")
        while not self.interrupts.requested:
            self.tick()
            time.sleep(_TICK)
        return True

    def pause(self, seconds: float) -> None:
        """Sleep while looking after the processes."""
        deadline = time.monotonic() + seconds
        while True:
            self.interrupts.check()
            self.tick()
            left = deadline - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(_TICK, left))

    def tick(self) -> None:
        """Start again what has died; with a broker elsewhere, everything that knows its address."""
        self.supervisor.step()
        if time.monotonic() - self.checked < _CHECK:
            return
        known = self.environ[embedded.KAFKA]
        for part in self.provided.revive():
            self.display.say(f"{part.name} had died and runs again: {part.address}", style="yellow")
            if part.name == embedded.BROKER_NAME and part.address != known:
                self.supervisor.restart()
                if self.written:
                    self.write_env_file()
        self.checked = time.monotonic()

    def wait_for_web(self, client: Client) -> None:
        deadline = time.monotonic() + _WEB_WAIT
        while (status := client.health()) != 200:
            if self.supervisor.deaths("web") >= _HOPELESS:
                last = (self.supervisor.last_lines("web") or ["it said nothing"])[-1]
                raise DemoError(f"The web server does not start: {last}")
            if time.monotonic() >= deadline:
                answer = "does not answer" if status is None else f"answers with status {status}"
                raise DemoError(f"The web server {answer} after {_WEB_WAIT:.0f} seconds.")
            self.pause(_TICK)

    def generate(self, client: Client) -> tuple[list[str], bool]:
        """Order the problems and wait; the requests' ids, and whether all were made."""
        left = self.options.count
        requests = []
        while left > 0:
            requests.append(client.order(min(left, LARGEST_ORDER)))
            left -= LARGEST_ORDER
        moved = time.monotonic()
        seen = -1
        with self.display.progress() as progress:
            bar = progress.add_task("Generating problems", total=self.options.count)
            while True:
                orders = [client.progress(request) for request in requests]
                settled = sum(each.generated + each.failed + each.rejected for each in orders)
                made = sum(each.generated for each in orders)
                progress.update(bar, completed=made)
                if all(each.ended for each in orders):
                    break
                if settled != seen:
                    seen, moved = settled, time.monotonic()
                elif time.monotonic() - moved > _STALLED:
                    raise DemoError(
                        f"No problem was made in {_STALLED:.0f} seconds ({made} of "
                        f"{self.options.count}): the lines of the worker and the dispatcher "
                        "above say why."
                    )
                self.pause(_TICK)
        self.tell_losses(orders, made)
        return requests, made == self.options.count

    def tell_losses(self, orders: list[Order], made: int) -> None:
        if made == self.options.count:
            return
        failed = sum(each.failed for each in orders)
        rejected = sum(each.rejected for each in orders)
        reasons = sorted({each.error for each in orders if each.error})
        self.display.say(
            f"Only {made} of {self.options.count} problems were made: {failed} failed, {rejected} "
            f"were rejected. {' '.join(reasons)}",
            style="red",
        )

    def serve_all(self, client: Client, requests: list[str], first: str) -> bool:
        """Draw until every problem of this run has been served; whether none came twice before.

        Each draw brings a problem that no draw has brought, those never served first. So in a new
        database it takes as many draws as problems; in an older one, problems that earlier runs
        made but never served come among them.
        """
        wanted = set[str]().union(*(client.made(request) for request in requests))
        drawn = {first}
        with self.display.step("every problem drawn"):
            while not wanted <= drawn:
                problem = client.draw()
                if problem is None or str(problem["id"]) in drawn:
                    self.display.say(
                        f"After {len(drawn)} draws {len(wanted - drawn)} of {len(wanted)} problems "
                        "had not been served, and the next draw "
                        + ("found none." if problem is None else "brought one again."),
                        style="red",
                    )
                    return False
                drawn.add(str(problem["id"]))
                self.pause(0)
        older = len(drawn - wanted)
        self.display.say(
            f"{len(drawn)} draws served all {len(wanted)} problems, none twice"
            + (f", and {older} older ones that were waiting." if older else "."),
            style="green",
        )
        missing = self.options.count - len(wanted)
        if missing and self.environ["GENERATOR"] != _ENGINE:
            self.display.say(
                f"{missing} of a model's problems are not live: see them in the admin."
            )
            return True
        return not missing

    def write_env_file(self) -> None:
        """Write what other programs need, readable for us only, in one step."""
        path = self.options.env_file
        if path is None:
            return
        values: dict[str, Any] = {
            "QUIZ_URL": self.url,
            "QUIZ_API_KEY": self.access.key,
            "ADMIN_USER": self.access.admin,
            "ADMIN_PASSWORD": self.access.password,
            embedded.DATABASE_URL: self.environ[embedded.DATABASE_URL],
            embedded.KAFKA: self.environ[embedded.KAFKA],
        }
        temporary = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.writelines(f"{key}={shlex.quote(value)}\n" for key, value in values.items())
            temporary.replace(path)
        except OSError as error:
            raise DemoError(f"Cannot write {path}: {error.strerror}.") from error
        self.written = True


__all__ = ["Access", "DemoError", "Interrupted", "Options", "check", "run"]

"""Brings up whichever of PostgreSQL and Kafka the environment does not name."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import time
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from quizservice.embedded import postgres as servers
from quizservice.embedded.errors import EmbeddedError
from quizservice.embedded.guard import Guard
from quizservice.embedded.locks import exclusive

if TYPE_CHECKING:
    from quizservice.embedded.broker import Broker
    from quizservice.embedded.kafka import ApacheKafka

DATABASE_URL = "DATABASE_URL"
KAFKA = "KAFKA_BOOTSTRAP_SERVERS"
SECRET_KEY = "SECRET_KEY"  # noqa: S105  the variable's name
POSTGRES_NAME = "PostgreSQL"
BROKER_NAME = "Kafka broker"
DEVELOPMENT = "development"
APACHE = "apache"
BROKERS = (DEVELOPMENT, APACHE)

_PRIORITIES = ("interactive", "bulk")
_PROJECT = Path(__file__).resolve().parents[2]
_LOCK_WAIT = 180.0  # seconds for another process that starts a broker


@dataclass(frozen=True)
class Part:
    """One embedded part that runs."""

    name: str  # POSTGRES_NAME or BROKER_NAME
    label: str  # what it is, in words
    address: str
    seconds: float  # until it was ready
    started: bool  # by this process, rather than found running


class Provided:
    """The embedded parts in use. ``environ`` names their addresses."""

    def __init__(
        self,
        environ: MutableMapping[str, str],
        *,
        detached: bool,
        topics: Mapping[str, int],
        broker: str,
    ) -> None:
        self._environ = environ
        self._detached = detached
        self._topics = topics
        self._kind = broker
        self._root = data_dir(environ)
        self._guard = Guard()
        self._postgres: servers.Postgres | None = None
        self._broker: Broker | ApacheKafka | None = None
        self._broker_started = False
        self._parts: dict[str, Part] = {}

    @property
    def parts(self) -> list[Part]:
        """What was brought up or found, in order; what the environment named is not in it."""
        return list(self._parts.values())

    def stop(self) -> None:
        """Stop what this process started; what it found stays up."""
        broker, self._broker = self._broker, None
        if broker is not None and self._broker_started:
            broker.stop()
        postgres, self._postgres = self._postgres, None
        if postgres is not None and postgres.started:
            postgres.stop()
            self._guard.drop(postgres.pid)
        self._guard.close()

    def revive(self) -> list[Part]:
        """Start again what has died, and return those parts; the environment follows.

        PostgreSQL and Apache Kafka keep their addresses and data, the development broker has a new
        address and no messages.
        """
        revived = []
        if self._postgres is not None and not self._postgres.alive():
            self._guard.drop(self._postgres.pid)
            revived.append(self._provide_postgres())
        if self._broker is not None and not self._broker.alive():
            if self._broker_started:
                self._broker.stop()  # one that hangs
            revived.append(self._provide_broker())
        return revived

    def _provide(self) -> None:
        try:
            if not self._environ.get(DATABASE_URL):
                self._provide_postgres()
            if not self._environ.get(KAFKA):
                self._provide_broker()
        except BaseException:
            self.stop()
            raise

    def _provide_postgres(self) -> Part:
        postgres = servers.start(self._root)
        self._postgres = postgres
        if postgres.started and not self._detached:
            self._guard.add(postgres.pid, signal.SIGINT)  # its fast shutdown
        self._environ[DATABASE_URL] = postgres.url
        origin = f" from {postgres.origin}" if postgres.origin else ""
        part = Part(
            name=POSTGRES_NAME,
            label=f"PostgreSQL {postgres.version}{origin}, data kept in {postgres.folder}",
            address=postgres.url,
            seconds=postgres.seconds,
            started=postgres.started,
        )
        self._parts[part.name] = part
        return part

    def _provide_broker(self) -> Part:
        began = time.monotonic()
        apache = self._kind == APACHE
        directory = self._root / ("kafka" if apache else "broker")
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(directory, error) from error
        bring = self._bring_apache if apache else self._bring_development
        try:
            self._broker, self._broker_started, label = bring(directory)
        except OSError as error:
            raise EmbeddedError(f"The {BROKER_NAME} cannot start: {error}.") from error
        self._environ[KAFKA] = self._broker.bootstrap_servers
        part = Part(
            name=BROKER_NAME,
            label=label,
            address=self._broker.bootstrap_servers,
            seconds=time.monotonic() - began,
            started=self._broker_started,
        )
        self._parts[part.name] = part
        return part

    def _bring_development(self, directory: Path) -> tuple[Broker, bool, str]:
        """The broker, whether it was started here, and what it is in words."""
        # Here and not above: it is a program too, and "python -m" warns of one imported already.
        from quizservice.embedded import broker as brokers

        with exclusive(directory / "broker.lock", timeout=_LOCK_WAIT, doing="starting the broker"):
            found = brokers.find(directory)
            if found is not None:
                return found, False, brokers.LABEL
            watch = not self._detached
            started = brokers.start(self._topics, directory=directory, parent_watch=watch)
        return started, True, brokers.LABEL

    def _bring_apache(self, directory: Path) -> tuple[ApacheKafka, bool, str]:
        """The same for Apache Kafka, whose clients only those load who want it."""
        from quizservice.embedded import kafka, kafka_jars

        found = kafka.find(directory)
        if found is not None:
            return found, False, found.label
        runtime = kafka_jars.find(self._root, self._environ)
        watch = not self._detached
        try:  # the start takes a lock of its own
            started = kafka.start(directory, runtime, topics=self._topics, parent_watch=watch)
        except kafka.RunsAlready as faster:  # another process, while this one fetched or waited
            return faster.running, False, faster.running.label
        return started, True, started.label


def data_dir(environ: Mapping[str, str]) -> Path:
    """Where the embedded parts keep their files: QUIZ_DATA_DIR, else ``.data`` of the project."""
    named = environ.get("QUIZ_DATA_DIR", "").strip()
    return Path(named).expanduser().absolute() if named else _PROJECT / ".data"


def provide(
    environ: MutableMapping[str, str],
    *,
    detached: bool,
    topics: Mapping[str, int] | None = None,
    broker: str = DEVELOPMENT,
) -> Provided:
    """Set DATABASE_URL, KAFKA_BOOTSTRAP_SERVERS and SECRET_KEY in ``environ`` where they are not.

    The first two name an embedded part, which is found running or started and awaited; the third
    is made once and kept in the data folder. ``detached``: the parts outlive this process, until
    ``python -m quizservice.embedded stop``; otherwise they end with it, however it ends.
    ``topics``: name and number of partitions of the broker's topics; by default those of the two
    priorities. ``broker``: DEVELOPMENT, in memory, or APACHE, which needs Java and Maven.
    Raises EmbeddedError, in one sentence; nothing that was started is left running then.
    """
    if topics is None:
        topics = dict.fromkeys(topic_names(environ), _partitions(environ))
    provided = Provided(environ, detached=detached, topics=topics, broker=broker)
    if not environ.get(SECRET_KEY):
        environ[SECRET_KEY] = _secret_key(data_dir(environ))
    provided._provide()
    return provided


def topic_names(environ: Mapping[str, str]) -> list[str]:
    """The topics that the service publishes to, as KAFKA_TOPIC_PREFIX names them."""
    prefix = environ.get("KAFKA_TOPIC_PREFIX", "").strip() or "quiz."
    return [prefix + priority for priority in _PRIORITIES]


def _partitions(environ: Mapping[str, str]) -> int:
    text = environ.get("KAFKA_PARTITIONS", "24")
    if not text.isdigit() or int(text) < 1:
        raise EmbeddedError(f"KAFKA_PARTITIONS is {text!r}: set it to a number from 1 on.")
    return int(text)


def _secret_key(root: Path) -> str:
    """The key kept below ``root``, made by whichever process comes first."""
    path = root / "secret_key"
    fresh = root / f"secret_key.{os.getpid()}.{secrets.token_hex(4)}"
    try:
        root.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(50))
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(fresh)  # in one step, and only if nobody was faster
        return path.read_text().strip()
    except OSError as error:
        raise _unwritable(root, error) from error
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)


def _unwritable(folder: Path, error: OSError) -> EmbeddedError:
    return EmbeddedError(
        f"Cannot write to {folder} ({error.strerror}): make it writable or name another folder "
        "with QUIZ_DATA_DIR."
    )

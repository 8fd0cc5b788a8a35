"""Brings up what the tests need, before Django reads its settings.

A PostgreSQL and a Kafka broker that the environment names are used; else embedded ones are started, and
stopped at the end. The tests of the Kafka transport and of the processes run on Apache Kafka where Java
and Maven are there, else on the development broker (``--broker``; ``tests.brokers``).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from quizservice import embedded
from quizservice.embedded.kafka_jars import Runtime
from tests import brokers

ROOT = Path(__file__).resolve().parent.parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quizservice.settings")
os.environ.setdefault("SECRET_KEY", "only for tests; never used outside them")
os.environ.setdefault("QUIZ_DATA_DIR", str(ROOT / ".data" / "tests"))
for _name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
    os.environ.pop(_name, None)  # the tests ask no model that somebody pays for
_given = {name for name in ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS") if os.environ.get(name)}
_provided = embedded.provide(os.environ, detached=False)

_CHOICE = pytest.StashKey[brokers.Choice]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--broker",
        choices=[brokers.APACHE, brokers.DEVELOPMENT],
        help="the broker of the broker tests (default: apache where Java 17 and Maven are there, "
        f"else development; also as the environment variable {brokers.VARIABLE})",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "both_brokers: runs on the development broker too, because the demo does"
    )
    if not config.option.help:
        config.stash[_CHOICE] = brokers.choose(config.getoption("--broker"))


def pytest_report_header(config: pytest.Config) -> list[str]:
    embedded_parts = "PostgreSQL: {}; Kafka: {}".format(
        *(
            "given by the environment" if name in _given else f"embedded, {what}"
            for name, what in (
                ("DATABASE_URL", "started for the tests"),
                ("KAFKA_BOOTSTRAP_SERVERS", "in-memory development broker"),
            )
        )
    )
    return [embedded_parts, f"broker tests: {config.stash[_CHOICE].label}"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test runs on the chosen broker, and one marked so on the development broker too."""
    if "broker_kind" not in metafunc.fixturenames:
        return
    kinds = [metafunc.config.stash[_CHOICE].kind]
    if metafunc.definition.get_closest_marker("both_brokers"):
        kinds = sorted({*kinds, brokers.DEVELOPMENT})
    metafunc.parametrize("broker_kind", kinds, scope="module")


@pytest.fixture(scope="session")
def apache_kafka() -> Iterator[brokers.Shared]:
    """The one Apache Kafka of the run; ``get`` starts it, or again after a test took it down."""
    yield brokers.shared
    brokers.shared.stop()


@pytest.fixture(scope="module")
def broker(
    broker_kind: str, apache_kafka: brokers.Shared, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[brokers.AnyBroker]:
    """The broker of a module's tests: the shared Apache Kafka, or a development broker."""
    if broker_kind == brokers.APACHE:
        yield apache_kafka.get()
        return
    started = brokers.start(broker_kind, tmp_path_factory.mktemp("broker"))
    yield started
    started.stop()


@pytest.fixture(scope="session")
def apache_runtime(pytestconfig: pytest.Config) -> Runtime:
    """What a test needs that starts an Apache Kafka of its own, fetched if need be.

    Skips where that cannot be, unless the broker tests run on Apache Kafka: then it is an error.
    """
    try:
        return brokers.runtime()
    except embedded.EmbeddedError as error:
        if pytestconfig.stash[_CHOICE].kind == brokers.APACHE:
            raise
        pytest.skip(str(error))


def pytest_unconfigure(config: pytest.Config) -> None:
    logging.disable()  # Kafka clients that outlive the broker have nothing more to say
    brokers.shared.stop()
    _provided.stop()

"""Brings up what the tests need, before Django reads its settings.

A PostgreSQL and a Kafka broker that the environment names are used; else embedded ones are started, and
stopped at the end.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from quizservice import embedded

ROOT = Path(__file__).resolve().parent.parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quizservice.settings")
os.environ.setdefault("SECRET_KEY", "only for tests; never used outside them")
os.environ.setdefault("QUIZ_DATA_DIR", str(ROOT / ".data" / "tests"))
_given = {name for name in ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS") if os.environ.get(name)}
_provided = embedded.provide(os.environ, detached=False)


def pytest_report_header() -> str:
    return "PostgreSQL: {}; Kafka: {}".format(
        *(
            "given by the environment" if name in _given else f"embedded, {what}"
            for name, what in (
                ("DATABASE_URL", "started for the tests"),
                ("KAFKA_BOOTSTRAP_SERVERS", "in-memory development broker"),
            )
        )
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    logging.disable()  # Kafka clients that outlive the broker have nothing more to say
    _provided.stop()

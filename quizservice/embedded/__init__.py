"""A development PostgreSQL and a Kafka broker, for a machine that has neither.

The PostgreSQL is a real one and keeps its data in ``.data``; the development broker keeps its
messages in memory. In its place there can be Apache Kafka, which needs Java and Maven. Only the
demo, the tests, the benchmarks and ``QUIZ_EMBEDDED=1`` use them. What runs:
``python -m quizservice.embedded status``.
"""

from __future__ import annotations

from quizservice.embedded.errors import EmbeddedError
from quizservice.embedded.parts import (
    APACHE,
    BROKER_NAME,
    BROKERS,
    DATABASE_URL,
    DEVELOPMENT,
    KAFKA,
    POSTGRES_NAME,
    Part,
    Provided,
    data_dir,
    provide,
)

__all__ = [
    "APACHE",
    "BROKERS",
    "BROKER_NAME",
    "DATABASE_URL",
    "DEVELOPMENT",
    "KAFKA",
    "POSTGRES_NAME",
    "EmbeddedError",
    "Part",
    "Provided",
    "data_dir",
    "provide",
]

"""``python -m tests.benchmarks [NAME ...] [--broker development|apache] [--short] [--full]``

All by default:

draw      a draw against an UPDATE of one row by its key, for many filters and sizes of the pool
bloat     600,000 draws: whether tables and indexes stay as small as they were after 200,000
http      a draw over HTTP: our service against a twin of FastAPI and asyncpg, at 1, 16 and 64 connections
enqueue   publishing tasks, confirmed, against kombu's transport, Redis and a bare producer
tasks     empty tasks through one worker, against the same and a plain loop
items     items through dispatcher, Kafka and one worker against a plain loop
orders    orders over HTTP: the latency with and without a broker, the time to publish ten large ones
slots     one worker process with 64 slots and a slow writer: rate, memory, database connections
soak      tasks and items while workers are killed: what is lost, what is doubled
problems  a thousand problems of one seed: what is in them, answer cues, the time to make and to store one
model     an order by a model that is often wrong: what the judges let through, what it costs, what is lost
calls     the calls of a model: one worker process against the bare client on one loop, and memory
chaos     the chaos tests of the suite, ten times as large
console   the list of problems in the admin, with 100,000 of them against the same pages with 1,000
fuzz      schemathesis over the whole OpenAPI document with a fresh seed: what is answered badly
telemetry a draw over HTTP, and the start and memory of web and worker, with and without telemetry
scale     what docs/scaling.md is made of; ``scale PART ...`` only these parts (see ``scale.py``)

Each prints ratios to a floor or a peer in the same run. A machine that does other work makes the
absolute figures worse, the ratios less so.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import sys
import tempfile
from pathlib import Path

from quizservice import embedded
from tests import brokers
from tests.benchmarks import scale

ROOT = Path(__file__).resolve().parent.parent.parent
NAMES = (
    "draw",
    "bloat",
    "http",
    "enqueue",
    "tasks",
    "items",
    "orders",
    "slots",
    "soak",
    "problems",
    "model",
    "calls",
    "chaos",
    "console",
    "fuzz",
    "scale",
    "telemetry",
)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument(
        "--broker",
        choices=embedded.BROKERS,
        default=embedded.DEVELOPMENT,
        help="apache needs Java and Maven",
    )
    parser.add_argument("--short", action="store_true", help="smaller numbers, for a first look")
    parser.add_argument(
        "--full",
        action="store_true",
        help="larger pools: a million problems for draw, 100,000 for http",
    )
    parser.add_argument("--problems", type=int, default=100_000, help="size of the pool for draw")
    parser.add_argument("--tasks", type=int, help="tasks and items of soak (default 5000)")
    parser.add_argument("--kills", type=int, help="workers that soak kills (default 8)")
    found = parser.parse_args()
    found.parts = ()
    if found.names[:1] == ["scale"]:
        found.names, found.parts = ["scale"], tuple(found.names[1:])
        if unknown := set(found.parts) - set(scale.PARTS):
            parser.error(
                f"scale has no part {', '.join(sorted(unknown))}; it has {', '.join(scale.PARTS)}"
            )
    if unknown := set(found.names) - set(NAMES):
        parser.error(
            f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}"
        )
    return found


def main() -> int:
    given = _arguments()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quizservice.settings")
    os.environ.setdefault("SECRET_KEY", "only for benchmarks")
    os.environ.setdefault("QUIZ_DATA_DIR", str(ROOT / ".data" / "benchmarks"))
    with tempfile.TemporaryDirectory(prefix="quiz-bench-") as folder:
        server = brokers.start(given.broker, Path(folder))
        try:
            _run(given, server)
        finally:
            logging.disable()  # Kafka clients that outlive the broker have nothing more to say
            server.stop()
    return 0


def _run(given: argparse.Namespace, server: brokers.AnyBroker) -> None:
    os.environ[embedded.KAFKA] = server.bootstrap_servers
    provided = embedded.provide(os.environ, detached=False)
    try:
        import django

        django.setup()
        for talker in ("httpx2", "quizservice.kafka"):  # a line for each request, each topic
            logging.getLogger(talker).setLevel(logging.WARNING)
        from tests.benchmarks.measure import Options

        options = Options(
            server=server,
            broker=given.broker,
            short=given.short,
            full=given.full,
            problems=given.problems,
            tasks=given.tasks or (500 if given.short else 5000),
            kills=given.kills or (2 if given.short else 8),
            parts=given.parts,
        )
        for name in given.names or NAMES:
            importlib.import_module(f"tests.benchmarks.{name}").run(options)
    finally:
        provided.stop()


if __name__ == "__main__":
    sys.exit(main())

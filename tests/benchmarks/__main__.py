"""``python -m tests.benchmarks [draw] [enqueue] [items] [--problems N]``: all of them by default."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path

from quizservice import embedded

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="draw, enqueue, items")
    parser.add_argument("--problems", type=int, default=100_000, help="size of the pool for draw")
    options = parser.parse_args()
    known = ("draw", "enqueue", "items")
    names = options.names or known
    if unknown := set(names) - set(known):
        parser.error(
            f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(known)}"
        )

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quizservice.settings")
    os.environ.setdefault("SECRET_KEY", "only for benchmarks")
    os.environ.setdefault("QUIZ_DATA_DIR", str(ROOT / ".data" / "benchmarks"))
    provided = embedded.provide(os.environ, detached=False)
    try:
        import django

        django.setup()
        if "draw" in names:
            from tests.benchmarks import draw

            draw.run(os.environ["DATABASE_URL"], problems=options.problems)
        if "enqueue" in names:
            from tests.benchmarks import enqueue

            enqueue.run()
        if "items" in names:
            from tests.benchmarks import items

            items.run()
    finally:
        logging.disable()  # Kafka clients that outlive the broker have nothing more to say
        provided.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())

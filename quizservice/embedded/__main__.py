"""``python -m quizservice.embedded status|stop``: see and stop the embedded parts."""

from __future__ import annotations

import argparse
import os
import sys

from quizservice.embedded import EmbeddedError, broker, data_dir, kafka, postgres


def main() -> int:
    """Print what runs, or stop it; the exit status is 1 when ``status`` finds nothing."""
    parser = argparse.ArgumentParser(
        prog="python -m quizservice.embedded",
        description="See or stop the embedded PostgreSQL and Kafka broker.",
    )
    parser.add_argument("action", choices=["status", "stop"])
    stop = parser.parse_args().action == "stop"
    root = data_dir(os.environ)
    verb = "stopped" if stop else "runs"
    server = postgres.find(root)
    development = broker.find(root / "broker")
    apache = kafka.find(root / "kafka")
    try:
        for label, each in ((broker.LABEL, development), (apache and apache.label, apache)):
            if each is not None:
                if stop:
                    each.stop()
                print(f"Kafka broker ({label}) {verb}: {each.bootstrap_servers}")
        if server is not None:
            if stop:
                server.stop()
            print(f"PostgreSQL {server.version} {verb}: {server.url}, data in {server.folder}")
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    if not any((development, apache, server)):
        print(f"Nothing runs in {root}.")
        return 0 if stop else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

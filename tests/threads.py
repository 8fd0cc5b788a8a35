"""Several clients of the database at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from django.db import connection


def together(tasks: Sequence[Callable[[], object]]) -> None:
    """Run the tasks in threads with a connection each, at the same moment; the first error is raised."""
    start = threading.Barrier(len(tasks), timeout=30)
    errors: list[BaseException] = []

    def run(task: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            start.wait()
            task()
        except BaseException as error:  # noqa: BLE001  raised again below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[task], daemon=True) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    if errors:
        raise errors[0]

"""Processes of the service for a benchmark: started by the Procfile's lines, ended with the block."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.measure import Options
from tests.flows.stack import Stack

#: Lines of each process's log that are shown when a benchmark fails.
TAIL = 15


@contextmanager
def running(options: Options, **environment: str) -> Iterator[Stack]:
    """A stack on the broker of this run, with topics of its own."""
    folder = Path(tempfile.mkdtemp(prefix="quiz-bench-"))
    stack = Stack(folder, options.server, **environment)
    try:
        yield stack
    except BaseException:
        for name in stack.processes:
            print(f"--- {name}", *stack.log(name).splitlines()[-TAIL:], sep="\n")
        raise
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)

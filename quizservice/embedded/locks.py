"""One start at a time: a lock between processes that dies with its holder."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quizservice.embedded.errors import EmbeddedError

_POLL = 0.05  # seconds between two attempts


@contextmanager
def exclusive(path: Path, *, timeout: float, doing: str) -> Iterator[None]:
    """Hold the lock file ``path`` while the block runs, against other processes and threads.

    The file stays behind, empty: removing it would let two processes lock two different files of
    the same name. The kernel releases the lock when the holder ends, however it ends.

    ``timeout``: seconds to wait for another holder. ``doing``: what the lock protects, for the
    message. Raises EmbeddedError when the file cannot be opened or the wait is over.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise EmbeddedError(
            f"Cannot write to {path.parent} ({error.strerror}): make it writable or name "
            "another folder with QUIZ_DATA_DIR."
        ) from error
    try:
        deadline = time.monotonic() + timeout
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise EmbeddedError(
                        f"Another process has been {doing} for more than {timeout:.0f} seconds "
                        f"(it holds {path}): wait for it or end it."
                    ) from None
                time.sleep(_POLL)
        yield
    finally:
        os.close(descriptor)

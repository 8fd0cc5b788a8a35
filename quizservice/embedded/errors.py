"""The one way an embedded part says that it cannot run."""

from __future__ import annotations


class EmbeddedError(RuntimeError):
    """An embedded part cannot be brought up; the message is one sentence for the reader."""

"""The one way the demo says that it cannot go on."""

from __future__ import annotations


class DemoError(RuntimeError):
    """The demo ends; the message is one sentence for the reader."""

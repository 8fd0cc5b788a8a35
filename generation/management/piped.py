"""Commands that print for a pipe."""

from __future__ import annotations

import signal

from django.core.management.base import BaseCommand


class PipedCommand(BaseCommand):
    """Ends without a word when nobody reads on what it prints (``| head``), as Unix tools do.

    Only for commands that have no connection to anything else: a broken one would end them too.
    """

    def run_from_argv(self, argv: list[str]) -> None:
        """Run it as a process of its own, with the arguments of the command line."""
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        super().run_from_argv(argv)

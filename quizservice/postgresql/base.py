"""The backend that the settings name; Django looks for it in a module of this name."""

from __future__ import annotations

import select

import psycopg
from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose health is read from its socket."""

    def is_usable(self) -> bool:
        """Whether a kept connection still lives, asked before the first query of each request.

        A server has nothing to say to an idle connection until it ends or closes it: while nothing can be
        read, all is well. Otherwise the server is asked, as Django always does.
        """
        if self.connection is None:
            return False
        poll = select.poll()
        try:
            poll.register(self.connection.fileno(), select.POLLIN)
            said_nothing = not poll.poll(0)
        except psycopg.Error:  # closed by this side
            return False
        return said_nothing or super().is_usable()

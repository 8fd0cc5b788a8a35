from __future__ import annotations

import math
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from quizservice import caching
from tests.flows.stack import Stack
from tests.fuzz import explorer


@pytest.fixture(scope="module")
def web(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stack]:
    """The web server as the Procfile starts it, on the tests' database, with problems in the pool.

    One for all tests of a module: none of them minds what the others leave behind. The tests are marked
    ``django_db``, so that there is a database, and write nothing themselves: the server would not see it.
    """
    directory = Path(tempfile.mkdtemp(prefix="quiz-fuzz-"))
    caching.trust(math.inf)  # as for every test; this comes before the fixture that does it
    with django_db_blocker.unblock():
        call_command("load_verbs", verbosity=0)
        explorer.furnish()
        stack = Stack(directory, WEB_WORKERS="1")
        try:
            stack.start_web()
            yield stack
        except AssertionError:
            print(stack.log("web"))
            raise
        finally:
            stack.stop()
            shutil.rmtree(directory, ignore_errors=True)
            call_command("flush", interactive=False, verbosity=0)
            call_command("load_verbs", verbosity=0)


@pytest.fixture(scope="module")
def keys(web: Stack, django_db_blocker: DjangoDbBlocker) -> dict[str, str]:
    """A key of each scope."""
    with django_db_blocker.unblock():
        return {scope: explorer.new_key(scope) for scope in ("read", "write", "admin")}

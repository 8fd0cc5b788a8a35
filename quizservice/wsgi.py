"""The WSGI application that the web server loads."""

from __future__ import annotations

import os
import sys
from multiprocessing.util import Finalize

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from quizservice import logs, telemetry
from quizservice.bodies import Bodies

logs.identify("web")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quizservice.settings")

try:
    telemetry.start("web")  # before Django reads which middleware there is
    application = Bodies(get_wsgi_application())
except ImproperlyConfigured as error:
    sys.exit(f"The web server cannot start. {error}")


def _begin() -> None:
    """Listen for changes, report that this process lives, and see to it that it ends in good order."""
    from quizservice import listening
    from quizservice.models import Process
    from quizservice.processes import Reporter

    listening.start()  # what is asked for first is kept already

    # unlike atexit, also at the end of a web server's worker made by multiprocessing
    Finalize(None, Reporter(Process.Kind.WEB).start().stop, exitpriority=1)
    Finalize(
        None, telemetry.stop, exitpriority=0
    )  # last: what the others do at the end is told, too


_begin()

"""The WSGI application that the web server loads."""

from __future__ import annotations

import logging
import os
import sys
import threading
from multiprocessing.util import Finalize

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from quizservice.bodies import Bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quizservice.settings")

try:
    application = Bodies(get_wsgi_application())
except ImproperlyConfigured as error:
    sys.exit(f"The web server cannot start. {error}")

import generation.services
from quizservice import listening
from quizservice.databases import release_connection
from quizservice.models import Process
from quizservice.processes import Reporter


def _warm_up() -> None:
    try:
        generation.services.warm_up()
    except Exception:  # the first order loads what is missing, or says what is wrong
        logging.getLogger(__name__).exception("the lexicon could not be loaded beforehand")
    finally:
        release_connection()


threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()
listening.start()  # what is asked for first is kept already

# unlike atexit, also at the end of a web server's worker made by multiprocessing
Finalize(None, Reporter(Process.Kind.WEB).start().stop, exitpriority=1)

"""The WSGI application that the web server loads."""

from __future__ import annotations

import os
import sys
from multiprocessing.util import Finalize

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from quizservice.bodies import Bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quizservice.settings")

try:
    application = Bodies(get_wsgi_application())
except ImproperlyConfigured as error:
    sys.exit(f"The web server cannot start. {error}")

from quizservice import listening
from quizservice.models import Process
from quizservice.processes import Reporter

listening.start()  # what is asked for first is kept already

# unlike atexit, also at the end of a web server's worker made by multiprocessing
Finalize(None, Reporter(Process.Kind.WEB).start().stop, exitpriority=1)

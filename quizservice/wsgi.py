"""The WSGI application that the web server loads."""

from __future__ import annotations

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quizservice.settings")

try:
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    sys.exit(f"The web server cannot start. {error}")

from quizservice.models import Process
from quizservice.processes import Reporter

Reporter(Process.Kind.WEB).start()

"""The Celery application. Its messages travel over Kafka (``quizservice.kafka``)."""

from __future__ import annotations

import os
import sys

from celery import Celery
from celery.signals import worker_ready, worker_shutdown
from django.core.exceptions import ImproperlyConfigured

import quizservice.kafka  # noqa: F401  registers the broker URL scheme before the app is built

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quizservice.settings")

app = Celery("quizservice")
try:
    app.config_from_object("django.conf:settings", namespace="CELERY", force=True)
except ImproperlyConfigured as error:
    sys.exit(f"The worker cannot start. {error}")
app.autodiscover_tasks()


@worker_ready.connect
def _report(**_: object) -> None:
    from quizservice.models import Process
    from quizservice.processes import Reporter

    reporter = Reporter(Process.Kind.WORKER).start()
    worker_shutdown.connect(lambda **_: reporter.stop(), weak=False)

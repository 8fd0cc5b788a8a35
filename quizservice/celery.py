"""The Celery application. Its messages travel over Kafka (``quizservice.kafka``)."""

from __future__ import annotations

import logging
import os
import sys

from celery import Celery
from celery.signals import celeryd_init, setup_logging, worker_ready, worker_shutdown
from django.core.exceptions import ImproperlyConfigured

import quizservice.kafka  # registers the broker URL scheme before the app is built
from quizservice import logs, telemetry

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quizservice.settings")

app = Celery("quizservice")
try:
    app.config_from_object("django.conf:settings", namespace="CELERY", force=True)
except ImproperlyConfigured as error:
    sys.exit(f"The worker cannot start. {error}")
app.autodiscover_tasks()


@celeryd_init.connect
def _identify(**_: object) -> None:
    logs.identify("worker")


@setup_logging.connect
def _keep_logging(loglevel: int | str | None = None, **_: object) -> None:
    """Celery leaves the logging to Django's settings; ``--loglevel`` says from which level on."""
    logging.getLogger().setLevel(loglevel or logging.INFO)


@celeryd_init.connect
def _check_broker(**_: object) -> None:
    try:
        quizservice.kafka.Options.from_connection(app.connection_for_read())
    except ValueError as error:
        sys.exit(f"The worker cannot start. {error}")


@celeryd_init.connect
def _start_telemetry(**_: object) -> None:
    try:
        telemetry.start("worker")
    except ImproperlyConfigured as error:
        sys.exit(f"The worker cannot start. {error}")


@celeryd_init.connect
def _share_connections(**_: object) -> None:
    from quizservice.databases import pool_connections

    pool_connections()


@worker_ready.connect
def _report(**_: object) -> None:
    from quizservice import listening
    from quizservice.models import Process
    from quizservice.processes import Reporter

    listening.start()
    reporter = Reporter(Process.Kind.WORKER).start()
    worker_shutdown.connect(lambda **_: reporter.stop(), weak=False)
    worker_shutdown.connect(lambda **_: listening.stop(), weak=False)
    worker_shutdown.connect(lambda **_: telemetry.stop(), weak=False)  # last: all is told by then

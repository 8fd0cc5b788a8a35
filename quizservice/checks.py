"""System checks of the plumbing: a bad combination of settings stops the start."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register
def broker_transport_is_ours(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Celery publishes through our Kafka transport, not through one that kombu brings."""
    from quizservice.celery import app
    from quizservice.kafka.transport import Transport

    if app.connection_for_write().get_transport_cls() is Transport:
        return []
    return [
        Error(
            f"The broker URL {settings.CELERY_BROKER_URL!r} does not load quizservice.kafka.",
            hint="The scheme of CELERY_BROKER_URL must be quizkafka.",
            id="quizservice.E001",
        )
    ]

from __future__ import annotations

from django.apps import AppConfig


class QuizserviceConfig(AppConfig):
    name = "quizservice"
    verbose_name = "Service"

    def ready(self) -> None:
        from quizservice import (
            checks,  # noqa: F401  registers the system checks
            listening,  # noqa: F401  caches call it when they need it
        )

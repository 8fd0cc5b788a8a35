from __future__ import annotations

from django.apps import AppConfig
from django.contrib.auth import apps as auth_apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class QuizserviceConfig(AppConfig):
    name = "quizservice"
    verbose_name = _("Service")

    def ready(self) -> None:
        from quizservice import (
            checks,  # noqa: F401  registers the system checks
            listening,  # noqa: F401  caches call it when they need it
            try_page,  # noqa: F401  registers the checks of its key
        )
        from quizservice.console import roles

        post_migrate.connect(roles.after_migrate, sender=self)


class PeopleConfig(auth_apps.AuthConfig):
    """Django's users and groups, under the heading that people look for."""

    default = False
    verbose_name = _("People")

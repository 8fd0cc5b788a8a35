from __future__ import annotations

from django.apps import AppConfig


class VerbsConfig(AppConfig):
    name = "verbs"
    verbose_name = "Verbs"
    default_auto_field = "django.db.models.BigAutoField"

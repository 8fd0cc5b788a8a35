from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VerbsConfig(AppConfig):
    name = "verbs"
    verbose_name = _("Verbs")
    default_auto_field = "django.db.models.BigAutoField"

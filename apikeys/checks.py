"""System checks of the keys; they need the database, so only ``manage.py check --deploy`` runs them."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import Error

from apikeys import secrets
from apikeys.models import ApiKey

#: So many keys are named.
_NAMED = 5


@register(Tags.security, deploy=True)
def fallback_secrets_are_still_needed(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Which usable API keys would end if a secret were taken out of SECRET_KEY_FALLBACKS."""
    marks = secrets.fallback_marks()
    if not marks:
        return []
    kept = ApiKey.objects.usable().exclude(hashed_with=secrets.current_mark())
    try:
        count = kept.count()
        names = list(kept.order_by("name").values_list("name", flat=True)[:_NAMED])
    except Error:
        return []  # others say that the database is away
    if not count:
        return []
    more = f" and {count - len(names)} more" if count > len(names) else ""
    return [
        Warning(
            f"{count} usable API key(s) are still kept under a secret of SECRET_KEY_FALLBACKS: "
            f"{', '.join(names)}{more}. They end when it is taken away.",
            hint="A key moves to SECRET_KEY when it is used, from an hour after the start of the "
            "web process on. Rotate those that nobody uses, or revoke them.",
            id="apikeys.W001",
        )
    ]

"""A public page that plays a quiz through the HTTP API: what an app with a key could look like.

The page needs a key of its own, ``TRY_KEY``, which every visitor can read in it. So only one that may do
nothing but read is put there, and its limit is the limit of all visitors together.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from apikeys import cache, secrets
from apikeys.models import READ
from problems import names
from verbs.french.vocabulary import Level


def refusal_of_key(text: str) -> str:
    """Why the page cannot use a key, as a sentence; empty when it can."""
    prefix = secrets.read_prefix(text)
    key = cache.lookup(prefix) if prefix else None
    if key is None or not secrets.matches(text, key.secret_hash):
        return "TRY_KEY is no API key of this service."
    if not key.is_active:
        return "TRY_KEY is a revoked API key."
    if key.expires_at is not None and key.expires_at <= timezone.now():
        return "TRY_KEY is an expired API key."
    if key.scopes != {READ}:
        return (
            "TRY_KEY may do more than read, and everybody can see it: give it the scope read alone."
        )
    return ""


@require_safe
def try_page(request: HttpRequest) -> HttpResponse:
    """The page; 404 where no key is set that it can use."""
    if not settings.TRY_KEY or refusal_of_key(settings.TRY_KEY):
        raise Http404
    context = {
        "key": settings.TRY_KEY,
        "focuses": names.FOCUSES.items(),
        "tenses": names.TENSES.items(),
        "levels": [level.value for level in Level],
        "texts": _texts(),
    }
    return render(request, "try.html", context)


def _texts() -> dict[str, str]:
    """What the script says, in the reader's language; names in braces are filled in there."""
    return {
        "right": gettext("Right!"),
        "wrong": gettext("Not quite."),
        "right_one": gettext("right"),
        "wrong_one": gettext("wrong"),
        "your_answer": gettext("your answer"),
        "score": gettext("{right} of {all} right"),
        "meaning": gettext("Meaning: {text}"),
        "pick_first": gettext("Choose a sentence first."),
        "loading": gettext("Fetching a problem …"),
        "nothing": gettext("No problem fits this choice. Set one of the three to “any”."),
        "gone": gettext("This problem has just been taken out. Here comes another."),
        "busy": gettext("Many people play right now. You can go on in {seconds} s."),
        "no_key": gettext(
            "This page may not ask for problems any more. Tell whoever runs the service."
        ),
        "offline": gettext("The service does not answer. Is your connection up?"),
        "trouble": gettext("The service has a problem right now. Try again in a moment."),
    }


@register
def try_key_is_a_key(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """TRY_KEY, where it is set, looks like a key: the text that was shown once, not its prefix."""
    if not settings.TRY_KEY or secrets.read_prefix(settings.TRY_KEY):
        return []
    return [
        Error(
            "TRY_KEY is not the text of an API key, or a part of it is missing.",
            hint="Make a key with the scope read and set TRY_KEY to the text that is shown once.",
            id="quizservice.E003",
        )
    ]


@register(Tags.security, deploy=True)
def try_key_may_only_read(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The page to try a quiz is on where it is meant to be; needs the database."""
    if not settings.TRY_KEY:
        return []
    try:
        said = refusal_of_key(settings.TRY_KEY)
    except DatabaseError:
        return []  # others say that the database is away
    if not said:
        return []
    return [Warning(f"{said} The page /try/ is off.", id="quizservice.W005")]

"""Times and changes on the pages of keys."""

from __future__ import annotations

from datetime import UTC, datetime

from django import template
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from apikeys import wording
from apikeys.models import KeyEvent
from apikeys.periods import Period

register = template.Library()


@register.filter
def moment(value: datetime | str | None) -> SafeString | str:
    """A time in UTC, which ``times.js`` tells in the reader's zone; what is no time stays as it is."""
    if not isinstance(value, datetime):
        return value or ""
    value = value.astimezone(UTC)
    return format_html(
        '<time datetime="{}" data-style="moment">{} UTC</time>',
        value.isoformat(),
        date_format(value, "j M Y, H:i"),
    )


@register.filter
def ago(value: datetime | None) -> SafeString | str:
    """How long ago a time was, in words, with the time itself where one points at it."""
    if value is None:
        return ""
    value = value.astimezone(UTC)
    return format_html(
        '<time datetime="{}" data-style="title" title="{} UTC">{}</time>',
        value.isoformat(),
        date_format(value, "j M Y, H:i"),
        naturaltime(value),
    )


@register.filter
def changes(event: KeyEvent) -> list[wording.Change]:
    """What an event changed, in words."""
    return wording.changes(event)


@register.filter
def iso(value: datetime) -> str:
    """A time as scripts read it."""
    return value.astimezone(UTC).isoformat()


@register.filter
def is_ahead(value: datetime | None) -> bool:
    """Whether a time has not come yet."""
    return value is not None and value > timezone.now()


@register.filter
def numbers(period: Period) -> str:
    """What became of the requests of a period, in words."""
    sentence = gettext(
        "%(well)d well answered, %(errors)d errors, %(refused)d refused, %(throttled)d throttled"
    )
    return sentence % {
        "well": period.well,
        "errors": period.errors,
        "refused": period.refused,
        "throttled": period.throttled,
    }

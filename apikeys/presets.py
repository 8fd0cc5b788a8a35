"""What keys are mostly made for: a beginning for the form that issues one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apikeys.models import ADMIN, READ, WRITE


@dataclass(frozen=True, slots=True)
class Preset:
    """A kind of key. ``days``: its life; None: it does not end."""

    slug: str
    icon: str
    title: Promise
    text: Promise
    scopes: tuple[str, ...]
    rate_limit_rpm: int
    days: int | None = None

    def values(self, now: datetime) -> dict[str, Any]:
        """The values of the fields that the preset sets, for a key that is made now."""
        ends = None
        if self.days is not None:
            ends = (now + timedelta(days=self.days)).replace(second=0, microsecond=0)
        return {
            "permissions_scope": list(self.scopes),
            "rate_limit_rpm": self.rate_limit_rpm,
            "expires_at": ends,
        }


PRESETS = (
    Preset(
        "quiz-app",
        "quiz",
        _("Quiz app"),
        _("Draws problems, sends answers and reports. Reads; 1,000 requests a minute."),
        (READ,),
        1000,
    ),
    Preset(
        "partner",
        "handshake",
        _("Content partner"),
        _("Also orders problems. Reads and writes; 400 requests a minute."),
        (READ, WRITE),
        400,
    ),
    Preset(
        "operator",
        "admin_panel_settings",
        _("Operator"),
        _("Manages keys and caches. Everything; 400 a minute, for 90 days. Name its addresses."),
        (ADMIN,),
        400,
        90,
    ),
    Preset(
        "demo",
        "science",
        _("Demo"),
        _("To try the service. Reads; 30 requests a minute, for 30 days."),
        (READ,),
        30,
        30,
    ),
)


def named(slug: str) -> Preset | None:
    """The preset with this slug, if there is one."""
    return next((preset for preset in PRESETS if preset.slug == slug), None)

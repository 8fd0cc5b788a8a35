"""The sidebar of the admin: for each person the lines behind which there is something for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the sidebar. ``url``: the name of its page; ``right``: the permission that opens it."""

    title: str | Promise
    icon: str
    url: str
    right: str


#: Sections of the sidebar with their lines.
SECTIONS: tuple[tuple[str | Promise, tuple[Line, ...]], ...] = (
    (
        _("Problems"),
        (
            Line(_("All problems"), "quiz", "problems_problem_changelist", "problems.view_problem"),
            Line(_("Review"), "rate_review", "problems_review", "problems.change_problem"),
            Line(_("Reports"), "flag", "problems_report_changelist", "problems.view_report"),
            Line(_("Import"), "upload_file", "problems_problem_import", "problems.add_problem"),
            Line(_("Verbs"), "translate", "verbs_verb_changelist", "verbs.view_verb"),
        ),
    ),
    (
        _("Generation"),
        (
            Line(
                _("Orders"),
                "playlist_add",
                "generation_generationrequest_changelist",
                "generation.view_generationrequest",
            ),
            Line(
                _("Model use"),
                "payments",
                "generation_modeluse_changelist",
                "generation.view_modeluse",
            ),
            Line(
                _("Prompts"),
                "fact_check",
                "generation_promptoutcome_changelist",
                "generation.view_promptoutcome",
            ),
        ),
    ),
    (
        _("Access"),
        (
            Line(_("API keys"), "key", "apikeys_apikey_changelist", "apikeys.view_apikey"),
            Line(_("Users"), "person", "auth_user_changelist", "auth.view_user"),
            Line(_("Roles"), "group", "auth_group_changelist", "auth.view_group"),
            Line(
                _("Locked logins"),
                "lock_person",
                "quizservice_lockedlogin_changelist",
                "quizservice.view_lockedlogin",
            ),
        ),
    ),
    (
        _("Service"),
        (Line(_("Caches and processes"), "memory", "caches", "quizservice.view_process"),),
    ),
)


def sections(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar as unfold takes it, for who asks."""
    if not isinstance(request.user, User):
        return []
    shown: list[dict[str, Any]] = [{"items": [_entry(request, _HOME)]}]
    for title, lines in SECTIONS:
        items = [_entry(request, line) for line in lines if request.user.has_perm(line.right)]
        if items:
            shown.append({"title": title, "separator": True, "items": items})
    return shown


_HOME = Line(_("Home"), "home", "index", "")


def _entry(request: HttpRequest, line: Line) -> dict[str, Any]:
    address = reverse(f"admin:{line.url}")
    return {
        "title": line.title,
        "icon": line.icon,
        "link": address,
        "active": _longest(request.path) == address,
    }


def _longest(path: str) -> str:
    """The address of the line to which a page belongs: of several, the one that says most."""
    home = reverse("admin:index")
    lines = (line for _title, lines in SECTIONS for line in lines)
    addresses = (reverse(f"admin:{line.url}") for line in lines)
    return max((one for one in addresses if path.startswith(one)), key=len, default="") or (
        home if path == home else ""
    )

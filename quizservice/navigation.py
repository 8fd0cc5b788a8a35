"""The sidebar of the admin."""

from __future__ import annotations

from typing import Any

from django.urls import reverse_lazy


def _entry(title: str, icon: str, app: str, model: str) -> dict[str, Any]:
    """A line of the sidebar, for those who may see the list behind it."""
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{model}_changelist"),
        "permission": lambda request: request.user.has_perm(f"{app}.view_{model}"),
    }


#: Sections of the sidebar with their lines, as unfold takes them.
NAVIGATION: list[dict[str, Any]] = [
    {
        "title": "Content",
        "items": [
            _entry("Problems", "quiz", "problems", "problem"),
            _entry("Reports", "flag", "problems", "report"),
            _entry("Orders", "playlist_add", "generation", "generationrequest"),
            _entry("Verbs", "translate", "verbs", "verb"),
        ],
    },
    {
        "title": "Models",
        "separator": True,
        "items": [
            _entry("Model use", "payments", "generation", "modeluse"),
            _entry("Prompts", "fact_check", "generation", "promptoutcome"),
        ],
    },
    {
        "title": "Access",
        "separator": True,
        "items": [
            _entry("API keys", "key", "apikeys", "apikey"),
            _entry("Users", "person", "auth", "user"),
            _entry("Groups", "group", "auth", "group"),
            _entry("Locked logins", "lock_person", "axes", "accessattempt"),
        ],
    },
]

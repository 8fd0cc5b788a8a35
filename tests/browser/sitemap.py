"""All pages of the console, found by walking the routes, so that no later page is forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.browser.scene import Scene

#: Answers of routes that are no pages: they lead elsewhere, are nobody's, or take forms only.
_NO_PAGES = (302, 403, 405)
#: What a route says that answers a script, when the script's query is missing.
_NEEDS_QUERY = (400, 404)
_SCRIPT = "jsi18n"  # of Django's, and no page
_PARTS = ("text/html", b"</html>")  # what an answer has that is a whole page


def sections() -> list[str]:
    """The parts of the console: apps by their labels, and "" for what belongs to none."""
    return ["", *sorted({model._meta.app_label for model in admin.site._registry})]


def pages(section: str, scene: Scene, client: Client) -> list[str]:
    """Addresses of all pages of a section that somebody can open, with rows that show much.

    ``client``: logged in as who may see everything. Raises AssertionError for a route that answers in no
    way that a page or a form does.
    """
    found = []
    for pattern in _patterns():
        name = str(pattern.name)
        if _section(name) != section:
            continue
        for arguments in _arguments(pattern, name, scene):
            path = reverse(f"admin:{name}", kwargs=arguments)
            answer = client.get(path)
            fine = (200, *_NO_PAGES) if arguments else (200, *_NO_PAGES, *_NEEDS_QUERY)
            assert answer.status_code in fine, (path, answer.status_code)
            kind, end = _PARTS
            if (
                answer.status_code == 200
                and answer["Content-Type"].startswith(kind)
                and end in answer.content
            ):
                found.append(path)
    return found


def _section(name: str) -> str:
    return next((one for one in sections() if one and name.startswith(f"{one}_")), "")


def _patterns() -> Iterator[URLPattern]:
    resolver = next(
        one
        for one in get_resolver().url_patterns
        if isinstance(one, URLResolver) and one.namespace == "admin"
    )
    waiting: list[Any] = list(resolver.url_patterns)
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, URLResolver):
            waiting.extend(one.url_patterns)
        elif one.name and one.name != _SCRIPT:
            yield one


def _arguments(pattern: URLPattern, name: str, scene: Scene) -> Iterable[dict[str, Any]]:
    """What a route is to be asked with; nothing when no row fits, or it takes several."""
    wanted = list(pattern.pattern.regex.groupindex) or list(pattern.pattern.converters)
    if not wanted:
        return [{}]
    if len(wanted) > 1:
        return []
    if wanted == ["app_label"]:
        return [{"app_label": label} for label in sections() if label]
    return [{wanted[0]: row} for row in _rows(wanted[0], name, scene)]


def _rows(argument: str, name: str, scene: Scene) -> list[object]:
    """Primary keys of the rows that a page is shown with."""
    model = _model(argument, name)
    if model is None:
        return []
    label = model._meta.model_name
    if label == "problem":
        return [scene.problems[kind][0] for kind in ("reported", "review", "draft")]
    if label == "generationrequest":
        return [scene.orders[kind] for kind in ("running", "failed", "cancelled")]
    if label == "apikey":
        return [scene.keys[kind] for kind in ("duo", "rotated", "revoked")]
    row = model._default_manager.order_by("pk").values_list("pk", flat=True).first()
    return [] if row is None else [row]


def _model(argument: str, name: str) -> type[Model] | None:
    """The model that an argument names ("key_id": the API key), or its route ("auth_user_change")."""
    noun = argument.removesuffix("_id")
    named = [one for one in apps.get_models() if (one._meta.model_name or "").endswith(noun)]
    if noun not in ("id", "object"):
        return next(iter(named), None)
    return next(
        (
            one
            for one in admin.site._registry
            if name.startswith(f"{one._meta.app_label}_{one._meta.model_name}_")
        ),
        None,
    )

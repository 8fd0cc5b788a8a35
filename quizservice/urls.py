"""Where everything is. API paths have no trailing slash here: a middleware takes it off."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.i18n import set_language
from drf_spectacular.views import SpectacularRedocView, SpectacularSwaggerView

import apikeys.api
import generation.api
import problems.api
import problems.feedback_api
import verbs.api
from quizservice import cache_api, health
from quizservice.api import UnknownApi, UnknownPath
from quizservice.openapi_view import DocumentView
from quizservice.try_page import try_page

api = [
    *cache_api.routes,
    *generation.api.routes,
    *problems.feedback_api.routes,
    *problems.api.routes,
    *verbs.api.routes,
    *apikeys.api.routes,
    re_path("", UnknownPath.as_view(), name="unknown-path"),
]

#: OPTIONS is CORS's alone here, too: what REST framework would answer has no page to be shown in.
_DOCS = {"throttle_classes": (), "http_method_names": ("get", "head")}

urlpatterns = [
    path("", health.IndexView.as_view(), name="index"),
    path("health", health.HealthView.as_view(), name="health"),
    path("ready", health.ReadyView.as_view(), name="ready"),
    path("api/v1", UnknownPath.as_view()),
    path("api/v1/", include(api)),
    path("api/schema", DocumentView.as_view(**_DOCS), name="schema"),
    path(
        "api/docs",
        SpectacularSwaggerView.as_view(url_name="schema", template_name="swagger.html", **_DOCS),
        name="docs",
    ),
    path(
        "api/redoc",
        SpectacularRedocView.as_view(url_name="schema", template_name="redoc.html", **_DOCS),
        name="redoc",
    ),
    re_path("^api(?:/|$)", UnknownApi.as_view()),
    re_path("^try/?$", try_page, name="try"),
    path("language", set_language, name="set_language"),
    path("admin/", admin.site.urls),
]

handler400 = "quizservice.errors.handler400"
handler403 = "quizservice.errors.handler403"
handler404 = "quizservice.errors.handler404"
handler500 = "quizservice.errors.handler500"

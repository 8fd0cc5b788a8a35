"""Verbs in the admin: looking them up, their pages, correcting them, and all corrections together."""

from verbs.admin import corrections, verbs  # noqa: F401  # they register their models

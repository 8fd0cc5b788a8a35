"""Generation in the admin, a module a page."""

from generation.admin import ledger, requests  # noqa: F401  # they register their models

"""Problems in the admin, a module a page."""

from problems.admin import feedback, problems  # noqa: F401  # they register their models

"""Keys and their history in the admin, a module a page."""

from __future__ import annotations

from apikeys.admin.audit import KeyEventAdmin
from apikeys.admin.keys import ApiKeyAdmin

__all__ = ["ApiKeyAdmin", "KeyEventAdmin"]

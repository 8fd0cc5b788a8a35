"""Topic tags as they come in: labels that people filter by, and that reach a model's prompt as data."""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext

__all__ = ["objection"]

#: Unicode categories of what nobody sees: control and format characters, line and paragraph separators,
#: private and unassigned ones. Two tags that look the same would differ, and text could hide in them.
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Co", "Cn"})


def objection(tag: str) -> str | None:
    """Why a text cannot be a topic tag, None if it can."""
    if "," in tag:
        return gettext("A comma would separate two tags in a filter.")
    unseen = [each for each in tag if unicodedata.category(each) in _UNSEEN]
    if unseen:
        named = ", ".join(dict.fromkeys(f"U+{ord(each):04X}" for each in unseen))
        said = gettext(
            "A tag has no line breaks and no control or invisible characters: %(named)s."
        )
        return said % {"named": named}
    return None

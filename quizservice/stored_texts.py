"""Sentences that were made in English, where no reader was near, said in a reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from django.utils.translation import gettext

_BRACE = re.compile(r"\{(\w+)\}")


class Sentences:
    """Sentences with braces for what differs ("“{verb}” takes “{word}”."), by which a text is found.

    ``templates``: message ids of the catalogs. ``fact``: says what stood in the place of a brace.
    """

    def __init__(self, templates: Iterable[str], fact: Callable[[str], str] = str) -> None:
        # Those with the most words of their own first: they say the most.
        ranked = sorted(templates, key=lambda each: -len(_BRACE.sub("", each)))
        self._patterns = {each: re.compile(_pattern(each), re.DOTALL) for each in ranked}
        self._fact = fact

    def __contains__(self, text: str) -> bool:
        return any(True for _found in self._found(text))

    def translated(self, text: str) -> str:
        """A text in the language of the interface; one that is none of the sentences stays as it is."""
        for template, facts in self._found(text):
            said = {name: self._fact(fact) for name, fact in facts.items()}
            return gettext(template).format_map(said)
        return text

    def _found(self, text: str) -> Iterator[tuple[str, dict[str, str]]]:
        for template, pattern in self._patterns.items():
            if found := pattern.fullmatch(text):
                yield template, found.groupdict()


def _pattern(template: str) -> str:
    return "".join(
        f"(?P<{part}>.+?)" if place % 2 else re.escape(part)
        for place, part in enumerate(_BRACE.split(template))
    )

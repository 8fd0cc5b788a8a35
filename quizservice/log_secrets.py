"""Blots secrets out of texts that are going to be logged: what looks like one, and the service's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, unquote

BLOT = "…"
#: A shorter value is not looked for: it would be found in words that are none.
SHORTEST = 8

_SECRET_NAME = re.compile(r"KEY|PASSWORD|SECRET|TOKEN|_HEADERS$|CONNECTION_STRING")
#: What such a variable holds is a path or a number.
_NO_SECRET = re.compile(r"_(LOCATION|FILE|PATH|DAYS|SECONDS|TOKENS)$")
_WORD = r"passw(?:or)?d|secret|api[_-]?key|jaas[._]config"
#: A value that follows its name, in whatever notation.
_VALUE = r"(?:\"[^\"]*\"|'[^']*'|[^\s'\",;&}\])]+)"

_PATTERNS = (
    # our keys: the prefix is public, and says which key it was
    (re.compile(r"\b(lqs_[0-9A-Za-z]{10})_[0-9A-Za-z]+"), rf"\1_{BLOT}"),
    (re.compile(r"\bsk-[\w-]{12,}"), f"sk-{BLOT}"),
    # headers, as they travel, and as Python, WSGI and HTTP clients print them
    (
        re.compile(
            r"(?i)((?:authorization|x[-_]api[-_]key|cookie|x[-_]csrf[-_]?token)"
            r"(?:['\"\s:=,]|b(?=['\"])){1,6})((?:bearer|basic)(?:\s|%20)+)?[^\s'\",]+"
        ),
        rf"\1\2{BLOT}",
    ),
    (re.compile(r"(?i)\b(bearer\s+)(?=[^\s\d]{0,200}\d)[\w.~+/=-]{12,}"), rf"\1{BLOT}"),
    (re.compile(r"(://[^\s:/@?#]{0,200}:)[^\s/?#]{1,500}@"), rf"\1{BLOT}@"),
    (re.compile(rf"(?i)((?:{_WORD})[\w.-]{{0,40}}['\"]?\s*[=:]\s*)b?{_VALUE}"), rf"\1{BLOT}"),
)


class Blotter:
    """Knows secrets by their looks and some by their value; shows none of them itself."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        """``values``: the secrets; each also as it stands in a URL."""
        wanted = {text for value in values for text in (value, quote(value, safe=""))}
        known = sorted((text for text in wanted if len(text) >= SHORTEST), key=len, reverse=True)
        self._values = re.compile("|".join(map(re.escape, known))) if known else None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Blotter:
        """One that knows what is secret in the variables of an environment, going by their names."""
        return cls(
            value.strip()
            for name, text in environ.items()
            if text and not _NO_SECRET.search(name)
            for value in _secrets_in(name, text)
        )

    def __repr__(self) -> str:
        return "Blotter()"

    def blot(self, text: str) -> str:
        """The text without the secrets."""
        if self._values is not None:
            text = self._values.sub(BLOT, text)
        for pattern, instead in _PATTERNS:
            text = pattern.sub(instead, text)
        return text


def _secrets_in(name: str, text: str) -> Iterator[str]:
    if _SECRET_NAME.search(name):
        yield text
        for part in text.split(","):  # several keys; headers, whose value may be encoded
            yield part
            value = unquote(part.partition("=")[2])
            yield value
            yield value.rpartition(" ")[2]
    elif name.endswith("_URL"):
        if login := re.search(r"://[^:/@\s]*:([^/?#\s]+)@", text):
            yield unquote(login[1])
            yield login[1]
        yield from _named(text)
    elif name.endswith("_CONFIG"):
        yield from _named(text)


def _named(text: str) -> Iterator[str]:
    """Values that stand behind a name which says that they are secret, in JSON or a connection string."""
    for value in re.findall(rf"(?i)(?:{_WORD})[\w.-]*['\"]?\s*[=:]\s*({_VALUE})", text):
        yield unquote(value.strip("'\""))

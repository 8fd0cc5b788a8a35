"""The filters of the commands that choose problems: the API's, with its words."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Mapping
from typing import Any

from problems.models import Problem
from problems.pool import Filters
from problems.selection import Selection
from quizservice.management.arguments import past
from quizservice.management.operator import UsageError
from verbs.french.vocabulary import TENSE_ALIASES, ErrorType, Focus, Language, Level, Tense


def several(
    words: Collection[str] = (), aliases: Mapping[str, str] | None = None
) -> Callable[[str], list[str]]:
    """A type of argument: values between commas; ``words``: those that exist, none for any text.

    Raises:
        argparse.ArgumentTypeError: for a value that does not exist, and for none at all.
    """

    def read(text: str) -> list[str]:
        given = [part.strip() for part in text.split(",") if part.strip()]
        found = [(aliases or {}).get(value, value) for value in given]
        unknown = [value for value in found if words and value not in words]
        if unknown:
            raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(words)}")
        if not found:
            raise argparse.ArgumentTypeError("a value is missing")
        return found

    return read


def _values(kind: Any) -> list[str]:
    return [word.value for word in kind]


#: The option of each filter, the filter it is, its type, and what it means.
_OPTIONS: tuple[tuple[str, str, Callable[[str], list[str]], str], ...] = (
    ("--focus", "grammatical_focus", several(_values(Focus)), "what it is about"),
    (
        "--tense",
        "tenses_used",
        several(_values(Tense), {name: tense.value for name, tense in TENSE_ALIASES.items()}),
        "a tense of its statements",
    ),
    ("--level", "level", several(_values(Level)), "A1, A2, B1 or B2"),
    ("--verb", "verb", several(), "the correct sentence's verb: aller, se laver"),
    ("--error-type", "error_type", several(_values(ErrorType)), "an error of a wrong statement"),
    ("--tag", "topic_tags", several(), "a topic tag, exactly as it is written"),
    (
        "--language",
        "target_language_code",
        several(_values(Language)),
        "language of the explanations: eng or fra",
    ),
)


def add_filters(parser: argparse.ArgumentParser, *, statuses: str = "without it: any") -> None:
    """Add the filters; ``statuses`` says which problems are meant without ``--status``."""
    group = parser.add_argument_group(
        "filters", "Values between commas mean or; filters together mean and."
    )
    for option, name, kind, meaning in _OPTIONS:
        group.add_argument(
            option, dest=name, type=kind, action="extend", metavar="VALUE", help=meaning
        )
    group.add_argument(
        "--status",
        type=several(Problem.Status.values),
        action="extend",
        metavar="VALUE",
        help=f"draft, review, live or retired ({statuses})",
    )
    group.add_argument(
        "--search", metavar="WORDS", help="words of its statements, title or tags, all of them"
    )
    group.add_argument(
        "--since", type=past, metavar="TIME", help="made since then: 7d ago, or a day: 2031-01-31"
    )
    group.add_argument(
        "--older-than",
        type=past,
        metavar="TIME",
        help="neither made nor changed (published, retired, edited) since then: 90d ago, or a day",
    )


def selection(options: Mapping[str, Any], *, statuses: Collection[str] = ()) -> Selection:
    """What the filters say; ``statuses``: those that are meant without ``--status``.

    Raises:
        UsageError: for a search without words.
    """
    search = options["search"]
    if search is not None and not search.replace("\x00", "").strip():
        raise UsageError("--search needs a word.")
    return Selection(
        filters=Filters(**{name: tuple(options[name] or ()) for _, name, _, _ in _OPTIONS}),
        search=(search or "").replace("\x00", ""),
        statuses=tuple(options["status"] or statuses),
        made_since=options["since"],
        unchanged_since=options["older_than"],
    )

"""``python manage.py prompts``: what a model is asked for the sentences of a plan."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.core.management.base import CommandError, CommandParser

from generation.management.piped import PipedCommand
from generation.prompts import VERSION, Case, judge_prompt, prompt_for
from generation.prompts.briefs import Brief, briefs_of
from generation.prompts.composing import filled, parts_of
from generation.writers.base import CannotWrite, Plan
from verbs.french.lexicon import THEMES
from verbs.french.verb_data import verbs
from verbs.french.vocabulary import ErrorType, Focus, Language, Level, Tense


def _words(kind: type[StrEnum]) -> list[str]:
    return [each.value for each in kind]


class Command(PipedCommand):
    help = (
        "Print the prompts of a plan: for each sentence the parts of the system message, named by their"
        " file and section, then the user message. Needs neither a key nor a database."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--focus", default="conjugation", help=", ".join(_words(Focus)))
        parser.add_argument("--tense", default="passe_compose", help=", ".join(_words(Tense)))
        parser.add_argument(
            "--verb", action="append", default=[], help="may be given several times"
        )
        parser.add_argument("--level", help=", ".join(_words(Level)))
        parser.add_argument("--error-type", action="append", default=[], help=", ".join(ErrorType))
        parser.add_argument("--language", default="eng", help=", ".join(_words(Language)))
        parser.add_argument("--theme", action="append", default=[], help=", ".join(sorted(THEMES)))
        parser.add_argument("--topic", action="append", default=[], help="a label of the caller")
        parser.add_argument("--count", type=int, default=4, help="sentences: 2 to 6")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--plan", help="instead of all these: a stored plan, as JSON")
        parser.add_argument(
            "--error-only", action="store_true", help="leave out the right sentence"
        )
        parser.add_argument("--judge", action="store_true", help="only the judge's system message")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["judge"]:
            case = Case("", None, None, "", Tense.PRESENT, None, Language.ENGLISH)
            self.stdout.write(judge_prompt(case).system)
            return
        plan = _stored(options["plan"]) if options["plan"] else _plan(options)
        try:
            briefs = briefs_of(plan)
        except CannotWrite as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Prompts {VERSION}, seed {plan.seed}")
        for brief in briefs[1:] if options["error_only"] else briefs:
            self._print(brief)

    def _print(self, brief: Brief) -> None:
        prompt = prompt_for(brief)
        what = brief.error_code or "no error"
        length = len(prompt.system) + len(prompt.user)
        self.stdout.write(
            f"\n===== Sentence {brief.number}: {brief.verb}, {what}, {length} characters"
        )
        for part in parts_of(brief):
            self.stdout.write(f"\n----- {part.file}: {part.title}")
            self.stdout.write(filled(part.body, brief.language))
        self.stdout.write(f"\n----- user message\n{prompt.user}")


def _stored(text: str) -> Plan:
    try:
        return Plan.from_json(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CommandError(f"--plan: not a plan: {error}") from None


def _plan(options: dict[str, Any]) -> Plan:
    if not 2 <= options["count"] <= 6:
        raise CommandError(f"--count: {options['count']} is not from 2 to 6")
    level = options["level"]
    return Plan(
        focus=Focus(_one_of("--focus", options["focus"], _words(Focus))),
        tense=Tense(_one_of("--tense", options["tense"], _words(Tense))),
        verbs=tuple(_verb(name) for name in options["verb"]),
        level=Level(_one_of("--level", level, _words(Level))) if level else None,
        error_types=tuple(
            ErrorType(_one_of("--error-type", name, _words(ErrorType)))
            for name in options["error_type"]
        ),
        themes=tuple(_one_of("--theme", name, sorted(THEMES)) for name in options["theme"]),
        topics=tuple(options["topic"]),
        statement_count=options["count"],
        language=Language(_one_of("--language", options["language"], _words(Language))),
        seed=options["seed"],
    )


def _one_of(option: str, value: str, known: Sequence[str]) -> str:
    if value not in known:
        raise CommandError(f"{option}: {value} is none of {', '.join(known)}")
    return value


def _verb(name: str) -> str:
    if all(name not in (each.infinitive, each.citation) for each in verbs()):
        raise CommandError(f"--verb: {name} is not known")
    return name

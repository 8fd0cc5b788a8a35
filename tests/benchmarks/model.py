"""Problems by a model that is often wrong: what the judges let through, what it costs, what is lost.

An order of 500 problems goes through dispatcher, Kafka and one worker to the OpenAI-compatible stub, which
spoils the contents of 30 % of its answers and the transport of 10 %. Half of its sentences are the grammar
engine's own, half are hand-written ones whose words go beyond the lexicon. The stub knows the truth about
every answer. It is compared twice: with what was stored, and, answer by answer, with what the form and the
engine say of it alone.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Sum

from generation import services
from generation.french.free_text.describe import describe
from generation.judging import Ruling, engine, form
from generation.models import GenerationItem, GenerationRequest, ModelUse
from generation.planning import Constraints
from generation.prompts.answers import CorrectSentence, IncorrectSentence
from generation.prompts.briefs import Brief
from generation.writers.base import DraftStatement, Plan
from generation.writers.model import statement_of
from problems.models import Problem
from tests.benchmarks.measure import Options, table, throwaway_database
from tests.benchmarks.service import running
from tests.flows.stack import wait_for
from tests.stubs.openai_server import start_process
from verbs.french.vocabulary import Auxiliary, ErrorType, Focus, Language, Level, Tense

NATURAL = Path(__file__).resolve().parents[1] / "stubs" / "natural_pairs.jsonl"
PROBLEMS = 500
SLOTS = 16
#: Faults that only show beside the other answers of the problem.
_BESIDE_OTHERS = {"same_sentence"}


@dataclass(frozen=True)
class Answered:
    """One answer of the stub that held sentences: what it said, and the truth about it."""

    response_id: str
    half: str
    fault: str | None
    brief: Mapping[str, Any]
    content: Mapping[str, Any]
    truth: Mapping[str, bool | None]

    @property
    def fit(self) -> bool:
        """Whether it may stand in a problem."""
        return bool(self.truth["fit"])


def run(options: Options) -> None:
    count = 40 if options.short else PROBLEMS
    arguments = (
        "--latency=0.1",
        "--content-faults=0.3",
        "--transport-faults=0.1",
        "--judge-errors=0.05",
        "--seed=1",
    )
    with throwaway_database(), start_process(*arguments) as stub:
        settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = stub.url, "benchmark"
        environment = {
            "OPENAI_BASE_URL": stub.url,
            "OPENAI_API_KEY": "benchmark",
            "OPENAI_TIMEOUT": "4",
            "BULK_WORKER_SLOTS": str(SLOTS),
        }
        with running(options, **environment) as stack:
            request = services.submit(
                services.Order(
                    count=count,
                    priority="bulk",
                    generator="openai",
                    constraints=_natural_constraints(),
                )
            )
            stack.start("bulk_worker")
            stack.start("dispatcher")
            wait_for("the end of the order", lambda: _ended(request), timeout=3600, every=0.5)
        answered = list(_answers(stub.log()))
        print(
            f"\nmodel: an order of {count}, 30 % content and 10 % transport faults, {SLOTS} slots"
        )
        _show_order(request, stub.counts())
        _show_stored(answered)
        _show_rulings(answered)


def _natural_constraints() -> Constraints:
    """The verbs and tenses of the hand-written sentences, so that they are met often."""
    lines = [json.loads(line) for line in NATURAL.read_text(encoding="utf-8").splitlines()]
    return Constraints(
        verbs=tuple(sorted({line["verb"] for line in lines})),
        tenses=tuple(Tense(name) for name in sorted({line["tense"] for line in lines})),
    )


def _ended(request: GenerationRequest) -> bool:
    request.refresh_from_db()
    return request.ended


def _answers(log: Sequence[Mapping[str, Any]]) -> Iterator[Answered]:
    for entry in log:
        if "truth" in entry and "brief" in entry:
            yield Answered(
                f"chatcmpl-{entry['call']:08d}",
                "hand-written" if entry["kind"] == "natural" else "engine's",
                entry["fault"],
                entry["brief"],
                entry["sentences"],
                entry["truth"],
            )


# --- the order ------------------------------------------------------------------------------------


def _show_order(request: GenerationRequest, counts: Mapping[str, Any]) -> None:
    states = Counter(request.items.values_list("state", flat=True))
    made = states[GenerationItem.State.GENERATED]
    status = Counter(Problem.objects.values_list("status", flat=True))
    used = ModelUse.objects.aggregate(calls=Sum("calls"), failures=Sum("failures"))
    attempts = request.items.aggregate(all=Sum("attempt"), unspent=Sum("earlier_attempts"))
    table(
        ("", "figure"),
        [
            ("items that ended", f"{sum(states.values())} of {request.requested_count}"),
            *((f"  {state}", number) for state, number in sorted(states.items())),
            *((f"  problems {name}", number) for name, number in sorted(status.items())),
            ("calls that the stub counted", counts["calls"]),
            ("calls that were accounted for", used["calls"]),
            ("calls for each accepted problem", f"{counts['calls'] / max(made, 1):.2f}"),
            ("attempts at items, of these not spent", f"{attempts['all']}, {attempts['unspent']}"),
            ("tokens, US dollars", f"{request.tokens}, {request.cost:.4f}"),
        ],
    )


# --- what was stored ------------------------------------------------------------------------------


def _show_stored(answered: Sequence[Answered]) -> None:
    by_id = {one.response_id: one for one in answered}
    how: Counter[str] = Counter()
    wrong: list[str] = []
    for problem in Problem.objects.prefetch_related("statements"):
        traces = problem.generation_trace["statements"]
        for statement, trace in zip(problem.statements.all(), traces, strict=True):
            source = by_id[trace["response_id"]]
            then = [one["then"] for one in trace.get("earlier", [])]
            last = then[-1] if then else "accepted"
            how[last] += 1
            sound = _sound(source, repaired=last == "repaired")
            if not sound:
                wrong.append(f"{problem.status} {source.half} {source.fault}: {statement.content}")
    total = sum(how.values())
    print("\nmodel: the statements of the accepted problems")
    table(
        ("", "number", "share"),
        [
            *((name, number, f"{number / total:.3f}") for name, number in sorted(how.items())),
            ("not right by the stub's truth", len(wrong), f"{len(wrong) / total:.4f}"),
        ],
    )
    for line in wrong:
        print("   ", line)


def _sound(source: Answered, *, repaired: bool) -> bool:
    """Whether what was stored of an answer is right; of a repaired one only the correct sentence stayed.

    What only repeated the answer to another sentence of its problem is right where that one is gone.
    """
    if repaired:
        return all(source.truth[name] for name in ("correct_ok", "verb_ok", "tense_ok"))
    if source.fault in _BESIDE_OTHERS:
        return all(value is not False for name, value in source.truth.items() if name != "fit")
    return source.fit


# --- the judges alone -----------------------------------------------------------------------------


def _brief(data: Mapping[str, Any]) -> Brief:
    """The brief as the prompt showed it."""
    words = {"focus": Focus, "tense": Tense, "level": Level, "language": Language}
    values = {one.name: data[one.name] for one in fields(Brief) if one.name in data}
    values |= {name: word(data[name]) for name, word in words.items()}
    values["auxiliary"] = Auxiliary(data["auxiliary"])
    values["error_type"] = ErrorType(data["error_type"]) if data["error_type"] else None
    return Brief(**values)


def _ruling(one: Answered) -> Ruling:
    """What form and engine say of an answer by itself."""
    brief = _brief(one.brief)
    shape = CorrectSentence if brief.error_type is None else IncorrectSentence
    statement: DraftStatement = statement_of(brief, shape.model_validate(one.content), {})
    plan = Plan(focus=brief.focus, tense=brief.tense, language=brief.language)
    first = form.opinion(statement, plan)
    return first.ruling if first.ruling is Ruling.WRONG else engine.opinion(statement, plan).ruling


def _as_planned(one: Answered) -> bool:
    """Whether a correct sentence has the negation or object pronoun that its brief asks for.

    The stub does not always give it, and its truth is about the French alone.
    """
    brief = one.brief
    if brief["task"] != "correct":
        return True
    said = describe(str(one.content["sentence"]))
    negated = brief["negation"] is None or said.negation
    return negated and (brief["focus"] != Focus.PRONOUNS or bool(said.pronouns))


def _show_rulings(answered: Sequence[Answered]) -> None:
    found: Counter[tuple[str, bool, Ruling]] = Counter()
    odd: list[str] = []
    beside_the_plan = 0
    for one in answered:
        if one.fault in _BESIDE_OTHERS:
            continue
        ruling = _ruling(one)
        if ruling is Ruling.WRONG and one.fit and not _as_planned(one):
            beside_the_plan += 1
            continue
        found[one.half, one.fit, ruling] += 1
        if (ruling is Ruling.OK and not one.fit) or (ruling is Ruling.WRONG and one.fit):
            odd.append(f"{one.half}, {one.fault}, ruled {ruling}: {dict(one.content)}")
    print("\nmodel: every answer by itself, form and engine only")
    rows = []
    for half in sorted({half for half, _, _ in found}):
        for fit in (True, False):
            row = [found[half, fit, ruling] for ruling in Ruling]
            rows.append(
                (
                    f"{half} half, {'fit' if fit else 'unfit'}: {sum(row)}",
                    *(f"{number} ({number / max(sum(row), 1):.3f})" for number in row),
                )
            )
    table(("", *(f"ruled {ruling}" for ruling in Ruling)), rows)
    print(
        f"  right French, but without the negation or pronoun of its brief: {beside_the_plan}, refused"
    )
    for line in sorted(set(odd)):
        print("   ", line)

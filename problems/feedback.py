"""What comes back from learners: their answers, the statistics of these, and reports.

An answer costs two statements: one reads the problem's statements, one stores the answer and counts it.
The counters (:class:`PickCount`, a row a statement) are kept by the same statement that stores a first
answer, so that statistics read at most a dozen rows at any number of answers, and answers at different
statements never wait for each other. Of several first answers of one learner at the same time a unique
index lets one be the first.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from statistics import NormalDist
from typing import NamedTuple

import psycopg
from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext

from problems.models import MAX_CLOSING_WORD, MAX_COMMENTS, PickCount, Problem, Report, ServeState
from quizservice.errors import FieldError, NotFound, Unprocessable
from quizservice.ids import uuid7

#: How sure the interval of a share is to hold the true one.
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Judged:
    """What an answer was: ``explanation`` says why the picked statement is wrong, None if it is right.

    ``translation`` is that of the correct statement, which stands at ``correct_answer_index``.
    """

    correct: bool
    correct_answer_index: int | None
    explanation: str | None
    translation: str | None


@dataclass(frozen=True, slots=True)
class Picks:
    """How many first answers picked a statement; its place is None when the problem has it no more."""

    statement_id: uuid.UUID
    index: int | None
    is_correct: bool | None
    picks: int


class Interval(NamedTuple):
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Statistics:
    """How a problem does. Answers are first ones, each as it was judged when it came."""

    served_count: int
    last_served_at: datetime | None
    answered: int
    correct: int
    picks: list[Picks] = field(default_factory=list)

    @property
    def correct_share(self) -> float | None:
        return self.correct / self.answered if self.answered else None

    @property
    def correct_share_interval(self) -> Interval | None:
        return wilson_interval(self.correct, self.answered) if self.answered else None


def _known_to_callers(any_status: bool) -> Q:
    """Problems that an app can have shown: live ones and those that were; ``any_status``: all.

    A problem that is taken out of the pool while a learner looks at it is still answered and reported.
    """
    if any_status:
        return Q()
    was_live = Q(serving__isnull=False)
    return Q(status=Problem.Status.LIVE) | (Q(status=Problem.Status.RETIRED) & was_live)


# --- answers --------------------------------------------------------------------------------------


def record_answer(
    problem_id: uuid.UUID,
    *,
    statement_id: uuid.UUID | None = None,
    index: int | None = None,
    learner: str | None = None,
    elapsed_ms: int | None = None,
    key_id: uuid.UUID | None = None,
    any_status: bool = False,
) -> Judged:
    """Store that a statement was picked, named by its id or its place, and say whether it is right.

    ``learner``: whatever the key's owner calls a person; only a keyed hash of it is stored, another one
    for each key. ``elapsed_ms``: milliseconds until the pick. ``any_status``: also problems that were
    never live.

    Raises:
        NotFound: when there is no such problem, or somebody broke it: then no answer can be judged.
        Unprocessable: when the problem has no such statement.
        ValueError: unless exactly one of ``statement_id`` and ``index`` is given.
    """
    if (statement_id is None) == (index is None):
        raise ValueError("a pick is named by the statement's id or by its place")
    rows = list(
        Problem.objects.filter(_known_to_callers(any_status), id=problem_id)
        .order_by("statements__position")
        .values_list(
            "statements__id",
            "statements__is_correct",
            "statements__explanation",
            "statements__translation",
        )
    )
    right = [place for place, row in enumerate(rows) if row[1]]
    if not rows or (len(right) != 1 and not any_status):
        raise NotFound("Problem not found")
    ids = [row[0] for row in rows if row[0] is not None]  # a draft may have no statements
    place = _place(ids, statement_id, index)
    picked_id, correct, explanation, _ = rows[place]
    _store(
        problem_id,
        statement_id=picked_id,
        correct=correct,
        learner=_learner_hash(learner, key_id),
        elapsed_ms=elapsed_ms,
        key_id=key_id,
    )
    return Judged(
        correct=correct,
        correct_answer_index=right[0] if right else None,
        explanation=explanation,
        translation=rows[right[0]][3] if right else None,
    )


def _place(ids: list[uuid.UUID], statement_id: uuid.UUID | None, index: int | None) -> int:
    if index is not None:
        if index < len(ids):
            return index
        detail = f"The problem has {len(ids)} statements, counted from 0"
        raise Unprocessable(detail, errors=[FieldError("index", "out_of_range", detail)])
    if statement_id in ids:
        return ids.index(statement_id)
    detail = "The problem has no such statement"
    raise Unprocessable(detail, errors=[FieldError("statement_id", "not_of_problem", detail)])


def _learner_hash(learner: str | None, key_id: uuid.UUID | None) -> bytes | None:
    """What is stored of a learner: without the service's secret nobody can tell whose it is."""
    if learner is None:
        return None
    pepper = hashlib.sha256(b"learner\0" + settings.SECRET_KEY.encode()).digest()
    owner = key_id.bytes if key_id else b""
    return hmac.new(pepper, owner + b"\0" + learner.encode(), hashlib.sha256).digest()


# Where a first answer of the learner is on its way in another transaction, the first INSERT waits for its
# end, and then finds it.
_STORE = """
    WITH given (id, problem_id, statement_id, correct, learner, elapsed_ms, key_id) AS (
        VALUES (%s::uuid, %s::uuid, %s::uuid, %s::boolean, %s::bytea, %s::integer, %s::uuid)
    ), first AS (
        INSERT INTO problems_answer
               (id, problem_id, statement_id, correct, learner, elapsed_ms, key_id, first)
        SELECT *, true FROM given
            ON CONFLICT (problem_id, learner) WHERE first AND learner IS NOT NULL DO NOTHING
        RETURNING problem_id, statement_id, correct
    ), later AS (
        INSERT INTO problems_answer
               (id, problem_id, statement_id, correct, learner, elapsed_ms, key_id, first)
        SELECT *, false FROM given WHERE NOT EXISTS (SELECT FROM first)
    )
    INSERT INTO problems_pickcount AS counted (problem_id, statement_id, correct, picks)
    SELECT problem_id, statement_id, correct, 1 FROM first
        ON CONFLICT (problem_id, statement_id, correct) DO UPDATE SET picks = counted.picks + 1
"""


def _store(
    problem_id: uuid.UUID,
    *,
    statement_id: uuid.UUID,
    correct: bool,
    learner: bytes | None,
    elapsed_ms: int | None,
    key_id: uuid.UUID | None,
) -> None:
    with _existing_problem(), connection.cursor() as cursor:
        cursor.execute(
            _STORE,
            [uuid7(), problem_id, statement_id, correct, learner, elapsed_ms, key_id],
        )


@contextmanager
def _existing_problem() -> Iterator[None]:
    """What refers to a problem that was deleted a moment ago is as late as after it."""
    try:
        yield
    except IntegrityError as error:
        if isinstance(error.__cause__, psycopg.errors.ForeignKeyViolation):
            raise NotFound("Problem not found") from None
        raise


# --- statistics -----------------------------------------------------------------------------------


def statistics(problem_id: uuid.UUID, *, any_status: bool = False) -> Statistics:
    """How often a problem was served, and how it was answered. ``any_status``: as for answers.

    Raises:
        NotFound: when there is no such problem.
    """
    problem = _problem(problem_id, any_status)
    counted = list(PickCount.objects.filter(problem=problem))
    picked: Counter[uuid.UUID] = Counter()
    for one in counted:
        picked[one.statement_id] += one.picks
    now = problem.statements.order_by("position").values_list("id", "is_correct")
    picks = [
        Picks(id_, index, is_correct, picked.pop(id_, 0))
        for index, (id_, is_correct) in enumerate(now)
    ]
    picks += [Picks(id_, None, None, number) for id_, number in sorted(picked.items())]
    serving = ServeState.objects.filter(problem=problem).first()
    return Statistics(
        served_count=serving.served_count if serving else 0,
        last_served_at=serving.last_served_at if serving else None,
        answered=sum(one.picks for one in counted),
        correct=sum(one.picks for one in counted if one.correct),
        picks=picks,
    )


def wilson_interval(successes: int, trials: int, confidence: float = CONFIDENCE) -> Interval:
    """Wilson's score interval of a share: where the true one lies, by what was seen in some trials.

    ``trials`` is at least 1. Both ends lie within 0 and 1, also for few trials.
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, weight = successes / trials, z * z / trials
    middle = (share + weight / 2) / (1 + weight)
    reach = z / (1 + weight) * math.sqrt(share * (1 - share) / trials + weight / trials / 4)
    return Interval(max(0.0, middle - reach), min(1.0, middle + reach))


def _problem(problem_id: uuid.UUID, any_status: bool) -> Problem:
    found = Problem.objects.filter(_known_to_callers(any_status), id=problem_id).only("id").first()
    if found is None:
        raise NotFound("Problem not found")
    return found


# --- reports --------------------------------------------------------------------------------------

_REPORT = """
    INSERT INTO problems_report AS known (id, problem_id, reason, comments, key_id)
    VALUES (%s, %s, %s, %s, %s)
        ON CONFLICT (problem_id, key_id, reason) WHERE closed_at IS NULL DO UPDATE
       SET times = known.times + 1,
           last_reported_at = now(),
           comments = CASE
               WHEN known.comments @> excluded.comments THEN known.comments
               WHEN cardinality(known.comments) >= %s THEN known.comments
               ELSE known.comments || excluded.comments
           END
    RETURNING id
"""


def report(
    problem_id: uuid.UUID,
    *,
    reason: str,
    comment: str = "",
    key_id: uuid.UUID,
    any_status: bool = False,
) -> Report:
    """Tell staff what is wrong with a problem; once more, if the same key did so and nobody closed it.

    ``reason``: one of :class:`Report.Reason`. ``comment``: empty for none. ``any_status``: as for answers.

    Raises:
        NotFound: when there is no such problem.
    """
    problem = _problem(problem_id, any_status)
    comments = [comment] if comment else []
    with _existing_problem(), connection.cursor() as cursor:
        cursor.execute(_REPORT, [uuid7(), problem.id, reason, comments, key_id, MAX_COMMENTS])
        (report_id,) = cursor.fetchone()
    return Report.objects.get(id=report_id)


def close_reports(
    reports: QuerySet[Report], *, by: User, word: str = "", event_id: uuid.UUID | None = None
) -> int:
    """Close those that are open; how many were.

    ``word``: what is said of them; ``event_id``: the event of the problem's history that answers them.

    Raises:
        Unprocessable: for a word that is too long.
    """
    if len(word) > MAX_CLOSING_WORD:
        raise Unprocessable(
            gettext("The word has %(length)d characters; at most %(most)d are kept.")
            % {"length": len(word), "most": MAX_CLOSING_WORD}
        )
    return reports.filter(closed_at=None).update(
        closed_at=Now(), closed_by=by, closing_word=word, closing_event=event_id
    )


def reopen_reports(event_id: uuid.UUID) -> int:
    """Open again what an event closed; how many. One that came again meanwhile stays closed."""
    again = Report.objects.open().filter(
        problem=OuterRef("problem"), key_id=OuterRef("key_id"), reason=OuterRef("reason")
    )
    return Report.objects.filter(~Exists(again), closing_event=event_id).update(
        closed_at=None, closed_by=None, closing_word="", closing_event=None
    )

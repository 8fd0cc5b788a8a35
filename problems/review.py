"""The review queue: what waits for a person, in rounds whose order stays, with a light claim on each look.

What waits: problems in review, and those that are not retired with open reports, which come first: learners
meet them. :mod:`problems.decisions` is what can be done with them.
"""

from __future__ import annotations

import uuid
from dataclasses import astuple, dataclass, fields
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Case, Count, F, Min, Q, QuerySet, Sum, When
from django.utils import timezone

from problems.browsing import narrowed
from problems.models import Problem, ProblemEvent, Report, ReviewClaim, ReviewRound

#: Most problems of one round.
ROUND_SIZE = 100
#: What waits is counted up to here; of more it is said that there are more.
COUNTED = 1_000
#: How long a look at a problem keeps others from being given it first.
CLAIM = timedelta(minutes=10)
#: When a round is left unfinished for so long, the next visit begins another one.
ROUND_LASTS = timedelta(hours=12)

#: What a report says of a problem, in points for each time. A wrong answer comes before all else.
WEIGHTS = {
    Report.Reason.WRONG_ANSWER: 8,
    Report.Reason.OFFENSIVE: 8,
    Report.Reason.AMBIGUOUS: 4,
    Report.Reason.UNNATURAL: 2,
    Report.Reason.OTHER: 1,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the queue somebody wants to see; empty: all. ``reported``: only with open reports."""

    focus: str = ""
    tense: str = ""
    level: str = ""
    language: str = ""
    source: str = ""
    reported: bool = False

    def query(self) -> str:
        """As in an address; the same choice is always the same text."""
        return urlencode({name: 1 if value is True else value for name, value in self.given()})

    def given(self) -> list[tuple[str, str | bool]]:
        """Name and value of what is chosen."""
        pairs = zip([one.name for one in fields(self)], astuple(self), strict=True)
        return [(name, value) for name, value in pairs if value]


@dataclass(frozen=True, slots=True)
class Entry:
    """A problem of a round; ``held_by``: the name of another person who has it open, empty for nobody."""

    problem_id: uuid.UUID
    waits: bool
    held_by: str


@dataclass(frozen=True, slots=True)
class Round:
    """A person's way through the queue.

    ``waiting``: how many waited when it began, counted up to one more than ``COUNTED``; ``earlier``: the
    problems of the round before.
    """

    begun_at: datetime
    waiting: int
    entries: tuple[Entry, ...]
    earlier: tuple[uuid.UUID, ...] = ()

    @property
    def done(self) -> int:
        """How many of its problems wait no more, whoever decided."""
        return sum(not one.waits for one in self.entries)

    def place(self, problem_id: uuid.UUID) -> int | None:
        """1 for the first problem; None for one that is not in the round."""
        ids = [one.problem_id for one in self.entries]
        return ids.index(problem_id) + 1 if problem_id in ids else None

    def entry(self, problem_id: uuid.UUID) -> Entry | None:
        """What the round knows of a problem; None when it is not in it."""
        place = self.place(problem_id)
        return self.entries[place - 1] if place else None

    def waits(self, problem_id: uuid.UUID) -> bool:
        """Whether a problem of the round is still to be decided."""
        entry = self.entry(problem_id)
        return entry is not None and entry.waits

    def following(self, problem_id: uuid.UUID | None = None) -> list[uuid.UUID]:
        """What waits, from the place after a problem on and round to it; what others hold comes last."""
        after = (self.place(problem_id) or 0) if problem_id else 0
        turned = self.entries[after:] + self.entries[:after]
        waits = [one for one in turned if one.waits and one.problem_id != problem_id]
        return [one.problem_id for one in sorted(waits, key=lambda one: bool(one.held_by))]

    def before(self, problem_id: uuid.UUID) -> uuid.UUID | None:
        """The problem before one, decided or not; None for the first."""
        place = self.place(problem_id) or 0
        return self.entries[place - 2].problem_id if place > 1 else None


# --- rounds ---------------------------------------------------------------------------------------


def waiting(wanted: Wanted, limit: int = COUNTED + 1) -> list[uuid.UUID]:
    """The first problems that wait, at most ``limit``: by the weight of their reports, then the oldest."""
    reported = list(_reported(wanted)[:limit])
    if wanted.reported or len(reported) == limit:
        return reported
    in_review = _matching(wanted).filter(status=Problem.Status.REVIEW).order_by("id")
    rest = in_review.exclude(id__in=reported) if reported else in_review
    return reported + list(rest.values_list("id", flat=True)[: limit - len(reported)])


def _reported(wanted: Wanted) -> QuerySet[Report, uuid.UUID]:
    points = Case(*[When(reason=reason, then=weight) for reason, weight in WEIGHTS.items()])
    rows = Report.objects.open().exclude(problem__status=Problem.Status.RETIRED).order_by()
    if any(name != "reported" for name, _ in wanted.given()):
        rows = rows.filter(problem__in=_matching(wanted).values("id"))
    return (
        rows.values("problem_id")
        .annotate(
            wrong=Count("id", filter=Q(reason=Report.Reason.WRONG_ANSWER)),
            weight=Sum(F("times") * points),
            first=Min("created_at"),
        )
        .order_by(Case(When(wrong__gt=0, then=0), default=1), "-weight", "first")
        .values_list("problem_id", flat=True)
    )


def _matching(wanted: Wanted) -> QuerySet[Problem]:
    rows: QuerySet[Problem] = Problem.objects.all()
    for name, value in wanted.given():
        if name != "reported":
            rows = narrowed(rows, name, [str(value)])
    return rows


_ROUND = """
    SELECT r.begun_at, r.waiting, r.earlier_ids, e.problem_id,
           p.status = 'review' OR (p.status <> 'retired' AND EXISTS (
               SELECT FROM problems_report o
                WHERE o.problem_id = e.problem_id AND o.closed_at IS NULL)),
           u.username
      FROM problems_reviewround r
     CROSS JOIN unnest(r.problem_ids) WITH ORDINALITY e (problem_id, place)
      LEFT JOIN problems_problem p ON p.id = e.problem_id
      LEFT JOIN problems_reviewclaim c ON c.problem_id = e.problem_id
            AND c.until > now() AND c.person_id <> r.person_id
      LEFT JOIN auth_user u ON u.id = c.person_id
     WHERE r.person_id = %s AND r.filters = %s
     ORDER BY e.place
"""


def round_of(person: User, wanted: Wanted) -> Round | None:
    """The round that a person is in, as its problems are now; None before the first. One statement.

    A problem that was deleted waits no more.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ROUND, [person.pk, wanted.query()])
        rows = cursor.fetchall()
    if not rows:
        return None
    begun_at, number, earlier = rows[0][:3]
    entries = tuple(Entry(one, bool(waits), held_by or "") for *_, one, waits, held_by in rows)
    return Round(begun_at=begun_at, waiting=number, entries=entries, earlier=tuple(earlier))


def begin(person: User, wanted: Wanted) -> Round | None:
    """A new round of what waits now, in place of the one before, which stays when nothing waits: None."""
    mine = ReviewRound.objects.filter(person=person)
    mine.filter(begun_at__lt=timezone.now() - ROUND_LASTS).delete()
    ids = waiting(wanted)
    if not ids:
        return None
    before = mine.filter(filters=wanted.query()).first()
    ReviewRound.objects.update_or_create(
        person=person,
        filters=wanted.query(),
        defaults={
            "problem_ids": ids[:ROUND_SIZE],
            "earlier_ids": before.problem_ids if before else [],
            "waiting": len(ids),
            "begun_at": timezone.now(),
        },
    )
    return round_of(person, wanted)


def current(person: User, wanted: Wanted) -> Round | None:
    """The round to go on with: the one there is while something of it waits, else a new one.

    None when nothing waits.
    """
    known = round_of(person, wanted)
    if known and known.following() and known.begun_at > timezone.now() - ROUND_LASTS:
        return known
    return begin(person, wanted)


# --- claims ---------------------------------------------------------------------------------------

_CLAIM = """
    WITH left_alone AS (
        DELETE FROM problems_reviewclaim WHERE person_id = %(person)s AND problem_id <> %(problem)s
    )
    INSERT INTO problems_reviewclaim AS held (problem_id, person_id, until)
    SELECT id, %(person)s, %(until)s FROM problems_problem WHERE id = %(problem)s
        ON CONFLICT (problem_id) DO UPDATE
       SET person_id = excluded.person_id, until = excluded.until
     WHERE held.person_id = excluded.person_id OR held.until <= now()
    RETURNING problem_id
"""


def claim(problem_id: uuid.UUID, person: User) -> bool:
    """Tell others that somebody looks at a problem, and at no other; False when another person does."""
    with connection.cursor() as cursor:
        until = timezone.now() + CLAIM
        cursor.execute(_CLAIM, {"person": person.pk, "problem": problem_id, "until": until})
        return cursor.fetchone() is not None


def held_by(problem_id: uuid.UUID, person: User) -> str:
    """The name of another person who has a problem open; empty for nobody."""
    others = ReviewClaim.objects.filter(problem=problem_id, until__gt=timezone.now())
    held = others.exclude(person=person).select_related("person").first()
    return held.person.get_username() if held else ""


def release(person: User) -> None:
    """Let others have what somebody had open."""
    ReviewClaim.objects.filter(person=person).delete()


def claim_next(now: Round, person: User, after: uuid.UUID | None = None) -> uuid.UUID | None:
    """The next problem for a person, claimed; of two who ask at once each gets another one.

    When others have all of them open it is the first of these. None when nothing waits.
    """
    ids = now.following(after)
    free = [one for one in ids if not _held(now, one)]
    return next((one for one in free if claim(one, person)), ids[0] if ids else None)


def _held(now: Round, problem_id: uuid.UUID) -> str:
    entry = now.entry(problem_id)
    return entry.held_by if entry else ""


# --- what became of it ----------------------------------------------------------------------------

#: Kinds of events that end the wait of a problem; a note does when it closed reports.
DECISIONS = (
    ProblemEvent.Kind.PUBLISHED,
    ProblemEvent.Kind.REJECTED,
    ProblemEvent.Kind.RETIRED,
    ProblemEvent.Kind.NOTED,
)

_TODAY = """
    WITH last AS (
        SELECT DISTINCT ON (e.problem_id) e.problem_id, e.id, e.kind, e.by, e.at
          FROM problems_problemevent e
         WHERE e.at >= %(midnight)s
           AND (e.kind IN ('published', 'rejected', 'retired', 'reverted', 'sent_to_review')
                OR e.kind = 'noted' AND EXISTS (
                   SELECT FROM problems_report r
                    WHERE r.problem_id = e.problem_id AND r.closing_event = e.id))
         ORDER BY e.problem_id, e.number DESC
    )
    SELECT by, kind, count(*),
           (array_agg(id ORDER BY at DESC, id DESC) FILTER (WHERE problem_id = ANY(%(ids)s)))[1],
           (array_agg(problem_id ORDER BY at DESC, id DESC)
                FILTER (WHERE problem_id = ANY(%(ids)s)))[1],
           max(at) FILTER (WHERE problem_id = ANY(%(ids)s))
      FROM last
     WHERE kind = ANY(%(decisions)s) AND by <> ''
     GROUP BY by, kind
"""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision of today that stands: what a person did last in their way through the queue."""

    event_id: uuid.UUID
    problem_id: uuid.UUID
    kind: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many problems a person decided today, by the kind of the decision; undone ones do not count."""

    by: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def published(self) -> int:
        return self.counts.get(ProblemEvent.Kind.PUBLISHED, 0)

    @property
    def taken_out(self) -> int:
        """Rejected ones and retired ones."""
        kinds = (ProblemEvent.Kind.REJECTED, ProblemEvent.Kind.RETIRED)
        return sum(self.counts.get(kind, 0) for kind in kinds)

    @property
    def kept(self) -> int:
        """Those that stayed when their reports were closed."""
        return self.counts.get(ProblemEvent.Kind.NOTED, 0)


def today(person: User, now: Round | None) -> tuple[list[Tally], Decided | None]:
    """Today's decisions by person, the busiest first; and the person's last one in this round or the last.

    That one is what "undo" undoes.
    """
    ids = [*[one.problem_id for one in now.entries], *now.earlier] if now else []
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(
            _TODAY,
            {"midnight": midnight, "ids": ids, "decisions": [kind.value for kind in DECISIONS]},
        )
        rows = cursor.fetchall()
    counts: dict[str, dict[str, int]] = {}
    for by, kind, number, *_ in rows:
        counts.setdefault(by, {})[kind] = number
    tallies = sorted((Tally(by, kinds) for by, kinds in counts.items()), key=_busiest)
    mine = [row for row in rows if row[0] == person.get_username() and row[3]]
    last = max(mine, key=lambda row: (row[5], row[3]), default=None)
    return tallies, Decided(last[3], last[4], last[1]) if last else None


def _busiest(tally: Tally) -> tuple[int, str]:
    return -tally.total, tally.by

"""Problems that are the same as one that is being written, or nearly."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import OperationalError, connection, transaction
from django.db.models import OuterRef, QuerySet, Subquery

from problems.models import Problem, Statement, fingerprint_of, fold

#: From this likeness on (of the words with those of another problem) a sentence is nearly the same.
_ALIKE = 0.85
#: Sentences of fewer letters are like too many.
_SHORTEST = 8
#: At most so many are told.
_MOST = 4
#: Milliseconds that the search may take; nobody waits for more.
_PATIENCE = 300


@dataclass(frozen=True, slots=True)
class Twin:
    """Another problem: ``same`` its statements are the very same; else its sentences are nearly."""

    id: uuid.UUID
    status: str
    sentence: str
    same: bool


def twins(texts: Sequence[str], *, correct: str, but: uuid.UUID | None = None) -> list[Twin]:
    """Problems with the same statements, which keep this one from being saved, then those like it.

    ``texts``: of all statements; ``correct``: of the correct one, empty for none; ``but``: the problem
    itself.
    """
    others = Problem.objects.exclude(id=but) if but else Problem.objects.all()
    same = _found(
        others.filter(fingerprint=fingerprint_of(texts)).exclude(status=Problem.Status.RETIRED),
        same=True,
    )
    known = {one.id for one in same}
    return [*same, *(one for one in _alike(others, fold(correct)) if one.id not in known)]


def _alike(others: QuerySet[Problem], sentence: str) -> list[Twin]:
    """Those where the sentence, or nearly the same, is found; none when the search takes too long."""
    if len(sentence) < _SHORTEST:
        return []
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL pg_trgm.word_similarity_threshold = {_ALIKE}")
            cursor.execute(f"SET LOCAL statement_timeout = {_PATIENCE}")
            found = _with_sentence(others, sentence)
            cursor.execute("SET LOCAL statement_timeout = DEFAULT")
            cursor.execute("SET LOCAL pg_trgm.word_similarity_threshold = DEFAULT")
            return found
    except OperationalError:  # the timeout; a lost connection shows at the next query
        return []


def _with_sentence(others: QuerySet[Problem], sentence: str) -> list[Twin]:
    """Those that have the very sentence; where there are none, those that have one like it."""
    very = _found(others.filter(search_text__contains=sentence)[:_MOST], same=False)
    if very:
        return very
    near = (
        others.filter(search_text__trigram_word_similar=sentence)
        .annotate(likeness=TrigramWordSimilarity(sentence, "search_text"))
        .order_by("-likeness", "-id")
    )
    return _found(near[:_MOST], same=False)


def _found(rows: QuerySet[Problem], *, same: bool) -> list[Twin]:
    correct = Statement.objects.filter(problem=OuterRef("pk"), is_correct=True)
    found = rows.annotate(_correct=Subquery(correct.values("content")[:1]))
    return [
        Twin(key, status, sentence or "", same)
        for key, status, sentence in found.values_list("id", "status", "_correct")
    ]

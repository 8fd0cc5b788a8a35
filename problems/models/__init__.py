"""What is served: problems with their statements, the tables of the serving order, what came back
and what people changed."""

from __future__ import annotations

from problems.models.exchange import ProblemImport
from problems.models.feedback import (
    MAX_CLOSING_WORD,
    MAX_COMMENT_LENGTH,
    MAX_COMMENTS,
    Answer,
    PickCount,
    Report,
    ReportQuerySet,
)
from problems.models.history import MAX_REASON_LENGTH, ProblemEvent
from problems.models.problem import (
    MAX_STATEMENTS,
    MAX_TAG_LENGTH,
    MIN_STATEMENTS,
    Problem,
    ProblemQuerySet,
    Statement,
    fingerprint_of,
    fold,
)
from problems.models.review import ReviewClaim, ReviewRound
from problems.models.serving import ServeBucket, ServeCell, ServeCycle, ServeState, ServeTerm

__all__ = [
    "MAX_CLOSING_WORD",
    "MAX_COMMENTS",
    "MAX_COMMENT_LENGTH",
    "MAX_REASON_LENGTH",
    "MAX_STATEMENTS",
    "MAX_TAG_LENGTH",
    "MIN_STATEMENTS",
    "Answer",
    "PickCount",
    "Problem",
    "ProblemEvent",
    "ProblemImport",
    "ProblemQuerySet",
    "Report",
    "ReportQuerySet",
    "ReviewClaim",
    "ReviewRound",
    "ServeBucket",
    "ServeCell",
    "ServeCycle",
    "ServeState",
    "ServeTerm",
    "Statement",
    "fingerprint_of",
    "fold",
]

"""What is served: problems with their statements, the tables of the serving order, what came back."""

from __future__ import annotations

from problems.models.feedback import (
    MAX_COMMENT_LENGTH,
    MAX_COMMENTS,
    Answer,
    PickCount,
    Report,
    ReportQuerySet,
)
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
from problems.models.serving import ServeBucket, ServeCell, ServeCycle, ServeState, ServeTerm

__all__ = [
    "MAX_COMMENTS",
    "MAX_COMMENT_LENGTH",
    "MAX_STATEMENTS",
    "MAX_TAG_LENGTH",
    "MIN_STATEMENTS",
    "Answer",
    "PickCount",
    "Problem",
    "ProblemQuerySet",
    "Report",
    "ReportQuerySet",
    "ServeBucket",
    "ServeCell",
    "ServeCycle",
    "ServeState",
    "ServeTerm",
    "Statement",
    "fingerprint_of",
    "fold",
]

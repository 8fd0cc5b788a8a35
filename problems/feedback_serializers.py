"""The contract's shapes of answers, reports and statistics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from problems.models import MAX_COMMENT_LENGTH, MAX_STATEMENTS, Report
from quizservice.api import StrictSerializer

#: The largest number of milliseconds that is stored; about 24 days.
_MAX_ELAPSED = 2**31 - 1


class AnswerBody(StrictSerializer):
    """Which statement a learner picked: by its id or by its place."""

    statement_id = serializers.UUIDField(required=False, allow_null=True)
    index = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=MAX_STATEMENTS - 1,
        help_text="Place of the statement, counted from 0, in place of `statement_id`.",
    )
    learner = serializers.CharField(
        required=False,
        allow_null=True,
        max_length=128,
        trim_whitespace=False,
        help_text="Any text by which the app knows a learner, so that first attempts are told from "
        "later ones. Only a keyed hash is kept, which differs from API key to API key.",
    )
    elapsed_ms = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=_MAX_ELAPSED,
        help_text="Milliseconds from showing the problem to the pick.",
    )

    def clashes(self, data: Mapping[str, Any]) -> dict[str, serializers.ErrorDetail]:
        """Unless exactly one of ``statement_id`` and ``index`` is given: both names."""
        names = ("statement_id", "index")
        given = [name for name in names if data.get(name) is not None]
        if len(given) == 1:
            return {}
        said, code = (
            ("Give one of statement_id and index, not both.", "clash")
            if given
            else ("Give statement_id or index.", "required")
        )
        return dict.fromkeys(names, serializers.ErrorDetail(said, code=code))


class JudgedSerializer(serializers.Serializer):
    """What an answer was."""

    correct = serializers.BooleanField()
    correct_answer_index = serializers.IntegerField(
        allow_null=True, help_text="Null only in a draft that has no correct statement yet."
    )
    explanation = serializers.CharField(
        allow_null=True, help_text="Why the picked statement is wrong; null when it is right."
    )
    translation = serializers.CharField(
        allow_null=True, help_text="Of the correct statement; null where the problem has none."
    )


class ReportBody(StrictSerializer):
    reason = serializers.ChoiceField(choices=Report.Reason.values)
    comment = serializers.CharField(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=MAX_COMMENT_LENGTH,
        help_text="For the people who look after the problems.",
    )


class ReportSerializer(serializers.ModelSerializer):
    """A report as it stands. The same key, problem and reason again count up `times` while it is open."""

    report_id = serializers.UUIDField(source="id")
    problem_id = serializers.UUIDField()

    class Meta:
        model = Report
        fields = ["report_id", "problem_id", "reason", "times", "created_at", "last_reported_at"]


class IntervalSerializer(serializers.Serializer):
    low = serializers.FloatField(min_value=0, max_value=1)
    high = serializers.FloatField(min_value=0, max_value=1)


class PicksSerializer(serializers.Serializer):
    statement_id = serializers.UUIDField()
    index = serializers.IntegerField(
        allow_null=True, help_text="Null when the problem has the statement no more."
    )
    is_correct = serializers.BooleanField(allow_null=True, help_text="As it is now.")
    picks = serializers.IntegerField()


class StatisticsSerializer(serializers.Serializer):
    """How a problem does, by first answers, each as it was judged when it came."""

    served_count = serializers.IntegerField()
    last_served_at = serializers.DateTimeField(allow_null=True)
    answered = serializers.IntegerField(
        help_text="First attempts: of each learner one, and every answer without a learner."
    )
    correct = serializers.IntegerField()
    correct_share = serializers.FloatField(
        allow_null=True, min_value=0, max_value=1, help_text="Null before the first answer."
    )
    correct_share_interval = IntervalSerializer(
        allow_null=True,
        help_text="Wilson's 95 % interval of the share; null before the first answer.",
    )
    picks = PicksSerializer(many=True)

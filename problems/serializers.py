"""The contract's shapes of problems and their statements."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from problems.models import MAX_TAG_LENGTH, Problem, Statement
from quizservice.api import ListParam, StrictSerializer
from verbs.french.vocabulary import TENSE_ALIASES, Focus, Level, Tense


class TenseField(serializers.ChoiceField):
    """A tense of the vocabulary; ``future_simple`` is read as ``futur_simple``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[tense.value for tense in Tense], **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        alias = TENSE_ALIASES.get(data) if isinstance(data, str) else None
        return super().to_internal_value(alias.value if alias else data)


class FilterParams(StrictSerializer):
    """Which problems: values of one parameter mean OR, parameters mean AND."""

    grammatical_focus = ListParam(
        child=serializers.ChoiceField(choices=[focus.value for focus in Focus])
    )
    tenses_used = ListParam(child=TenseField())
    topic_tags = ListParam(child=serializers.CharField(max_length=MAX_TAG_LENGTH))
    # any word: a language that no problem has matches nothing
    target_language_code = ListParam(child=serializers.CharField(max_length=50))
    level = ListParam(child=serializers.ChoiceField(choices=[level.value for level in Level]))


class DrawParams(FilterParams):
    include_metadata = serializers.BooleanField(
        default=False, help_text="Also give metadata, source statements and the generation trace."
    )


class StatementSerializer(serializers.ModelSerializer):
    class Meta:
        model = Statement
        fields = ["id", "content", "is_correct", "translation", "explanation", "error_type"]
        read_only_fields = fields


class ProblemSerializer(serializers.ModelSerializer):
    """A problem. The last three fields are null unless metadata are asked for."""

    statements = StatementSerializer(many=True, read_only=True)
    correct_answer_index = serializers.SerializerMethodField()
    metadata = serializers.SerializerMethodField()
    source_statement_ids = serializers.SerializerMethodField()
    generation_trace = serializers.SerializerMethodField()

    class Meta:
        model = Problem
        fields = [
            "id",
            "problem_type",
            "title",
            "instructions",
            "statements",
            "correct_answer_index",
            "target_language_code",
            "topic_tags",
            "grammatical_focus",
            "tenses_used",
            "level",
            "created_at",
            "updated_at",
            "source_statement_ids",
            "metadata",
            "generation_trace",
        ]
        read_only_fields = fields

    def get_correct_answer_index(self, problem: Problem) -> int | None:
        """Place of the correct statement, counted from 0."""
        return next(
            (n for n, statement in enumerate(problem.statements.all()) if statement.is_correct),
            None,
        )

    def get_source_statement_ids(self, problem: Problem) -> list[str] | None:
        return [str(one) for one in problem.source_statement_ids] if self._with_metadata else None

    def get_metadata(self, problem: Problem) -> dict[str, Any] | None:
        return problem.metadata if self._with_metadata else None

    def get_generation_trace(self, problem: Problem) -> dict[str, Any] | None:
        return problem.generation_trace if self._with_metadata else None

    @property
    def _with_metadata(self) -> bool:
        return bool(self.context.get("include_metadata"))

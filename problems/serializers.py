"""The contract's shapes of problems and their statements."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from rest_framework import serializers

from problems.listing import ORDERINGS, SEARCHABLE
from problems.models import MAX_TAG_LENGTH, Problem, Statement, fold
from problems.pool import Filters
from quizservice.api import ListParam, StrictSerializer
from quizservice.paging import PageParams
from verbs.french.vocabulary import TENSE_ALIASES, ErrorType, Focus, Level, Tense


class TenseField(serializers.ChoiceField):
    """A tense of the vocabulary; ``future_simple`` is read as ``futur_simple``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[tense.value for tense in Tense], **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        alias = TENSE_ALIASES.get(data) if isinstance(data, str) else None
        return super().to_internal_value(alias.value if alias else data)


class FilterParams(StrictSerializer):
    """Which problems: values of one parameter mean OR, parameters mean AND.

    Validated, the filters are one value, ``filters``.
    """

    grammatical_focus = ListParam(
        child=serializers.ChoiceField(choices=[focus.value for focus in Focus]),
        help_text="What the problem is about.",
    )
    tenses_used = ListParam(
        child=TenseField(),
        help_text="A tense of its statements; `future_simple` is read as `futur_simple`.",
    )
    topic_tags = ListParam(
        child=serializers.CharField(max_length=MAX_TAG_LENGTH),
        help_text="A tag, in the case it is written in.",
    )
    # any word: a language that no problem has matches nothing
    target_language_code = ListParam(
        child=serializers.CharField(max_length=50),
        help_text="The language of translations and explanations: `eng` or `fra`.",
    )
    level = ListParam(
        child=serializers.ChoiceField(choices=[level.value for level in Level]),
        help_text="A level of the CEFR.",
    )
    verb = ListParam(
        child=serializers.CharField(max_length=100),
        help_text="The correct sentence's verb, in any case: `se laver` or `laver`, which differ.",
    )
    error_type = ListParam(
        child=serializers.ChoiceField(choices=[error.value for error in ErrorType]),
        help_text="An error that one of the wrong statements has.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = {field.name: attrs.pop(field.name, ()) for field in fields(Filters)}
        return {**attrs, "filters": Filters(**given)}


def _include_metadata() -> serializers.BooleanField:
    return serializers.BooleanField(
        default=False, help_text="Also give metadata, source statements and the generation trace."
    )


class DrawParams(FilterParams):
    include_metadata = _include_metadata()
    reveal = serializers.BooleanField(
        default=True,
        help_text="`false`: nothing in the answer tells which statement is right. "
        "`correct_answer_index`, `is_correct`, `explanation` and `translation` are left out; "
        "`error_type` and, whatever `include_metadata` says, the metadata are null; `tenses_used` "
        "is empty where the tense is the question, and `topic_tags` always (they are the correct "
        "sentence's).",
    )
    count = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=50,
        help_text="How many different problems to draw at once. Given, the answer is "
        "`{results: [...]}`, with fewer if fewer match.",
    )


class ProblemParams(StrictSerializer):
    include_metadata = _include_metadata()


class ProblemListParams(FilterParams, PageParams):
    search = serializers.CharField(
        required=False,
        max_length=200,
        help_text="Words that all occur in the statements, the title or the tags; accents and case "
        f"do not matter. One of them has {SEARCHABLE} letters or more.",
    )
    ordering = serializers.ChoiceField(
        required=False, choices=list(ORDERINGS), help_text="Newest first unless it says otherwise."
    )
    include_metadata = _include_metadata()
    status = ListParam(
        child=serializers.ChoiceField(choices=list(Problem.Status.values)),
        help_text="For keys with the scope `admin`; only live problems unless it says otherwise.",
    )

    def validate_search(self, text: str) -> str:
        if all(len(word) < SEARCHABLE for word in fold(text).split()):
            raise serializers.ValidationError(
                f"One of the words must have {SEARCHABLE} letters or more.", code="too_short"
            )
        return text


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


class DrawnStatementSerializer(StatementSerializer):
    """A statement. With ``reveal=false`` some fields are left out."""

    is_correct = serializers.BooleanField(required=False)
    translation = serializers.CharField(required=False, allow_null=True)
    explanation = serializers.CharField(required=False, allow_null=True)


class DrawnProblemSerializer(ProblemSerializer):
    """A problem that was drawn. With ``reveal=false`` nothing tells which statement is right."""

    statements = DrawnStatementSerializer(many=True)
    correct_answer_index = serializers.IntegerField(required=False)  # type: ignore[assignment]


class DrawnProblemsSerializer(serializers.Serializer):
    """Several problems that were drawn at once, each different."""

    results = DrawnProblemSerializer(many=True)


class ProblemPageSerializer(serializers.Serializer):
    """Problems, and the way to more of them."""

    count = serializers.IntegerField(allow_null=True, help_text="Null above 10,000.")
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = ProblemSerializer(many=True)

"""The contract's shapes of orders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

import verbs.services
from generation import services, tags
from generation.models import GenerationRequest
from generation.planning import Constraints
from generation.services import Order
from problems.serializers import ProblemSerializer, TenseField
from quizservice.api import ListParam, StrictSerializer
from quizservice.paging import PageParams
from verbs.french.vocabulary import ErrorType, Focus, Language, Level, Tense


def _word(words: Any, **kwargs: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=[word.value for word in words], **kwargs)


def _flag() -> serializers.BooleanField:
    return serializers.BooleanField(required=False, allow_null=True, default=None)


class ConstraintsBody(StrictSerializer):
    """What every problem must meet. Several values of one constraint mean "one of these"."""

    grammatical_focus = serializers.ListField(child=_word(Focus), required=False, max_length=20)
    verb_infinitives = serializers.ListField(
        child=serializers.CharField(max_length=50),
        required=False,
        max_length=50,
        help_text="Bind every statement.",
    )
    tenses_used = serializers.ListField(child=TenseField(), required=False, max_length=20)
    error_types = serializers.ListField(child=_word(ErrorType), required=False, max_length=20)
    level = _word(Level, required=False, allow_null=True)
    includes_negation = _flag()
    includes_cod = _flag()
    includes_coi = _flag()

    def validate_verb_infinitives(self, texts: list[str]) -> list[str]:
        # ordering refuses these, too; here they are named together with all other wrong fields
        if unknown := verbs.services.canonical_infinitives(texts)[1]:
            raise serializers.ValidationError(
                f"Unknown verbs: {', '.join(unknown)}.", code="unknown_verb"
            )
        return texts


def _topic_tag(tag: str) -> None:
    if said := tags.objection(tag):
        raise serializers.ValidationError(said, code="invalid")


class GenerateBody(StrictSerializer):
    count = serializers.IntegerField(min_value=1, max_value=1000, default=1)
    statement_count = serializers.IntegerField(min_value=2, max_value=6, default=4)
    target_language_code = _word(Language, default=Language.ENGLISH.value)
    topic_tags = serializers.ListField(
        child=serializers.CharField(max_length=50, validators=[_topic_tag]),
        required=False,
        max_length=20,
        help_text="Labels to filter by, without commas and invisible characters; upper and lower "
        "case differ. A model takes them for what the sentences are about, never for instructions.",
    )
    priority = serializers.ChoiceField(
        choices=GenerationRequest.Priority.values,
        required=False,
        help_text="Interactive up to 20 problems, else bulk, unless it is given.",
    )
    focus = _word(Focus, required=False, allow_null=True)
    constraints = ConstraintsBody(required=False)

    def clashes(self, data: Mapping[str, Any]) -> dict[str, serializers.ErrorDetail]:
        """A focus that the constraints exclude."""
        focus, constraints = data.get("focus"), data.get("constraints")
        allowed = constraints.get("grammatical_focus") if isinstance(constraints, Mapping) else None
        if focus is None or not isinstance(allowed, list) or not allowed or focus in allowed:
            return {}
        said = "is none of constraints.grammatical_focus"
        return {"focus": serializers.ErrorDetail(said, code="clash")}


def order_from(body: dict[str, Any]) -> Order:
    """The order that a validated body describes."""
    given = body.get("constraints", {})
    focuses = [body["focus"]] if body.get("focus") else given.get("grammatical_focus", [])
    return Order(
        count=body["count"],
        statement_count=body["statement_count"],
        language=Language(body["target_language_code"]),
        topic_tags=tuple(dict.fromkeys(body.get("topic_tags", []))),
        priority=body.get("priority"),
        constraints=Constraints(
            focuses=tuple(dict.fromkeys(map(Focus, focuses))),
            verbs=tuple(dict.fromkeys(given.get("verb_infinitives", []))),
            tenses=tuple(dict.fromkeys(map(Tense, given.get("tenses_used", [])))),
            error_types=tuple(dict.fromkeys(map(ErrorType, given.get("error_types", [])))),
            level=Level(given["level"]) if given.get("level") else None,
            negation=given.get("includes_negation"),
            cod=given.get("includes_cod"),
            coi=given.get("includes_coi"),
        ),
    )


class AcceptedSerializer(serializers.Serializer):
    request_id = serializers.UUIDField()
    message = serializers.CharField()
    count = serializers.IntegerField()


class GenerationRequestSerializer(serializers.ModelSerializer):
    """An order and what has come of it."""

    request_id = serializers.UUIDField(source="id")
    entity_type = serializers.SerializerMethodField()
    error_message = serializers.SerializerMethodField()
    entities = ProblemSerializer(
        many=True,
        required=False,
        help_text="The problems made so far that are live; with the admin scope all of them.",
    )
    tokens = serializers.IntegerField(
        help_text="Tokens that models were paid for so far, also for what failed, was rejected or "
        "judged; the grammar engine needs none."
    )
    estimated_cost = serializers.FloatField(
        source="cost",
        help_text="In US dollars, by the prices that the service was told; the tokens of a model "
        "without a price are not in it.",
    )

    class Meta:
        model = GenerationRequest
        fields = [
            "request_id",
            "entity_type",
            "status",
            "priority",
            "requested_at",
            "started_at",
            "completed_at",
            "requested_count",
            "generated_count",
            "failed_count",
            "rejected_count",
            "constraints",
            "error_message",
            "entities",
            "tokens",
            "estimated_cost",
        ]

    def get_entity_type(self, request: GenerationRequest) -> str:
        return "problem"

    def get_error_message(self, request: GenerationRequest) -> str:
        """Why problems are missing or wait, with how many for each reason; empty when none is."""
        return services.what_went_wrong(request)


class ListedRequestSerializer(GenerationRequestSerializer):
    """An order in a list: without the problems made.

    The context's ``said`` has the error message of each order of the list, by its id.
    """

    entities = None  # type: ignore[assignment]  # takes the field out

    class Meta(GenerationRequestSerializer.Meta):
        fields = [name for name in GenerationRequestSerializer.Meta.fields if name != "entities"]

    def get_error_message(self, request: GenerationRequest) -> str:
        """Why problems are missing or wait, with how many for each reason; empty when none is."""
        said: dict[Any, str] = self.context["said"]
        return said[request.id]


class RequestPageSerializer(serializers.Serializer):
    count = serializers.IntegerField(allow_null=True, help_text="Null above 10,000.")
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = ListedRequestSerializer(many=True)


class RequestListParams(PageParams):
    status = ListParam(
        child=serializers.ChoiceField(choices=GenerationRequest.Status.values),
        help_text="How it stands with the order.",
    )


class RequestParams(StrictSerializer):
    entities = serializers.BooleanField(default=True, help_text="Also list the problems made.")

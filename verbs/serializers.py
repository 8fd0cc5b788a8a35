"""The contract's shapes of verbs and of what is asked about them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from quizservice.api import ListParam, StrictSerializer
from quizservice.paging import PageParams
from verbs.french.vocabulary import PERSON_NAMES, Auxiliary, Group, Level, Tense
from verbs.models import Verb


class FlagParam(serializers.BooleanField):
    """A query parameter that is true, false or absent; DRF would read an absent one as false."""

    def get_value(self, dictionary: Any) -> Any:
        return dictionary.get(self.field_name, serializers.empty)


def _any_of(words: Any, help_text: str) -> ListParam:
    choices = [word.value for word in words]
    return ListParam(child=serializers.ChoiceField(choices=choices), help_text=help_text)


class VerbFilters(StrictSerializer):
    """Which verbs; several values of one filter mean any of them."""

    search = serializers.CharField(
        required=False,
        max_length=50,
        help_text="Beginning of the infinitive; accents and case do not matter.",
    )
    classification = _any_of(Group, "The group of its conjugation.")
    auxiliary = _any_of(Auxiliary, "Of its compound tenses.")
    level = _any_of(Level, "The level of the CEFR at which it is met.")
    reflexive = FlagParam(required=False, help_text="Whether it is a verb with `se`.")
    can_have_cod = FlagParam(required=False, help_text="Whether it can have a direct object.")
    can_have_coi = FlagParam(required=False, help_text="Whether it can have an indirect object.")


class VerbListParams(VerbFilters, PageParams):
    """Which verbs, and which page of them."""


class ReadingParams(StrictSerializer):
    """Which reading of an infinitive."""

    reflexive = FlagParam(
        required=False, help_text="True: se laver; false: laver. Absent: the commoner."
    )


class VerbSerializer(serializers.ModelSerializer):
    class Meta:
        model = Verb
        fields = [
            "id",
            "infinitive",
            "auxiliary",
            "reflexive",
            "target_language_code",
            "translation",
            "past_participle",
            "present_participle",
            "classification",
            "is_irregular",
            "can_have_cod",
            "can_have_coi",
            "prepositions",
            "level",
            "frequency_rank",
            "created_at",
            "updated_at",
            "last_used_at",
        ]
        read_only_fields = fields


class VerbPageSerializer(serializers.Serializer):
    count = serializers.IntegerField(allow_null=True, help_text="Null above 10,000.")
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = VerbSerializer(many=True)


class FoundVerbSerializer(VerbSerializer):
    alternatives = VerbSerializer(
        many=True, help_text="Other readings of the infinitive, the commoner first."
    )

    class Meta(VerbSerializer.Meta):
        fields = [*VerbSerializer.Meta.fields, "alternatives"]
        read_only_fields = fields


class TenseFormsSerializer(serializers.Serializer):
    """The forms of one tense without subject pronoun; null where none exists."""

    tense = serializers.ChoiceField(choices=[tense.value for tense in Tense])

    def get_fields(self) -> dict[str, Any]:
        persons = {name: serializers.CharField(allow_null=True) for name in PERSON_NAMES.values()}
        return {**super().get_fields(), **persons}


class ConjugatedVerbSerializer(VerbSerializer):
    conjugations = TenseFormsSerializer(many=True)

    class Meta(VerbSerializer.Meta):
        fields = [*VerbSerializer.Meta.fields, "conjugations"]
        read_only_fields = fields

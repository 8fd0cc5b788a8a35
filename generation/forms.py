"""The order form of the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from generation.models import GenerationRequest
from generation.planning import Constraints
from generation.services import Order
from generation.tags import objection as topic_tag_objection
from generation.writers.registry import get_writer, offered
from quizservice.errors import Unprocessable
from verbs.french.vocabulary import FOCUS_ERRORS, ErrorType, Focus, Language, Level, Tense

MAX_COUNT = 1000
_ANY = [("", "any")]
_YES_NO = [("", "either"), ("yes", "yes"), ("no", "no")]


def _choices(words: Any) -> list[tuple[str, str]]:
    return [(word.value, word.value.replace("_", " ")) for word in words]


def _several(label: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="None chosen means any.",
    )


def _flag(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=_YES_NO, required=False, widget=UnfoldAdminSelectWidget
    )


class OrderForm(forms.Form):
    """What a person in the admin may order. ``order()`` is the order when the form is valid."""

    count = forms.IntegerField(
        label="Number of problems",
        min_value=1,
        max_value=MAX_COUNT,
        initial=10,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    grammatical_focus = _several("Grammatical focus")
    tenses_used = _several("Tenses")
    error_types = _several("Error types")
    level = forms.ChoiceField(
        choices=_ANY + _choices(Level), required=False, widget=UnfoldAdminSelectWidget
    )
    verb_infinitives = forms.CharField(
        label="Verbs",
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="Infinitives, separated by commas; every sentence then uses one of them.",
    )
    includes_negation = _flag("Negation in the correct sentence")
    includes_cod = _flag("Direct object in the correct sentence")
    includes_coi = _flag("Indirect object in the correct sentence")
    topic_tags = forms.CharField(
        label="Topic tags",
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="Separated by commas.",
    )
    target_language_code = forms.ChoiceField(
        label="Language of explanations",
        choices=[(Language.ENGLISH.value, "English"), (Language.FRENCH.value, "French")],
        widget=UnfoldAdminSelectWidget,
    )
    priority = forms.ChoiceField(
        choices=[("", "by size"), *GenerationRequest.Priority.choices],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )

    generator = forms.ChoiceField(
        label="Written by",
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text="What a model writes is more varied and costs money; the grammar engine judges it.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer only what one of the writers can write."""
        super().__init__(*args, **kwargs)
        names = offered()
        writers = [get_writer(name) for name in names]
        focuses = dict.fromkeys(focus for writer in writers for focus in writer.focuses)
        for name, choices in (
            ("grammatical_focus", _choices(focuses)),
            ("tenses_used", _choices(dict.fromkeys(t for one in writers for t in one.tenses))),
            ("error_types", _choices(dict.fromkeys(e for f in focuses for e in FOCUS_ERRORS[f]))),
            ("generator", list(names.items())),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        self.fields["generator"].initial = settings.GENERATOR

    def clean_topic_tags(self) -> tuple[str, ...]:
        tags = _listed(self.cleaned_data["topic_tags"])
        if len(tags) > 20 or any(len(tag) > 50 for tag in tags):
            raise forms.ValidationError("At most 20 tags of at most 50 characters.")
        if objections := list(filter(None, map(topic_tag_objection, tags))):
            raise forms.ValidationError(objections)
        return tags

    def clean_verb_infinitives(self) -> tuple[str, ...]:
        return _listed(self.cleaned_data["verb_infinitives"])

    def add_refusal(self, refused: Unprocessable) -> None:
        """Show what the service refused beside the fields that it names."""
        for error in refused.errors:
            name = error.field.removeprefix("constraints.")
            self.add_error(name if name in self.fields else None, error.detail)
        if not refused.errors:
            self.add_error(None, refused.detail)

    def order(self) -> Order:
        data = self.cleaned_data
        return Order(
            count=data["count"],
            language=Language(data["target_language_code"]),
            topic_tags=data["topic_tags"],
            priority=data["priority"] or None,
            generator=data["generator"] or None,
            constraints=Constraints(
                focuses=tuple(map(Focus, data["grammatical_focus"])),
                verbs=data["verb_infinitives"],
                tenses=tuple(map(Tense, data["tenses_used"])),
                error_types=tuple(map(ErrorType, data["error_types"])),
                level=Level(data["level"]) if data["level"] else None,
                negation=_yes_no(data["includes_negation"]),
                cod=_yes_no(data["includes_cod"]),
                coi=_yes_no(data["includes_coi"]),
            ),
        )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _yes_no(text: str) -> bool | None:
    return {"yes": True, "no": False}.get(text)

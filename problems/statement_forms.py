"""The form of the statements of a problem: each a card, one of them the correct one."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from problems import names
from problems.grammar import Edited, objection
from problems.models import Statement
from problems.new_statements import NewStatement, check_statements
from quizservice.errors import Unprocessable
from verbs import cache
from verbs.french.overrides import in_force

#: The name of the group of radio buttons that tell which statement is correct.
CORRECT = "correct"


class CorrectRadio(forms.CheckboxInput):
    """One of the radio buttons, of all statements together, that tell the correct one."""

    input_type = "radio"
    template_name = "django/forms/widgets/input.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> bool:
        prefix, number, _ = name.rsplit("-", 2)
        return bool(data.get(f"{prefix}-{CORRECT}") == number)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        prefix, number, _ = name.rsplit("-", 2)
        context["widget"] |= {"name": f"{prefix}-{CORRECT}", "value": number}
        return context


class PlaceField(forms.IntegerField):
    """Where a statement stands; a blank card that has a place is still blank."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


def _french(rows: int) -> UnfoldAdminTextareaWidget:
    return UnfoldAdminTextareaWidget(
        attrs={"rows": rows, "lang": "fr", "autocapitalize": "sentences", "data-french": ""}
    )


class StatementForm(forms.ModelForm):
    """A statement as a person edits it; what does not belong to one of its kind is dropped."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput())
    place = PlaceField(required=False, min_value=0, label=_("Place"))
    is_correct = forms.BooleanField(
        required=False, label=_("This one is correct"), widget=CorrectRadio()
    )
    content = forms.CharField(
        max_length=500,
        label=_("Sentence"),
        widget=_french(2),
        error_messages={"required": _("Write the sentence, or remove the statement.")},
    )
    translation = forms.CharField(
        required=False,
        max_length=500,
        label=_("Translation"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )
    error_type = forms.ChoiceField(
        required=False,
        label=_("Error"),
        choices=[("", _("Choose the error")), *names.ERRORS.items()],
        widget=UnfoldAdminSelectWidget(),
    )
    explanation = forms.CharField(
        required=False,
        max_length=2000,
        label=_("Explanation for the learner"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "data-french": ""}),
    )
    correction = forms.CharField(
        required=False,
        max_length=500,
        label=_("What would be right there"),
        widget=UnfoldAdminTextInputWidget(attrs={"lang": "fr", "data-french": ""}),
    )
    error_code = forms.CharField(
        required=False,
        max_length=100,
        label=_("Error code"),
        widget=UnfoldAdminTextInputWidget(attrs={"spellcheck": "false"}),
    )
    span_start = forms.IntegerField(
        required=False, min_value=0, label=_("The error begins at character"),
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    span_end = forms.IntegerField(
        required=False, min_value=0, label=_("and ends before"),
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric"}),
    )  # fmt: skip

    class Meta:
        model = Statement
        fields = [
            "is_correct",
            "content",
            "translation",
            "error_type",
            "explanation",
            "error_code",
            "span_start",
            "span_end",
            "correction",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.initial["key"] = self.instance.pk
            self.initial["place"] = self.instance.position

    def clean_content(self) -> str:
        return unicodedata.normalize("NFC", " ".join(self.cleaned_data["content"].splitlines()))

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        wrong = ("error_type", "explanation", "error_code", "span_start", "span_end", "correction")
        for name in wrong if values.get("is_correct") else ("translation",):
            values[name] = None
        for name in (*wrong, "translation"):
            values[name] = None if values.get(name) == "" else values.get(name)
        if not values.get("is_correct") and values.get("content"):
            self._check_error(values)
        return values

    def _check_error(self, values: dict[str, Any]) -> None:
        if not values["error_type"] and "error_type" not in self.errors:
            self.add_error("error_type", gettext("Choose what is wrong in this sentence."))
        if not values["explanation"] and "explanation" not in self.errors:
            self.add_error("explanation", gettext("Explain to the learner what is wrong."))
        start, end = values["span_start"], values["span_end"]
        if (start is None) is not (end is None) or (
            start is not None and not start <= end <= len(values["content"])
        ):
            self.add_error(
                "span_start",
                gettext("The error does not lie inside the sentence: mark it again."),
            )

    def validate_constraints(self) -> None:
        """The formset asks the services, which know the whole problem."""

    def statement(self) -> NewStatement:
        """The statement as the services take it."""
        values = self.cleaned_data
        start, end = values["span_start"], values["span_end"]
        return NewStatement(
            content=values["content"],
            is_correct=values["is_correct"],
            translation=values["translation"],
            explanation=values["explanation"],
            error_type=values["error_type"],
            error_code=values["error_code"],
            span=None if start is None else (start, end),
            correction=values["correction"],
            id=values["key"],
        )


class StatementFormSet(forms.BaseInlineFormSet):
    """The statements of a problem as they were typed, whatever has become of the stored ones meanwhile.

    So no form is bound to a row: each names its statement by ``key``, and new ones have none.
    """

    def initial_form_count(self) -> int:
        return 0 if self.is_bound else super().initial_form_count()

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields.pop(self.fk.name, None)
        if (
            index is None or index >= self.initial_form_count()
        ):  # else the rows to show are found by it
            form.fields.pop("id", None)

    def validate_unique(self) -> None:
        """Statements are compared in ``clean``."""

    def kept(self) -> list[Any]:
        """The forms of statements that stay, in the order of their places."""
        forms_ = [
            form
            for form in self.forms
            if form.cleaned_data.get("content") and not form.cleaned_data.get("DELETE")
        ]
        places = {id(form): number for number, form in enumerate(self.forms)}

        def place(form: Any) -> tuple[int, int]:
            number = places[id(form)]
            given = form.cleaned_data.get("place")
            return (number if given is None else given, number)

        return sorted(forms_, key=place)

    def statements(self) -> list[NewStatement]:
        """The statements as the services take them, in their order."""
        return [form.statement() for form in self.kept()]

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return  # each form says what is wrong with it
        try:
            check_statements(self.statements())
        except Unprocessable as refused:
            raise ValidationError(refused.detail) from None
        if "overrule" not in self.data:
            self._ask_grammar()

    def _ask_grammar(self) -> None:
        """Say under each changed statement what the grammar engine is certain of."""
        stored = {row.pk: _checked(row) for row in self.instance.statements.all()}
        beside = next((one.content for one in self.statements() if one.is_correct), None)
        refused = False
        with in_force(cache.overrides()):
            for form in self.kept():
                edited = _checked(form.statement())
                if stored.get(form.cleaned_data["key"]) == edited:
                    continue
                if reason := objection(edited, beside):
                    form.add_error("content", reason)
                    refused = True
        if refused:
            raise ValidationError(
                gettext(
                    "The grammar check objects. Correct the statement, or tick"
                    " “Save although the grammar check objects”."
                ),
                code="grammar",
            )

    @property
    def objected(self) -> bool:
        """Whether the grammar check is what keeps the statements from being saved."""
        return self.is_bound and any(
            error.code == "grammar" for error in self.non_form_errors().as_data()
        )


def _checked(statement: Statement | NewStatement) -> Edited:
    """What the grammar check reads of a statement."""
    return replace(Edited.of(statement), explanation=None)

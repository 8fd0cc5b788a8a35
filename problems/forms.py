"""Editing the statements of a problem in the admin: what is wrong is said in a sentence."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from problems.grammar import Edited, objection
from problems.models import MAX_STATEMENTS, MIN_STATEMENTS, Problem, Statement
from verbs import cache
from verbs.french.overrides import in_force


class ProblemForm(forms.ModelForm):
    """A problem as a person edits it."""

    overrule = forms.BooleanField(
        required=False,
        label="Save although the grammar check objects",
        help_text="The check speaks only of statements that you changed, and only where it is certain.",
    )

    class Meta:
        model = Problem
        exclude: tuple[str, ...] = ()


class StatementForm(forms.ModelForm):
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

    def validate_constraints(self) -> None:
        """Check each row by itself.

        How rows go together is the formset's concern: against the database a row would be compared with
        what the others were before this edit.
        """
        for constraint in Statement._meta.constraints:
            if isinstance(constraint, models.CheckConstraint):
                try:
                    constraint.validate(Statement, self.instance)
                except ValidationError as refused:
                    self.add_error(None, refused)


#: What the grammar check reads of a statement.
_CHECKED = {"content", "is_correct", "error_type", "span_start", "span_end", "correction"}


def _edited(values: dict[str, Any]) -> Edited:
    start, end = values.get("span_start"), values.get("span_end")
    return Edited(
        values["content"],
        bool(values["is_correct"]),
        values.get("error_type"),
        None if start is None or end is None else (start, end),
        values.get("correction"),
    )


class StatementFormSet(forms.BaseInlineFormSet):
    """The statements of a problem, as a whole and before the grammar engine."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return  # each form says what is wrong with it
        kept: list[dict[str, Any]] = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data.get("content") and not form.cleaned_data.get("DELETE")
        ]
        correct = sum(bool(values["is_correct"]) for values in kept)
        if correct != 1:
            raise ValidationError(
                f"Exactly one statement must be marked as correct; now there are {correct}."
            )
        if not MIN_STATEMENTS <= len(kept) <= MAX_STATEMENTS:
            raise ValidationError(
                f"A problem has {MIN_STATEMENTS} to {MAX_STATEMENTS} statements; "
                f"now there are {len(kept)}."
            )
        if "overrule" not in self.data:
            self._ask_grammar()

    def _ask_grammar(self) -> None:
        """Say under each changed statement what the grammar engine is certain of."""
        refused = False
        for form in self.forms:
            values = form.cleaned_data
            if values.get("DELETE") or not values.get("content"):
                continue
            if not _CHECKED.intersection(form.changed_data):
                continue
            with in_force(cache.overrides()):
                reason = objection(_edited(values))
            if reason:
                form.add_error("content", reason)
                refused = True
        if refused:
            raise ValidationError(
                "The grammar check objects. Correct the statement, or tick"
                " “Save although the grammar check objects”."
            )

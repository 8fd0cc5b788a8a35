"""Editing the statements of a problem in the admin: what is wrong is said in a sentence."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from problems.models import MAX_STATEMENTS, MIN_STATEMENTS, Statement


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


class StatementFormSet(forms.BaseInlineFormSet):
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

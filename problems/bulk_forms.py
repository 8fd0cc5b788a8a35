"""What is asked before many problems are changed at once."""

from __future__ import annotations

import csv
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from problems.models import MAX_REASON_LENGTH, MAX_TAG_LENGTH
from verbs.french.vocabulary import Level


class TagsField(forms.CharField):
    """Tags between commas; one that has a comma itself stands in double quotes."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 1000)
        super().__init__(required=False, **kwargs)

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        found = [tag.strip() for row in csv.reader([text], skipinitialspace=True) for tag in row]
        for tag in found:
            if len(tag) > MAX_TAG_LENGTH:
                raise forms.ValidationError(
                    gettext("“%(tag)s” is too long: a tag has at most %(most)d characters.")
                    % {"tag": tag, "most": MAX_TAG_LENGTH}
                )
        return list(dict.fromkeys(filter(None, found)))


class ReasonForm(forms.Form):
    """A reason that may be left out."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=MAX_REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept in the history of each problem, for colleagues to read. May be empty."),
    )


class RetireForm(ReasonForm):
    """A reason that must be given."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Why they shall not be served any more. Kept in the history of each problem."),
        error_messages={"required": _("Say why the problems are retired.")},
    )


class TagsForm(forms.Form):
    add = TagsField(label=_("Tags to add"), help_text=_("Separated by commas: food, travel"))
    remove = TagsField(label=_("Tags to take away"), help_text=_("Separated by commas."))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not values.get("add") and not values.get("remove"):
            raise forms.ValidationError(gettext("Name at least one tag to add or to take away."))
        return values


class LevelForm(forms.Form):
    level = forms.ChoiceField(
        label=_("Level"),
        choices=[(level.value, level.value) for level in Level],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a level.")},
    )

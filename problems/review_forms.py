"""What comes with the address and the buttons of the review queue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from problems import names
from problems.decisions import Seen
from problems.review import Wanted
from verbs.french.vocabulary import Level

#: The longest words of one's own, in characters: with a usual reason before them they fit a report.
MAX_WORDS = 400
#: The choice of a reason that goes with words of one's own alone.
OTHER = "other"

#: Usual reasons to reject or retire a problem, as they stand in its history.
REASONS = {
    "wrong": _("The sentence that is marked as correct is not."),
    "several": _("More than one sentence is correct."),
    "unnatural": _("Nobody would say it like this."),
    "explanation": _("An explanation or a translation is wrong."),
    "level": _("It does not fit its level or its focus."),
    "duplicate": _("There is another one like it."),
    "offensive": _("It is not suitable for learners."),
    OTHER: _("Something else:"),
}
#: What usually comes of reports of a problem that stays.
OUTCOMES = {
    "right": _("Checked: it is right as it is."),
    "corrected": _("Corrected; thank you."),
    "taste": _("It is right, if not to everybody's taste."),
    OTHER: _("Something else:"),
}


class FilterForm(forms.Form):
    """The filters of the queue, all optional."""

    focus = forms.ChoiceField(
        label=_("Focus"), required=False, choices=[("", _("All")), *names.FOCUSES.items()]
    )
    tense = forms.ChoiceField(
        label=_("Tense"), required=False, choices=[("", _("All")), *names.TENSES.items()]
    )
    level = forms.ChoiceField(
        label=_("Level"),
        required=False,
        choices=[("", _("All")), *[(level.value, level.value) for level in Level]],
    )
    language = forms.ChoiceField(
        label=_("Language of explanations"),
        required=False,
        choices=[("", _("All")), *names.LANGUAGES.items()],
    )
    source = forms.ChoiceField(
        label=_("Written by"),
        required=False,
        choices=[
            ("", _("All")),
            *[(value or "person", name) for value, name in names.SOURCES.items()],
        ],
    )
    reported = forms.BooleanField(label=_("Only what learners reported"), required=False)

    def wanted(self) -> Wanted:
        """What is asked for; a filter that does not exist is left out, ``errors`` names it."""
        self.is_valid()
        return Wanted(**self.cleaned_data)

    def chosen(self) -> list[tuple[str, str]]:
        """Of each filter that is set: what it says, and the address's query without it."""
        wanted = self.wanted()
        found = []
        for name, value in wanted.given():
            rest = {key: one for key, one in wanted.given() if key != name}
            field = self.fields[name]
            choices: dict[Any, Any] = {}
            if isinstance(field, forms.ChoiceField):
                choices = dict(list(field.choices))  # type: ignore[arg-type]
            said = f"{field.label}: {choices[value]}" if choices else str(field.label)
            found.append((said, Wanted(**rest).query()))  # type: ignore[arg-type]
        return found


class DecisionForm(forms.Form):
    """A decision on a problem as it was shown."""

    problem = forms.UUIDField()
    updated_at = forms.DateTimeField()
    reported_at = forms.DateTimeField(required=False)

    def seen(self) -> Seen:
        return Seen(self.cleaned_data["updated_at"], self.cleaned_data["reported_at"])


class _WordsForm(DecisionForm):
    """A decision with a usual reason, words of one's own, or both."""

    usual: dict[str, Any] = {}
    likely = ""  # what is chosen beforehand
    reason = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(self.usual.items())
        field.initial = self.likely

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("reason") == OTHER and not cleaned.get("words"):
            self.add_error("words", _("Say it in a few words."))
        return cleaned

    def said(self) -> str:
        """The reason as it is kept: the usual one, the words, or one after the other."""
        chosen, words = self.cleaned_data["reason"], self.cleaned_data["words"].strip()
        usual = "" if chosen == OTHER else str(self.usual[chosen])
        return f"{usual} {words}".strip()


class RejectForm(_WordsForm):
    usual = REASONS


class KeepForm(_WordsForm):
    usual = OUTCOMES
    likely = "right"

"""The form of a problem: what is wrong is said in a sentence, and nothing that was typed is lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from problems import names
from problems.changes import Snapshot, snapshot_of
from problems.models import MAX_REASON_LENGTH, MAX_TAG_LENGTH, Problem
from problems.statement_forms import StatementFormSet
from problems.wording import title_and_instructions
from quizservice.errors import ServiceError
from verbs.french.vocabulary import Level

#: The name of the button that saves over what somebody else changed; its value is what was shown of that.
OVER = "_over"
#: What the form changes of the problem itself.
FIELDS = [
    "title",
    "instructions",
    "grammatical_focus",
    "level",
    "target_language_code",
    "tenses_used",
    "topic_tags",
    "metadata",
]


class TagsField(forms.CharField):
    """Topic tags, one a line: a tag may have commas in it."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = (line.strip() for line in (value or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def validate(self, value: Any) -> None:
        for tag in value:
            if len(tag) > MAX_TAG_LENGTH:
                raise ValidationError(
                    gettext("The tag “%(tag)s” is longer than %(most)d characters.")
                    % {"tag": tag, "most": MAX_TAG_LENGTH}
                )

    def run_validators(self, value: Any) -> None:
        """Those of a text do not fit a list."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class ProblemForm(forms.ModelForm):
    """A problem as a person edits it.

    ``refusal``: why a service refused what was valid here, for the page to say.
    """

    refusal: ServiceError | None = None

    title = forms.CharField(
        required=False,
        max_length=200,
        label=_("Title"),
        help_text=_("Empty: the usual one of its focus."),
        widget=UnfoldAdminTextInputWidget(),
    )
    instructions = forms.CharField(
        required=False,
        max_length=500,
        label=_("Question"),
        help_text=_("What the learner is asked. Empty: the usual one of its focus."),
        widget=UnfoldAdminTextInputWidget(),
    )
    grammatical_focus = forms.ChoiceField(
        label=_("Focus"), choices=list(names.FOCUSES.items()), widget=UnfoldAdminSelectWidget()
    )
    level = forms.ChoiceField(
        label=_("Level"),
        choices=[(level.value, level.value) for level in Level],
        widget=UnfoldAdminSelectWidget(),
    )
    target_language_code = forms.ChoiceField(
        label=_("Language of translations and explanations"),
        choices=list(names.LANGUAGES.items()),
        widget=UnfoldAdminSelectWidget(),
    )
    tenses_used = forms.MultipleChoiceField(
        label=_("Tenses"),
        choices=list(names.TENSES.items()),
        widget=forms.CheckboxSelectMultiple(),
        error_messages={"required": _("Choose at least one tense.")},
    )
    topic_tags = TagsField(
        required=False,
        label=_("Tags"),
        help_text=_("One a line."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )
    metadata = forms.JSONField(
        required=False,
        label=_("Metadata"),
        help_text=_("JSON; “verb_infinitives” names the verb that the problem is found by."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6, "spellcheck": "false"}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput())
    reason = forms.CharField(
        required=False,
        max_length=MAX_REASON_LENGTH,
        label=_("What did you change, and why?"),
        help_text=_("For the history; may stay empty."),
        widget=UnfoldAdminTextInputWidget(),
    )
    overrule = forms.BooleanField(
        required=False,
        label=_("Save although the grammar check objects"),
        help_text=_(
            "The check speaks only of statements that you changed, and only where it is certain."
        ),
    )

    class Meta:
        model = Problem
        fields = FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.initial["seen"] = self.instance.updated_at.isoformat()

    def clean_metadata(self) -> dict[str, Any]:
        value = self.cleaned_data["metadata"] or {}
        if not isinstance(value, dict):
            raise ValidationError(gettext("The metadata are a JSON object: {…}."))
        return value

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if "grammatical_focus" in values and "target_language_code" in values:
            title, question = title_and_instructions(
                values["target_language_code"], values["grammatical_focus"]
            )
            values["title"] = values.get("title") or title
            values["instructions"] = values.get("instructions") or question
        if self.stale:
            raise ValidationError(
                gettext(
                    "Somebody else changed the problem while you edited it. Nothing of yours is lost:"
                    " look at both below, then save yours or take theirs."
                )
            )
        if self.refusal is not None:
            raise ValidationError(self.refusal.detail)
        return values

    @property
    def read_at(self) -> datetime | None:
        """``updated_at`` of what the person has seen: when the page was opened, or of what came since."""
        return parse_datetime(self.data.get(OVER) or self.data.get("seen") or "")

    @property
    def stale(self) -> bool:
        """Whether the problem was changed since."""
        if not self.is_bound or self.instance._state.adding or self.read_at is None:
            return False
        updated_at: datetime = self.instance.updated_at
        return self.read_at != updated_at

    def revision(self) -> dict[str, Any]:
        """The fields as the services take them."""
        return {name: self.cleaned_data[name] for name in FIELDS}


def as_typed(stored: Problem, form: ProblemForm, formset: StatementFormSet) -> Snapshot:
    """What a person would save of a problem, as a snapshot, for comparing it with what is stored.

    What is not valid is as it is stored.
    """
    now = snapshot_of(stored)
    given = {name: form.cleaned_data[name] for name in FIELDS if name in form.cleaned_data}
    statements = now["statements"]
    if not any(formset.errors):
        statements = [one.values() for one in formset.statements()]
    return {**now, **given, "statements": statements}

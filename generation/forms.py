"""The order form of the admin."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generation.clashes import plain
from generation.models import GenerationRequest
from generation.planning import Constraints
from generation.services import Order
from generation.tags import objection as topic_tag_objection
from generation.writers.registry import ASK_A_MODEL, get_writer, models_offered, offered
from problems import names
from problems.names import Name
from quizservice.errors import Unprocessable
from verbs.french.vocabulary import FOCUS_ERRORS, ErrorType, Focus, Language, Level, Tense

MAX_COUNT = 1000
#: Numbers of problems that one click chooses.
USUAL_COUNTS = (10, 25, 50, 100)
#: Fields whose values are several words, in the address and in the form.
SEVERAL = ("grammatical_focus", "tenses_used", "error_types")
_STATEMENTS = range(2, 7)
_USUAL_STATEMENTS = 4
_PRIORITIES = {
    "interactive": gettext_lazy("soon: somebody waits for them"),
    "bulk": gettext_lazy("in bulk: when workers have time"),
}

Choices = list[tuple[str, Name]]


def _called(words: Iterable[Any], called: Mapping[str, Name]) -> Choices:
    return [(str(word), called.get(str(word), str(word))) for word in words]


def _several(label: Any, **kwargs: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, widget=forms.CheckboxSelectMultiple, **kwargs
    )


def _one(label: Any, choices: Choices | None = None, **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices or [], required=False, widget=forms.RadioSelect, **kwargs
    )


def _flag(label: Any) -> forms.ChoiceField:
    either: Choices = [
        ("", gettext_lazy("either")),
        ("yes", gettext_lazy("with")),
        ("no", gettext_lazy("without")),
    ]
    return _one(label, either)


def _text(label: Any, **kwargs: Any) -> forms.CharField:
    attrs = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
    return forms.CharField(
        label=label, required=False, widget=forms.TextInput(attrs), max_length=2000, **kwargs
    )


class OrderForm(forms.Form):
    """What a person in the admin may order. ``order()`` is the order when the form is valid."""

    count = forms.IntegerField(
        label=gettext_lazy("Number of problems"), min_value=1, max_value=MAX_COUNT, initial=10
    )
    grammatical_focus = _several(
        gettext_lazy("Grammatical focus"), help_text=gettext_lazy("None chosen: all in turn.")
    )
    tenses_used = _several(
        gettext_lazy("Tenses"), help_text=gettext_lazy("None chosen: all that fit, in turn.")
    )
    level = _one(gettext_lazy("Level"), [("", gettext_lazy("any")), *_called(Level, {})])
    verb_infinitives = _text(
        gettext_lazy("Verbs"),
        help_text=gettext_lazy(
            "Infinitives, with or without accents, separated by commas. Every sentence then uses "
            "one of them."
        ),
    )
    generator = _one(gettext_lazy("Written by"))
    model = forms.ChoiceField(
        label=gettext_lazy("Model"),
        required=False,
        help_text=gettext_lazy("Of what a model writes; the grammar engine asks none."),
    )
    includes_negation = _flag(gettext_lazy("Negation"))
    includes_cod = _flag(gettext_lazy("Direct object"))
    includes_coi = _flag(gettext_lazy("Indirect object"))
    error_types = _several(
        gettext_lazy("Errors of the wrong sentences"),
        help_text=gettext_lazy("None chosen: all that belong to the focus."),
    )
    topic_tags = _text(
        gettext_lazy("Topic tags"),
        help_text=gettext_lazy("Labels to find them by, separated by commas."),
    )
    target_language_code = _one(
        gettext_lazy("Language of explanations"), _called(Language, names.LANGUAGES)
    )
    statement_count = _one(
        gettext_lazy("Sentences of a problem"),
        [(str(number), str(number)) for number in _STATEMENTS],
        help_text=gettext_lazy("One of them is right."),
    )
    priority = _one(
        gettext_lazy("When"),
        [("", gettext_lazy("by size: up to 20 problems soon")), *_PRIORITIES.items()],
    )
    token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    #: Those that are most often chosen stand first, the rest in a fold.
    USUAL = ("count", "grammatical_focus", "tenses_used", "level", "verb_infinitives")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer only what one of the writers can write."""
        super().__init__(*args, **kwargs)
        writers_offered = offered()
        writers = [get_writer(name) for name in writers_offered]
        focuses = dict.fromkeys(focus for writer in writers for focus in writer.focuses)
        tenses = dict.fromkeys(tense for writer in writers for tense in writer.tenses)
        errors = dict.fromkeys(error for focus in focuses for error in FOCUS_ERRORS[focus])
        usual, *others = models_offered()
        models: Choices = [("", usual), *((name, name) for name in others)]
        self._offer("grammatical_focus", _called(focuses, names.FOCUSES))
        self._offer("tenses_used", _called(tenses, names.TENSES))
        self._offer("error_types", _called(errors, names.ERRORS))
        self._offer("generator", list(writers_offered.items()))
        self._offer("model", models)
        #: Whether there is a choice of writers, and of models.
        self.writers_to_choose = len(writers_offered) > 1
        self.models_to_choose = len(models) > 1 and not set(ASK_A_MODEL).isdisjoint(writers_offered)
        for name, initial in {
            "generator": settings.GENERATOR,
            "target_language_code": Language.ENGLISH.value,
            "statement_count": str(_USUAL_STATEMENTS),
            "token": uuid.uuid4,
        }.items():
            self.fields[name].initial = initial

    def _offer(self, name: str, choices: Choices) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    # --- what the page shows --------------------------------------------------------------------

    def usual(self) -> list[forms.BoundField]:
        """The fields that stand first."""
        first = [*self.USUAL, *(["generator"] if self.writers_to_choose else [])]
        if self.models_to_choose:
            first.append("model")
        return [self[name] for name in first]

    def more(self) -> list[forms.BoundField]:
        """The fields in the fold."""
        first = {field.name for field in self.usual()}
        hidden = {"model", "generator"} | first
        return [field for field in self.visible_fields() if field.name not in hidden]

    def more_in_use(self) -> bool:
        """Whether a field in the fold says something, so that it has to stand open."""
        return any(
            field.errors or field.value() not in (None, "", [], field.field.initial)
            for field in self.more()
        )

    def filled_in(self) -> OrderForm:
        """The form as if it were sent as it is shown now."""
        shown = {field.name: field.value() for field in self}
        return OrderForm({name: value for name, value in shown.items() if value is not None})

    # --- what it says ---------------------------------------------------------------------------

    def clean_topic_tags(self) -> tuple[str, ...]:
        tags = _listed(self.cleaned_data["topic_tags"])
        if len(tags) > 20 or any(len(tag) > 50 for tag in tags):
            raise forms.ValidationError(_("At most 20 tags of at most 50 characters."))
        if objections := list(filter(None, map(topic_tag_objection, tags))):
            raise forms.ValidationError(objections)
        return tags

    def clean_verb_infinitives(self) -> tuple[str, ...]:
        verbs = _listed(self.cleaned_data["verb_infinitives"])
        if len(verbs) > 50:
            raise forms.ValidationError(_("At most 50 verbs."))
        return verbs

    def with_new_token(self) -> OrderForm:
        """The form that was sent, as one that has not made an order yet."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        data["token"] = str(uuid.uuid4())
        return OrderForm(data)

    def add_refusal(self, refused: Unprocessable) -> None:
        """Show what the service refused beside the fields that it names."""
        for error in refused.errors:
            name = error.field.removeprefix("constraints.")
            self.add_error(name if name in self.fields else None, plain(error.detail))
        if not refused.errors:
            self.add_error(None, plain(refused.detail))

    def order(self) -> Order:
        data = self.cleaned_data
        return Order(
            count=data["count"],
            statement_count=int(data["statement_count"] or _USUAL_STATEMENTS),
            language=Language(data["target_language_code"] or Language.ENGLISH),
            topic_tags=data["topic_tags"],
            priority=data["priority"] or None,
            generator=data["generator"] or None,
            model=data["model"],
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


# --- the form and the address -----------------------------------------------------------------------


def prefilled(query: QueryDict) -> dict[str, Any]:
    """Initial values of the form from an address: a repeated parameter is several choices.

    What the form does not have is left out.
    """
    return {
        name: values if name in SEVERAL else ", ".join(values)
        for name, values in query.lists()
        if name in OrderForm.base_fields and name != "token"
    }


def address_of(request: GenerationRequest, *, count: int | None = None) -> str:
    """The query string that fills the form in with an order that was made, for ``count`` or as many."""
    query = QueryDict(mutable=True)
    query["count"] = str(count or request.requested_count)
    for name, value in request.constraints.items():
        if isinstance(value, bool):
            query[name] = "yes" if value else "no"
        else:
            query.setlist(name, value if isinstance(value, list) else [value])
    query.setlist("topic_tags", request.topic_tags)
    query["target_language_code"] = request.target_language_code
    query["statement_count"] = str(request.statement_count)
    query["generator"] = request.generator
    if request.model:
        query["model"] = request.model
    return query.urlencode()


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _yes_no(text: str) -> bool | None:
    return {"yes": True, "no": False}.get(text)

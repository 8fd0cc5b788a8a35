"""What people call the words that problems are described by, in the language of the interface."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from problems.models import Problem
from verbs.french.vocabulary import ErrorType, Focus, Language, Tense

Name = str | Promise

STATUSES: dict[str, Name] = {
    Problem.Status.LIVE.value: _("live"),
    Problem.Status.REVIEW.value: _("in review"),
    Problem.Status.DRAFT.value: _("draft"),
    Problem.Status.RETIRED.value: _("retired"),
}

FOCUSES: dict[str, Name] = {
    Focus.CONJUGATION.value: _("conjugation"),
    Focus.AUXILIARY.value: _("auxiliary"),
    Focus.AGREEMENT.value: _("agreement"),
    Focus.REFLEXIVE.value: _("reflexive verbs"),
    Focus.NEGATION.value: _("negation"),
    Focus.PRONOUNS.value: _("pronouns"),
    Focus.PREPOSITIONS.value: _("prepositions"),
    Focus.DETERMINERS.value: _("determiners"),
    Focus.MOOD_AND_TENSE.value: _("mood and tense"),
}

#: French grammar names its tenses; nobody translates them.
TENSES: dict[str, Name] = {
    Tense.PRESENT.value: "présent",
    Tense.IMPARFAIT.value: "imparfait",
    Tense.PASSE_COMPOSE.value: "passé composé",
    Tense.PLUS_QUE_PARFAIT.value: "plus-que-parfait",
    Tense.FUTUR_SIMPLE.value: "futur simple",
    Tense.CONDITIONNEL.value: "conditionnel",
    Tense.SUBJONCTIF.value: "subjonctif",
    Tense.IMPERATIF.value: "impératif",
    Tense.PASSE_SIMPLE.value: "passé simple",
    Tense.FUTUR_ANTERIEUR.value: "futur antérieur",
    Tense.CONDITIONNEL_PASSE.value: "conditionnel passé",
    Tense.SUBJONCTIF_PASSE.value: "subjonctif passé",
}

ERRORS: dict[str, Name] = {
    ErrorType.WRONG_PERSON.value: _("wrong person"),
    ErrorType.WRONG_FORM.value: _("wrong form"),
    ErrorType.WRONG_AUXILIARY.value: _("wrong auxiliary"),
    ErrorType.PARTICIPLE_AGREEMENT.value: _("agreement of the participle"),
    ErrorType.REFLEXIVE_PRONOUN.value: _("reflexive pronoun"),
    ErrorType.NEGATION_STRUCTURE.value: _("structure of the negation"),
    ErrorType.PRONOUN_PLACEMENT.value: _("place of the pronoun"),
    ErrorType.PRONOUN_ORDER.value: _("order of the pronouns"),
    ErrorType.PRONOUN_CATEGORY.value: _("kind of the pronoun"),
    ErrorType.PRONOUN_GENDER.value: _("gender of the pronoun"),
    ErrorType.PRONOUN_NUMBER.value: _("number of the pronoun"),
    ErrorType.PREPOSITION.value: _("preposition"),
    ErrorType.DETERMINER.value: _("determiner"),
    ErrorType.ELISION.value: _("elision"),
    ErrorType.WRONG_TENSE.value: _("wrong tense"),
}

LANGUAGES: dict[str, Name] = {
    Language.ENGLISH.value: _("English"),
    Language.FRENCH.value: _("French"),
}

#: Who wrote a problem, by ``metadata["generator"]``; a writer of somebody's own keeps its name.
SOURCES: dict[str, Name] = {
    "rules": _("engine"),
    "openai": _("model"),
    "mixed": _("model and engine"),
    "import": _("import"),
    "": _("person"),
}


def source_of(metadata: object) -> Name:
    """Who wrote a problem, by its metadata, which people may have edited into anything."""
    writer = metadata.get("generator") if isinstance(metadata, dict) else None
    return SOURCES.get(str(writer or ""), str(writer))

"""The codes of errors: what each means and how common it is. They are stored and stay as they are.

A code is the error type and a finer word ("participle_agreement.preceding_object"). The checking of
texts names errors by them, explanations are found by them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from verbs.french.vocabulary import ErrorType, Person

__all__ = ["CODES", "Code", "codes_of"]


@dataclass(frozen=True)
class Code:
    """An error code; ``weight``: how common the error is in what learners write, 1 (rare) to 4."""

    meaning: str
    weight: int


_FORM = {
    "regularised_stem": ("a stem of other persons or verbs: vous faisez, que je faise", 4),
    "regularised_participle": ("a participle by the regular rule: prendu, ouvri", 4),
    "regularised_future": ("a future on the whole infinitive: j'allerai", 4),
    "spelling_g": ("g without e: nous mangons", 3),
    "spelling_c": ("c without cedilla: nous commencons", 3),
    "accent": ("a missing, added or other accent: je leve", 3),
    "double_consonant": ("one consonant for two or two for one: j'appele", 3),
    "y_for_i": ("y for i or i for y: il envoye", 2),
    "dropped_e": ("a silent e left out: j'oublirai", 2),
    "imperative_s": ("an s in the imperative of tu: parles plus fort", 4),
}
_AUXILIARY = {
    "avoir_for_etre": ("j'ai parti", 4),
    "etre_for_avoir": ("je suis dormi", 2),
    "avoir_with_reflexive": ("je m'ai levé", 4),
    "etre_with_object": ("je suis sorti la poubelle", 3),
}
_AGREEMENT = {
    "subject": ("with être, not that of the subject: elle est parti", 4),
    "reflexive": ("with se, not that of the subject: ils se sont levé", 3),
    "avoir_with_subject": ("with avoir, that of the subject: elle a mangée du pain", 3),
    "following_object": ("with avoir, that of an object behind: j'ai mangée une pomme", 2),
    "preceding_object": ("none with le, la, les before it, or another: je les ai vu", 4),
    "relative_object": ("none with the noun before que, or another: la lettre que j'ai lu", 4),
    "relative_with_subject": ("that of the subject of the relative clause", 2),
    "indirect_object": ("that of an indirect object: je leur ai parlés", 3),
    "reflexive_indirect": ("that of a se which is indirect: elles se sont parlées", 3),
    "reflexive_following_object": ("an object stands behind: elle s'est lavée les mains", 4),
}
_REFLEXIVE = {
    "se_for_other_person": ("nous se levons", 4),
    "other_person": ("on nous méfie: a verb that has no other use than with se", 2),
    "missing": ("je souviens de la règle", 3),
    "weak_for_stressed": ("lève-te", 3),
    "infinitive": ("je décide de se lever: se does not follow the subject", 4),
}
_NEGATION = {
    "after_participle": ("il n'a mangé pas", 3),
    "personne_before_participle": ("il n'a personne vu", 3),
    "before_verb": ("il ne pas mange", 3),
    "after_object": ("il ne lit le journal pas", 2),
    "two_negations": ("il ne mange pas jamais, il n'a pas aucun livre", 3),
    "ne_after_pronoun": ("je le ne lis pas", 3),
    "subject_with_pas": ("personne ne vient pas", 4),
    "ne_before_subject": ("ne personne vient", 1),
    "ni_with_pas": ("il ne mange pas ni pain ni viande", 3),
    "ou_for_ni": ("il ne mange ni pain ou viande", 3),
    "de_after_que": ("il ne mange que de pain", 2),
}
_PLACEMENT = {
    "after_verb": ("je lis le", 3),
    "before_participle": ("j'ai le lu", 3),
    "before_imperative": ("me donne le livre", 3),
    "after_negative_imperative": ("ne donne-moi pas le livre", 3),
}
_ORDER = {
    "direct_first": ("lui le for le lui", 3),
    "indirect_first": ("le me for me le", 3),
    "en_last": ("en or y before another pronoun: il en me donne", 2),
    "imperative": ("donne-lui-le", 3),
}
_CATEGORY = {
    "indirect_for_direct": ("je lui remercie", 4),
    "direct_for_indirect": ("je la ressemble", 4),
    "lui_for_y": ("je lui participe", 2),
    "lui_for_tonic": ("je lui pense", 3),
    "le_for_en": ("je me le souviens", 3),
    "weak_for_stressed": ("donne-me le livre", 3),
}
_GENDER = {"object": ("cette lettre, je le lis", 4)}
_NUMBER = {
    "singular_for_plural": ("ces fleurs, je la vends", 4),
    "plural_for_singular": ("ce livre, je les lis", 2),
}
_PREPOSITION = {
    "missing": ("je téléphone ma mère", 4),
    "wrong": ("je me souviens à la règle", 3),
    "added": ("j'écoute à la musique", 4),
    "infinitive_missing": ("je décide partir", 3),
    "infinitive_wrong": ("je décide à partir", 4),
    "infinitive_added": ("je veux de partir", 3),
    "feminine_country": ("à Italie", 3),
    "masculine_country": ("en Canada", 4),
    "plural_country": ("en États-Unis", 3),
    "city": ("en Paris", 4),
}
_DETERMINER = {
    "gender": ("le voiture, aucun pomme", 4),
    "number": ("la photos", 1),
    "before_vowel": ("sa adresse, ce ordinateur", 4),
}
_ELISION = {
    "no_elision": ("je achète, si il", 3),
    "no_contraction": ("à le professeur", 3),
    "elision_before_h": ("l'hockey", 4),
    "no_linking_t": ("parle-il", 3),
    "no_linking_s": ("va-y", 3),
}
_TENSE = {
    "indicative_for_subjunctive": ("il faut que tu viens", 4),
    "subjunctive_for_indicative": ("je pense qu'il vienne", 4),
    "future_after_si": ("je serai content si tu viendras", 4),
    "conditional_after_si": ("je serais content si tu viendrais", 4),
    "main_clause_of_si": ("si j'avais le temps, je viendrai", 3),
    "after_quand": ("je t'appellerai quand il arriverait", 2),
    "future_for_past": ("hier, il mangera", 3),
    "past_for_future": ("demain, il mangea", 3),
}
_PERSONS = {
    f"{one.value}_for_{other.value}": (
        f"the form of {one.value} with a subject of {other.value}",
        3,
    )
    for one in Person
    for other in Person
    if one is not other
}
_ALL: Mapping[ErrorType, Mapping[str, tuple[str, int]]] = {
    ErrorType.WRONG_PERSON: _PERSONS,
    ErrorType.WRONG_FORM: _FORM,
    ErrorType.WRONG_AUXILIARY: _AUXILIARY,
    ErrorType.PARTICIPLE_AGREEMENT: _AGREEMENT,
    ErrorType.REFLEXIVE_PRONOUN: _REFLEXIVE,
    ErrorType.NEGATION_STRUCTURE: _NEGATION,
    ErrorType.PRONOUN_PLACEMENT: _PLACEMENT,
    ErrorType.PRONOUN_ORDER: _ORDER,
    ErrorType.PRONOUN_CATEGORY: _CATEGORY,
    ErrorType.PRONOUN_GENDER: _GENDER,
    ErrorType.PRONOUN_NUMBER: _NUMBER,
    ErrorType.PREPOSITION: _PREPOSITION,
    ErrorType.DETERMINER: _DETERMINER,
    ErrorType.ELISION: _ELISION,
    ErrorType.WRONG_TENSE: _TENSE,
}
CODES: Mapping[str, Code] = MappingProxyType(
    {
        f"{error_type.value}.{name}": Code(*about)
        for error_type, names in _ALL.items()
        for name, about in names.items()
    }
)


def codes_of(error_type: ErrorType) -> tuple[str, ...]:
    """Return the codes of an error type, without it ("missing"), in their order."""
    return tuple(_ALL[error_type])

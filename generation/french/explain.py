"""Explanations of an error for learners, in English and French: the rule, the wrong, the right."""

from __future__ import annotations

from generation.french.deviations.base import Deviation
from generation.french.explanations import ENGLISH, FRENCH
from verbs.french.vocabulary import Language, Person

_PERSONS = {
    Language.ENGLISH: dict(
        zip(Person, ("je", "tu", "il/elle/on", "nous", "vous", "ils/elles"), strict=True)
    ),
    Language.FRENCH: dict(
        zip(Person, ("je", "tu", "il/elle/on", "nous", "vous", "ils/elles"), strict=True)
    ),
}
_TEMPLATES = {Language.ENGLISH: ENGLISH, Language.FRENCH: FRENCH}
_CLOSING = {
    Language.ENGLISH: "Write “{right}”, not “{wrong}”.",
    Language.FRENCH: "On écrit « {right} » et non « {wrong} ».",
}
_GENDERS = {
    Language.ENGLISH: {"m": "masculine", "f": "feminine"},
    Language.FRENCH: {"m": "masculin", "f": "féminin"},
}
#: What a plural pronoun stands for.
_STANDS_FOR = {
    Language.ENGLISH: ", which stands for “{antecedent}” ({gender} plural)",
    Language.FRENCH: ", qui remplace « {antecedent} » ({gender} pluriel)",
}


def explain(deviation: Deviation, language: Language) -> str:
    """Return the rule that a deviation breaks, with the wrong and the right words."""
    templates = _TEMPLATES[language]
    rule = templates.get(deviation.code) or templates[deviation.error_type.value]
    facts = dict(deviation.facts)
    for key in ("person", "wrong_person"):
        if key in facts:
            facts[key] = _PERSONS[language][Person(facts[key])]
    if "gender" in facts:
        facts["gender"] = _GENDERS[language][facts["gender"]]
    facts["stands_for"] = _STANDS_FOR[language].format(**facts) if "antecedent" in facts else ""
    closing = _CLOSING[language].format(right=deviation.correction, wrong=deviation.wrong)
    return f"{rule.format(**facts)} {closing}"

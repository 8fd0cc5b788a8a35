"""Explanations for learners: why something is wrong, and why the right sentence is right.

One rule, with the sentence's own words, and for an error the wrong and the right words. A language
is one module of templates below ``generation.french.wording``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from generation.french.clause import Clause
from generation.french.deviations.base import Deviation
from generation.french.key_facts import Facts, key_facts
from generation.french.wording.english import ENGLISH
from generation.french.wording.french import FRENCH
from generation.french.wording.language import Wording
from verbs.french.vocabulary import Focus, Language, Person, Tense

__all__ = ["WORDINGS", "explain", "explain_error", "explain_key"]

WORDINGS: Mapping[Language, Wording] = MappingProxyType(
    {Language.ENGLISH: ENGLISH, Language.FRENCH: FRENCH}
)
#: Facts that are a tense, and what its name is called in a template.
_TENSES = {"tense": "tense_name", "right_tense": "right_name", "wrong_tense": "wrong_name"}


def _in_french(name: str) -> str:
    """Return "au présent", "à l'imparfait" for the French name of a tense."""
    return "au " + name.removeprefix("le ") if name.startswith("le ") else "à " + name


def _named(facts: Mapping[str, str], wording: Wording) -> dict[str, str]:
    """Return facts with persons, tenses and genders by their names in a language."""
    named = dict(facts)
    for key in ("person", "wrong_person"):
        if key in facts:
            named[key] = wording.persons[Person(facts[key])]
    for key, name in _TENSES.items():
        if key in facts:
            named[name] = wording.tenses[Tense(facts[key])]
    if "tense_name" in named:
        named["compound"] = named["tense_name"]
        named["in_tense"] = _in_french(named["tense_name"])
        named["In_compound"] = named["in_tense"][0].upper() + named["in_tense"][1:]
    if "gender" in facts:
        named["gender"] = wording.genders[facts["gender"]]
    named["stands_for"] = wording.stands_for.format(**named) if "antecedent" in facts else ""
    return named


def explain_error(
    code: str, facts: Mapping[str, str], wrong: str, right: str, language: Language
) -> str:
    """Return the rule that an error breaks, with the wrong and the right words.

    ``code``: of ``generation.french.deviations.codes``. Raises KeyError if ``facts`` lack what the
    template of the code names.
    """
    wording = WORDINGS[language]
    rule = wording.rules.get(code) or wording.rules[code.partition(".")[0]]
    return f"{rule.format(**_named(facts, wording))} {_closing(wrong, right, wording)}"


def _closing(wrong: str, right: str, wording: Wording) -> str:
    """Return what to write instead; of words that are only too many, which ones to leave out.

    A surplus word has a neighbour with it ("pas à"), whose repetition would only puzzle.
    """
    surplus = _surplus(wrong.split(" "), right.split(" "))
    if surplus:
        return wording.surplus.format(surplus=" ".join(surplus))
    return wording.closing.format(right=right, wrong=wrong)


def _surplus(wrong: Sequence[str], right: Sequence[str]) -> Sequence[str]:
    """Return the words that stand before or behind the right ones, [] if more than that differs."""
    more = len(wrong) - len(right)
    if more > 0 and wrong[more:] == right:
        return wrong[:more]
    if more > 0 and wrong[: len(right)] == right:
        return wrong[len(right) :]
    return []


def explain(deviation: Deviation, language: Language) -> str:
    """Return the rule that a deviation breaks, with the wrong and the right words."""
    return explain_error(
        deviation.code, deviation.facts, deviation.wrong, deviation.correction, language
    )


def explain_key(clause: Clause, focus: Focus, language: Language) -> str:
    """Return why the sentence of a clause is right, by the rule that a focus is about."""
    wording = WORDINGS[language]
    found: Facts = key_facts(clause, focus)
    return wording.keys[found.key].format(**_named(found.facts, wording))

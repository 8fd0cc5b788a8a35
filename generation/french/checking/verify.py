"""Verifying free text: is it right, certainly wrong, or not understood?"""

from __future__ import annotations

from collections.abc import Callable

from generation.french.checking.rules.agreement import agreement
from generation.french.checking.rules.auxiliary import auxiliary
from generation.french.checking.rules.determiners import determiners
from generation.french.checking.rules.dislocated import dislocated
from generation.french.checking.rules.doubtful import doubts
from generation.french.checking.rules.elision import elision
from generation.french.checking.rules.fixed import fixed
from generation.french.checking.rules.forms import form
from generation.french.checking.rules.governed import governed
from generation.french.checking.rules.misplaced import misplaced
from generation.french.checking.rules.moods import mood
from generation.french.checking.rules.negation import negation
from generation.french.checking.rules.objects import indirect_only
from generation.french.checking.rules.person import persons
from generation.french.checking.rules.prepositions import prepositions
from generation.french.checking.rules.pronouns import pronouns
from generation.french.checking.rules.reflexive import reflexive
from generation.french.checking.rules.strong import strong
from generation.french.checking.sentence import Sentence
from generation.french.checking.structure import analyse
from generation.french.checking.verdict import Finding, Report, report
from verbs.french.overrides import cached

Rule = Callable[[Sentence], list[Finding]]

#: Every rule of a single sentence. Each gives only errors that are certain.
RULES: tuple[Rule, ...] = (
    persons,
    form,
    auxiliary,
    agreement,
    reflexive,
    mood,
    elision,
    determiners,
    negation,
    misplaced,
    pronouns,
    strong,
    indirect_only,
    prepositions,
    governed,
    fixed,
    dislocated,
)


def findings(sentence: Sentence) -> tuple[Finding, ...]:
    """Return the certain errors of a sentence in their order, each stretch of text once.

    Two rules may see one error: the first in the order of ``RULES`` names it.
    """
    found: list[Finding] = []
    for rule in RULES:
        for each in rule(sentence):
            if not any(each.start < other.end and other.start < each.end for other in found):
                found.append(each)
    return tuple(sorted(found, key=lambda each: (each.start, each.end)))


@cached(maxsize=1000)
def verify(text: str) -> Report:
    """Return OK if the text is understood and has no certain error, WRONG if it has one.

    UNSURE: no error was found, but something decisive was not understood; the reasons say what.
    """
    sentence = analyse(text)
    found = findings(sentence)
    return report(found, () if found else (*sentence.doubts, *doubts(sentence)))

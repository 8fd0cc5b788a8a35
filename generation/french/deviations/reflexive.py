"""The pronoun of reflexive verbs in the wrong person or missing."""

from __future__ import annotations

from generation.french.clause import Clause
from generation.french.deviations.base import Deviation, deviate
from generation.french.realise import parts
from generation.french.tokens import Role, Token
from verbs.french.vocabulary import ErrorType, Person, Tense

#: Reflexive verbs that mean nothing without se and a direct object ("il dépêche").
_NOT_ALONE = frozenset(["dépêcher", "évader", "envoler", "souvenir"])


def reflexive_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with se for every person, or without the pronoun.

    Another person than se is not used: "il me lave" is right. The pronoun is left out only where
    the verb cannot do without it.
    """
    if not clause.reflexive:
        return []
    right = parts(clause)
    others = right["clitics"][1:]
    found: list[Deviation] = []
    pronoun = right["clitics"][0].text
    if clause.subject.person not in (Person.S3, Person.P3):
        wrong = right.with_slot("clitics", Token("se", Role.CLITIC), *others)
        found += deviate(clause, wrong.text, ErrorType.REFLEXIVE_PRONOUN, "se_for_other_person",
                         pronoun=pronoun)  # fmt: skip
    verb = clause.frame.verb
    # "Il souvient de" is an old impersonal phrase.
    impersonal = clause.subject.surface == "il"
    if not impersonal and verb.infinitive in _NOT_ALONE and clause.tense is not Tense.PASSE_COMPOSE:
        wrong = right.with_slot("clitics", *others)
        found += deviate(clause, wrong.text, ErrorType.REFLEXIVE_PRONOUN, "missing",
                         pronoun=pronoun)  # fmt: skip
    return found

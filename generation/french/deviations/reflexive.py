"""The pronoun of reflexive verbs in the wrong person, in the wrong form or missing.

Another person is grammatical with most verbs ("il me lave"), and so is the verb without its pronoun
("il lave"): both are errors only with verbs that have no other use (Le Bon usage: verbes
essentiellement pronominaux).
"""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.clause import Clause, Polarity
from generation.french.clitics import follows_verb
from generation.french.deviations.base import Deviation, deviate
from generation.french.realise import Parts, parts
from generation.french.tokens import Role, Token
from verbs.french.phrases import ObliqueKind
from verbs.french.vocabulary import AUXILIARY_TENSE, ErrorType, Person

#: Reflexive verbs that mean nothing without se and a direct object ("il dépêche").
_NOT_ALONE = frozenset(
    {
        *("dépêcher", "évader", "envoler", "souvenir", "méfier", "absenter", "repentir"),
        *("enfuir", "évanouir", "emparer", "abstenir", "agenouiller", "écrouler", "réfugier"),
        *("efforcer",),
    }
)
#: Verbs that are never used without se, whatever their object. Not moquer, which poets use so.
_ONLY_REFLEXIVE = frozenset(
    {
        *("évader", "méfier", "absenter", "repentir", "enfuir", "évanouir", "emparer", "abstenir"),
        *("écrouler", "réfugier", "efforcer"),
    }
)
_THIRD = (Person.S3, Person.P3)

#: A wrong sentence, its code and the pronoun that is right.
Wrong = tuple[Parts, str, str]


def reflexive_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with a wrong reflexive pronoun, or without it."""
    right = parts(clause)
    if clause.reflexive:
        behind = follows_verb(clause)
        wrong = _behind(clause, right) if behind else _before(clause, right)
    else:
        wrong = _in_infinitive(clause, right)
    found: list[Deviation] = []
    for sentence, code, pronoun in wrong:
        found += deviate(clause, sentence.text, ErrorType.REFLEXIVE_PRONOUN, code, pronoun=pronoun)
    return found


def _can_lose_it(clause: Clause) -> bool:
    """Whether the sentence is certainly wrong without the pronoun."""
    # "Il souvient de" is an old impersonal phrase; "il est évanoui" tells of a state.
    impersonal = clause.subject.surface == "il" or clause.polarity is Polarity.NOTHING
    known = clause.frame.verb.infinitive in _NOT_ALONE
    return known and not impersonal and clause.tense not in AUXILIARY_TENSE


def _before(clause: Clause, right: Parts) -> Iterator[Wrong]:
    """Yield the errors of a pronoun before the verb."""
    first, *others = right["clitics"]
    person, verb = clause.subject.person, clause.frame.verb.infinitive
    if person not in _THIRD:
        wrong = right.with_slot("clitics", Token("se", Role.CLITIC), *others)
        yield wrong, "se_for_other_person", first.text
    simple = clause.tense not in AUXILIARY_TENSE
    if clause.subject.surface == "on" and verb in _ONLY_REFLEXIVE and simple:
        wrong = right.with_slot("clitics", Token("nous", Role.CLITIC), *others)
        yield wrong, "other_person", first.text
    if _can_lose_it(clause):
        yield right.with_slot("clitics", *others), "missing", first.text
    yield from _in_infinitive(clause, right)


def _behind(clause: Clause, right: Parts) -> Iterator[Wrong]:
    """Yield the errors of a pronoun behind an imperative."""
    tokens = right["enclitics"]
    if len(tokens) != 1:
        return
    pronoun = tokens[0].text
    if pronoun == "-toi":
        weak = Token("-te", Role.CLITIC, bare=True)
        yield right.with_slot("enclitics", weak), "weak_for_stressed", "toi"
    # "Dépêche !" is said.
    if _can_lose_it(clause) and clause.frame.verb.infinitive != "dépêcher":
        yield right.with_slot("enclitics"), "missing", pronoun.removeprefix("-")


def _in_infinitive(clause: Clause, right: Parts) -> Iterator[Wrong]:
    """Yield se before an infinitive whose subject is je, tu, nous, vous: "je décide de se lever"."""
    oblique = clause.oblique
    if oblique is None or oblique.kind is not ObliqueKind.INFINITIVE:
        return
    if clause.subject.person in _THIRD:
        return
    tokens = right["oblique"]
    for index, token in enumerate(tokens):
        if token.role is Role.CLITIC:
            changed = (*tokens[:index], Token("se", Role.CLITIC), *tokens[index + 1 :])
            yield right.with_slot("oblique", *changed), "infinitive", token.text
            return

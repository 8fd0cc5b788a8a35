"""The CEFR level of a sentence: that of its verb, its tense and its constructions."""

from __future__ import annotations

from generation.french.clause import Clause, ObjectForm, Polarity
from verbs.french.verb_data import Pronominal
from verbs.french.vocabulary import Auxiliary, Level, Tense

ORDER = tuple(Level)


def highest(*levels: Level) -> Level:
    """Return the highest of some levels."""
    return max(levels, key=ORDER.index)


def at_most(level: Level, limit: Level) -> bool:
    """Return whether a level does not exceed a limit."""
    return ORDER.index(level) <= ORDER.index(limit)


def clause_level(clause: Clause) -> Level:
    """Return the level at which learners meet everything that the sentence has.

    After the syllabi: object pronouns, negations other than pas and every tense but the present
    are A2; two pronouns and agreement with a preceding object B1, as is a reflexive in the passé
    composé; a second auxiliary and a reflexive whose se is an indirect object are B2.
    """
    found = [clause.frame.verb.level]
    compound = clause.tense is Tense.PASSE_COMPOSE
    if clause.tense is not Tense.PRESENT:
        found.append(Level.A2)
    if clause.polarity not in (Polarity.AFFIRMATIVE, Polarity.PAS):
        found.append(Level.A2)
    if clause.has_object_pronoun:
        found.append(Level.A2)
        avoir = clause.frame.verb.auxiliary is Auxiliary.AVOIR
        agrees = clause.cod_pronoun and clause.cod is not None and clause.cod.is_definite
        if (compound and avoir and agrees) or (clause.cod_pronoun and clause.oblique_pronoun):
            found.append(Level.B1)
    if clause.cod_form is ObjectForm.DISLOCATED:
        found.append(Level.B1)
    if compound and clause.reflexive:
        indirect = clause.frame.pronominal is Pronominal.COI
        found.append(Level.B2 if indirect else Level.B1)
    if compound and "dual" in clause.frame.flags:
        found.append(Level.B2)
    return highest(*found)

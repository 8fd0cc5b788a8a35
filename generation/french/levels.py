"""The CEFR level of a sentence: that of its verb, its tense and its constructions."""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.clause import Clause, ObjectForm, Polarity, SentenceType
from verbs.french.lexicon import Frame
from verbs.french.verb_data import Pronominal
from verbs.french.vocabulary import AUXILIARY_TENSE, Auxiliary, Level, Tense

ORDER = tuple(Level)

#: When learners meet a tense. The imperative with a pronoun comes later, the conditional of
#: politeness earlier.
TENSE_LEVELS = {
    Tense.PRESENT: Level.A1,
    Tense.IMPERATIF: Level.A1,
    Tense.IMPARFAIT: Level.A2,
    Tense.PASSE_COMPOSE: Level.A2,
    Tense.FUTUR_SIMPLE: Level.A2,
    Tense.PLUS_QUE_PARFAIT: Level.B1,
    Tense.CONDITIONNEL: Level.B1,
    Tense.SUBJONCTIF: Level.B1,
    Tense.PASSE_SIMPLE: Level.B2,
    Tense.FUTUR_ANTERIEUR: Level.B2,
    Tense.CONDITIONNEL_PASSE: Level.B2,
    Tense.SUBJONCTIF_PASSE: Level.B2,
}
POLARITY_LEVELS = {
    Polarity.AFFIRMATIVE: Level.A1,
    Polarity.PAS: Level.A1,
    Polarity.PLUS: Level.A2,
    Polarity.JAMAIS: Level.A2,
    Polarity.RIEN: Level.A2,
    Polarity.PERSONNE: Level.A2,
    Polarity.NOBODY: Level.A2,
    Polarity.NOTHING: Level.A2,
    Polarity.AUCUN: Level.B1,
    Polarity.QUE: Level.B1,
    Polarity.NI: Level.B2,
}
#: Verbs whose conditional is learned as a polite request: je voudrais, j'aimerais, pourriez-vous.
POLITE = frozenset({"vouloir", "aimer", "pouvoir"})


def highest(*levels: Level) -> Level:
    """Return the highest of some levels."""
    return max(levels, key=ORDER.index)


def at_most(level: Level, limit: Level) -> bool:
    """Return whether a level does not exceed a limit."""
    return ORDER.index(level) <= ORDER.index(limit)


def clause_level(clause: Clause) -> Level:
    """Return the level at which learners meet everything that the sentence has.

    After the syllabi: object pronouns, the inverted question and negations other than pas are A2;
    two pronouns, agreement with a preceding object, a relative clause, ne ... que and a reflexive
    in a compound tense B1; ni ... ni, a second auxiliary and a reflexive whose se is an indirect
    object B2. What stands before a clause has its own level.
    """
    found = [reading_level(clause.frame, clause.tense), POLARITY_LEVELS[clause.polarity]]
    if clause.trigger is not None:
        found += (clause.trigger.level, TENSE_LEVELS[clause.tense])
    found += _form_levels(clause)
    found += _pronoun_levels(clause)
    return highest(*found)


def reading_level(frame: Frame, tense: Tense) -> Level:
    """Return the level of a reading in a tense, which every sentence with it has at least."""
    polite = tense is Tense.CONDITIONNEL and frame.verb.infinitive in POLITE
    found = [frame.verb.level, Level.A2 if polite else TENSE_LEVELS[tense]]
    if tense is Tense.IMPERATIF and frame.verb.reflexive:
        found.append(Level.A2)
    if tense in AUXILIARY_TENSE and frame.verb.reflexive:
        indirect = frame.pronominal is Pronominal.COI
        found.append(Level.B2 if indirect else Level.B1)
    if tense in AUXILIARY_TENSE and "dual" in frame.flags:
        found.append(Level.B2)
    return highest(*found)


def _form_levels(clause: Clause) -> Iterator[Level]:
    if clause.sentence is SentenceType.INVERSION:
        # "Viens-tu ?" comes before "Marie vient-elle ?".
        yield Level.A2 if clause.subject.pronoun else Level.B1
    if clause.cod_form in (ObjectForm.DISLOCATED, ObjectForm.RELATIVE):
        yield Level.B1
    if clause.lead is not None:
        yield clause.lead.level


def _pronoun_levels(clause: Clause) -> Iterator[Level]:
    if not clause.has_object_pronoun:
        return
    yield Level.A2
    avoir = clause.frame.verb.auxiliary is Auxiliary.AVOIR
    agrees = clause.tense in AUXILIARY_TENSE and avoir and clause.cod_first
    second = clause.oblique_pronoun or clause.dative is not None
    if agrees or (clause.cod_pronoun and second):
        yield Level.B1

"""Whether a verb has a direct or an indirect object in its clause, where the words tell it."""

from __future__ import annotations

from generation.french.checking.lexis import is_person
from generation.french.checking.rules.common import (
    direct_object,
    is_time,
    may_have_object,
    noun_traits,
)
from generation.french.checking.sentence import Clause, ClauseKind, NounPhrase, Sentence, Tag
from generation.french.free_text.meanings import Meaning, meanings, object_pronouns
from verbs.french.conjugation import citation
from verbs.french.government import government
from verbs.french.verb_data import readings

__all__ = ["has_direct", "has_indirect"]

_DIRECT = frozenset({"le", "la", "les"})
_EITHER = frozenset({"me", "te", "nous", "vous"})
#: Verbs whose noun behind them describes the subject.
_COPULAS = frozenset({"être", "devenir", "redevenir", "rester", "sembler", "paraître", "demeurer"})
#: Verbs with an infinitive whose actor is their object or its subject.
_WITH_AN_ACTOR = frozenset(
    {"faire", "laisser", "voir", "entendre", "regarder", "écouter", "sentir", "envoyer", "emmener"}
)
_OF = frozenset({"de", "du", "des"})
_TO = frozenset({"à", "au", "aux"})
_NOTHING = frozenset({"rien", "personne"})
_SOMEBODY = frozenset({"personne", "qui", "quelqu'un"})
_PERSONAL = frozenset({"person", "animal", "collective", "given", "family"})
_ASKED_OBJECTS = frozenset({"que", "qui", "quel", "quelle", "quels", "quelles", "combien"})


def _takes(meaning: Meaning) -> tuple[bool | None, bool | None, bool]:
    """Return whether a verb takes a direct and an indirect object, and a complement with de.

    None: not listed.
    """
    name = citation(meaning.infinitive) if meaning.reflexive else meaning.infinitive
    entries = [e for e in readings(meaning.infinitive) if e.reflexive == meaning.reflexive]
    listed = government(name)
    direct = any(e.takes_cod for e in entries)
    indirect = any(e.takes_coi for e in entries)
    if listed is not None:
        direct = direct or listed.direct != "-"
        indirect = indirect or "lui" in listed.indirect
    elif not entries:
        return None, None, True
    takes_de = listed.takes_de if listed else any("de" in e.prepositions for e in entries)
    return direct, indirect, takes_de


def _verb(sentence: Sentence, number: int) -> Meaning | None:
    """Return the verb of a clause; None if it may be several that take different things."""
    found = meanings(sentence, number)
    kinds = {(_takes(each), each.passive, each.reflexive) for each in found}
    return found[0] if len(kinds) == 1 else None


def _free_pronouns(sentence: Sentence, clause: Clause, meaning: Meaning) -> frozenset[str]:
    """Return the pronouns at a verb without its reflexive one."""
    found = list(object_pronouns(sentence, clause))
    if meaning.reflexive:
        own = next((p for p in found if p in ("se", *_EITHER)), None)
        if own is not None:
            found.remove(own)
    return frozenset(found)


def _word(sentence: Sentence, place: int) -> str:
    return sentence.words[place].lower if place < len(sentence.words) else ""


# --- Direct -----------------------------------------------------------------------------------


def has_direct(sentence: Sentence, number: int) -> bool | None:
    """Whether the verb of a clause has a direct object; None if that cannot be told."""
    meaning = _verb(sentence, number)
    if meaning is None:
        return None
    clause = sentence.clauses[number]
    if meaning.passive or meaning.infinitive in _COPULAS:
        return False
    if _DIRECT & _free_pronouns(sentence, clause, meaning):
        return True
    if _takes(meaning)[0] is False:
        # A verb may take more than is listed: "il a bougé la table".
        return None if direct_object(sentence, clause) is not None else False
    if _is_fronted(sentence, clause):
        return True
    if clause.group.infinitives:
        # What follows is the object of the infinitive, but "je fais venir le médecin".
        return None if meaning.infinitive in _WITH_AN_ACTOR else False
    return _takes_one(sentence, number, meaning)


def _takes_one(sentence: Sentence, number: int, meaning: Meaning) -> bool | None:
    """Whether a verb that may take a direct object has one behind it, or as a pronoun."""
    clause = sentence.clauses[number]
    direct, indirect, takes_de = _takes(meaning)
    pronouns = _free_pronouns(sentence, clause, meaning)
    partitive = bool(direct) and not takes_de
    if direct and (_denied(sentence, clause) or _behind(sentence, clause, partitive=partitive)):
        return True
    if partitive and "en" in pronouns:
        return True
    if direct and _EITHER & pronouns:
        return None if indirect else True
    # "Il mange le soir" says when, "il fête l'anniversaire" what: both nouns are times.
    timely = any(each.start == clause.group.end for each in clause.objects)
    unclear = timely or may_have_object(sentence, clause) or _has_de(sentence, clause)
    return None if unclear or "en" in pronouns or _asks(sentence, number) else False


def _is_fronted(sentence: Sentence, clause: Clause) -> bool:
    """Whether que stands for the object: "la lettre que j'ai lue"."""
    return (
        clause.kind is ClauseKind.RELATIVE
        and clause.introducer is not None
        and sentence.words[clause.introducer].lower == "que"
    )


def _behind(sentence: Sentence, clause: Clause, *, partitive: bool) -> bool:
    """Whether a noun or a name right behind the verb is its object.

    ``partitive``: de, du and des are articles behind this verb.
    """
    if direct_object(sentence, clause, partitive=partitive) is not None:
        return True
    start = clause.group.end
    denied = clause.group.ne is not None
    if partitive and denied and _has_de(sentence, clause):
        # "Je n'ai pas de livre", "je ne bois que de l'eau".
        return True
    start += denied and _word(sentence, start) in ("ni", "que")
    for phrase in clause.objects:
        if phrase.start == start:
            named = phrase.determiner is None and sentence.tags[phrase.noun] is Tag.NAME
            limited = start > clause.group.end and _word(sentence, start) not in _OF
            return not is_time(sentence, phrase) and (named or limited or partitive)
    return False


def _has_de(sentence: Sentence, clause: Clause) -> bool:
    """Whether de, du or des stands behind the verb, or behind its que."""
    end = clause.group.end
    return _word(sentence, end + (_word(sentence, end) == "que")) in _OF


def _denied(sentence: Sentence, clause: Clause) -> bool:
    """Whether rien, or personne without a preposition, is the object."""
    group = clause.group
    if group.ne is None:
        return False
    places = [*group.negations, *group.adverbs, group.end]
    return any(
        place > group.finite
        and _word(sentence, place) in _NOTHING
        and sentence.tags[place - 1] is not Tag.PREPOSITION
        for place in places
    )


def _asks(sentence: Sentence, number: int) -> bool:
    """Whether a word that asks or exclaims before the verb may be its object."""
    start = sentence.clauses[number - 1].group.end if number else 0
    return any(
        sentence.tags[place] in (Tag.QUESTION, Tag.RELATIVE, Tag.DETERMINER)
        and sentence.words[place].lower in _ASKED_OBJECTS
        and not _is_est_ce_que(sentence, place)
        for place in range(start, sentence.clauses[number].group.finite)
    )


def _is_est_ce_que(sentence: Sentence, place: int) -> bool:
    """Whether a word is the que of "est-ce que" with no question word before it."""
    if [sentence.lower(i) for i in range(max(0, place - 2), place)] != ["est", "ce"]:
        return False
    return place < 3 or sentence.tags[place - 3] is not Tag.QUESTION


# --- Indirect ---------------------------------------------------------------------------------


def has_indirect(sentence: Sentence, number: int) -> bool | None:
    """Whether the verb of a clause has an object that lui stands for; None if not to be told."""
    meaning = _verb(sentence, number)
    if meaning is None:
        return None
    direct, indirect, _ = _takes(meaning)
    clause = sentence.clauses[number]
    pronouns = _free_pronouns(sentence, clause, meaning)
    if {"lui", "leur"} & pronouns:
        return True
    if _EITHER & pronouns and indirect is not False:
        sure = direct is False or _DIRECT & pronouns or has_direct(sentence, number)
        return True if sure else None
    return _with_a(sentence, clause, known=indirect is True)


def _with_a(sentence: Sentence, clause: Clause, *, known: bool) -> bool | None:
    """Whether à stands before a person: certain only of a verb that is listed with lui."""
    answer: bool | None = False
    for place in range(clause.start, clause.end):
        if sentence.words[place].lower not in _TO or sentence.tags[place] not in (
            Tag.PREPOSITION,
            Tag.DETERMINER,
        ):
            continue
        person = _is_for_a_person(sentence, clause, place)
        if known and person and place > clause.group.finite:
            return True
        if person is not False:
            answer = None
    return answer


def _is_for_a_person(sentence: Sentence, clause: Clause, preposition: int) -> bool | None:
    """Whether a person stands behind a preposition, certainly none, or it cannot be told."""
    phrase = next((p for p in clause.phrases if p.preposition == preposition), None)
    if phrase is not None:
        return _names_a_person(sentence, phrase)
    if sentence.tags[preposition + 1 : preposition + 2] == (Tag.INFINITIVE,):
        return False
    return True if _word(sentence, preposition + 1) in _SOMEBODY else None


def _names_a_person(sentence: Sentence, phrase: NounPhrase) -> bool | None:
    """Whether a phrase is certainly a person, or certainly none."""
    if is_person(sentence.words[phrase.noun]):
        return True
    # "À ses étudiants mercredi prochain": the time was taken for the noun of the phrase.
    words = sentence.words[phrase.start : phrase.end]
    if any(is_person(word) for word in words):
        return None
    known = noun_traits(sentence, phrase)
    thing = bool(known) and not known & _PERSONAL
    return False if thing or is_time(sentence, phrase) else None

"""The direct object before a participle: le, la, les, que, quel, combien de, a phrase in front."""

from __future__ import annotations

from dataclasses import dataclass

from generation.french.checking.lexis import LEQUEL
from generation.french.checking.rules.common import (
    auxiliaries,
    clitic_words,
    direct_object,
    is_time,
    may_be_relative,
    may_have_object,
    noun_traits,
    takes_indirect,
    takes_object,
)
from generation.french.checking.sentence import Clause, NounPhrase, Sentence, SubjectKind, Tag

#: Verbs whose que may be a measure, or whose object an infinitive left unsaid.
_NOT_OBJECT = frozenset(
    {
        *("coûter", "valoir", "peser", "vivre", "courir", "dormir", "marcher", "durer", "régner"),
        *("pouvoir", "devoir", "vouloir", "croire", "dire", "penser", "savoir", "permettre"),
        *("prévoir", "espérer", "affirmer", "supposer", "falloir", "pleuvoir", "mesurer", "avoir"),
        *("être", "souhaiter", "désirer", "imaginer", "annoncer", "promettre", "laisser"),
    }
)
#: Verbs with a person and a que-clause: "j'ai prévenu ma sœur que j'avais fini".
_TELLING = frozenset(
    {
        *("prévenir", "informer", "avertir", "convaincre", "persuader", "assurer", "aviser"),
        *("rassurer", "notifier", "parier"),
    }
)
#: Nouns with a que-clause of their own: "l'impression que j'ai perdu".
_CLAUSE_NOUNS = frozenset(
    {
        *("fois", "fait", "idée", "impression", "preuve", "certitude", "sentiment", "crainte"),
        *("peur", "espoir", "condition", "nouvelle", "avantage", "chance", "honte", "hypothèse"),
        *("conviction", "point", "sorte", "façon", "manière", "temps", "époque", "bruit"),
        *("opinion", "avis", "doute", "signe", "dommage", "besoin", "envie", "raison"),
        *("principe", "règle", "promesse", "menace", "plaisir", "possibilité", "probabilité"),
        *("rumeur", "risque", "vérité", "question", "instant", "moment", "jour", "joie", "peine"),
        *("conclusion", "croyance", "réalité", "heure", "mesure", "cas", "jusque", "illusion"),
        *("confirmation", "assurance", "garantie", "pensée", "sensation", "information"),
    }
)


@dataclass(frozen=True)
class Preceding:
    """What may be the direct object before a participle.

    ``certain``: it is one, and gender or number are known (None: open). ``possible``: something may
    be one, so that nothing can be said. Neither: there is certainly none.
    """

    certain: bool = False
    possible: bool = False
    gender: str | None = None
    plural: bool | None = None
    name: str = ""


_NONE = Preceding()
_POSSIBLE = Preceding(possible=True)


def preceding_object(sentence: Sentence, clause: Clause, verbs: set[str]) -> Preceding | None:
    """Return what stands before the participle as its direct object."""
    clitics = clitic_words(sentence, clause.group)
    listed = all(auxiliaries(v) for v in verbs) and not verbs & _NOT_OBJECT
    if listed and not any(takes_object(v) for v in verbs):
        return _NONE
    if "en" in clitics or clause.group.stray:
        return _POSSIBLE
    if clause.subject.impersonal and verbs & {"faire", "avoir", "falloir"}:
        # "Quelle chaleur il a fait", "les pluies qu'il y a eu": impersonal and invariable.
        return _POSSIBLE
    by_clitic = _clitic(sentence, clause, clitics, verbs)
    if by_clitic is not None:
        return by_clitic
    if clause.introducer is not None:
        found = _introduced(sentence, clause, verbs)
        if found is not None:
            return found
    return _asked(sentence, clause, verbs) or _NONE


# --- Pronouns ---------------------------------------------------------------------------------


def _clitic(
    sentence: Sentence, clause: Clause, clitics: tuple[str, ...], verbs: set[str]
) -> Preceding | None:
    if "les" in clitics:
        phrase = _dislocated(sentence, clause, plural=True)
        gender = phrase.gender if phrase is not None and phrase.certain else None
        return _object(sentence, verbs, Preceding(True, False, gender, True, "les"))
    if "la" in clitics or "le" in clitics:
        # "Cette ville, je l'y ai rencontré": y stands for the city.
        phrase = None if "y" in clitics else _dislocated(sentence, clause, plural=False)
        gender = phrase.gender if phrase is not None and phrase.certain else None
        return _object(sentence, verbs, Preceding(True, False, gender, False, "l'"))
    listed = all(auxiliaries(v) for v in verbs)
    if not listed and {"me", "te", "nous", "vous"} & set(clitics):
        # A verb that no list has may take a direct object: "ce film nous a émus".
        return _POSSIBLE
    if "me" in clitics or "te" in clitics:
        if all(takes_object(v) and not takes_indirect(v) for v in verbs):
            return Preceding(True, False, None, False, "me" if "me" in clitics else "te")
        return None if not any(takes_object(v) for v in verbs) else _POSSIBLE
    subject = clause.subject
    if ("nous" in clitics or "vous" in clitics) and not subject.persons:
        # "Que de temps nous avons perdu": it is the subject after all.
        return _POSSIBLE
    if "nous" in clitics or "vous" in clitics:
        plain = all(takes_object(v) and not takes_indirect(v) for v in verbs)
        if plain and "nous" in clitics and not may_have_object(sentence, clause):
            return Preceding(True, False, None, True, "nous")
        return None if not any(takes_object(v) for v in verbs) else _POSSIBLE
    if subject.kind is SubjectKind.UNKNOWN:
        return _POSSIBLE
    return None


def _object(sentence: Sentence, verbs: set[str], found: Preceding) -> Preceding:
    """Return the object, unless the verb may have none: a measure or an infinitive left unsaid."""
    return _POSSIBLE if verbs & _NOT_OBJECT and not found.plural else found


def _dislocated(sentence: Sentence, clause: Clause, *, plural: bool) -> NounPhrase | None:
    """Return the phrase that the pronoun stands for: "ces fleurs, je les ai vues"."""
    start = min(clause.start, clause.subject.start if clause.subject.end else clause.start)
    first = sentence.phrases[0] if sentence.phrases else None
    if sentence.clauses[0] is not clause:
        return None
    before = [p for p in sentence.phrases if p.end <= start]
    if len(before) == 1 and first is before[0] and first.preposition is None:
        joined = first.end < len(sentence.words) and sentence.words[first.end].lower == ","
        if joined and first.start == 0 and first.plural is plural and not is_time(sentence, first):
            return first
    after = [p for p in clause.objects if p.plural is plural and p.start > clause.group.end]
    if len(after) == 1 and len(clause.objects) == 1:
        phrase = after[0]
        comma = sentence.words[phrase.start - 1].lower == ","
        definite = phrase.determiner is not None and not is_time(sentence, phrase)
        if comma and definite and phrase.start == clause.group.end + 1:
            return phrase
    return None


# --- Que and questions ------------------------------------------------------------------------


def _introduced(sentence: Sentence, clause: Clause, verbs: set[str]) -> Preceding | None:
    """Return the antecedent of que; None if the introducer is no object."""
    assert clause.introducer is not None
    word = sentence.words[clause.introducer].lower
    tag = sentence.tags[clause.introducer]
    if tag is Tag.RELATIVE and word == "que":
        return _antecedent(sentence, clause, verbs)
    if tag is Tag.QUESTION and word in ("quand", "où", "comment", "pourquoi", "qui", "est"):
        return None
    if tag is Tag.RELATIVE and word in ("qui", "dont", "où"):
        return None
    if tag is Tag.SUBORDINATION and word != "que":
        return None
    if direct_object(sentence, clause) is not None or not may_be_relative(sentence, clause):
        return None
    # "Que" can be the relative although it was taken for a conjunction.
    return _POSSIBLE


def _antecedent(sentence: Sentence, clause: Clause, verbs: set[str]) -> Preceding:
    assert clause.introducer is not None
    que = clause.introducer
    phrase = next((p for p in sentence.phrases if p.end == que), None)
    if phrase is None or phrase.plural is None or not phrase.certain:
        return _POSSIBLE
    noun = sentence.words[phrase.noun].lower
    if noun in _CLAUSE_NOUNS or noun.rstrip("s") in _CLAUSE_NOUNS or is_time(sentence, phrase):
        return _POSSIBLE
    if verbs & _NOT_OBJECT or not all(takes_object(v) for v in verbs):
        return _POSSIBLE
    if may_have_object(sentence, clause):
        return _POSSIBLE
    if phrase.preposition is not None or _compared(sentence, phrase):
        return _POSSIBLE
    if clause.matrix is not None and set(sentence.clauses[clause.matrix].group.lemmas) & _TELLING:
        return _POSSIBLE
    if (
        any(
            sentence.tags[i] in (Tag.INFINITIVE, Tag.GERUND, Tag.PARTICIPLE)
            for i in range(max(0, phrase.start - 2), phrase.start)
        )
        and set(_verbs_before(sentence, phrase)) & _TELLING
    ):
        return _POSSIBLE
    followed = clause.group.end < len(sentence.words) and sentence.words[
        clause.group.end
    ].lower in ("à", "de")
    if followed and sentence.tags[clause.group.end + 1] in (Tag.INFINITIVE, Tag.CLITIC):
        return _POSSIBLE
    name = sentence.written(phrase.start, phrase.end)
    return Preceding(True, False, phrase.gender, phrase.plural, name)


def _verbs_before(sentence: Sentence, phrase: NounPhrase) -> list[str]:
    return [
        r.lemma for i in range(max(0, phrase.start - 2), phrase.start) for r in sentence.readings[i]
    ]


def _compared(sentence: Sentence, phrase: NounPhrase) -> bool:
    """Whether que may belong to a comparison or a coordination may widen the antecedent."""
    words = {sentence.words[i].lower for i in range(phrase.start, phrase.end)}
    if words & {"plus", "moins", "autant", "aussi", "même", "mêmes", "tel", "telle", "autre"}:
        return True
    if words & {"seul", "seule", "peu", "un", "une"} and "des" in words:
        return True
    before = sentence.tags[phrase.start - 1] if phrase.start else None
    return before in (Tag.COORDINATION, Tag.ADVERB)


def _asked(sentence: Sentence, clause: Clause, verbs: set[str]) -> Preceding | None:
    """Return "quelle robe" or "combien de pommes" before the verb of a question."""
    phrase = next(
        (p for p in sentence.phrases if p.end <= clause.group.finite and _is_asking(sentence, p)),
        None,
    )
    if phrase is None:
        lowered = {
            w.lower
            for i, w in enumerate(sentence.words[: clause.group.finite])
            # "Sur lequel il a posé": with its preposition it is no direct object.
            if not (i and w.lower in LEQUEL and sentence.tags[i - 1] is Tag.PREPOSITION)
        }
        open_question = lowered & (LEQUEL | {"combien"})
        return _POSSIBLE if open_question else _front(sentence, clause)
    if phrase.preposition is not None:
        return None
    own = clause.subject.phrase
    if own is not None and own.start == phrase.start:
        return None
    near = sentence.clauses[0] is clause or not clause.matrix
    if not near or phrase.plural is None or not phrase.certain:
        return _POSSIBLE
    if is_time(sentence, phrase) or may_have_object(sentence, clause) or verbs & _NOT_OBJECT:
        return _POSSIBLE
    if not all(takes_object(v) for v in verbs) or clause.subject.kind is not SubjectKind.PRONOUN:
        return _POSSIBLE
    name = sentence.written(phrase.start, phrase.end)
    return Preceding(True, False, phrase.gender, phrase.plural, name)


def _is_asking(sentence: Sentence, phrase: NounPhrase) -> bool:
    if phrase.determiner is None:
        return False
    word = sentence.words[phrase.determiner].lower
    return word in ("quel", "quelle", "quels", "quelles", "combien") or "interrogative" in (
        noun_traits(sentence, phrase)
    )


def _front(sentence: Sentence, clause: Clause) -> Preceding | None:
    """Return that an object may stand in front: "que de larmes elle a versées"."""
    first = sentence.words[0].lower
    return _POSSIBLE if first in ("que", "combien") and clause is sentence.clauses[0] else None

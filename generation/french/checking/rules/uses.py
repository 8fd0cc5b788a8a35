"""The verbs of a sentence as they are used: what stands before and behind each, what it governs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generation.french.checking.lexis import is_person, is_time, readings_of, traits
from generation.french.checking.rules.common import ETRE_ONLY, ETRE_OR_OBJECT, REFLEXIVE
from generation.french.checking.sentence import (
    Clause,
    ClauseKind,
    Infinitive,
    NounPhrase,
    Sentence,
    Tag,
)
from generation.french.checking.words import Kind
from verbs.french.conjugation import citation
from verbs.french.government import Government, government
from verbs.french.vocabulary import Person

__all__ = ["Use", "behind", "is_body", "is_person_phrase", "phrase_at", "uses"]

_VERBAL = (Kind.VERB, Kind.INFINITIVE, Kind.PAST_PARTICIPLE)
#: Verbs that share forms with frequent ones, and are hardly ever meant: plu, ailles, sommes.
_RARE = frozenset({"pleuvoir", "ailler", "sommer", "en aller", "moudre"})
#: Verbs whose infinitive has a subject or object of its own: "laisser partir Paul", "faire
#: téléphoner le directeur".
_CAUSATIVE = frozenset(
    {
        *("faire", "laisser", "voir", "entendre", "regarder", "écouter", "sentir", "envoyer"),
        *("apercevoir", "emmener", "amener", "mener", "conduire"),
    }
)
_JOINED = {"moi": Person.S1, "toi": Person.S2, "nous": Person.P1, "vous": Person.P2}


@dataclass(frozen=True)
class Use:
    """A verb in its sentence.

    ``verb`` is the word that carries the meaning: the finite form, the participle of a compound
    tense or the infinitive; ``start`` the finite form or infinitive. ``clitics`` stand before it,
    ``enclitics`` behind an imperative; ``others`` are those that are not the reflexive pronoun.
    ``end`` is the first word behind the verb with its negation and adverbs. ``known`` is what it
    governs, for every verb it can be; () if one is not listed. ``clause`` is None for infinitives.
    """

    verb: int
    start: int
    end: int
    citations: tuple[str, ...]
    known: tuple[Government, ...]
    clitics: tuple[int, ...] = ()
    enclitics: tuple[int, ...] = ()
    others: tuple[int, ...] = ()
    reflexive: bool = False
    clause: Clause | None = None
    infinitive: Infinitive | None = None


def uses(sentence: Sentence) -> Iterator[Use]:
    """Yield the verbs of a sentence in active use.

    Left out are passives, verbs before an infinitive that has its own subject or object, and such
    infinitives: their complements may belong to the other verb.
    """
    for clause in sentence.clauses:
        found = _finite(sentence, clause)
        if found is not None:
            yield found
    for infinitive in sentence.infinitives:
        governor = infinitive.governor
        if governor is not None and _lemmas(sentence, governor) & _CAUSATIVE:
            continue
        yield _infinitive(sentence, infinitive)


def _lemmas(sentence: Sentence, index: int) -> frozenset[str]:
    found = {r.lemma for r in readings_of(sentence.words[index]) if r.kind in _VERBAL}
    return frozenset(found - _RARE or found)


def _meant(sentence: Sentence, index: int, *kinds: Kind) -> frozenset[str]:
    found = {r.lemma for r in readings_of(sentence.words[index]) if r.kind in kinds}
    return frozenset(found - _RARE or found)


def _finite(sentence: Sentence, clause: Clause) -> Use | None:
    group = clause.group
    verb = group.participles[-1] if group.participles else group.finite
    kind = Kind.PAST_PARTICIPLE if group.participles else Kind.VERB
    lemmas = _meant(sentence, verb, kind)
    own = _own_pronoun(sentence, clause)
    if group.participles and "avoir" not in group.lemmas:
        active = own is not None or lemmas <= ETRE_ONLY | ETRE_OR_OBJECT
        if not active or len(group.participles) > 1:
            return None
    if len(group.participles) > 1 or not lemmas:
        return None
    if lemmas & _CAUSATIVE and any(i.governor == verb for i in group.infinitives):
        return None
    both = (*group.clitics, *group.enclitics)
    return Use(
        verb,
        group.finite,
        _behind(sentence, max(group.end, verb + 1)),
        *_governed(lemmas, reflexive=own is not None),
        group.clitics,
        group.enclitics,
        tuple(index for index in both if index != own),
        own is not None,
        clause,
    )


def _infinitive(sentence: Sentence, infinitive: Infinitive) -> Use:
    index = infinitive.index
    lemmas = _meant(sentence, index, Kind.INFINITIVE)
    own = next((i for i in infinitive.clitics if sentence.words[i].lower == "se"), None)
    # "Me" before an infinitive is reflexive or not, by a subject that may be far away.
    persons = {"me", "te", "nous", "vous"}
    unclear = own is None and any(sentence.words[i].lower in persons for i in infinitive.clitics)
    citations, known = _governed(lemmas, reflexive=own is not None)
    return Use(
        index,
        index,
        _behind(sentence, index + 1),
        citations,
        () if unclear else known,
        infinitive.clitics,
        (),
        tuple(i for i in infinitive.clitics if i != own),
        own is not None,
        None,
        infinitive,
    )


def _own_pronoun(sentence: Sentence, clause: Clause) -> int | None:
    """Return the reflexive pronoun of a finite verb."""
    group = clause.group
    persons = clause.subject.persons
    if clause.kind is ClauseKind.IMPERATIVE:
        persons = frozenset(a.person for a in group.analyses if a.person is not None)
    for index in group.clitics:
        word = sentence.words[index].lower
        if word == "se" or any(REFLEXIVE[p] == word for p in persons):
            return index
    for index in group.enclitics:
        if _JOINED.get(sentence.words[index].lower) in persons:
            return index
    return None


def _governed(
    lemmas: frozenset[str], *, reflexive: bool
) -> tuple[tuple[str, ...], tuple[Government, ...]]:
    citations = tuple(citation(each) if reflexive else each for each in sorted(lemmas))
    found = tuple(g for g in map(government, citations) if g is not None)
    return citations, found if len(found) == len(citations) else ()


def _behind(sentence: Sentence, place: int) -> int:
    while place < len(sentence.words) and sentence.tags[place] in (Tag.NEGATION, Tag.ADVERB):
        place += 1
    return place


# --- What stands behind -----------------------------------------------------------------------


def phrase_at(sentence: Sentence, index: int) -> NounPhrase | None:
    """Return the noun phrase that begins at a word, or behind it if it is a preposition."""
    for phrase in sentence.phrases:
        if phrase.start == index or phrase.preposition == index:
            return phrase
    return None


def behind(sentence: Sentence, place: int) -> bool:
    """Return whether something that may be a direct object stands at a word, de + infinitive too."""
    if place >= len(sentence.words) or sentence.words[place].is_punctuation:
        return False
    tag = sentence.tags[place]
    if tag in (Tag.PREPOSITION, Tag.COORDINATION):
        following = place + 1
        infinitive = following < len(sentence.words) and sentence.tags[following] in (
            Tag.INFINITIVE,
            Tag.CLITIC,
        )
        return infinitive and sentence.words[place].lower == "de"
    if tag is Tag.SUBORDINATION:
        return sentence.words[place].lower in ("que", "si")
    phrase = phrase_at(sentence, place)
    if phrase is not None and is_time(sentence.words[phrase.noun]):
        return False
    return tag not in (Tag.ADVERB, Tag.NEGATION)


def is_person_phrase(sentence: Sentence, phrase: NounPhrase) -> bool:
    """Return whether the noun of a phrase is one for persons, or a given name."""
    word = sentence.words[phrase.noun]
    return is_person(word) or "person" in traits(word)


def is_body(sentence: Sentence, phrase: NounPhrase) -> bool:
    """Return whether a phrase names a part of the body, or what goes with one in a manner of being.

    "Il arrive les mains vides", "elle s'occupe l'esprit", "il part le cœur léger".
    """
    word = sentence.words[phrase.noun]
    return "body" in traits(word) or word.lower.rstrip("sx") in _LIKE_BODY


_LIKE_BODY = frozenset(
    {
        *("sourire", "cœur", "coeur", "âme", "ventre", "larme", "valise", "main", "pas", "air"),
        *("conscience", "esprit", "arme", "fusil", "sac", "chapeau", "mine", "tête", "regard"),
        *("bouche", "voix", "nerf", "sang", "parole", "chemin", "vie", "corp"),
    }
)

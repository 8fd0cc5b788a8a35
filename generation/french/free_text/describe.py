"""What a free French sentence says: its verbs with their tenses and persons, negation, pronouns."""

from __future__ import annotations

from dataclasses import dataclass

from generation.french.checking.lexis import readings_of
from generation.french.checking.sentence import Clause, ClauseKind, Sentence, Tag
from generation.french.checking.structure import analyse
from generation.french.checking.words import Kind
from generation.french.free_text.meanings import meanings, object_pronouns
from generation.french.free_text.verb_objects import has_direct, has_indirect
from verbs.french.overrides import cached
from verbs.french.verb_data import known_infinitives
from verbs.french.vocabulary import AUXILIARY_TENSE, Person, Tense

__all__ = ["Description", "VerbUse", "describe", "uses"]


@dataclass(frozen=True)
class VerbUse:
    """A finite verb of a sentence, with its auxiliary if it has one.

    ``infinitives``: the verbs that it can belong to, without se ("en aller" for s'en aller);
    ``reflexive``: whether it has the pronoun of its own person. ``tenses`` and ``persons``: what
    the form can be where it stands; ``tenses`` is empty for a form of no tense of this service.
    ``negative``: ne and a second word stand with it.
    """

    infinitives: tuple[str, ...]
    reflexive: bool
    tenses: frozenset[Tense]
    persons: frozenset[Person]
    negative: bool


@dataclass(frozen=True)
class Description:
    """What a sentence has.

    ``verbs``: its finite verbs in their order, those left out whose form is not known.
    ``negation``: whether there is ne with a second word ("ne ... que" too, the expletive ne not).
    ``pronouns``: the object pronouns and reflexive ones in full, as they stand before a verb ("me"
    for "-moi", "le" for "l'" where nothing shows that it is "la"), at the verb that was asked for,
    else at all verbs and infinitives. ``cod``, ``coi``: whether the verb
    that was asked for, else the main one, has a direct or an indirect object (one that lui stands
    for; the pronoun of a reflexive verb is neither); None if that cannot be told.
    """

    verbs: tuple[VerbUse, ...]
    negation: bool
    pronouns: tuple[str, ...]
    cod: bool | None
    coi: bool | None


# --- Describing -------------------------------------------------------------------------------


def describe(text: str, citation: str | None = None) -> Description:
    """Return what a correct sentence says.

    ``citation``: the verb whose pronouns and objects are wanted ("se souvenir"); None: all pronouns,
    and the objects of the main verb.
    """
    sentence = analyse(text)
    found = [_use(sentence, number) for number in range(len(sentence.clauses))]
    number = _wanted(sentence, citation)
    cod = coi = None
    if number is not None:
        cod, coi = has_direct(sentence, number), has_indirect(sentence, number)
    return Description(
        tuple(use for use in found if use is not None),
        any(_is_negative(sentence, each) for each in sentence.clauses) or _not_to(sentence),
        _pronouns(sentence, None if citation is None else number),
        cod,
        coi,
    )


def _use(sentence: Sentence, number: int) -> VerbUse | None:
    """Return the verb of a clause, None if it is not known."""
    found = meanings(sentence, number)
    if not found:
        return None
    return VerbUse(
        tuple(sorted({each.infinitive for each in found})),
        any(each.reflexive for each in found),
        frozenset(each.tense for each in found if each.tense is not None),
        frozenset(each.person for each in found if each.person is not None),
        _is_negative(sentence, sentence.clauses[number]),
    )


#: Verbs that ne alone denies: "je ne peux le dire" (Bon usage § 1014).
_NE_ALONE = frozenset({"pouvoir", "oser", "cesser", "savoir"})
_SECOND_WORDS = frozenset(
    {"rien", "personne", "aucun", "aucune", "nul", "nulle", "ni", "que", "jamais", "plus", "pas"}
)


def _is_negative(sentence: Sentence, clause: Clause) -> bool:
    """Whether a clause has ne that is not the expletive one ("avant qu'il ne parte")."""
    group = clause.group
    if group.ne is None:
        return False
    if group.negations or set(group.lemmas) & _NE_ALONE:
        return True
    own = range(clause.start, min(clause.end + 1, len(sentence.words)))
    return any(
        sentence.words[place].lower in _SECOND_WORDS
        and place != clause.introducer
        and not (place < group.finite and sentence.words[place].lower == "que")
        for place in own
    )


def _not_to(sentence: Sentence) -> bool:
    """Whether an infinitive is negative: "il préfère ne pas venir"."""
    return any(each.ne is not None and each.negations for each in sentence.infinitives)


def _pronouns(sentence: Sentence, number: int | None) -> tuple[str, ...]:
    """Return the pronouns at the verb of a clause, or of all, in the order of the text."""
    if number is not None:
        return object_pronouns(sentence, sentence.clauses[number])
    found: list[str] = []
    for clause in sentence.clauses:
        found += object_pronouns(sentence, clause)
        for each in clause.group.infinitives:
            found += [sentence.words[place].lower for place in each.clitics]
    return tuple(found)


def _wanted(sentence: Sentence, citation: str | None) -> int | None:
    """Return the clause whose verb is asked for, or the main one; None if there is none."""
    if citation is None:
        return _main(sentence)
    verb = _parsed(citation)
    for number in range(len(sentence.clauses)):
        if any((each.infinitive, each.reflexive) == verb for each in meanings(sentence, number)):
            return number
    return None


def _main(sentence: Sentence) -> int | None:
    """Return the clause that says what happens: behind "il faut que", "voici la lettre que"."""
    own = [n for n, each in enumerate(sentence.clauses) if each.introducer is None]
    number = next(iter(own or range(len(sentence.clauses))), None)
    while number is not None:
        below = [
            n
            for n, each in enumerate(sentence.clauses)
            if n > number and each.matrix == number and _carries(sentence, number, each)
        ]
        if not below:
            break
        number = below[0]
    return number


#: What may stand between a verb and its que: "il est certain que", "j'ai peur que".
_BETWEEN = frozenset({Tag.ADJECTIVE, Tag.NOUN, Tag.PARTICIPLE, Tag.ADVERB})


def _carries(sentence: Sentence, number: int, below: Clause) -> bool:
    """Whether a clause only introduces the next one: it has que, or is voici, c'est, il y a."""
    clause = sentence.clauses[number]
    assert below.introducer is not None
    this = sentence.words[clause.subject.start].lower == "ce" and clause.subject.end == 1
    if not clause.group.analyses or (this and below.kind is ClauseKind.RELATIVE):
        return True
    between = sentence.tags[clause.group.end : below.introducer]
    return (
        sentence.tags[below.introducer] is Tag.SUBORDINATION
        and sentence.words[below.introducer].lower == "que"
        and all(tag in _BETWEEN for tag in between)
    )


# --- Whether a verb is there ------------------------------------------------------------------


def _parsed(citation: str) -> tuple[str, bool]:
    """Return the infinitive of a citation without se, and whether it has se."""
    for pronoun in ("se ", "s'", "s’"):
        if citation.startswith(pronoun):
            return citation.removeprefix(pronoun), True
    return citation, False


@cached(maxsize=1000)
def uses(text: str, citation: str, tense: Tense) -> bool | None:
    """Whether a correct sentence has a verb in a tense, in any person; None if it cannot be told.

    ``citation``: "laver", which "se laver" is not, and the reverse. Where a form can be several
    tenses and the sentence does not tell which, it counts as each of them; the passive counts as
    the tense of its verb. False is certain: no word of the sentence can be that verb in that tense.
    """
    infinitive, reflexive = _parsed(citation)
    sentence = analyse(text)
    for number in range(len(sentence.clauses)):
        for each in meanings(sentence, number):
            if (each.infinitive, each.reflexive, each.tense) == (infinitive, reflexive, tense):
                return True
    if infinitive not in known_infinitives() or sentence.doubts or not sentence.clauses:
        return None
    return None if _may_be_missed(sentence, infinitive, tense) else False


#: Words that may be a verb after all; behind a determiner they are none.
_OPEN = frozenset({Tag.NOUN, Tag.NAME, Tag.ADJECTIVE, Tag.UNKNOWN, Tag.INTERJECTION, Tag.PRONOUN})


def _may_be_missed(sentence: Sentence, infinitive: str, tense: Tense) -> bool:
    """Whether a word that was taken for something else may be the verb in the tense."""
    taken = {
        place
        for clause in sentence.clauses
        for place in (clause.group.finite, *clause.group.participles)
    }
    for place, word in enumerate(sentence.words):
        if place in taken:
            continue
        for reading in readings_of(word):
            if reading.lemma != infinitive:
                continue
            if reading.kind is Kind.VERB and reading.tense is tense:
                if sentence.tags[place] in _OPEN and not _behind_determiner(sentence, place):
                    return True
            elif _completes(sentence, place, reading.kind, tense):
                return True
    return False


def _behind_determiner(sentence: Sentence, place: int) -> bool:
    return any(
        each.start <= place < each.end and each.determiner is not None for each in sentence.phrases
    )


def _completes(sentence: Sentence, place: int, kind: Kind, tense: Tense) -> bool:
    """Whether a participle may belong to an auxiliary before it that has none."""
    return kind is Kind.PAST_PARTICIPLE and any(
        tense in AUXILIARY_TENSE
        and each.group.finite < place < each.end
        and not each.group.participles
        and {"être", "avoir"} & set(each.group.lemmas)
        for each in sentence.clauses
    )

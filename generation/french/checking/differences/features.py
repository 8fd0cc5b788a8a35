"""Pronouns of another gender or number than the noun of the text that they stand for.

Nothing tells whom a pronoun in a subordinate clause means ("mon frère croit qu'elle a tort"), so a noun
for a person binds only pronouns of its own clause and of those that stand beside it.
"""

from __future__ import annotations

from generation.french.checking.differences.agreement import noun_places, phrase_agreement
from generation.french.checking.differences.base import Difference, Pair, Side
from generation.french.checking.lexis import (
    CLITICS,
    SUBJECTS,
    is_person,
    is_time,
    noun_readings,
    traits,
)
from generation.french.checking.sentence import Clause, ClauseKind, NounPhrase, Sentence, Tag
from generation.french.checking.words import Kind
from verbs.french.vocabulary import ErrorType

__all__ = ["FEATURES", "attribute_tells", "features_difference", "may_be_called"]

_DIRECT = frozenset({"le", "la", "les"})
_INDIRECT = frozenset({"lui", "leur"})
_STRONG = frozenset({"moi", "toi", "lui", "elle", "eux", "elles", "soi"})
_LEQUEL = frozenset({"lequel", "laquelle", "lesquels", "lesquelles"})
#: Determiners and nouns with which one speaks to somebody: "mes amis, ...", "les enfants, ...".
_CALLING = frozenset({"mon", "ma", "mes", "les"})
_CALLED = frozenset(
    {
        *("tante", "oncle", "sœur", "frère", "fils", "fille", "père", "mère", "cousin", "cousine"),
        *("ami", "amie", "enfant", "garçon", "gars", "copain", "copine", "camarade", "collègue"),
        *("élève", "étudiant", "monsieur", "dame", "chéri", "chérie", "docteur", "capitaine"),
        *("colonel", "général", "lieutenant", "commandant", "petit", "petite", "grand", "bébé"),
        *("homme", "femme", "parent", "neveu", "nièce", "voisin", "voisine"),
    }
)
#: What a pronoun can stand for: its gender and number, None for both.
FEATURES: dict[str, tuple[str | None, bool]] = {
    "le": ("m", False),
    "la": ("f", False),
    "les": (None, True),
    "lui": (None, False),
    "leur": (None, True),
    "il": ("m", False),
    "elle": ("f", False),
    "ils": ("m", True),
    "elles": ("f", True),
    "eux": ("m", True),
    "celui": ("m", False),
    "celle": ("f", False),
    "ceux": ("m", True),
    "celles": ("f", True),
    "lequel": ("m", False),
    "laquelle": ("f", False),
    "lesquels": ("m", True),
    "lesquelles": ("f", True),
    "mien": ("m", False),
    "mienne": ("f", False),
    "miens": ("m", True),
    "miennes": ("f", True),
    "tien": ("m", False),
    "tienne": ("f", False),
    "sien": ("m", False),
    "sienne": ("f", False),
    "tiens": ("m", True),
    "tiennes": ("f", True),
    "siens": ("m", True),
    "siennes": ("f", True),
    "un": ("m", False),
    "une": ("f", False),
    "aucun": ("m", False),
    "aucune": ("f", False),
    "chacun": ("m", False),
    "chacune": ("f", False),
}
#: Pronouns before de and the noun whose gender they have.
_PARTITIVE = _LEQUEL | {"un", "une", "aucun", "aucune", "chacun", "chacune"}


def features_difference(pair: Pair, left: int, right: int, old: str, new: str) -> Difference | None:
    """Name a pronoun of another gender or number than the noun it stands for."""
    if old not in FEATURES or new not in FEATURES:
        return None
    pronominal = {Tag.CLITIC, Tag.SUBJECT, Tag.PRONOUN, Tag.RELATIVE, Tag.QUESTION}
    is_pronoun = pair.correct.tag(left) in pronominal and not pair.correct.is_half(left)
    if not is_pronoun and not (old in _LEQUEL and new in _LEQUEL):
        return None
    sets = (_DIRECT, _INDIRECT, SUBJECTS, _LEQUEL, _STRONG)
    kin = any(old in s and new in s for s in sets) or {old, new} & CLITICS == set()
    if not kin:
        return None
    mine, other = FEATURES[old], FEATURES[new]
    number = mine[1] != other[1]
    kind = ErrorType.PRONOUN_NUMBER if number else ErrorType.PRONOUN_GENDER
    certain = _told(pair.correct, left, old, new)
    reason = f"No noun of the text can be meant by “{new}”."
    if not certain:
        reason = f"The text does not tell whether “{old}” or “{new}” is meant."
    also = {ErrorType.PRONOUN_NUMBER, ErrorType.PRONOUN_GENDER} - {kind}
    both = number and mine[0] != other[0] and None not in (mine[0], other[0])
    return Difference(kind, kind.value, certain, reason, frozenset(also) if both else frozenset())


def _told(side: Side, place: int, old: str, new: str) -> bool:
    """Whether a noun of the text fits the right pronoun, and none the other one."""
    if old in _PARTITIVE and side.text(place + 1) == "de":
        return _part_of(side, place, old, new)
    # "Celle-ci" of these two dresses: only the gender is that of the noun.
    free = FEATURES[old][1] == FEATURES[new][1] and old not in CLITICS | SUBJECTS | _LEQUEL

    def fits(agreements: frozenset[tuple[str, bool]], word: str) -> bool:
        gender, plural = FEATURES[word]
        return any((free or n == plural) and (gender is None or g == gender) for g, n in agreements)

    index = side.atoms[place].word
    behind = any(w.text == "," for w in side.sentence.words[index:])
    found = list(noun_places(side, None if behind else index, _own_subject(side, place)))
    if old in _LEQUEL:
        found = found[-1:]
    mine = [n for n, each in found if fits(each, old) and _can_be_meant(side, place, old, n)]
    if not mine or any(fits(each, new) for _, each in found):
        return False
    return _is_bound(side, place, mine, new)


def _can_be_meant(side: Side, place: int, old: str, noun: int) -> bool:
    """Whether a noun is what a subject or an object pronoun must take up.

    Not when something happens ("un soir d'hiver, il le consulta"), nor what stands behind a
    preposition ("avec la voiture, elle viendra"); no thing is given anything ("lui"), unless it is
    put in front; and "sa thèse, elle la finira" has its pronoun already.
    """
    if old not in CLITICS | SUBJECTS:
        return True
    word = side.sentence.words[noun]
    phrase = _phrase_of(side.sentence, noun)
    if is_time(word) or (phrase is not None and phrase.preposition is not None):
        return False
    if old in _INDIRECT and not (_is_somebody(side, noun) or _is_detached(side, noun)):
        return False
    return old not in SUBJECTS or not _is_taken_up(side, place, noun)


def _is_taken_up(side: Side, place: int, noun: int) -> bool:
    """Whether an object pronoun beside a subject pronoun may stand for a noun."""
    clause, phrase = side.clause_around(place), _phrase_of(side.sentence, noun)
    if clause is None or phrase is None:
        return clause is not None and bool(clause.group.clitics)
    beside = (*clause.group.clitics, *clause.group.enclitics)
    forms = {form for i in beside for form in side.sentence.words[i].full} & _DIRECT
    found = [FEATURES[form] for form in sorted(forms)]
    return any(
        phrase.plural in (None, plural) and (gender is None or phrase.gender in (None, gender))
        for gender, plural in found
    )


def _own_subject(side: Side, place: int) -> range:
    """Return the words of the subject whose verb a pronoun stands at: not meant by it.

    "Paul le voit", "Paul parle de lui": somebody else is seen or spoken of.
    """
    index = side.atoms[place].word
    stressed = side.tag(place) is Tag.PRONOUN and side.can_be(place - 1, Kind.PREPOSITION)
    for clause in side.sentence.clauses:
        own = index in (*clause.group.clitics, *clause.group.enclitics)
        if own or (stressed and clause.start <= index < clause.end):
            return range(clause.subject.start, clause.subject.end)
    return range(0)


def _part_of(side: Side, place: int, old: str, new: str) -> bool:
    """Whether the noun of "laquelle de ces robes", "aucune de mes amies" has the one gender only."""
    index = side.atoms[place + 1].word
    phrase = next(
        (p for p in side.sentence.phrases if p.start in (index, index + 1) and p.end > index), None
    )
    agreement = phrase_agreement(phrase) if phrase is not None else None
    mine, other = FEATURES[old][0], FEATURES[new][0]
    return agreement is not None and agreement[0] == mine and mine != other


def _is_bound(side: Side, place: int, nouns: list[int], new: str) -> bool:
    """Whether a pronoun must mean one of the nouns, and nobody outside the text."""
    words = side.sentence.words
    index = side.atoms[place].word
    persons = [n for n in nouns if is_person(words[n]) or "person" in traits(words[n])]
    stressed = side.tag(place) is Tag.PRONOUN and side.can_be(place - 1, Kind.PREPOSITION)
    if stressed and not persons and not any(_is_detached(side, n) for n in nouns):
        return False
    beside = {side.text(place - 1), side.text(place + 1)} & {"en", "y", "le", "la", "les"}
    if side.text(place) in _INDIRECT and beside and not persons:
        # "Ces fruits, je lui en offre": the noun is bound by en.
        return False
    clause = side.clause_around(place)
    if side.text(place) in CLITICS | SUBJECTS and persons:
        told = clause is not None and index == clause.subject.start
        if not any(_is_named_in_place(side, place, noun) for noun in nouns):
            return told and clause is not None and attribute_tells(side, clause, new)
    if clause is None or clause.kind not in (ClauseKind.SUBORDINATE, ClauseKind.RELATIVE):
        return True
    inside = [n for n in nouns if clause.start <= n < clause.end]
    named = persons or [n for n in nouns if side.sentence.tags[n] is Tag.NAME]
    if inside or not named:
        return True
    return index == clause.subject.start and attribute_tells(side, clause, new)


def _is_somebody(side: Side, noun: int) -> bool:
    word = side.sentence.words[noun]
    return is_person(word) or "person" in traits(word) or side.sentence.tags[noun] is Tag.NAME


def _is_named_in_place(side: Side, place: int, noun: int) -> bool:
    """Whether a person is put in front of the pronoun, or is the subject that it only repeats.

    Anybody else may be meant by a pronoun apart from that: "mes voisins sont là, et je lui parle";
    and "ma tante, il habite ici" is said to one's aunt.
    """
    clause = side.clause_around(place)
    index = side.atoms[place].word
    repeated = clause is not None and clause.subject.inverted and clause.subject.start == index
    phrase = _phrase_of(side.sentence, noun)
    called = phrase is None or may_be_called(side.sentence, phrase)
    return repeated or (_is_detached(side, noun) and not called)


def may_be_called(sentence: Sentence, phrase: NounPhrase) -> bool:
    """Return whether a noun before a comma may be whom one speaks to: "Ma tante, il habite ici"."""
    words = sentence.words
    if phrase.end >= len(words) or words[phrase.end].text != ",":
        return False
    if phrase.determiner is None:
        return True
    nouns = {r.lemma for r in noun_readings(words[phrase.noun])}
    return sentence.lower(phrase.determiner) in _CALLING and bool(nouns & _CALLED)


def _phrase_of(sentence: Sentence, noun: int) -> NounPhrase | None:
    return next((p for p in sentence.phrases if p.noun == noun), None)


def _is_detached(side: Side, noun: int) -> bool:
    """Whether a noun phrase stands between the beginning and a comma, or between comma and end."""
    words = side.sentence.words
    phrase = _phrase_of(side.sentence, noun)
    if phrase is None:
        return False
    behind = words[phrase.end].text if phrase.end < len(words) else "."
    return behind == "," or (behind in (".", "!", "?") and words[phrase.start - 1].text == ",")


def attribute_tells(side: Side, clause: Clause, new: str) -> bool:
    """Whether an adjective or participle behind être cannot go with the other pronoun."""
    gender, plural = FEATURES[new]
    kinds = (Kind.ADJECTIVE, Kind.PAST_PARTICIPLE)
    if "être" not in clause.group.lemmas:
        return False
    for index in range(clause.group.finite + 1, min(clause.end, clause.group.end + 2)):
        found = [r for r in side.sentence.readings[index] if r.kind in kinds]
        if found:
            return not any(
                (gender is None or r.gender in (None, gender)) and r.plural in (None, plural)
                for r in found
            )
    return False

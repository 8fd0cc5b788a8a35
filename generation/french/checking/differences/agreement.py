"""Participles of two sentences that agree differently: which agreements are right here.

With être the participle agrees with the subject, reflexively with se unless se is an indirect object,
with avoir with a direct object before it and with nothing else (Grevisse, Le bon usage, on the
agreement of the past participle). What the sentence does not tell is not certain.
"""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.differences.base import Difference, Pair, Side, governments
from generation.french.checking.lexis import LEQUEL, is_time, noun_readings, readings_of
from generation.french.checking.sentence import Clause, NounPhrase, Subject, Tag
from generation.french.checking.words import Kind
from verbs.french.vocabulary import ErrorType, Person

__all__ = [
    "agreement_difference",
    "agreements_of",
    "noun_places",
    "nouns_of",
    "phrase_agreement",
    "subject_agreements",
]

Agreements = frozenset[tuple[str, bool]]

_ALL: Agreements = frozenset({("m", False), ("f", False), ("m", True), ("f", True)})
_INVARIABLE: Agreements = frozenset({("m", False)})
_REFLEXIVE = frozenset({"me", "te", "se", "nous", "vous"})
#: Verbs whose participle may stay as it is before an infinitive, or with a measure.
_VARIABLE = frozenset(
    {
        *("laisser", "faire", "voir", "entendre", "sentir", "regarder", "écouter", "envoyer"),
        *("coûter", "valoir", "peser", "vivre", "courir", "dormir", "mesurer", "régner"),
        *("vouloir", "pouvoir", "devoir", "rire", "plaire", "succéder"),
    }
)
#: Beside these the participle follows other rules.
_OPEN = frozenset({"en", "ci-joint", "excepté"})


def agreements_of(side: Side, place: int) -> frozenset[tuple[str, bool]] | None:
    """Return gender and number that a participle form can show; None if it shows none."""
    found = {
        (r.gender, r.plural)
        for r in side.readings(place, Kind.PAST_PARTICIPLE)
        if r.gender is not None and r.plural is not None
    }
    return frozenset(found) or None


def subject_agreements(subject: Subject, text: str) -> frozenset[tuple[str, bool]] | None:
    """Return the genders and numbers that a subject may have; None if it is not known."""
    if text in ("vous", "on"):
        return _ALL
    if text == "nous":
        return frozenset({("m", True), ("f", True)})
    if text in ("je", "tu"):
        return frozenset({("m", False), ("f", False)})
    if text in ("ce", "ça", "cela", "il"):
        return _INVARIABLE
    if not subject.persons or subject.plural is None:
        return None
    if subject.phrase is not None and not subject.phrase.certain:
        return None
    if not subject.persons <= {Person.S3, Person.P3}:
        return None
    genders = ("m", "f") if subject.gender is None else (subject.gender,)
    return frozenset((gender, subject.plural) for gender in genders)


def phrase_agreement(phrase: NounPhrase) -> tuple[str, bool] | None:
    """Return gender and number of a noun phrase that is surely understood."""
    if phrase.gender is None or phrase.plural is None or not phrase.certain:
        return None
    return phrase.gender, phrase.plural


def nouns_of(
    side: Side, before: int | None = None, without: range = range(0)
) -> Iterator[frozenset[tuple[str, bool]]]:
    """Yield what each noun of a sentence may be in gender and number; see ``noun_places``."""
    for _, agreements in noun_places(side, before, without):
        yield agreements


def noun_places(
    side: Side, before: int | None = None, without: range = range(0)
) -> Iterator[tuple[int, Agreements]]:
    """Yield where each noun stands and what it may be in gender and number.

    ``before``: only nouns before that word. ``without``: words that are left out.
    """
    phrases = {p.noun: p for p in side.sentence.phrases}
    for index, word in enumerate(side.sentence.words[:before]):
        if side.sentence.tags[index] not in (Tag.NOUN, Tag.NAME) or index in without:
            continue
        told = phrase_agreement(phrases[index]) if index in phrases else None
        if told is not None:
            yield index, frozenset({told})
            continue
        found = {
            (gender, plural)
            for r in readings_of(word)
            if r.kind in (Kind.NOUN, Kind.NAME)
            for gender in ((r.gender,) if r.gender else ("m", "f"))
            for plural in ((r.plural,) if r.plural is not None else (False, True))
        }
        yield index, frozenset(found) or _ALL


def agreement_difference(pair: Pair) -> Difference | None:
    """Name a participle that agrees otherwise than in the correct sentence."""
    if pair.replaced is None:
        return None
    left, right = pair.replaced
    if _is_invariable(pair, left, right):
        reason = "The participle of this verb never agrees: it has no direct object."
        code = "participle_agreement.invariable"
        return Difference(ErrorType.PARTICIPLE_AGREEMENT, code, True, reason)
    old, new = agreements_of(pair.correct, left), agreements_of(pair.incorrect, right)
    if old is None or new is None:
        return None
    mine = {r.lemma for r in pair.correct.readings(left, Kind.PAST_PARTICIPLE)}
    other = {r.lemma for r in pair.incorrect.readings(right, Kind.PAST_PARTICIPLE)}
    clause = pair.correct.clause_of(left)
    if clause is None or pair.correct.tag(left) is not Tag.PARTICIPLE:
        clause = _clause_over_tous(pair.correct, left)
    if mine.isdisjoint(other) or clause is None:
        return None
    allowed, code = _allowed(pair.correct, clause, left, old)
    certain = (
        allowed is not None
        and not allowed.isdisjoint(old)
        and allowed.isdisjoint(new)
        and not (mine & _VARIABLE and pair.correct.can_be(left + 1, Kind.INFINITIVE))
    )
    reason = "The participle does not agree with what decides about it here."
    if not certain:
        reason = "Both agreements of the participle may be right here."
    return Difference(
        ErrorType.PARTICIPLE_AGREEMENT,
        f"participle_agreement.{code}",
        certain or pair.found(ErrorType.PARTICIPLE_AGREEMENT),
        reason,
    )


def _is_invariable(pair: Pair, left: int, right: int) -> bool:
    """Whether a participle that never agrees got an ending: "elles se sont souries"."""
    found = pair.correct.readings(left, Kind.PAST_PARTICIPLE)
    old, new = pair.correct.text(left), pair.incorrect.text(right)
    return (
        pair.correct.tag(left) is Tag.PARTICIPLE
        and bool(found)
        and all(r.gender is None for r in found)
        and new in (old + "e", old + "s", old + "es")
    )


def _clause_over_tous(side: Side, place: int) -> Clause | None:
    """Return the clause of a participle behind tous, toutes, where it looks like a noun."""
    if side.text(place - 1) not in ("tous", "toutes"):
        return None
    clause = side.clause_of(place - 2)
    if clause is None or not set(clause.group.lemmas) & {"avoir", "être"}:
        return None
    return clause


def _subject_text(side: Side, clause: Clause) -> str:
    subject = clause.subject
    if subject.end - subject.start != 1:
        return ""
    return side.sentence.words[subject.start].lower


def _allowed(
    side: Side, clause: Clause, place: int, old: Agreements
) -> tuple[Agreements | None, str]:
    """Return the agreements that are right for a participle, and the code of another one."""
    words = side.sentence.words
    group = clause.group
    clitics = [words[index].full for index in group.clitics]
    plain = {forms[0] for forms in clitics}
    subject = subject_agreements(clause.subject, _subject_text(side, clause))
    passive = len(group.participles) > 1 and "été" in words[group.participles[0]].full
    if passive and side.text(place) != "été":
        return subject, "subject"
    if "être" in group.lemmas:
        if not plain & _REFLEXIVE:
            return subject, "subject"
        if plain & {"le", "la", "les"}:
            return _object(side, clause, clitics)
        if subject is not None and ("m", False) in old and ("m", False) not in subject:
            following = bool(clause.objects)
            code = "reflexive_following_object" if following else "reflexive_indirect"
            return _INVARIABLE, code
        return subject, "reflexive"
    if "avoir" in group.lemmas:
        return _with_avoir(side, clause, place, clitics, old)
    return None, "subject"


def _with_avoir(
    side: Side, clause: Clause, place: int, clitics: list[tuple[str, ...]], old: Agreements
) -> tuple[Agreements | None, str]:
    plain = {forms[0] for forms in clitics}
    if plain & {"le", "la", "les"}:
        return _object(side, clause, clitics)
    if plain & _OPEN:
        return None, "preceding_object"
    preceding = _preceding(side, clause)
    if preceding is not None:
        return preceding, "preceding_object"
    if plain & {"me", "te", "nous", "vous"} and _gives(side, place):
        return _INVARIABLE, "following_object"
    if _has_open_object(side, clause):
        return None, "preceding_object"
    if plain & {"me", "te", "nous", "vous"}:
        return _person_object(side, place, plain, old), "preceding_object"
    if plain & {"lui", "leur"}:
        return _INVARIABLE, "indirect_object"
    code = "following_object" if clause.objects else "avoir_with_subject"
    return _INVARIABLE, code


def _person_object(side: Side, place: int, plain: set[str], old: Agreements) -> Agreements | None:
    """Return what me, te, nous, vous as objects allow; nobody sees whether they are direct."""
    known = governments(side, place)
    if known is not None and all(g.direct in ("-", "clause") for g in known):
        return _INVARIABLE
    if known is not None and any("lui" in g.indirect for g in known):
        # "Ce plan nous a servi" and "il nous a servis", "on nous a demandés".
        return None
    if "nous" in plain:
        # Not an agreement in the correct sentence: the object is indirect.
        return _INVARIABLE if ("m", False) in old else frozenset({("m", True), ("f", True)})
    if "vous" in plain:
        return None
    return frozenset({("m", False), ("f", False)})


def _gives(side: Side, place: int) -> bool:
    """Whether a direct object follows a verb that has an indirect one: "il nous a suggéré un menu"."""
    known = governments(side, place)
    if known is None or any("lui" not in g.indirect for g in known):
        return False
    if side.text(place + 1) in ("que", "si"):
        return True
    if side.text(place + 1) == "de" and side.tag(place + 2) in (Tag.INFINITIVE, Tag.CLITIC):
        return all("de" in g.infinitive for g in known)
    index = side.atoms[place].word + 1
    for phrase in side.sentence.phrases:
        if phrase.start == index and phrase.preposition is None and phrase.determiner is not None:
            return not is_time(side.sentence.words[phrase.noun])
    return False


def _object(
    side: Side, clause: Clause, clitics: list[tuple[str, ...]]
) -> tuple[Agreements | None, str]:
    """Return what le, la, les, l' allow, told by the nouns of the text if they do tell."""
    direct = next(forms for forms in clitics if forms[0] in ("le", "la", "les"))
    if direct[0] == "les":
        allowed: Agreements = frozenset({("m", True), ("f", True)})
    elif len(direct) > 1:
        allowed = frozenset({("m", False), ("f", False)})
    else:
        allowed = frozenset({("m" if direct[0] == "le" else "f", False)})
    behind = len(side.sentence.words) if _right_dislocation(side, clause) else clause.start
    reach = max(behind, clause.group.finite)
    nouns = [each & allowed for each in nouns_of(side, reach) if each & allowed]
    told = frozenset().union(*nouns) if nouns else allowed
    # "Le" that stands for a whole clause leaves the participle alone.
    return told, "preceding_object"


def _right_dislocation(side: Side, clause: Clause) -> bool:
    """Whether a noun phrase stands behind a comma at the end: "je les ai lus, ces livres"."""
    words = side.sentence.words
    return any(w.text == "," for w in words[clause.group.end :])


def _preceding(side: Side, clause: Clause) -> Agreements | None:
    """Return gender and number of the antecedent of que, or of the noun of quel and combien de."""
    words = side.sentence.words
    opener = clause.introducer
    relative = opener is not None and side.sentence.tags[opener] is Tag.RELATIVE
    if opener and relative and words[opener].lower == "que":
        return _noun_before(side, opener)
    first = next((i for i in range(clause.start, -1, -1) if words[i].is_punctuation), -1) + 1
    head = words[first].lower
    if head in ("quel", "quelle", "quels", "quelles"):
        return _noun_behind(side, first)
    if head == "combien" and words[first + 1].lower == "de":
        return _noun_behind(side, first + 1)
    return None


def _noun_behind(side: Side, index: int) -> Agreements | None:
    for word in side.sentence.words[index + 1 : index + 3]:
        found = {(r.gender, r.plural) for r in noun_readings(word)}
        if found:
            return frozenset((g, p) for g, p in found if g is not None and p is not None) or None
    return None


def _noun_before(side: Side, opener: int) -> Agreements | None:
    """Return what the noun before que is; None if two nouns may be meant."""
    phrases = [p for p in side.sentence.phrases if p.end <= opener]
    if not phrases or phrases[-1].end != opener:
        return None
    last = phrases[-1]
    # "Le sac de la fille que": one or the other; "je pense à la robe que": the robe.
    nested = last.preposition is not None and any(p.end == last.preposition for p in phrases)
    if last.plural is None or not last.certain or nested:
        return None
    # "Les livres": the number is known though the word has two genders.
    genders = ("m", "f") if last.gender is None else (last.gender,)
    return frozenset((gender, last.plural) for gender in genders)


def _has_open_object(side: Side, clause: Clause) -> bool:
    """Whether an object that the rules here do not see may stand before the participle."""
    words = side.sentence.words
    before = [w.lower for w in words[: clause.group.finite]]
    # "Sur lequel il a posé": with its preposition it is no direct object.
    governed = [i for i, tag in enumerate(side.sentence.tags) if tag is Tag.PREPOSITION]
    before = ["" if i - 1 in governed and w in LEQUEL else w for i, w in enumerate(before)]
    # "Content qu'elle lui ait offert": a conjunction stands for nothing.
    joins = {i for i, tag in enumerate(side.sentence.tags) if tag is Tag.SUBORDINATION}
    before = ["" if i in joins else w for i, w in enumerate(before)]
    opener = clause.introducer
    relative = opener is not None and side.sentence.tags[opener] is Tag.RELATIVE
    if relative and opener is not None and words[opener].lower == "que":
        return True
    return bool({"quel", "quelle", "quels", "quelles", "combien", "lequel"} & set(before)) or bool(
        {"laquelle", "lesquels", "lesquelles", "que"} & set(before[clause.start : clause.start + 2])
    )

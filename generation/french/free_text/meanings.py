"""What a verb group can mean: which verb, with or without se, in which tense and person.

A compound tense is its auxiliary and its participle together: "a mangé" is the passé composé of
manger and no form of avoir. "Est vendu" is the passive of vendre in the present, or être with what
describes the subject. What the rest of the sentence rules out is left out: a subject makes an
imperative impossible, "il faut que" an indicative.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from generation.french.checking.lexis import can_be
from generation.french.checking.rules.common import (
    REFLEXIVE,
    auxiliaries,
    participle_verbs,
)
from generation.french.checking.rules.moods import mood
from generation.french.checking.rules.openers import opener_of
from generation.french.checking.sentence import Clause, ClauseKind, Sentence, SubjectKind, Tag
from generation.french.checking.words import Kind
from verbs.french.conjugation import Analysis
from verbs.french.vocabulary import AUXILIARY_TENSE, Auxiliary, Person, Tense

__all__ = ["Meaning", "meanings", "object_pronouns"]

_COMPOUND = {simple: compound for compound, simple in AUXILIARY_TENSE.items()}
_AUXILIARIES = frozenset({"être", "avoir"})
#: The pronouns behind an imperative as they stand before a verb.
_BEFORE_THE_VERB = {"moi": "me", "toi": "te"}
#: What may stand between an auxiliary and its participle.
_BETWEEN = frozenset(
    {Tag.ADVERB, Tag.PRONOUN, Tag.NEGATION, Tag.PUNCTUATION, Tag.INTERJECTION, Tag.ADJECTIVE}
)
#: "En aller" is the infinitive of "s'en aller".
_EN = "en "


@dataclass(frozen=True)
class Meaning:
    """One thing that a verb group can be.

    ``infinitive`` is written without se ("en aller" for s'en aller). ``tense`` is None where the
    form is of no tense of this service (passé antérieur, imparfait du subjonctif), ``person`` None
    where the form has none. ``passive``: "la maison est vendue", with the tense of être.
    """

    infinitive: str
    reflexive: bool
    tense: Tense | None
    person: Person | None
    passive: bool = False


def meanings(sentence: Sentence, number: int) -> tuple[Meaning, ...]:
    """Return what the verb group of a clause can mean, () if its finite form is not known."""
    clause = sentence.clauses[number]
    participles = _participles(sentence, clause)
    found: dict[Meaning, None] = {}
    for analysis in _fitting(sentence, number):
        if not participles and _is_silent(sentence, clause, analysis):
            compound = _COMPOUND.get(Tense(analysis.tense))
            found[Meaning("taire", True, compound, analysis.person)] = None
        elif not participles:
            reflexive = _is_reflexive(sentence, clause, analysis)
            tense = analysis.tense if isinstance(analysis.tense, Tense) else None
            found[Meaning(analysis.infinitive, reflexive, tense, analysis.person)] = None
        elif analysis.infinitive in _AUXILIARIES:
            found.update(dict.fromkeys(_with_participle(sentence, clause, analysis, participles)))
    return tuple(each for each in found if _is_whole(sentence, clause, each))


def object_pronouns(sentence: Sentence, clause: Clause) -> tuple[str, ...]:
    """Return the pronouns at the verb of a clause in full, as they stand before a verb.

    "L'" is "la" where a participle or what it stands for shows it.
    """
    places = (*clause.group.clitics, *clause.group.enclitics)
    words = [_in_full(sentence, clause, place) for place in places]
    return (*words, *_before_inversion(sentence, clause))


def _in_full(sentence: Sentence, clause: Clause, place: int) -> str:
    word = sentence.words[place]
    if "la" in word.full and word.elided and _is_feminine(sentence, clause):
        return "la"
    return _BEFORE_THE_VERB.get(word.lower, word.lower)


def _is_feminine(sentence: Sentence, clause: Clause) -> bool:
    """Whether l' stands for a feminine: "je l'ai lue", "cette lettre, je l'ouvre"."""
    if clause.group.participles and "avoir" in clause.group.lemmas:
        last = clause.group.participles[-1]
        genders = {r.gender for r in sentence.readings[last] if r.kind is Kind.PAST_PARTICIPLE}
        if genders == {"f"}:
            return True
    first = next(iter(sentence.phrases), None)
    return (
        first is not None
        and first.start == 0
        and first.gender == "f"
        and first.plural is False
        and sentence.words[min(first.end, len(sentence.words) - 1)].text == ","
        and clause.subject.start > first.end
    )


def _before_inversion(sentence: Sentence, clause: Clause) -> tuple[str, ...]:
    """Return the first nous or vous of "vous lavez-vous", of which the second is the subject."""
    behind, before = clause.group.finite + 1, clause.group.finite - 1
    if before < 0 or behind >= len(sentence.words) or not sentence.words[behind].joined:
        return ()
    word = sentence.words[before].lower
    twice = word in ("nous", "vous") and sentence.words[behind].lower == word
    return (word,) if twice and before not in clause.group.clitics else ()


def _is_whole(sentence: Sentence, clause: Clause, meaning: Meaning) -> bool:
    """Whether s'en aller has both its pronouns, and aller not those of s'en aller."""
    both = meaning.reflexive and "en" in object_pronouns(sentence, clause)
    if meaning.infinitive.startswith(_EN):
        return both
    return not (both and meaning.infinitive == "aller")


def _is_reflexive(sentence: Sentence, clause: Clause, analysis: Analysis) -> bool:
    """Whether the verb has the pronoun of its own person."""
    if analysis.person is None:
        return False
    return REFLEXIVE[analysis.person] in object_pronouns(sentence, clause)


def _is_silent(sentence: Sentence, clause: Clause, analysis: Analysis) -> bool:
    """Whether "tu" behind être is the participle of se taire, taken for the pronoun."""
    end = clause.group.end
    return (
        analysis.infinitive == "être"
        and isinstance(analysis.tense, Tense)
        and _is_reflexive(sentence, clause, analysis)
        and end < len(sentence.words)
        and sentence.words[end].lower == "tu"
        and not sentence.words[end].joined
    )


# --- Compound tenses and the passive ----------------------------------------------------------


def _participles(sentence: Sentence, clause: Clause) -> tuple[int, ...]:
    """Return the participles of a verb group, also behind "toutes" or ", hélas,"."""
    group = clause.group
    if group.participles or not _AUXILIARIES & set(group.lemmas):
        return group.participles
    found: list[int] = []
    for place in range(group.end, clause.end):
        if sentence.tags[place] is Tag.PARTICIPLE:
            found.append(place)
        elif found or sentence.tags[place] not in _BETWEEN:
            break
    return tuple(found)


def _with_participle(
    sentence: Sentence, clause: Clause, analysis: Analysis, participles: tuple[int, ...]
) -> Iterator[Meaning]:
    """Yield what an auxiliary and its participles can mean together."""
    first, last = participles[0], participles[-1]
    simple = analysis.tense if isinstance(analysis.tense, Tense) else None
    compound = None if simple is None else _COMPOUND.get(simple)
    person = analysis.person
    reflexive = _is_reflexive(sentence, clause, analysis)
    verbs = sorted(participle_verbs(sentence, last))
    if analysis.infinitive == "être":
        yield from _with_etre(sentence, last, Meaning("être", reflexive, simple, person), verbs)
        return
    if first == last:
        yield from (Meaning(verb, reflexive, compound, person) for verb in verbs)
    elif "être" in participle_verbs(sentence, first):
        # "A été vendu"; "a été malade", if what describes the subject is a participle.
        yield Meaning("être", False, compound, person)
        yield from (Meaning(verb, False, compound, person, passive=True) for verb in verbs)
    else:
        # "A eu fini": no tense of this service.
        yield from (Meaning(verb, reflexive, None, person) for verb in verbs)


def _with_etre(
    sentence: Sentence, participle: int, copula: Meaning, verbs: list[str]
) -> Iterator[Meaning]:
    """Yield what être with a participle can be: compound, passive, or être itself."""
    compound = None if copula.tense is None else _COMPOUND.get(copula.tense)
    describes = can_be(sentence.words[participle], Kind.ADJECTIVE)
    # "Il est sorti" is no passive, "il est sorti par le pompier" may be one.
    agent = any(word.lower == "par" for word in sentence.words[participle:])
    for verb in verbs:
        takes = auxiliaries(verb)
        if copula.reflexive or not takes or Auxiliary.ETRE in takes:
            yield replace(copula, infinitive=verb, tense=compound)
        active = Auxiliary.ETRE in takes and not agent
        if not copula.reflexive and not active:
            describes = True
            yield replace(copula, infinitive=verb, passive=True)
    if describes and not copula.reflexive:
        yield copula


# --- What the sentence rules out --------------------------------------------------------------


def _fitting(sentence: Sentence, number: int) -> list[Analysis]:
    """Return what the finite form can be with its subject, and where it stands.

    Each test leaves something: where nothing would fit, the sentence was not understood there.
    """
    clause = sentence.clauses[number]
    found = list(clause.group.analyses)
    persons = clause.subject.persons
    if persons and not clause.group.enclitics:
        found = [each for each in found if each.person in persons] or found
    order = clause.kind is ClauseKind.IMPERATIVE or bool(clause.group.enclitics)
    if order and not any(each.tense is Tense.IMPERATIF for each in found):
        found = _before_y_and_en(sentence, clause, found)
    if not order or clause.group.enclitics or clause.subject.kind is SubjectKind.NONE:
        wanted = [each for each in found if (each.tense is Tense.IMPERATIF) == order]
        found = wanted or found
    if _excludes_subjunctive(sentence, number):
        found = [each for each in found if each.tense is not Tense.SUBJONCTIF] or found
    return _of_right_mood(sentence, number, found)


def _before_y_and_en(sentence: Sentence, clause: Clause, found: list[Analysis]) -> list[Analysis]:
    """Return an order that has an s only before y and en: "penses-y", "parles-en"."""
    if not {"y", "en"} & {sentence.words[place].lower for place in clause.group.enclitics}:
        return found
    presents = [a for a in found if (a.tense, a.person) == (Tense.PRESENT, Person.S2)]
    return [Analysis(a.infinitive, Tense.IMPERATIF, a.person) for a in presents] or found


#: Conjunctions behind which a subjunctive never stands; for "si ... et que" there is que.
_INDICATIVE = frozenset({"si", "quand", "lorsque", "comme", "puisque", "parce que"})


def _excludes_subjunctive(sentence: Sentence, number: int) -> bool:
    """Whether a clause has no que, nor stands behind one whose que it may share."""
    clause = sentence.clauses[number]
    if clause.subject.inverted and clause.subject.kind is SubjectKind.PRONOUN:
        # "Pourquoi téléphones-tu ?"
        return True
    if clause.introducer is not None:
        opener = opener_of(sentence, clause)
        return opener in _INDICATIVE or opener.endswith("est ce que")
    inside = range(clause.start, clause.subject.start or clause.group.finite)
    if any(sentence.words[place].lower == "que" for place in inside):
        return False
    earlier = [each for each in sentence.clauses[:number] if each.introducer is not None]
    return all(opener_of(sentence, each) in _INDICATIVE for each in earlier)


def _of_right_mood(sentence: Sentence, number: int, found: list[Analysis]) -> list[Analysis]:
    """Return the analyses whose tense no trigger in the sentence makes certainly wrong.

    Each tense is tried alone: where the form were only that, would it be an error?
    """
    tenses = list(dict.fromkeys(each.tense for each in found))
    if len(tenses) < 2:
        return found
    place = sentence.words[sentence.clauses[number].group.finite].start
    right: list[Analysis] = []
    for tense in tenses:
        of_tense = tuple(each for each in found if each.tense is tense)
        if all(each.start != place for each in mood(_limited(sentence, number, of_tense))):
            right += of_tense
    return right or found


def _limited(sentence: Sentence, number: int, analyses: tuple[Analysis, ...]) -> Sentence:
    """Return the sentence as if the finite form of a clause could be nothing else."""
    clause = sentence.clauses[number]
    limited = replace(clause, group=replace(clause.group, analyses=analyses))
    clauses = (*sentence.clauses[:number], limited, *sentence.clauses[number + 1 :])
    return replace(sentence, clauses=clauses)

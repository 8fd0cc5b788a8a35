"""Object pronouns in the wrong place or in the wrong order, in a free text."""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.lexis import begins_with_vowel, only
from generation.french.checking.sentence import Clause, ClauseKind, Infinitive, Tag
from generation.french.checking.words import Kind
from generation.french.deviations.pronouns import noun_participles
from generation.french.free_text.edits import Change
from generation.french.free_text.participles import forms_of
from generation.french.free_text.source import Draft, Source
from verbs.french.vocabulary import Person

__all__ = ["order_drafts", "placement_drafts"]

_ARTICLES = frozenset({"le", "la", "les", "leur"})
_DIRECT = frozenset({"le", "la", "les"})
_PERSON = {"me": Person.S1, "te": Person.S2, "nous": Person.P1, "vous": Person.P2}
_STRESSED = {"me": "moi", "te": "toi"}
#: What may follow a pronoun that stands behind its verb without being taken for its noun.
_OPENING = frozenset(
    {
        *("à", "de", "dans", "chez", "pendant", "sur", "pour", "avec", "depuis", "par", "sans"),
        *("avant", "après", "vers", "jusque", "ce", "cet", "cette", "chaque", "tous", "toutes"),
    }
)


def _pronoun(source: Source, index: int, participle: int | None = None) -> str:
    """Return a pronoun in full; of l' the one that a participle shows, else le."""
    word = source.sentence.words[index]
    if not word.elided or len(word.full) == 1:
        return word.lower
    if word.text.lower() == "s'":
        return "se"
    if participle is not None:
        forms = forms_of(source, participle)
        feminine = len(forms) == 4 and source.lower(participle) == forms[1] != forms[0]
        return "la" if feminine else "le"
    return "le"


def _is_emphatic(clause: Clause, pronoun: str) -> bool:
    """Whether a pronoun behind the verb may repeat the subject: "Paul répond, lui"."""
    subject = clause.subject
    if pronoun == "lui":
        third = not subject.persons or Person.S3 in subject.persons
        return third and subject.gender != "f"
    return _PERSON.get(pronoun) in subject.persons if pronoun in ("nous", "vous") else False


def _is_reflexive(clause: Clause, pronoun: str) -> bool:
    return pronoun == "se" or _PERSON.get(pronoun) in clause.subject.persons


# --- Place ------------------------------------------------------------------------------------


def placement_drafts(source: Source) -> Iterator[Draft]:
    """Yield a text with an object pronoun behind its verb, before its participle or its order."""
    for clause in source.sentence.clauses:
        group = clause.group
        if clause.kind is ClauseKind.IMPERATIVE:
            yield from _at_order(source, clause)
        elif len(group.clitics) == 1 and not group.enclitics and not _is_other(source, clause):
            if group.participles:
                yield from _before_participle(source, clause, group.clitics[0])
            else:
                yield from _behind(source, clause, group.clitics[0], group.finite)
        for infinitive in group.infinitives:
            if len(infinitive.clitics) == 1 and not infinitive.negations:
                yield from _behind_infinitive(source, clause, infinitive)


def _is_other(source: Source, clause: Clause) -> bool:
    """Whether a pronoun is none that learners move: "il y a", "que la tienne"."""
    index, finite = clause.group.clitics[0], clause.group.finite
    there = source.lower(index) == "y" and "avoir" in clause.group.lemmas
    return there or source.lower(finite) in ("tienne", "tiennes")


def _before_participle(source: Source, clause: Clause, index: int) -> Iterator[Draft]:
    participle = clause.group.participles[0]
    pronoun = _pronoun(source, index, participle)
    form = source.lower(participle)
    between = any(index < participle for index in clause.group.adverbs)
    if between or _is_emphatic(clause, pronoun) or _is_reflexive(clause, pronoun):
        return
    if pronoun in _ARTICLES and form in noun_participles():
        return
    if pronoun == "en" and ("avoir" not in clause.group.lemmas or form == "fait"):
        # "Elle est en sortie", "ils ont en fait".
        return
    put = Change(participle, participle, (pronoun,))
    yield from source.draft(
        "before_participle", Change(index, index + 1), put, pronoun=pronoun, **source.named(clause)
    )


def _free_behind(source: Source, index: int, pronoun: str) -> bool:
    """Whether what follows a place leaves a pronoun there nothing else to be."""
    if source.ends(index):
        return True
    if pronoun == "en":
        return False
    word = source.sentence.words[index]
    if pronoun not in ("les", "lui", "leur") and begins_with_vowel(word) is not False:
        # "Je lis le à midi" lacks its elision, too.
        return False
    if pronoun not in _ARTICLES:
        return True
    lone = only(word, Kind.ADVERB) and source.ends(index + 1)
    return lone or source.lower(index) in _OPENING


def _behind(source: Source, clause: Clause, index: int, verb: int) -> Iterator[Draft]:
    pronoun = _pronoun(source, index)
    place = verb + 1
    if clause.group.negations or clause.subject.inverted or _is_emphatic(clause, pronoun):
        return
    if _is_reflexive(clause, pronoun) or not _free_behind(source, place, pronoun):
        return
    if pronoun == "lui" and clause.objects:
        return
    put = Change(place, place, (pronoun,))
    yield from source.draft(
        "after_verb", Change(index, index + 1), put, pronoun=pronoun, **source.named(clause)
    )


def _behind_infinitive(source: Source, clause: Clause, infinitive: Infinitive) -> Iterator[Draft]:
    index, verb = infinitive.clitics[0], infinitive.index
    pronoun = _pronoun(source, index)
    if pronoun in ("nous", "vous", "se") or _is_emphatic(clause, pronoun):
        return
    if not _free_behind(source, verb + 1, pronoun) or source.tag(index - 1) is Tag.CLITIC:
        return
    put = Change(verb + 1, verb + 1, (pronoun,))
    yield from source.draft(
        "after_verb", Change(index, index + 1), put, pronoun=pronoun, **source.named(clause)
    )


def _at_order(source: Source, clause: Clause) -> Iterator[Draft]:
    group, facts = clause.group, source.named(clause)
    if len(group.clitics) == 1 and group.ne is not None and not group.enclitics:
        index = group.clitics[0]
        pronoun = _pronoun(source, index)
        if pronoun in ("y", "en") and source.lower(group.finite).endswith(("e", "a")):
            # "Ne va-y pas" lacks its s, too.
            return
        put = Change(group.finite + 1, group.finite + 1, ("-" + _STRESSED.get(pronoun, pronoun),))
        yield from source.draft(
            "after_negative_imperative", Change(index, index + 1), put, pronoun=pronoun, **facts
        )
    if len(group.enclitics) == 1 and group.ne is None:
        index = group.enclitics[0]
        pronoun = source.lower(index)
        weak = {"moi": "me", "toi": "te"}.get(pronoun)
        finite = source.sentence.words[group.finite]
        if weak is None or (weak == "te" and begins_with_vowel(finite) is not False):
            # "La porte", "lui donne", "vous donnez" are right; "t'assieds" is heard for "tu t'...".
            return
        put = Change(group.finite, group.finite, (weak,))
        yield from source.draft(
            "before_imperative", put, Change(index, index + 1), pronoun=pronoun, **facts
        )


# --- Order ------------------------------------------------------------------------------------


def order_drafts(source: Source) -> Iterator[Draft]:
    """Yield a text with two object pronouns exchanged."""
    for clause in source.sentence.clauses:
        group = clause.group
        participle = group.participles[-1] if group.participles else None
        yield from _exchanged(source, clause, group.clitics, participle)
        if len(group.enclitics) == 2:
            yield from _behind_order(source, clause, group.enclitics)
        for infinitive in group.infinitives:
            yield from _exchanged(source, clause, infinitive.clitics, None)
    known = {i.index for c in source.sentence.clauses for i in c.group.infinitives}
    for infinitive in source.sentence.infinitives:
        if infinitive.index not in known and source.sentence.clauses:
            clause = source.sentence.clauses[0]
            yield from _exchanged(source, clause, infinitive.clitics, None)


def _exchanged(
    source: Source, clause: Clause, clitics: tuple[int, ...], participle: int | None
) -> Iterator[Draft]:
    if len(clitics) != 2 or clitics[1] != clitics[0] + 1:
        return
    first, second = (_pronoun(source, i, participle) for i in clitics)
    if second in ("y", "en"):
        code = "en_last"
    elif first in _DIRECT:
        code = "direct_first"
    elif second in _DIRECT:
        code = "indirect_first"
    else:
        return
    put = Change(clitics[0], clitics[1] + 1, (second, first))
    yield from source.draft(code, put, **source.named(clause))


def _behind_order(source: Source, clause: Clause, enclitics: tuple[int, ...]) -> Iterator[Draft]:
    first, second = (source.lower(i) for i in enclitics)
    if first in _DIRECT and second in ("lui", "leur"):
        put = Change(enclitics[0], enclitics[1] + 1, (f"-{second}", f"-{first}"))
        yield from source.draft("imperative", put, **source.named(clause))

"""The pronoun of reflexive verbs in the wrong person, in the wrong form or missing, in a free text."""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.differences.reflexives import ESSENTIAL
from generation.french.checking.sentence import Clause, ClauseKind, Infinitive
from generation.french.checking.words import Kind
from generation.french.free_text.edits import Change
from generation.french.free_text.source import Draft, Source
from verbs.french.vocabulary import Person

__all__ = ["reflexive_drafts"]

_PERSON = {"me": Person.S1, "te": Person.S2, "nous": Person.P1, "vous": Person.P2}
#: Verbs whose infinitive has a subject of its own: "je vous fais asseoir".
_CAUSING = frozenset({"faire", "laisser", "voir", "entendre", "regarder", "sentir", "envoyer"})
#: Used without se too, by some authors or in set phrases: "ne moquer personne", "il souvient".
_ALSO_ALONE = frozenset({"moquer", "dépêcher", "fier", "lamenter", "écrier", "exclamer"})


def reflexive_drafts(source: Source) -> Iterator[Draft]:
    """Yield a text with se for another pronoun, a weak pronoun behind an order, or none."""
    for clause in source.sentence.clauses:
        if clause.kind is ClauseKind.IMPERATIVE:
            yield from _behind_order(source, clause)
        else:
            yield from _before_verb(source, clause)
        for infinitive in clause.group.infinitives:
            yield from _before_infinitive(source, clause, infinitive)


def _own(source: Source, clause: Clause, clitics: tuple[int, ...]) -> int | None:
    """Return the reflexive pronoun of je, tu, nous, vous among some clitics."""
    persons = clause.subject.persons
    if clause.kind is ClauseKind.IMPERATIVE:
        persons = frozenset(a.person for a in clause.group.analyses if a.person is not None)
    for index in clitics:
        if frozenset({_PERSON.get(source.lower(index))}) == persons:
            return index
    return None


def _before_verb(source: Source, clause: Clause) -> Iterator[Draft]:
    clitics = clause.group.clitics
    facts = source.named(clause)
    own = _own(source, clause, clitics)
    se = next((i for i in clitics if source.lower(i) == "se"), None)
    if own is not None:
        pronoun = source.lower(own)
        yield from source.draft(
            "se_for_other_person", Change(own, own + 1, ("se",)), pronoun=pronoun, **facts
        )
    index = own if own is not None else se
    if index is None or clause.group.participles:
        # "Il est évanoui" tells of a state.
        return
    lemmas = source.lemmas(clause.group.finite, Kind.VERB)
    impersonal = source.lower(clause.subject.start) == "il" and "souvenir" in lemmas
    if lemmas and lemmas <= ESSENTIAL - _ALSO_ALONE and not impersonal:
        yield from source.draft("missing", Change(index, index + 1), **facts)
    if source.lower(clause.subject.start) == "on" and lemmas and lemmas <= ESSENTIAL - _ALSO_ALONE:
        yield from source.draft("other_person", Change(index, index + 1, ("nous",)), **facts)


def _behind_order(source: Source, clause: Clause) -> Iterator[Draft]:
    facts = source.named(clause)
    own = _own(source, clause, clause.group.clitics)
    if own is not None:
        pronoun = source.lower(own)
        yield from source.draft(
            "se_for_other_person", Change(own, own + 1, ("se",)), pronoun=pronoun, **facts
        )
    for index in clause.group.enclitics:
        if source.lower(index) == "toi" and source.lower(index + 1) not in ("y", "en"):
            yield from source.draft(
                "weak_for_stressed", Change(index, index + 1, ("-te",)), **facts
            )


def _before_infinitive(source: Source, clause: Clause, infinitive: Infinitive) -> Iterator[Draft]:
    governors = source.lemmas(clause.group.finite, Kind.VERB)
    if governors & _CAUSING or clause.kind is ClauseKind.IMPERATIVE:
        return
    if len(clause.group.infinitives) > 1 or clause.group.participles:
        # "Je t'ai demandé de te taire" has another subject; so have some of several infinitives.
        return
    own = _own(source, clause, infinitive.clitics)
    if own is None or set(infinitive.clitics) != {own}:
        return
    if any(source.lower(i) in _PERSON or source.lower(i) in ("lui", "leur")
           for i in clause.group.clitics):  # fmt: skip
        return
    facts = source.named(clause)
    pronoun = source.sentence.lower(own)
    yield from source.draft("infinitive", Change(own, own + 1, ("se",)), pronoun=pronoun, **facts)

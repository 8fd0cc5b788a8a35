"""Avoir for être and être for avoir in the compound tenses of a free text."""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.lexis import is_time
from generation.french.checking.sentence import Clause, Tag
from generation.french.checking.words import Kind
from generation.french.free_text.edits import Change
from generation.french.free_text.participles import forms_of, written_as
from generation.french.free_text.source import COMPOUND, Draft, Source
from verbs.french.conjugation import forms
from verbs.french.vocabulary import Tense

#: What may decide about the participle behind avoir: then être would leave it in doubt.
_BEFORE = frozenset({"le", "la", "les", "l'", "en", "me", "te", "nous", "vous", "se"})
#: Verbs without any object: behind être their participle means nothing. Not those whose participle
#: is an adjective or a passive too ("réfléchi", "échoué", "habité", "il est obéi").
_NO_OBJECT = frozenset(
    {
        *(
            "marcher",
            "dormir",
            "nager",
            "voyager",
            "déjeuner",
            "dîner",
            "souper",
            "sourire",
            "rire",
        ),
        *("téléphoner", "plaire", "déplaire", "pouvoir", "falloir", "pleuvoir", "neiger", "être"),
        *("skier", "bavarder", "durer", "participer", "exister", "appartenir", "ressembler"),
        *("mentir", "hésiter", "tousser", "tarder", "suffire", "briller", "éternuer", "trembler"),
        *("renoncer", "douter", "travailler"),
    }
)
#: With avoir these are found in older usage, or tell how a level changes.
_BOTH_FOUND = frozenset({"monter", "remonter", "descendre", "redescendre", "passer", "repasser"})
_MOVING = frozenset(
    {*("monter", "remonter", "descendre", "redescendre", "passer", "rentrer", "sortir"),
     *("ressortir", "retourner")}
)  # fmt: skip


def auxiliary_drafts(source: Source) -> Iterator[Draft]:
    """Yield a text with the other auxiliary; a participle that agreed with its subject follows it."""
    for clause in source.sentence.clauses:
        group = clause.group
        # "Sommes" is a form of sommer too.
        own = [lemma for lemma in group.lemmas if lemma in ("être", "avoir")]
        tense = source.finite_tense(clause)
        if len(group.participles) != 1 or len(own) != 1 or tense is None:
            continue
        if tense not in COMPOUND:
            continue
        yield from _exchanged(source, clause, own[0], tense)


def _exchanged(source: Source, clause: Clause, own: str, tense: Tense) -> Iterator[Draft]:
    group, participle = clause.group, clause.group.participles[0]
    other = "avoir" if own == "être" else "être"
    persons = source.persons(clause)
    if len(persons) != 1 or len(source.lemmas(participle, Kind.PAST_PARTICIPLE)) != 1:
        # "Il a plu" may be of plaire or of pleuvoir.
        return
    wrong = forms(other, tense, persons[0])[0]
    changes = [Change(group.finite, group.finite + 1, (wrong,))]
    citation = source.citation(participle)
    reflexive = citation.startswith(("se ", "s'"))
    if reflexive:
        code = "avoir_with_reflexive"
    elif own == "être":
        code = "avoir_for_etre"
        lemmas = source.lemmas(participle, Kind.PAST_PARTICIPLE)
        snow = clause.subject.impersonal and "tomber" in lemmas
        if lemmas & _BOTH_FOUND or snow:
            return
        form = written_as(source, participle, "m", plural=False)
    else:
        lemmas = source.lemmas(participle, Kind.PAST_PARTICIPLE)
        code = "etre_with_object" if lemmas <= _MOVING else "etre_for_avoir"
        if {source.lower(index) for index in group.clitics} & _BEFORE:
            return
        if not (lemmas <= _NO_OBJECT or _has_object(source, clause)):
            return
        form = _with_subject(source, clause, participle)
    if not reflexive:
        if form is None:
            return
        if form != source.lower(participle):
            changes.append(Change(participle, participle + 1, (form,)))
    yield from source.draft(code, *changes, **source.named(clause))


def _has_object(source: Source, clause: Clause) -> bool:
    """Whether an object, or an infinitive without a preposition, stands right behind the verb."""
    end = clause.group.end
    if source.tag(end) is Tag.INFINITIVE or source.lower(end) == "de":
        return True
    words = source.sentence.words
    return any(p.start == end and not is_time(words[p.noun]) for p in clause.objects)


def _with_subject(source: Source, clause: Clause, participle: int) -> str | None:
    """Return the participle as être would have it; None if the subject does not tell."""
    subject = clause.subject
    if source.lower(participle) not in forms_of(source, participle)[:1]:
        # It agrees with an object before it.
        return None
    if subject.plural is None:
        return None
    # "Je suis dormi", "nous sommes dormis": men may speak.
    return written_as(source, participle, subject.gender or "m", plural=subject.plural)

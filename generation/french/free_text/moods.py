"""Tenses and moods that a word of a free text rules out."""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.lexis import is_time
from generation.french.checking.rules.openers import means_whether, opener_of
from generation.french.checking.sentence import Clause, ClauseKind, Tag
from generation.french.checking.words import Kind
from generation.french.free_text.edits import Change
from generation.french.free_text.source import COMPOUND, Draft, Source
from verbs.french.conjugation import forms
from verbs.french.vocabulary import Tense

__all__ = ["tense_drafts"]

_CONJUNCTIONS_SI = frozenset({"si", "même si"})
_WHEN = frozenset({"quand", "lorsque"})
_YESTERDAY = frozenset({"hier", "avant-hier", "autrefois", "jadis"})
_INDICATIVE = (Tense.PRESENT, Tense.IMPARFAIT, Tense.FUTUR_SIMPLE, Tense.PASSE_SIMPLE)
_TOMORROW = frozenset({"demain", "après-demain"})
_LAST = frozenset({"dernier", "dernière"})
_NEXT = frozenset({"prochain", "prochaine"})
_PAST = frozenset({Tense.PASSE_COMPOSE, Tense.IMPARFAIT, Tense.PLUS_QUE_PARFAIT})


def tense_drafts(source: Source) -> Iterator[Draft]:
    """Yield a text in a tense or mood that its conjunction or its adverb of time rules out."""
    for clause in source.sentence.clauses:
        tense = source.finite_tense(clause)
        if tense is None or clause.kind is ClauseKind.IMPERATIVE:
            continue
        yield from _behind_si(source, clause, tense)
        yield from _behind_que(source, clause, tense)
        yield from _main_clause(source, clause, tense)
        yield from _beside_time(source, clause)


def _finite(source: Source, clause: Clause, wrong: Tense, code: str, **facts: str) -> list[Draft]:
    """Return the sentence with the finite form in another simple tense."""
    persons, verb = source.persons(clause), source.finite_verb(clause)
    finite = clause.group.finite
    right = source.tense(clause)
    if not persons or verb is None or right is None:
        return []
    written = forms(verb, wrong, persons[0])
    if not written or written[0] == source.lower(finite):
        return []
    other = _INDICATIVE if wrong is Tense.SUBJONCTIF else ()
    if any(written[0] in forms(verb, each, persons[0]) for each in other):
        # "Se calme" is an indicative as well.
        return []
    compound = source.is_compound(clause) and wrong in COMPOUND
    named = {
        **source.named(clause), "right_tense": right.value,
        "wrong_tense": (COMPOUND[wrong] if compound else wrong).value, **facts,
    }  # fmt: skip
    return source.draft(code, Change(finite, finite + 1, written[:1]), **named)


# --- Conjunctions -----------------------------------------------------------------------------


def _behind_si(source: Source, clause: Clause, tense: Tense) -> Iterator[Draft]:
    if opener_of(source.sentence, clause) not in _CONJUNCTIONS_SI:
        return
    if clause.kind is not ClauseKind.SUBORDINATE or means_whether(source.sentence, clause):
        return
    if tense is Tense.PRESENT:
        yield from _finite(source, clause, Tense.FUTUR_SIMPLE, "future_after_si")
    elif tense is Tense.IMPARFAIT:
        yield from _finite(source, clause, Tense.CONDITIONNEL, "conditional_after_si")


def _marker(source: Source, clause: Clause) -> str | None:
    """Return what demands a mood, up to its que: "il faut que", "pour que"."""
    first = clause.introducer
    if first is None:
        return None
    opener = opener_of(source.sentence, clause)
    if opener != "que":
        width = len(opener.split())
        last = first + width - 1
        if source.lower(last) != "que" or width == 1:
            return opener
        return source.words(first, last) + " que"
    if clause.matrix is None:
        return None
    matrix = source.sentence.clauses[clause.matrix]
    start = matrix.start if matrix.introducer is None else matrix.group.finite
    return source.words(start, first) + " que" if start < first else None


def _behind_que(source: Source, clause: Clause, tense: Tense) -> Iterator[Draft]:
    marker = _marker(source, clause)
    if marker is None:
        return
    found = {a.tense for a in clause.group.analyses if a.person in clause.subject.persons}
    if Tense.SUBJONCTIF in found:
        if "condition" in marker.split():
            # "À condition que" is found with a future.
            return
        right = Tense.SUBJONCTIF_PASSE if source.is_compound(clause) else Tense.SUBJONCTIF
        # A present that is written like the subjunctive is no error; a future is one then, too.
        for wrong in (Tense.PRESENT, Tense.FUTUR_SIMPLE):
            drafts = _finite(
                source, clause, wrong, "indicative_for_subjunctive", marker=marker,
                right_tense=right.value,
            )  # fmt: skip
            yield from drafts
            if drafts or source.is_compound(clause):
                break
    elif "que" in marker.split()[-1:] or marker in ("lorsque", "puisque"):
        if "après" in marker.split():
            return
        yield from _finite(
            source, clause, Tense.SUBJONCTIF, "subjunctive_for_indicative", marker=marker
        )


def _main_clause(source: Source, clause: Clause, tense: Tense) -> Iterator[Draft]:
    """Yield a future beside "si j'avais", "quand j'étais" and a conditional behind "quand"."""
    others = [c for c in source.sentence.clauses if c is not clause]
    if len(others) != 1:
        return
    other = others[0]
    opener = opener_of(source.sentence, other)
    if other.kind is ClauseKind.SUBORDINATE and other.introducer is not None:
        marker = source.words(other.introducer, source.verb(other) + 1)
        past = source.finite_tense(other) is Tense.IMPARFAIT and not other.group.participles
        simple = not clause.group.participles and not means_whether(source.sentence, other)
        if opener == "si" and past and tense is Tense.CONDITIONNEL and simple:
            yield from _finite(
                source, clause, Tense.FUTUR_SIMPLE, "main_clause_of_si", marker=marker
            )
        if opener in _WHEN and past and tense is Tense.IMPARFAIT and not clause.group.participles:
            yield from _finite(source, clause, Tense.FUTUR_SIMPLE, "future_for_past", marker=marker)
    own = opener_of(source.sentence, clause)
    if own in ("quand", "lorsque", "dès que", "aussitôt que") and tense is Tense.FUTUR_SIMPLE:
        yield from _finite(source, clause, Tense.CONDITIONNEL, "after_quand", marker=own)


# --- Adverbs of time --------------------------------------------------------------------------


def _beside_time(source: Source, clause: Clause) -> Iterator[Draft]:
    """Yield a future beside "hier", a past beside "demain", in a sentence of one clause."""
    others = [c for c in source.sentence.clauses if c is not clause and not _is_ago(source, c)]
    if others or clause.group.ne is not None or clause.subject.inverted:
        return
    tense = source.tense(clause)
    past, future = _times(source)
    if past and not future and tense in _PAST and not clause.group.adverbs:
        yield from _in_future(source, clause, past)
    if future and not past and tense is Tense.FUTUR_SIMPLE:
        # The other past tenses can tell of a plan, or of what will be over by then.
        yield from _finite(source, clause, Tense.PASSE_SIMPLE, "past_for_future", marker=future)


def _is_ago(source: Source, clause: Clause) -> bool:
    """Whether a clause is "il y a" that says when."""
    clitics = [source.lower(i) for i in clause.group.clitics]
    return clitics == ["y"] and clause.group.lemmas == ("avoir",)


def _times(source: Source) -> tuple[str, str]:
    """Return what names the past and what names the future, "" if nothing does."""
    past = future = ""
    words = source.sentence.words
    for index, word in enumerate(words):
        text = word.lower
        before = source.lower(index - 1)
        if text in _YESTERDAY and before not in ("depuis", "de", "à", "que"):
            past = text
        elif text in _TOMORROW and before not in ("pour", "de", "à", "jusque", "que"):
            future = text
        elif text in _LAST | _NEXT and index and is_time(words[index - 1]):
            determined = source.lower(index - 2) in ("le", "la", "cet", "cette")
            start = index - 2 if determined else index - 1
            if source.tag(start - 1) is Tag.PREPOSITION:
                continue
            found = source.words(start, index + 1)
            past, future = (found, future) if text in _LAST else (past, found)
        elif text == "a" and source.lower(index - 1) == "y" and source.lower(index - 2) == "il":
            phrase = source.phrase_at(index + 1)
            if phrase is not None and is_time(words[phrase.noun]):
                past = source.words(index - 2, phrase.end)
    return past, future


def _in_future(source: Source, clause: Clause, marker: str) -> Iterator[Draft]:
    group, persons = clause.group, source.persons(clause)
    verb = source.verb(clause)
    lemmas = sorted(source.lemmas(verb, Kind.PAST_PARTICIPLE, Kind.VERB))
    if not persons or not lemmas or len(group.participles) > 1:
        return
    if group.participles and set(range(group.finite + 1, group.end)) != set(group.participles):
        return
    if group.participles and not source.is_compound(clause):
        return
    if not group.participles:
        lemmas = [source.finite_verb(clause) or ""]
    if len(lemmas) != 1 or not lemmas[0]:
        # "Il a plu" may be of plaire or of pleuvoir.
        return
    written = forms(lemmas[0], Tense.FUTUR_SIMPLE, persons[0])
    right = source.tense(clause)
    if not written or right is None:
        return
    put = Change(group.finite, verb + 1, written[:1])
    yield from source.draft(
        "future_for_past", put, marker=marker, right_tense=right.value,
        wrong_tense=Tense.FUTUR_SIMPLE.value, **source.named(clause),
    )  # fmt: skip

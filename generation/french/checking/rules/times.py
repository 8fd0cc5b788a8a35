"""Tenses against adverbs of time, and the tenses of two clauses against each other."""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.rules.common import finite_tenses
from generation.french.checking.rules.openers import found_tense, means_whether, opener_of
from generation.french.checking.sentence import Clause, ClauseKind, Sentence
from generation.french.checking.verdict import Finding
from verbs.french.vocabulary import Tense

_PAST_ADVERBS = frozenset({"hier", "avant-hier", "autrefois", "jadis"})
_FUTURE_ADVERBS = frozenset({"demain", "après-demain"})
_UNITS = frozenset({"semaine", "mois", "année", "an", "été", "hiver", "printemps", "automne"}) | {
    *("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "week-end"),
}
_DAYS = frozenset({"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"})
_ANY = frozenset({"un", "ce", "chaque", "quel"})
_LAST = frozenset({"dernier", "dernière", "passé", "passée"})
_NEXT = frozenset({"prochain", "prochaine"})
#: Verbs of which "demain" may be the object: "il attendit demain avec impatience".
_AWAITING = frozenset(
    {
        *("attendre", "craindre", "redouter", "préparer", "imaginer", "inventer", "oublier"),
        *("espérer", "voir", "être", "devenir", "changer", "bâtir", "construire", "aimer"),
    }
)


def time_adverb(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Find a future with an adverb of the past, or a past with one of the future."""
    others = [c for c in sentence.clauses if not _is_there(sentence, c)]
    if others != [clause] or clause.kind is not ClauseKind.MAIN:
        return
    tenses = finite_tenses(clause)
    past, future = times_named(sentence)
    if past and not future and tenses == {Tense.FUTUR_SIMPLE} and not clause.group.participles:
        yield found_tense(
            sentence, clause, "past_adverb", f"“{past}” names the past and excludes the future."
        )
    if future and not past and is_told_in_passe_simple(clause):
        yield found_tense(
            sentence, clause, "future_adverb", f"“{future}” names the future, not the past."
        )


def _is_there(sentence: Sentence, clause: Clause) -> bool:
    """Whether a clause is "il y a", which says when: "il y a longtemps"."""
    clitics = {sentence.words[i].lower for i in clause.group.clitics}
    return clitics == {"y"} and "avoir" in clause.group.lemmas


def is_told_in_passe_simple(clause: Clause) -> bool:
    """Return whether a clause is in the one past tense that what is to come never has.

    The imparfait may tell of a plan ("il partait demain"), the passé composé and the
    plus-que-parfait of what will be over by then ("demain soir, on a tout visité").
    """
    return not clause.group.participles and finite_tenses(clause) == {Tense.PASSE_SIMPLE}


def times_named(sentence: Sentence) -> tuple[str, str]:
    """Return the expressions of the past and of the future, "" if there is none.

    "Le train prochain", "bientôt" and "dans deux jours" name no time: they can be told of a past.
    """
    past = future = ""
    words = [w.lower for w in sentence.words]
    for place, word in enumerate(words):
        before = words[place - 1] if place else ""
        if word in _PAST_ADVERBS and before not in ("depuis", "de", "à"):
            past = word
        elif word in _FUTURE_ADVERBS and before not in ("pour", "de", "à", "jusque"):
            future = "" if _is_noun(sentence, place) else word
        elif word == "longtemps" and {"il", "y", "a"} <= set(words[max(0, place - 4) : place]):
            past = "il y a longtemps"
        elif word in _LAST | _NEXT and before in _UNITS:
            article = words[place - 2] if place > 1 else ""
            if before in _DAYS and (place == 1 or article not in _ANY):
                article = "le"
            if article not in ("le", "la", "du", "au"):
                continue
            leading = words[place - 3] if place > 2 else ""
            if leading in ("depuis", "de", "pour", "jusque", "à", "dès"):
                continue
            if word in _LAST:
                past = f"{before} {word}"
            else:
                future = f"{before} {word}"
    return past, future


def _is_noun(sentence: Sentence, place: int) -> bool:
    """Whether "demain" may be a subject or an object: "demain arriva", "il attendit demain"."""
    verbs = {clause.group.finite: clause for clause in sentence.clauses}
    if place + 1 in verbs:
        return True
    before = next((n for n in range(place - 1, place - 3, -1) if n in verbs), None)
    return before is not None and bool(_AWAITING & set(verbs[before].group.lemmas))


# --- Two clauses ------------------------------------------------------------------------------


def paired(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Check a main clause against si or quand with a past tense, and quand against a future."""
    if clause.kind not in (ClauseKind.MAIN, ClauseKind.IMPERATIVE) or clause.introducer is not None:
        return
    others = [c for c in sentence.clauses if c is not clause]
    if len(others) != 1 or others[0].kind is not ClauseKind.SUBORDINATE:
        return
    other = others[0]
    opener = opener_of(sentence, other)
    tenses, time = finite_tenses(clause), finite_tenses(other)
    future = tenses == {Tense.FUTUR_SIMPLE}
    past, _ = times_named(sentence)
    condition = opener in ("si", "même si") and future and not past and Tense.IMPARFAIT in time
    if condition and not means_whether(sentence, other) and not _has_already(sentence):
        yield found_tense(
            sentence,
            clause,
            "main_clause_of_si",
            "Behind si with the imparfait or plus-que-parfait the main clause is in the"
            " conditional.",
        )
    simple = not other.group.participles and not clause.group.participles
    told = opener in ("quand", "lorsque", "pendant que") and time == {Tense.IMPARFAIT}
    if told and future and simple:
        yield found_tense(
            sentence,
            clause,
            "future_for_past",
            f"The clause with “{opener}” is in the past, which excludes the future.",
        )
    order = future or clause.kind is ClauseKind.IMPERATIVE
    if opener in _WHEN and order and time == {Tense.CONDITIONNEL}:
        yield found_tense(
            sentence,
            other,
            "after_quand",
            f"Behind “{opener}” the future is needed here, not the conditional.",
        )


_WHEN = frozenset({"quand", "lorsque", "dès que", "aussitôt que"})


def _has_already(sentence: Sentence) -> bool:
    """Whether déjà may make the condition a fact: "s'il était déjà parti, tu trouveras"."""
    return any(w.lower == "déjà" for w in sentence.words)

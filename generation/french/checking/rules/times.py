"""Tenses against adverbs of time, and the tenses of two clauses against each other."""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.rules.common import ETRE_ONLY, finite_tenses
from generation.french.checking.rules.openers import found_tense, means_whether, opener_of
from generation.french.checking.sentence import Clause, ClauseKind, Sentence
from generation.french.checking.verdict import Finding
from verbs.french.vocabulary import AUXILIARY_TENSE, Tense

_PAST_ADVERBS = frozenset({"hier", "avant-hier", "autrefois", "jadis"})
_FUTURE_ADVERBS = frozenset({"demain", "après-demain"})
_UNITS = frozenset({"semaine", "mois", "année", "an", "été", "hiver", "printemps", "automne"}) | {
    *("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "week-end"),
}
_DAYS = frozenset({"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"})
_LAST = frozenset({"dernier", "dernière", "passé", "passée"})
_NEXT = frozenset({"prochain", "prochaine"})
#: Verbs with which the passé composé can tell of what will be done: "demain, j'ai fini".
_DONE = frozenset({"finir", "terminer", "partir", "arriver", "rentrer", "revenir", "oublier"})


def time_adverb(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Find a future with an adverb of the past, or a past with one of the future."""
    others = [c for c in sentence.clauses if not _is_there(sentence, c)]
    if others != [clause] or clause.kind is not ClauseKind.MAIN:
        return
    tenses = finite_tenses(clause)
    past, future = _times(sentence)
    if past and not future and tenses == {Tense.FUTUR_SIMPLE} and not clause.group.participles:
        yield found_tense(
            sentence, clause, "past_adverb", f"“{past}” names the past and excludes the future."
        )
    if future and not past and _is_past(sentence, clause):
        yield found_tense(
            sentence, clause, "future_adverb", f"“{future}” names the future, not the past."
        )


def _is_there(sentence: Sentence, clause: Clause) -> bool:
    """Whether a clause is "il y a", which says when: "il y a longtemps"."""
    clitics = {sentence.words[i].lower for i in clause.group.clitics}
    return clitics == {"y"} and "avoir" in clause.group.lemmas


def _is_past(sentence: Sentence, clause: Clause) -> bool:
    """Whether the clause is in the passé composé, the plus-que-parfait or the passé simple."""
    group = clause.group
    tenses = finite_tenses(clause)
    if not group.participles:
        return tenses == {Tense.PASSE_SIMPLE}
    if not tenses & {AUXILIARY_TENSE[Tense.PASSE_COMPOSE], Tense.IMPARFAIT}:
        return False
    verbs = {r.lemma for r in sentence.readings[group.participles[0]]}
    if tenses == {Tense.IMPARFAIT} and ("avoir" in group.lemmas or verbs <= ETRE_ONLY):
        return True
    if "être" in group.lemmas and not group.clitics and tenses & {Tense.PRESENT}:
        # "Demain, le magasin est fermé" is a present.
        return verbs <= {"aller", "en aller", "venir", "devenir", "naître", "tomber"}
    return not verbs & _DONE


def _times(sentence: Sentence) -> tuple[str, str]:
    """Return the expressions of the past and of the future, "" if there is none."""
    past = future = ""
    words = [w.lower for w in sentence.words]
    for place, word in enumerate(words):
        before = words[place - 1] if place else ""
        if word in _PAST_ADVERBS and before not in ("depuis", "de", "à"):
            past = word
        elif word in _FUTURE_ADVERBS and before not in ("pour", "de", "à", "jusque"):
            future = word
        elif word == "longtemps" and {"il", "y", "a"} <= set(words[max(0, place - 4) : place]):
            past = "il y a longtemps"
        elif word in _LAST | _NEXT and before in _UNITS:
            article = words[place - 2] if place > 1 else ""
            if before in _DAYS and place == 1:
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
    past, _ = _times(sentence)
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

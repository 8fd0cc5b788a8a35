"""The tenses of two clauses against each other, with quand, lorsque, dès que, pendant que.

What is to come is not told beside what is past: "quand il viendra, je dormais" (Bon usage, on the
tenses of the indicative and on temporal clauses). Only sentences of two clauses are judged.
"""

from __future__ import annotations

from generation.french.checking.differences.base import Pair
from generation.french.checking.rules.common import ETRE_ONLY, finite_tenses
from generation.french.checking.rules.openers import opener_of
from generation.french.checking.sentence import Clause, ClauseKind, Sentence
from verbs.french.vocabulary import AUXILIARY_TENSE, Tense

__all__ = ["against_other_clause"]

_TEMPORAL = frozenset(
    {"quand", "lorsque", "dès que", "aussitôt que", "sitôt que", "pendant que", "chaque fois que"}
)
#: These may ask too ("il a demandé quand je partirai"): only in front of the main clause.
_ASKING = frozenset({"quand"})
_FUTURE = frozenset({Tense.FUTUR_SIMPLE, Tense.FUTUR_ANTERIEUR})
_PAST = frozenset(
    {Tense.PASSE_COMPOSE, Tense.IMPARFAIT, Tense.PLUS_QUE_PARFAIT, Tense.PASSE_SIMPLE}
)
_REMOTE = _PAST - {Tense.PASSE_COMPOSE}
#: "Quand tu reviendras, j'ai fini": the passé composé tells what will be done.
_DONE = frozenset({"finir", "terminer", "partir", "arriver", "rentrer", "disparaître"})
#: What happens at one moment: with these the passé composé tells of nothing but the past.
_SUDDEN = frozenset({"arriver", "sonner", "tomber", "entrer", "commencer", "éclater", "frapper"})
#: Verbs of plans: "elle a promis de venir quand il sera là".
_PLANS = frozenset({"promettre", "prévoir", "décider", "annoncer", "dire", "demander", "savoir"})
_COMPOUND = {simple: tense for tense, simple in AUXILIARY_TENSE.items()}


def against_other_clause(pair: Pair) -> str | None:
    """Return why the tenses of the incorrect sentence contradict each other, None if they do not."""
    if _contradicts(pair.correct.sentence):
        return None
    return _contradicts(pair.incorrect.sentence)


def _contradicts(sentence: Sentence) -> str | None:
    if len(sentence.clauses) != 2 or sentence.infinitives:
        return None
    time = next((c for c in sentence.clauses if opener_of(sentence, c) in _TEMPORAL), None)
    main = next((c for c in sentence.clauses if c is not time), None)
    if time is None or main is None or main.introducer is not None:
        return None
    if main.kind is not ClauseKind.MAIN or time.introducer is None:
        return None
    opener = opener_of(sentence, time)
    first = time.group.finite < main.group.finite
    before = sentence.lower(time.introducer - 1) if time.introducer else ""
    if (opener in _ASKING and not first) or before in ("pour", "depuis", "jusque", "de"):
        return None
    when, told = _tenses(sentence, time), _tenses(sentence, main)
    if not when or not told or _verbs(sentence, main) & _PLANS:
        return None
    if when <= _FUTURE and told <= _PAST:
        done = Tense.PASSE_COMPOSE in told and bool(_verbs(sentence, main) & _DONE)
        already = any(w.lower in ("déjà", "peut-être") for w in sentence.words)
        reason = f"Behind “{opener}” there is no future beside a main clause in the past."
        return None if done or already else reason
    sudden = when <= _PAST and _verbs(sentence, time) <= _SUDDEN
    if (when <= _REMOTE or sudden) and told <= _FUTURE:
        return f"Behind “{opener}” there is no past tense beside a main clause in the future."
    return None


def _verbs(sentence: Sentence, clause: Clause) -> frozenset[str]:
    """Return the verbs of a clause: of the participle in a compound tense."""
    index = clause.group.participles[-1] if clause.group.participles else clause.group.finite
    return frozenset(r.lemma for r in sentence.readings[index])


def _tenses(sentence: Sentence, clause: Clause) -> frozenset[Tense]:
    """Return the tenses a clause may be in; empty where a passive or an adjective is possible."""
    group = clause.group
    simple = {t for t in finite_tenses(clause) if isinstance(t, Tense)}
    simple -= {Tense.SUBJONCTIF, Tense.IMPERATIF}
    if not group.participles:
        return frozenset(simple)
    clitics = {sentence.words[index].lower for index in group.clitics}
    compound = "avoir" in group.lemmas or "se" in clitics or _verbs(sentence, clause) <= ETRE_ONLY
    if len(group.participles) > 1 or not compound:
        return frozenset()
    return frozenset(_COMPOUND[t] for t in simple if t in _COMPOUND)

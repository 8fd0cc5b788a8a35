"""Another tense or mood of the same verb: wrong only where a word of the sentence demands the one.

Si, il faut que, pour que, hier, demain and their like (Bescherelle, on moods and on the sequence of
tenses). Without such a trigger another tense says something else, and is right.
"""

from __future__ import annotations

from generation.french.checking.differences.base import Pair, Side
from generation.french.checking.rules.times import times_named
from generation.french.checking.sentence import Clause, Tag
from generation.french.checking.words import Kind
from verbs.french.conjugation import OtherForm
from verbs.french.vocabulary import AUXILIARY_TENSE, Tense

__all__ = ["compound_demanded", "demanded", "tenses_at"]

Moods = frozenset[Tense | OtherForm]

_FUTURE: Moods = frozenset({Tense.FUTUR_SIMPLE, Tense.CONDITIONNEL})
_INDICATIVE: Moods = frozenset(
    {
        Tense.PRESENT,
        Tense.IMPARFAIT,
        Tense.FUTUR_SIMPLE,
        Tense.CONDITIONNEL,
        Tense.PASSE_SIMPLE,
    }
)
_SUBJUNCTIVE: Moods = frozenset({Tense.SUBJONCTIF, OtherForm.IMPARFAIT_DU_SUBJONCTIF})
#: Conjunctions before que that demand the subjunctive.
_SUBJUNCTIVE_CONJUNCTIONS = frozenset(
    {
        *("pour", "afin", "avant", "bien", "quoique", "sans", "pourvu", "peur", "crainte"),
        *("condition", "moins", "ce"),  # à condition que, à moins que, jusqu'à ce que
    }
)
#: Verbs, adjectives and nouns before que that demand the subjunctive.
_SUBJUNCTIVE_VERBS = frozenset(
    {
        *("falloir", "vouloir", "souhaiter", "désirer", "exiger", "craindre", "regretter"),
        *("douter", "préférer", "aimer", "redouter", "interdire", "refuser", "valoir"),
    }
)
_SUBJUNCTIVE_WORDS = frozenset(
    {
        *("important", "nécessaire", "possible", "impossible", "essentiel", "dommage", "normal"),
        *("utile", "inutile", "préférable", "indispensable", "content", "contente", "contents"),
        *("contentes", "heureux", "heureuse", "heureuses", "triste", "tristes", "surpris"),
        *("surprise", "étonné", "étonnée", "déçu", "déçue", "fier", "fière", "désolé", "désolée"),
        *("ravi", "ravie", "ravis", "ravies", "peur", "envie", "besoin", "temps", "urgent"),
        *("rare", "bizarre", "étonnant", "étrange", "honteux", "fiers", "fières", "furieux"),
        *("furieuse", "inquiet", "inquiète", "mieux"),
    }
)
#: Conjunctions that demand the indicative; après que is often heard with the subjunctive.
_INDICATIVE_CONJUNCTIONS = frozenset({"parce", "puisque", "pendant", "depuis", "dès", "lorsque"})
_INDICATIVE_VERBS = frozenset({"espérer", "savoir"})
#: Behind their finite forms without a negation or a question it stands too.
_INDICATIVE_FORMS = frozenset({"penser", "croire", "constater", "remarquer", "affirmer"})
_INDICATIVE_WORDS = frozenset({"certain", "certaine", "sûr", "sûre", "évident", "clair", "vrai"})
#: Verbs before si that make it an indirect question, where the future is right.
_ASKING = frozenset(
    {
        *("demander", "savoir", "ignorer", "voir", "dire", "comprendre", "vérifier", "décider"),
        *("regarder", "imaginer", "douter", "oublier", "expliquer", "apprendre", "deviner"),
    }
)
_TOMORROW = frozenset({"demain", "après-demain"})
_TO_COME = "What is to come is not told in this past tense."
_PAST_IS_OVER = "What is past is not told in the future."


def tenses_at(side: Side, place: int, verbs: frozenset[str]) -> Moods:
    """Return the tenses that a form of some verbs can be, apart from imperatives."""
    return frozenset(
        r.tense
        for r in side.readings(place, Kind.VERB)
        if r.tense is not None and r.tense is not Tense.IMPERATIF and r.lemma in verbs
    )


def _without_subjunctive(tenses: Moods) -> Moods:
    """Return what a form can be where no que allows a subjunctive."""
    return tenses - _SUBJUNCTIVE or tenses


def demanded(pair: Pair, left: int, right: int) -> str | None:
    """Return why the tense of the correct sentence is demanded; None if another one can stand.

    ``left`` and ``right``: the places of the two finite forms.
    """
    mine = {r.lemma for r in pair.correct.readings(left, Kind.VERB)}
    verbs = frozenset(mine & {r.lemma for r in pair.incorrect.readings(right, Kind.VERB)})
    old, new = tenses_at(pair.correct, left, verbs), tenses_at(pair.incorrect, right, verbs)
    clause = pair.correct.clause_of(left)
    if not old or not new or clause is None:
        return None
    mood = _mood(pair.correct, clause, left, old, new)
    opener = _opener(pair.correct, clause)
    temporal = opener is not None and opener[0] in ("dès", "pendant", "depuis", "après")
    if mood is not None or (_que(pair.correct, clause, left) is not None and not temporal):
        return mood
    old, new = _without_subjunctive(old), _without_subjunctive(new)
    return (
        _after_si(pair.correct, clause, left, old, new)
        or _result_of_si(pair.correct, left, old, new)
        or _time(pair.correct, clause, left, old, new)
    )


def _opener(side: Side, clause: Clause) -> tuple[str, int] | None:
    """Return the word that introduces a clause and its place."""
    if clause.introducer is None:
        return None
    for place, atom in enumerate(side.atoms):
        if atom.word == clause.introducer:
            full = atom.full
            return ("si" if "si" in full else full[0]), place
    return None


def _lemmas_before(side: Side, place: int) -> frozenset[str]:
    verbal = (Kind.VERB, Kind.INFINITIVE, Kind.PAST_PARTICIPLE)
    return frozenset(
        r.lemma for p in range(max(0, place - 4), place) for r in side.readings(p, *verbal)
    )


def _after_si(side: Side, clause: Clause, place: int, old: Moods, new: Moods) -> str | None:
    opener = _opener(side, clause)
    word, start = opener if opener is not None else _near_si(side, place)
    if word != "si" or old <= _FUTURE or not new <= _FUTURE | _SUBJUNCTIVE:
        return None
    if _lemmas_before(side, start) & _ASKING:
        return None
    return "After “si” of a condition there is neither a future nor a conditional."


def _near_si(side: Side, place: int) -> tuple[str, int]:
    """Return si a few words before the verb, with nothing but its subject in between."""
    for candidate in range(place - 1, max(-1, place - 5), -1):
        if side.ends(candidate) or side.tag(candidate) is Tag.FINITE:
            # "Si tu veux, je pourrai": the verb of the main clause.
            break
        if "si" in side.atoms[candidate].full and side.starts(candidate):
            return "si", candidate
    return "", 0


def _que(side: Side, clause: Clause, place: int) -> int | None:
    """Return the place of the que before a verb."""
    opener = _opener(side, clause)
    if opener is not None and opener[0] in ("que", "quoique", "lorsque", "puisque"):
        return opener[1]
    if opener is not None:
        # An opener of several words ends in its que.
        for candidate in range(place - 1, opener[1], -1):
            if side.text(candidate) == "que":
                return candidate
    return None


def _mood(side: Side, clause: Clause, place: int, old: Moods, new: Moods) -> str | None:
    que = _que(side, clause, place)
    if que is None:
        return None
    word, before = side.text(que), side.text(que - 1)
    lemmas = _lemmas_before(side, que)
    near = set(side.texts[max(0, que - 3) : que])
    if side.tag(que - 1) is Tag.INFINITIVE:
        # "Étonnant de penser que": que belongs to penser.
        near = set()
    if old & _SUBJUNCTIVE and not new & _SUBJUNCTIVE:
        demands = bool(
            word == "quoique"
            or before in _SUBJUNCTIVE_CONJUNCTIONS
            or lemmas & _SUBJUNCTIVE_VERBS
            or near & _SUBJUNCTIVE_WORDS
        )
        return "What stands before “que” demands the subjunctive." if demands else None
    if old & _INDICATIVE and new <= _SUBJUNCTIVE:
        demands = word in ("lorsque", "puisque") or before in _INDICATIVE_CONJUNCTIONS
        matrix_negative = {"ne", "pas"} & set(side.texts[:que]) or side.sentence.question
        if not matrix_negative:
            demands = demands or bool(lemmas & _INDICATIVE_VERBS or near & _INDICATIVE_WORDS)
            demands = demands or _states(side, que)
        return "What stands before “que” demands the indicative." if demands else None
    return None


def _states(side: Side, que: int) -> bool:
    """Whether a finite form of penser, croire or their like stands before que, and no si."""
    found = {r.lemma for r in side.readings(que - 1, Kind.VERB)}
    first = all("si" not in atom.full for atom in side.atoms[:que])
    return bool(found) and found <= _INDICATIVE_FORMS and first and "qui" not in side.texts[:que]


def _result_of_si(side: Side, place: int, old: Moods, new: Moods) -> str | None:
    """Si + imparfait: no future in the main clause; si + présent and demain: no past."""
    ahead = bool(set(side.texts) & _TOMORROW) and old <= {Tense.FUTUR_SIMPLE}
    if ahead and new <= {Tense.IMPARFAIT, Tense.PASSE_SIMPLE} and _condition(side, place):
        return _TO_COME
    if not (old <= {Tense.CONDITIONNEL} and new <= {Tense.FUTUR_SIMPLE}):
        return None
    for clause in side.sentence.clauses:
        opener = _opener(side, clause)
        if opener is None or opener[0] != "si" or clause is side.clause_of(place):
            continue
        tenses = {a.tense for a in clause.group.analyses}
        if tenses and tenses <= {Tense.IMPARFAIT}:
            return "“Si” with the imparfait asks for the conditional in the main clause."
    return None


def _condition(side: Side, place: int) -> bool:
    """Whether the other of two clauses is one with si in the present."""
    others = [c for c in side.sentence.clauses if c is not side.clause_of(place)]
    if len(others) != 1:
        return False
    opener = _opener(side, others[0])
    tenses = {a.tense for a in others[0].group.analyses}
    return opener is not None and opener[0] == "si" and Tense.PRESENT in tenses


def _sentence_of(side: Side, clause: Clause) -> tuple[bool, tuple[str, ...]]:
    """Return whether a clause is alone in its sentence, and the words of the sentence."""
    words = side.sentence.words
    ends = [n for n, w in enumerate(words) if w.text in (".", "!", "?", "...", "…")]
    start = max((n for n in ends if n < clause.group.finite), default=-1)
    end = min((n for n in ends if n > clause.group.finite), default=len(words))
    here = [c for c in side.sentence.clauses if start < c.group.finite < end]
    return len(here) == 1, tuple(a.text for a in side.atoms if start < a.word < end)


def _time(side: Side, clause: Clause, place: int, old: Moods, new: Moods) -> str | None:
    """Hier with a future, demain with a past, in a sentence of one clause."""
    alone, words = _sentence_of(side, clause)
    if not alone:
        return _childhood(side, clause, old, new)
    over, ahead = times_named(side.sentence)
    ago = any(
        words[p : p + 3] == ("il", "y", "a") and p + 3 < len(words) for p in range(len(words))
    )
    past = bool(over or (ago and clause.group.finite > 0)) and not clause.group.participles
    if past and not ahead and not old & _FUTURE and new <= {Tense.FUTUR_SIMPLE}:
        return _PAST_IS_OVER
    if ahead and Tense.FUTUR_SIMPLE in old and new <= {Tense.PASSE_SIMPLE}:
        return _TO_COME
    return None


def _childhood(side: Side, clause: Clause, old: Moods, new: Moods) -> str | None:
    """Quand with an imparfait and no future in the main clause: "quand j'étais petit"."""
    if not old <= {Tense.IMPARFAIT} or not new <= {Tense.FUTUR_SIMPLE}:
        return None
    for other in side.sentence.clauses:
        opener = _opener(side, other)
        temporal = opener is not None and opener[0] in ("quand", "lorsque")
        past = {a.tense for a in other.group.analyses} <= {Tense.IMPARFAIT}
        if other is not clause and temporal and past:
            return _PAST_IS_OVER
    return None


def compound_demanded(pair: Pair) -> tuple[bool, str | None] | None:
    """Judge one tense of two words against one of one word: "avons mangé", "mangerons".

    None if the difference is no such one; else whether the tenses are known, and why the one of the
    correct sentence is demanded.
    """
    region = pair.single
    if region is None or {len(region.old), len(region.new)} != {1, 2}:
        return None
    old = _tense_of(pair.correct, region.left, len(region.old))
    new = _tense_of(pair.incorrect, region.right, len(region.new))
    if not {verb for verb, _ in old} & {verb for verb, _ in new}:
        return None
    clause = pair.correct.clause_of(region.left)
    if clause is None:
        return None
    mine = frozenset(tense for _, tense in old)
    other = frozenset(tense for _, tense in new)
    if any("si" in atom.full for atom in pair.correct.atoms[: region.left]):
        opener = _opener(pair.correct, clause)
        if opener is not None and opener[0] == "si" and other <= _FUTURE | _COMPOUND_FUTURE:
            why = "After “si” of a condition there is neither a future nor a conditional."
            asks = _lemmas_before(pair.correct, opener[1]) & _ASKING
            return True, None if asks or mine & (_FUTURE | _COMPOUND_FUTURE) else why
    alone, words = _sentence_of(pair.correct, clause)
    return True, _against_time(pair.correct, words, mine, other) if alone else None


_COMPOUND_FUTURE: Moods = frozenset({Tense.FUTUR_ANTERIEUR, Tense.CONDITIONNEL_PASSE})
_PAST: Moods = frozenset(
    {Tense.PASSE_COMPOSE, Tense.IMPARFAIT, Tense.PASSE_SIMPLE, Tense.PLUS_QUE_PARFAIT}
)


def _tense_of(side: Side, place: int, width: int) -> set[tuple[str, Tense | OtherForm]]:
    """Return verbs and tenses that one finite form, or an auxiliary and a participle, can be."""
    finite = side.readings(place, Kind.VERB)
    if width == 1:
        return {(r.lemma, r.tense) for r in finite
                if r.tense is not None and r.tense not in _SUBJUNCTIVE | {Tense.IMPERATIF}}  # fmt: skip
    participles = {r.lemma for r in side.readings(place + 1, Kind.PAST_PARTICIPLE)}
    compound = {simple: tense for tense, simple in AUXILIARY_TENSE.items()}
    return {
        (verb, compound[r.tense])
        for r in finite
        for verb in participles
        if r.lemma in ("avoir", "être") and isinstance(r.tense, Tense) and r.tense in compound
    }


def _against_time(side: Side, words: tuple[str, ...], old: Moods, new: Moods) -> str | None:
    over, ahead = times_named(side.sentence)
    ago = any(words[p : p + 3] == ("il", "y", "a") for p in range(len(words)))
    if (over or ago) and not ahead and old <= _PAST and new <= {Tense.FUTUR_SIMPLE}:
        return _PAST_IS_OVER
    return None

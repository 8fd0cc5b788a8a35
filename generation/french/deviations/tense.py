"""A tense or mood that what stands before the clause, or its time expression, rules out.

What a trigger rules out is said in its line of ``triggers.tsv``. Of the time expressions only a few
rule a tense out: no future behind "hier", no passé simple behind "d'ici demain" with a futur
antérieur. "Demain" rules out nothing else: the other past tenses can tell of a plan ("il partait
demain"), of what will be over by then ("demain soir, on a tout visité"), and no learner of the simple
future writes a passé simple. Never the present for what will come, never the imparfait for what was,
nothing behind "depuis" or "après que".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from generation.french.clause import Clause, ObjectForm
from generation.french.deviations.base import Deviation, deviate
from generation.french.deviations.person import analyses
from generation.french.realise import parts
from verbs.french.conjugation import Forms, forms
from verbs.french.triggers import EnglishKind, Join, Trigger
from verbs.french.vocabulary import AUXILIARY_TENSE, ErrorType, Tense

_SUBJUNCTIVE = frozenset({Tense.SUBJONCTIF, Tense.SUBJONCTIF_PASSE})
_FUTURE = frozenset({Tense.FUTUR_SIMPLE, Tense.FUTUR_ANTERIEUR})
_PAST = frozenset(
    {Tense.IMPARFAIT, Tense.PASSE_COMPOSE, Tense.PLUS_QUE_PARFAIT, Tense.PASSE_SIMPLE}
)
#: Time expressions that are over for whoever says them. "Ce matin" may still be to come, and the
#: future of historians goes with "ce jour-là", "la veille", "le lendemain".
_OVER = frozenset(
    {
        *("hier", "hier matin", "hier soir", "hier après-midi", "avant-hier", "autrefois"),
        *("lundi dernier", "mardi dernier", "mercredi dernier", "samedi dernier"),
        *("dimanche dernier", "le week-end dernier", "la semaine dernière", "le mois dernier"),
        *("l'année dernière", "l'été dernier", "l'hiver dernier"),
        *("il y a deux jours", "il y a trois jours", "il y a une semaine", "il y a deux ans"),
        *("il y a trois mois",),
    }
)
_BY_THEN = "d'ici "


def tense_errors(clause: Clause) -> list[Deviation]:
    """Return the clause in tenses that its trigger or its time expression rules out."""
    trigger = clause.trigger
    if trigger is not None:
        wanted = list(_ruled_out_by_trigger(trigger, clause.tense))
        marker, allowed = trigger.french.removesuffix(","), trigger.licensed
    elif clause.time is not None and clause.cod_form is not ObjectForm.RELATIVE:
        wanted = list(_ruled_out_by_time(clause))
        # "Elle franchit la rue demain" can be a present: any other tense may be right.
        marker, allowed = clause.time.french, frozenset(Tense) - {tense for tense, _ in wanted}
    else:
        return []
    found: list[Deviation] = []
    for tense, code in wanted:
        text = _in_tense(clause, tense)
        if text is None or _is_right(clause, tense, allowed):
            continue
        if _is_of_another_verb(clause, tense, allowed):
            continue
        found += deviate(
            clause, text, ErrorType.WRONG_TENSE, code,
            marker=marker, right_tense=clause.tense.value, wrong_tense=tense.value,
        )  # fmt: skip
    return found


def _finite_forms(clause: Clause, tense: Tense) -> Forms:
    """Return the finite forms of the clause in a tense, its auxiliary's in a compound one."""
    verb = clause.frame.verb
    finite = verb.auxiliary.value if tense in AUXILIARY_TENSE else verb.infinitive
    return forms(finite, AUXILIARY_TENSE.get(tense, tense), clause.subject.person)


def _in_tense(clause: Clause, tense: Tense) -> str | None:
    """Write the clause in another tense; None if it has none or the adverb goes with another."""
    if clause.imperative or tense is Tense.IMPERATIF:
        return None
    if clause.adverb is not None and tense not in clause.adverb.tenses | {clause.tense}:
        return None
    if not _finite_forms(clause, tense):
        return None
    return parts(replace(clause, tense=tense)).text


def _is_right(clause: Clause, tense: Tense, allowed: frozenset[Tense]) -> bool:
    """Whether the form that would be written is also one of a tense that is possible."""
    compound = tense in AUXILIARY_TENSE
    written = set(_finite_forms(clause, tense))
    return any(
        not written.isdisjoint(_finite_forms(clause, other))
        for other in allowed
        if (other in AUXILIARY_TENSE) is compound and other is not Tense.IMPERATIF
    )


def _is_of_another_verb(clause: Clause, tense: Tense, allowed: frozenset[Tense]) -> bool:
    """Whether the form is a possible one of another verb: "il peigne" of peindre and of peigner."""
    if tense in AUXILIARY_TENSE:
        return False
    infinitive, person = clause.frame.verb.infinitive, clause.subject.person
    return any(
        each.infinitive != infinitive and each.person is person and each.tense in allowed
        for form in forms(infinitive, tense, person)
        for each in analyses().get(form, ())
    )


def _ruled_out_by_trigger(trigger: Trigger, right: Tense) -> Iterator[tuple[Tense, str]]:
    """Yield the tenses that a trigger rules out, compound ones for a compound one if there are any.

    Left out is what may be meant: a futur antérieur that supposes ("il aura oublié"), the future of
    historians behind "la veille", a conditional that suggests.
    """
    compound = right in AUXILIARY_TENSE
    alike = [tense for tense in trigger.wrong if (tense in AUXILIARY_TENSE) is compound]
    for tense in alike or trigger.wrong:
        code = _code(trigger, right, tense)
        supposed = tense is Tense.FUTUR_ANTERIEUR or trigger.french == "la veille,"
        if code is None or (code == "future_for_past" and supposed):
            continue
        yield tense, code


def _code(trigger: Trigger, right: Tense, wrong: Tense) -> str | None:
    """Return the code for a tense that a trigger rules out; None if it may be right."""
    if right in _SUBJUNCTIVE:
        return "indicative_for_subjunctive"
    if trigger.kind is EnglishKind.WHEN:
        return "after_quand"
    if wrong in _SUBJUNCTIVE:
        return "subjunctive_for_indicative"
    if trigger.join is Join.SI:
        return "future_after_si" if wrong in _FUTURE else "conditional_after_si"
    if trigger.join is Join.COMMA and trigger.french.startswith(("si ", "s'")):
        return "main_clause_of_si"
    if wrong in _FUTURE:
        return "future_for_past"
    return "past_for_future" if wrong in _PAST else None


def _ruled_out_by_time(clause: Clause) -> Iterator[tuple[Tense, str]]:
    """Yield the tenses that the time expression of a clause rules out."""
    assert clause.time is not None
    time = clause.time.french
    if time in _OVER and clause.tense in _PAST:
        yield Tense.FUTUR_SIMPLE, "future_for_past"
    if time.startswith(_BY_THEN) and clause.tense is Tense.FUTUR_ANTERIEUR:
        yield Tense.PASSE_SIMPLE, "past_for_future"

"""The second judge: the grammar engine, on sentences that it did not write."""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.pairs import check_pair
from generation.french.checking.rules.common import direct_object
from generation.french.checking.structure import analyse
from generation.french.checking.verdict import Report, Verdict
from generation.french.checking.verify import verify
from generation.french.free_text.describe import describe, uses
from generation.french.free_text.meanings import meanings
from generation.judging.verdicts import Judge, Opinion, Ruling
from generation.writers.base import DraftStatement, Plan
from verbs.french.conjugation import citation
from verbs.french.government import NONE, government
from verbs.french.vocabulary import Focus, Tense

_RULINGS = {
    Verdict.OK: Ruling.OK,
    Verdict.WRONG: Ruling.WRONG,
    Verdict.UNSURE: Ruling.UNSURE,
}

#: A ruling and its reasons.
Said = tuple[Ruling, tuple[str, ...]]


def opinion(statement: DraftStatement, plan: Plan) -> Opinion:
    """Judge one statement: right, or wrong by exactly the error it promises, and as it was asked for."""
    code, found = _opinions(statement, plan)
    for ruling in (Ruling.WRONG, Ruling.UNSURE):
        reasons = [reason for one, given in found if one is ruling for reason in given]
        if any(one is ruling for one, _ in found):
            return Opinion(Judge.ENGINE, ruling, tuple(dict.fromkeys(reasons)))
    return Opinion(Judge.ENGINE, Ruling.OK, error_code=code)


def _opinions(statement: DraftStatement, plan: Plan) -> tuple[str, list[Said]]:
    """The code of the error, and what each look at the statement says."""
    right = statement.text if statement.is_correct else statement.counterpart
    assert right is not None  # the form has been judged
    alone = verify(right)
    code = ""
    if statement.is_correct:
        found = [_said(alone), *_as_ordered(statement, plan), *_as_planned(statement)]
    else:
        pair = check_pair(right, statement.text, statement.error_type)
        found = [_said(pair)]
        code = pair.code
        if alone.verdict is Verdict.UNSURE:  # it may hide an error, and both sentences have it
            found.append(_said(alone))
    if statement.brief is not None:
        found.append(_verb(right, statement.brief.verb, statement.brief.tense))
        found.append(_object(right, statement.brief.verb))
    return code, found


def _said(report: Report) -> Said:
    return _RULINGS[report.verdict], report.reasons


def _verb(text: str, verb: str, tense: Tense) -> Said:
    """Whether a sentence has the verb that was asked for, in its tense."""
    found = uses(text, verb, tense)
    if found:
        return Ruling.OK, ()
    name = tense.value.replace("_", " ")
    if found is None:
        return Ruling.UNSURE, (f"It cannot be told whether “{verb}” stands in the {name}.",)
    return Ruling.WRONG, (f"The verb “{verb}” in the {name} was asked for and is not there.",)


def _object(text: str, verb: str) -> Said:
    """Whether a verb that takes no direct object has one: "elle se souvient le jour"."""
    known = government(verb)
    if known is None or known.direct != "-" or NONE not in known.wrong_noun:
        return Ruling.OK, ()
    sentence = analyse(text)
    for number, clause in enumerate(sentence.clauses):
        if clause.group.infinitives:
            continue
        verbs = {
            citation(each.infinitive) if each.reflexive else each.infinitive
            for each in meanings(sentence, number)
        }
        if verb in verbs and direct_object(sentence, clause) is not None:
            return Ruling.UNSURE, (f"“{verb}” may lack its preposition.",)
    return Ruling.OK, ()


def _as_planned(statement: DraftStatement) -> Iterator[Said]:
    """Whether the correct sentence has what its focus is about: without it, it would stand out."""
    if statement.brief is None:
        return
    said = describe(statement.text)
    if statement.brief.negation is not None and not said.negation:
        yield Ruling.WRONG, ("A sentence with a negation was asked for.",)
    if statement.brief.focus is Focus.PRONOUNS and not said.pronouns:
        yield Ruling.WRONG, ("A sentence with an object pronoun was asked for.",)


def _as_ordered(statement: DraftStatement, plan: Plan) -> Iterator[Said]:
    """Whether the correct sentence has what the order binds it to."""
    if (plan.negation, plan.cod, plan.coi) == (None, None, None):
        return
    said = describe(statement.text, statement.brief.verb if statement.brief else None)
    for what, wanted, found in (
        ("a negation", plan.negation, said.negation),
        ("a direct object", plan.cod, said.cod),
        ("an indirect object", plan.coi, said.coi),
    ):
        if wanted is None or found is wanted:
            continue
        with_or_without = "with" if wanted else "without"
        reason = f"A sentence {with_or_without} {what} was asked for."
        yield (Ruling.UNSURE if found is None else Ruling.WRONG), (reason,)

"""Tense and mood where something in the sentence forces them (Bon usage § 1118-1150).

Only triggers that leave no choice: si without future or conditional, il faut que with a visible
indicative, hier with a future. Not demain with a present, hier with an imparfait, depuis.
"""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.rules.common import finite_tenses
from generation.french.checking.rules.openers import (
    WHETHER,
    found_tense,
    means_whether,
    opener_of,
)
from generation.french.checking.rules.times import paired, time_adverb
from generation.french.checking.sentence import Clause, ClauseKind, Sentence, Tag
from generation.french.checking.verdict import Finding
from verbs.french.conjugation import OtherForm
from verbs.french.vocabulary import Tense

_SUBJUNCTIVE = frozenset({Tense.SUBJONCTIF, OtherForm.IMPARFAIT_DU_SUBJONCTIF})
_FUTURE = frozenset({Tense.FUTUR_SIMPLE, Tense.CONDITIONNEL})
_INDICATIVE = frozenset(
    {Tense.PRESENT, Tense.IMPARFAIT, Tense.FUTUR_SIMPLE, Tense.CONDITIONNEL, Tense.PASSE_SIMPLE}
)
#: Conjunctions with the subjunctive alone; those that some authors use with the indicative are out.
_CONJUNCTIONS = frozenset(
    {
        *("bien que", "pour que", "afin que", "avant que", "sans que", "pourvu que", "quoique"),
        *("jusque à ce que", "à moins que", "de peur que", "de crainte que", "à supposer que"),
        *("en attendant que", "à condition que"),
    }
)
#: Conjunctions with the indicative alone; adverbs before que count as such.
_WITH_INDICATIVE = frozenset(
    {
        *("après que", "parce que", "puisque", "pendant que", "tandis que", "alors que"),
        *("depuis que", "dès que", "aussitôt que", "lorsque", "quand", "vu que"),
    }
)
_SURE_ADVERBS = frozenset({"heureusement", "peut-être", "doute", "sûrement", "évidemment"})
#: Verbs whose que-clause is in the subjunctive when they are affirmative.
_WISHES = frozenset(
    {
        *("falloir", "vouloir", "souhaiter", "désirer", "exiger", "craindre", "redouter"),
        *("regretter", "préférer", "aimer", "interdire", "proposer", "valoir", "suffire"),
        *("apprécier", "détester", "adorer", "douter", "attendre"),
    }
)
#: Adjectives and nouns of "il est ... que", "je suis ... que", "j'ai ... que".
_JUDGEMENTS = frozenset(
    {
        *("important", "nécessaire", "possible", "impossible", "essentiel", "indispensable"),
        *("dommage", "normal", "bizarre", "étrange", "utile", "inutile", "urgent", "préférable"),
        *("regrettable", "rare", "temps", "content", "heureux", "triste", "ravi", "désolé"),
        *("fâché", "surpris", "étonné", "fier", "déçu", "furieux", "étonnant", "surprenant"),
        *("peur", "envie", "besoin", "contente", "heureuse", "ravie", "désolée", "fâchée"),
        *("surprise", "étonnée", "fière", "déçue", "furieuse", "contents", "contentes", "ravis"),
        *("tristes", "désolés", "souhaitable", "naturel", "juste", "bon", "mieux", "honte"),
    }
)
#: Adjectives of "il est ... que" with the indicative, if nothing is negated or asked.
_CERTAINTIES = frozenset(
    {
        *("certain", "certaine", "certains", "certaines", "sûr", "sûre", "sûrs", "sûres"),
        *("évident", "clair", "vrai", "exact", "convaincu", "convaincue", "persuadé", "persuadée"),
    }
)
#: Verbs of thinking, whose que-clause is in the indicative when they are affirmative.
_CONVICTIONS = frozenset(
    {"espérer", "penser", "croire", "savoir", "trouver", "constater", "remarquer", "affirmer"}
)
_BETWEEN = frozenset(
    {Tag.ADVERB, Tag.ADJECTIVE, Tag.PARTICIPLE, Tag.NOUN, Tag.PREPOSITION, Tag.GERUND}
)


def mood(sentence: Sentence) -> list[Finding]:
    """Return the tenses and moods that a trigger in the sentence makes certainly wrong."""
    found: list[Finding] = []
    for clause in sentence.clauses:
        found += _si(sentence, clause)
        found += _conjunction(sentence, clause)
        found += _dependent(sentence, clause)
        found += time_adverb(sentence, clause)
        found += paired(sentence, clause)
    return found


# --- Si ---------------------------------------------------------------------------------------


def _si(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    tenses = finite_tenses(clause)
    if not tenses or not tenses <= _FUTURE or opener_of(sentence, clause) not in ("si", "même si"):
        return
    if clause.kind is not ClauseKind.SUBORDINATE or means_whether(sentence, clause):
        return
    assert clause.introducer is not None
    between = range(clause.introducer, clause.group.finite)
    if any(sentence.words[i].lower == "," for i in between):
        return
    yield found_tense(
        sentence,
        clause,
        "si_future" if Tense.FUTUR_SIMPLE in tenses else "si_conditional",
        "In a condition with “si” neither the future nor the conditional can stand.",
    )


# --- Subjunctive and indicative ---------------------------------------------------------------


def _is_indicative(clause: Clause) -> bool:
    """Whether the finite form can be nothing but an indicative."""
    tenses = finite_tenses(clause)
    return bool(tenses & _INDICATIVE) and not tenses & _SUBJUNCTIVE


def _is_subjunctive(clause: Clause) -> bool:
    """Whether the finite form can be nothing but a subjunctive (or an imperative)."""
    tenses = finite_tenses(clause)
    return bool(tenses & _SUBJUNCTIVE) and not tenses & _INDICATIVE


def _is_elliptic(sentence: Sentence, clause: Clause) -> bool:
    """Whether a conjunction goes with an adjective: "bien que fatigué, il travaille"."""
    assert clause.introducer is not None
    before = range(clause.introducer, clause.subject.start or clause.group.finite)
    return any(sentence.words[i].text == "," for i in before)


def _conjunction(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    opener = opener_of(sentence, clause)
    if opener == "bien que" and _is_adverb(sentence, clause):
        return
    if opener in _CONJUNCTIONS and _is_indicative(clause):
        if _is_elliptic(sentence, clause):
            return
        if opener == "à condition que" and finite_tenses(clause) <= _FUTURE:
            return
        yield found_tense(
            sentence, clause, "subjunctive", f"“{opener}” is followed by the subjunctive."
        )
    if opener in _WITH_INDICATIVE and _is_subjunctive(clause):
        yield found_tense(
            sentence, clause, "indicative", f"“{opener}” is followed by the indicative."
        )


def _is_adverb(sentence: Sentence, clause: Clause) -> bool:
    """Whether bien belongs to the verb before: "je sais bien que tu es là"."""
    assert clause.introducer is not None
    before = clause.introducer - 1
    return (
        before >= 0
        and sentence.tags[before] is not Tag.PUNCTUATION
        and any(set(c.group.lemmas) & (_SAYING | WHETHER | _CONVICTIONS) for c in sentence.clauses)
    )


_SAYING = frozenset(
    {
        *("noter", "vouloir", "sembler", "paraître", "admettre", "supposer", "reconnaître"),
        *("entendre", "falloir", "aimer", "espérer", "prouver", "souhaiter", "pouvoir", "devoir"),
    }
)


def _dependent(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Check the mood of a que-clause right behind the verb that it depends on."""
    if clause.introducer is None:
        return
    before = sentence.words[clause.introducer - 1].lower if clause.introducer else ""
    # "Sans doute que", but not the verb of "je doute que".
    adverb = clause.introducer and sentence.tags[clause.introducer - 1] is Tag.ADVERB
    if before in _SURE_ADVERBS and adverb and _is_subjunctive(clause):
        yield found_tense(
            sentence, clause, "indicative", f"“{before} que” is followed by the indicative."
        )
    if clause.matrix is None:
        return
    if sentence.words[clause.introducer].lower != "que":
        return
    matrix = sentence.clauses[clause.matrix]
    if matrix.group.infinitives or matrix.kind is ClauseKind.IMPERATIVE:
        return
    trigger = _trigger(sentence, matrix, clause.introducer)
    if trigger == "subjunctive" and _is_indicative(clause):
        yield found_tense(
            sentence,
            clause,
            "subjunctive",
            f"“{_words(sentence, matrix, clause.introducer)} que” demands the subjunctive.",
        )
    if trigger == "indicative" and _is_subjunctive(clause):
        yield found_tense(
            sentence,
            clause,
            "indicative",
            f"“{_words(sentence, matrix, clause.introducer)} que” is followed by the indicative.",
        )


def _words(sentence: Sentence, matrix: Clause, end: int) -> str:
    return sentence.written(matrix.group.finite, end)


def _trigger(sentence: Sentence, matrix: Clause, que: int) -> str | None:
    """Return the mood that a verb or judgement demands of the clause behind que."""
    group = matrix.group
    lemmas = set(group.lemmas)
    negative = group.ne is not None or bool(group.negations) or sentence.question
    between = range(group.end, que)
    if matrix.subject.impersonal and que == group.end and not group.participles:
        clitics = [sentence.words[i].lower for i in group.clitics]
        if lemmas == {"pouvoir"} and clitics == ["se"]:
            return "subjunctive"
        if lemmas == {"paraître"} and not negative and not clitics:
            return "indicative" if finite_tenses(matrix) == {Tense.PRESENT} else None
    if que == group.end and not group.participles:
        if lemmas <= _WISHES and not (negative and lemmas & {"craindre", "redouter", "douter"}):
            if lemmas & {"valoir", "suffire"} and not matrix.subject.impersonal:
                return None
            return "subjunctive"
        if lemmas <= _CONVICTIONS and not negative and not group.clitics:
            return "indicative" if _plainly_said(sentence, matrix) else None
        if not lemmas & {"être", "avoir", "trouver"}:
            return None
    words = {sentence.words[i].lower for i in between} | {
        sentence.words[i].lower for i in (*group.participles, *group.adverbs)
    }
    if "être" in lemmas and {"peu", "probable"} <= words and que - group.end <= 2:
        return "subjunctive"
    if lemmas == {"être"} | (lemmas & {"suivre", "sommer"}) and words & _CERTAINTIES:
        plain = not negative and not group.clitics and que - group.end <= 2
        return "indicative" if plain and _plainly_said(sentence, matrix) else None
    near = que - group.end <= 2 and all(sentence.tags[i] in _BETWEEN for i in between)
    if near and lemmas & {"être", "avoir", "trouver"} and not group.clitics and words & _JUDGEMENTS:
        if lemmas & {"avoir"} and not words & {"peur", "envie", "besoin", "honte"}:
            return None
        return "subjunctive" if not words & {"plus", "moins", "aussi", "si", "tellement"} else None
    return None


def _plainly_said(sentence: Sentence, matrix: Clause) -> bool:
    """Whether a conviction stands in a main clause of the indicative present or past."""
    tenses = finite_tenses(matrix)
    return matrix.kind is ClauseKind.MAIN and bool(tenses & {Tense.PRESENT, Tense.IMPARFAIT})

"""The hand-written sentences that stand for a model's answers, and the checker over them.

The file is the truth, the checker is what is tested: a line is never dropped because the checker
errs about it. What it rejects wrongly is listed here; the list may only become shorter.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from generation.french.checking.alignment import align, atoms
from generation.french.checking.pairs import check_pair
from generation.french.checking.text import normalise, tokenise
from generation.french.checking.verdict import Verdict
from generation.french.checking.verify import verify
from verbs.french.conjugation import OtherForm, citation, index
from verbs.french.lexicon import lexicon
from verbs.french.verb_data import Pronominal
from verbs.french.vocabulary import AUXILIARY_TENSE, ErrorType, Tense

FILE = Path(__file__).parents[1] / "stubs" / "natural_pairs.jsonl"

#: Right pairs that the checker calls wrong: it names another error than the one that is there.
FALSE_REJECTIONS: frozenset[tuple[str, ErrorType]] = frozenset()
#: At most this share of the pairs may be left to a second judge.
UNSURE_SHARE = 0.06
#: In how many places a pair may differ, if not in one: words that move take their elision along, and
#: the participle follows an auxiliary from which a word separates it.
PLACES = {
    ErrorType.PRONOUN_PLACEMENT: 3,
    ErrorType.PRONOUN_ORDER: 3,
    ErrorType.NEGATION_STRUCTURE: 3,
    ErrorType.WRONG_AUXILIARY: 2,
}


class WrongVersion(BaseModel):
    """A wrong version of a sentence, with why it is wrong."""

    model_config = ConfigDict(extra="forbid")
    text: str
    explanation: str


class Line(BaseModel):
    """One line of the file."""

    model_config = ConfigDict(extra="forbid")
    id: str
    verb: str
    tense: Tense
    correct: str
    translation: str
    wrong: dict[ErrorType, WrongVersion]


Known = tuple[Line, ErrorType, WrongVersion]


@cache
def lines() -> tuple[Line, ...]:
    text = FILE.read_text(encoding="utf-8")
    return tuple(Line.model_validate(json.loads(line)) for line in text.splitlines())


def pairs() -> list[Known]:
    return [
        (line, error_type, wrong) for line in lines() for error_type, wrong in line.wrong.items()
    ]


def texts() -> list[str]:
    return [line.correct for line in lines()] + [wrong.text for _, _, wrong in pairs()]


def words(text: str) -> list[str]:
    return [word.text.lower() for word in tokenise(text) if not word.is_punctuation]


def regions(line: Line, wrong: WrongVersion) -> int:
    return len(align(atoms(tokenise(line.correct)), atoms(tokenise(wrong.text))))


def tenses_of(text: str, infinitive: str) -> set[Tense]:
    """In which tenses a verb can stand in a text, by its words alone."""
    known = index([infinitive, "être", "avoir"])
    found = [each for word in tokenise(text) for form in word.full for each in known.get(form, ())]
    simple = {each.tense for each in found if each.infinitive == infinitive}
    helpers = {each.tense for each in found if each.infinitive in ("être", "avoir")}
    compound = {
        tense
        for tense, helper in AUXILIARY_TENSE.items()
        if helper in helpers and OtherForm.PAST_PARTICIPLE in simple
    }
    return {tense for tense in simple if isinstance(tense, Tense)} | compound


def test_there_are_enough_of_every_kind() -> None:
    assert len(lines()) >= 260
    assert len(pairs()) >= 650
    of_type = Counter(error_type for _, error_type, _ in pairs())
    assert {each for each in ErrorType if of_type[each] < 20} == set()
    assert len({line.verb for line in lines()}) >= 26
    of_tense = Counter(line.tense for line in lines())
    assert min(of_tense[tense] for tense in set(of_tense)) >= 20
    assert all(len(line.wrong) >= 2 for line in lines())


def test_nothing_stands_twice() -> None:
    assert len({line.id for line in lines()}) == len(lines())
    assert [text for text, times in Counter(map(normalise, texts())).items() if times > 1] == []


def test_the_verbs_are_known_and_stand_in_the_sentences_in_their_tenses() -> None:
    verbs = [(frame.verb.infinitive, frame.pronominal) for frame in lexicon().frames.values()]
    known = {name if how is Pronominal.NONE else citation(name) for name, how in verbs}
    assert {line.verb for line in lines()} <= known
    for line in lines():
        infinitive = line.verb.removeprefix("se ").removeprefix("s'")
        assert line.tense in tenses_of(line.correct, infinitive), line.id


def test_every_text_is_one_sentence() -> None:
    for text in texts():
        assert text[0].isupper(), text
        assert text[-1] in ".?!", text
        assert text == " ".join(text.split()), text
        assert 6 <= len(words(text)) <= 18, text


def test_a_wrong_version_differs_in_one_place() -> None:
    """A word more or less, or one for another; a word that moved leaves one place for another."""
    several = [
        (line.id, error_type.value)
        for line, error_type, wrong in pairs()
        if regions(line, wrong) > PLACES.get(error_type, 1)
    ]
    assert several == []


def test_explanations_name_what_is_wrong() -> None:
    for line, error_type, wrong in pairs():
        new = set(words(wrong.text)) - set(words(line.correct))
        told = set(words(wrong.explanation))
        assert wrong.explanation.endswith("."), line.id
        assert "“" in normalise(wrong.explanation), line.id
        assert not new or new & told, (line.id, error_type.value)


def test_the_checker_accepts_every_right_sentence() -> None:
    rejected = [line.id for line in lines() if verify(line.correct).verdict is Verdict.WRONG]
    assert rejected == []


def test_the_checker_understands_nearly_every_right_sentence() -> None:
    unsure = [line.id for line in lines() if verify(line.correct).verdict is Verdict.UNSURE]
    assert len(unsure) <= 0.03 * len(lines()), unsure


def test_the_checker_rejects_no_right_pair_but_the_known_ones() -> None:
    reports = {
        (line.id, error_type): check_pair(line.correct, wrong.text, error_type)
        for line, error_type, wrong in pairs()
    }
    rejected = {
        key: report.reasons for key, report in reports.items() if report.verdict is Verdict.WRONG
    }
    assert {key: rejected[key] for key in set(rejected) - FALSE_REJECTIONS} == {}
    assert FALSE_REJECTIONS - set(rejected) == set(), "mended: take it out of the list"
    unsure = [key for key, report in reports.items() if report.verdict is Verdict.UNSURE]
    assert len(unsure) <= UNSURE_SHARE * len(reports)

"""What the OpenAI-compatible stub says: to a writer's brief, and as a judge of what it has said."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from generation.french.checking.pairs import classify
from generation.french.checking.verdict import Verdict
from generation.french.checking.verify import verify
from tests.stubs.openai_contents import Answer, Ask, good
from tests.stubs.openai_faults import CONTENT_FAULTS, Fault, Rule, contents_for, unit
from tests.stubs.openai_natural import NaturalPairs
from tests.stubs.openai_sentences import (
    EngineScene,
    Scene,
    Wish,
    draw,
    draw_other_tense,
    draw_other_verb,
    may_have_tense,
    may_have_verb,
)
from tests.stubs.openai_wrong import faulty
from verbs.french.lexicon import lexicon
from verbs.french.vocabulary import ErrorType, Language, Tense

#: How many sentences are tried for a content fault that not every sentence can have.
_TRIES = 8
#: Verbs and tense of the sentences of a plain model.
_PLAIN_VERBS = ("manger", "partir", "finir", "prendre", "se lever", "attendre", "aller", "voir")


class Unreadable(ValueError):
    """The stub does not understand what it is asked for."""


def block(text: str, name: str) -> dict[str, Any] | None:
    """The JSON object between the lines <name> and </name>, None if there is none.

    Raises:
        Unreadable: when it is no JSON object.
    """
    found = re.search(rf"^<{name}>[ ]*\n(.*?)\n</{name}>[ ]*$", text, re.MULTILINE | re.DOTALL)
    if found is None:
        return None
    try:
        data = json.loads(found[1])
    except ValueError as error:
        raise Unreadable(f"The block {name} is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise Unreadable(f"The block {name} is no JSON object.")
    return data


@dataclass(frozen=True)
class Said:
    """What the model says to one call, before anything happens to it on the way.

    ``entry``: what the log tells of it beside number and status.
    """

    content: Mapping[str, Any]
    source: str
    fault: Fault | None = None
    entry: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Verity:
    """What is true of a pair."""

    incorrect_wrong: bool
    one_error: bool
    error_type: ErrorType | None


class Model:
    """Writes and judges. ``natural``: the share of sentences from the hand-written file.

    The same seed and the same calls in the same order give the same answers; calls that overlap have
    faults and halves that depend on their briefs and on how often each was asked only.
    """

    def __init__(
        self,
        seed: int = 0,
        natural: float = 0.5,
        judge_errors: float = 0.0,
        pairs: NaturalPairs | None = None,
    ) -> None:
        self.seed = seed
        self.natural = natural
        self.judge_errors = judge_errors
        self.pairs = NaturalPairs.load() if pairs is None else pairs
        self.forget()

    def forget(self) -> None:
        """Begin anew, as if nothing had been said."""
        self._given: dict[str, set[str]] = {}
        self._answers: dict[str, list[tuple[str, Answer]]] = {}
        self._right: dict[str, bool] = {}
        self._pairs: dict[tuple[str, str], Verity] = {}
        self.missing: Counter[str] = Counter()
        self.pairs.forget()
        for scene in self.pairs.scenes:
            self._right[scene.correct] = True
            for wrong in scene.wrong.values():
                self._right[wrong.text] = False
                verity = Verity(True, True, wrong.error_type)
                self._pairs[scene.correct, wrong.text] = verity

    # --- Writing ----------------------------------------------------------------------------------

    def write(self, ask: Ask, count: int, rule: Rule | None) -> Said:
        """Answer a brief that is asked for the ``count``-th time, with the content fault of a rule."""
        key = json.dumps(dict(ask.brief), sort_keys=True, ensure_ascii=False)
        rng = Random(f"{self.seed}|{count}|{key}")
        half = "natural" if unit(self.seed, "half", count, key) < self.natural else "engine"
        answer = self._answer(ask, rng, half, rule)
        self._remember(ask, key, answer)
        fields = answer.as_json()
        entry = {
            "brief": dict(ask.brief),
            "asked": count,
            "natural_id": answer.ident or None,
            "wished_fault": None if rule is None else rule.fault.value,
            "notes": dict(answer.notes),
            "sentences": fields,
            "right": answer.right(),
            "truth": answer.truth(ask),
        }
        return Said(fields, answer.source, answer.fault, entry)

    def _answer(self, ask: Ask, rng: Random, half: str, rule: Rule | None) -> Answer:
        scenes = _Scenes(self, ask, half)
        wanted = rule.fault if rule is not None and rule.fault in CONTENT_FAULTS else None
        scene = scenes.first(rng)
        if scene is None:
            return self._something_else(ask, rng, scenes)
        if wanted is not None:
            others = [each for each in contents_for(ask.task, ask.language) if each is not wanted]
            rng.shuffle(others)
            # One that repeats nothing yet is as good as any: no other fault in its place.
            instead = [] if wanted is Fault.SAME_SENTENCE else others
            for fault in (wanted, *instead):
                found = self._faulty(fault, ask, scene, rng, scenes)
                if found is not None:
                    return found
        return good(ask, scene, rng)

    @staticmethod
    def _faulty(
        fault: Fault, ask: Ask, scene: Scene, rng: Random, scenes: _Scenes
    ) -> Answer | None:
        once = (Fault.SAME_SENTENCE, Fault.WRONG_VERB, Fault.WRONG_TENSE)
        for _ in range(1 if fault in once else _TRIES):
            answer = faulty(fault, ask, scene, rng, scenes)
            if answer is not None:
                return answer
            again = scenes.scene(ask.wish, rng) or scenes.of_engine(ask.wish, rng)
            if again is None:
                return None
            scene = again
        return None

    def _something_else(self, ask: Ask, rng: Random, scenes: _Scenes) -> Answer:
        """Neither half has a sentence for the brief: one with another verb, which is its fault."""
        self.missing["any"] += 1
        scene = draw_other_verb(ask.wish, rng, set())
        if scene is None:
            raise Unreadable(f"The stub has no sentence at all for {dict(ask.brief)}")
        return replace(good(ask, scene, rng), fault=Fault.WRONG_VERB, notes={"kind": "no other"})

    def _remember(self, ask: Ask, key: str, answer: Answer) -> None:
        self._answers.setdefault(ask.problem, []).append((key, answer))
        self._given.setdefault(ask.wish.verb, set()).add(answer.correct)
        self._right.setdefault(answer.correct, answer.correct_ok)
        if answer.incorrect is None:
            return
        self._right.setdefault(answer.incorrect, not answer.incorrect_wrong)
        verity = Verity(answer.incorrect_wrong, answer.one_error, answer.error_type)
        self._pairs.setdefault((answer.correct, answer.incorrect), verity)

    # --- Judging ----------------------------------------------------------------------------------

    def judge(self, case: Mapping[str, Any], count: int) -> Said:
        """Judge a pair, or a right sentence alone, by the truth; at a rate the opposite of it."""
        try:
            correct, incorrect = str(case["correct"]), case.get("incorrect")
            asked = case.get("error_type")
        except KeyError as error:
            raise Unreadable(f"The case has no {error}.") from error
        right = self._is_right(correct)
        verity = None if incorrect is None else self._of_pair(correct, str(incorrect))
        fields = _judgement(right, verity)
        key = json.dumps(dict(case), sort_keys=True, ensure_ascii=False)
        errs = unit(self.seed, "judge", count, key) < self.judge_errors
        truth = dict(fields)
        if errs:
            fields = _opposite(fields, asked)
        entry = {"case": dict(case), "asked": count, "judgement": fields, "truth": truth}
        return Said(fields, "judge", None, {**entry, "errs": errs})

    def _is_right(self, text: str) -> bool:
        known = self._right.get(text)
        return verify(text).verdict is not Verdict.WRONG if known is None else known

    def _of_pair(self, correct: str, incorrect: str) -> Verity:
        known = self._pairs.get((correct, incorrect))
        if known is not None:
            return known
        found = classify(correct, incorrect)
        wrong = found.certain or self._right.get(incorrect) is False
        return Verity(wrong, found.error_type is not None, found.error_type)


def _judgement(right: bool, verity: Verity | None) -> dict[str, Any]:
    alone = verity is None
    named = None if verity is None or verity.error_type is None else verity.error_type.value
    return {
        "correct_is_right": right,
        "incorrect_is_wrong": None if verity is None else verity.incorrect_wrong,
        "single_error": None if verity is None else verity.one_error,
        "error_type": named if alone or named else "other",
        "natural": True,
        "reason": "This is what grammars say.",
    }


def _opposite(fields: Mapping[str, Any], asked: str | None) -> dict[str, Any]:
    """Say of what is good that it is not, and of what is not that it is."""
    alone = fields["incorrect_is_wrong"] is None
    checks = [fields["correct_is_right"]]
    if not alone:
        checks += [fields["incorrect_is_wrong"], fields["single_error"]]
        checks.append(fields["error_type"] == asked)
    if all(checks):
        return {**fields, ("correct_is_right" if alone else "incorrect_is_wrong"): False}
    better = {**fields, "correct_is_right": True}
    if not alone:
        better |= {"incorrect_is_wrong": True, "single_error": True, "error_type": asked}
    return better


class _Scenes:
    """Sentences for one call, of the half that was drawn for it where that has any."""

    def __init__(self, model: Model, ask: Ask, half: str) -> None:
        self._model = model
        self._ask = ask
        self._half = half
        self._avoid = model._given.setdefault(ask.wish.verb, set())

    def first(self, rng: Random) -> Scene | None:
        """The sentence that the answer is about."""
        wish = self._ask.wish
        if self._half == "natural":
            found = self._natural(wish)
            if found is not None:
                return found
            self._model.missing["natural"] += 1
        scene = self.of_engine(wish, rng)
        # Rather one of the other half, or one that was given before, than none.
        return scene or self._natural(wish) or draw(wish, rng, set())

    def scene(self, wish: Wish, rng: Random) -> Scene | None:
        found = self._natural(wish) if self._half == "natural" else None
        return found or self.of_engine(wish, rng)

    def of_engine(self, wish: Wish, rng: Random) -> Scene | None:
        """A sentence of the engine, not given before."""
        return draw(wish, rng, self._avoid)

    def _natural(self, wish: Wish) -> Scene | None:
        answers = self._model._answers.get(self._ask.problem, ())
        return self._model.pairs.scene(wish, {answer.correct for _, answer in answers})

    def other_verb(self, wish: Wish, rng: Random) -> Scene | None:
        if self._half == "natural":
            others = [
                scene
                for scene in self._model.pairs.scenes
                if scene.tense is wish.tense
                and (wish.error_type is None or scene.wrongs(wish.error_type))
                and not may_have_verb(scene.correct, wish.verb)
            ]
            if others:
                return rng.choice(others)
        return draw_other_verb(wish, rng, self._avoid)

    def other_tense(self, wish: Wish, rng: Random) -> Scene | None:
        if self._half == "natural":
            others = [
                scene
                for scene in self._model.pairs.scenes
                if scene.verb == wish.verb
                and scene.tense is not wish.tense
                and (wish.error_type is None or scene.wrongs(wish.error_type))
                and not may_have_tense(scene.correct, wish.verb, wish.tense)
            ]
            if others:
                return rng.choice(others)
        return draw_other_tense(wish, rng, self._avoid)

    def earlier(self, ask: Ask) -> Answer | None:
        key = json.dumps(dict(ask.brief), sort_keys=True, ensure_ascii=False)
        answers = self._model._answers.get(ask.problem, ())
        return next((answer for other, answer in answers if other != key), None)


class PlainModel:
    """Says the same few sentences again and again, made beforehand: for runs that measure speed."""

    def __init__(self, seed: int = 0) -> None:
        rng = Random(seed)
        self._correct: list[dict[str, Any]] = []
        self._incorrect: list[dict[str, Any]] = []
        for verb in _PLAIN_VERBS:
            scene = draw(Wish(verb, Tense.PRESENT, ErrorType.WRONG_PERSON), rng, set())
            if scene is not None:
                self._add(scene)
        self._next = 0

    def _add(self, scene: EngineScene) -> None:
        wrong = scene.wrongs(ErrorType.WRONG_PERSON)[0]
        pair = {"correct_sentence": scene.correct, "incorrect_sentence": wrong.text}
        explanation = wrong.explanations[Language.ENGLISH]
        self._correct.append({"sentence": scene.correct, "translation": scene.translation})
        self._incorrect.append({**pair, "explanation": explanation})

    def say(self, task: str) -> Said:
        """The next sentence, or a judgement that finds no fault."""
        self._next += 1
        if task == "judge":
            verity = Verity(True, True, ErrorType.WRONG_PERSON)
            return Said(_judgement(True, verity), "plain")
        sentences = self._incorrect if task == "incorrect" else self._correct
        return Said(sentences[self._next % len(sentences)], "plain")


def prepare() -> None:
    """Read the lexicon, so that the first call is no slower than the others."""
    lexicon()
    PlainModel()
    verify("Je mange une pomme.")

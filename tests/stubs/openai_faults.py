"""The faults of the OpenAI-compatible stub, and when they happen: by script, or at random rates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import blake2b
from random import Random
from typing import Any


class Fault(StrEnum):
    """What can be wrong with an answer."""

    #: Shields a call from the random faults.
    NONE = "none"
    # Between the client and the model.
    RATE_LIMIT = "rate_limit"
    RATE_LIMIT_RETRY_AFTER = "rate_limit_retry_after"
    NO_QUOTA = "insufficient_quota"
    BAD_KEY = "bad_key"
    SERVER_ERROR = "server_error"
    OVERLOADED = "overloaded"
    OVERLOADED_RETRY_AFTER = "overloaded_retry_after"
    SLOW = "slow"
    HANG = "hang"
    DROP = "drop"
    DROP_IN_BODY = "drop_in_body"
    BROKEN_JSON = "broken_json"
    # Around a sentence that may be good.
    PROSE = "prose"
    TRUNCATED_JSON = "truncated_json"
    MISSING_FIELD = "missing_field"
    EXTRA_FIELD = "extra_field"
    LENGTH = "length"
    EMPTY = "empty"
    REFUSAL = "refusal"
    CONTENT_FILTER = "content_filter"
    # In what the answer says.
    RIGHT_INCORRECT = "right_incorrect"
    TWO_ERRORS = "two_errors"
    OTHER_ERROR = "other_error"
    WRONG_VERB = "wrong_verb"
    WRONG_TENSE = "wrong_tense"
    ENGLISH = "english"
    SAME_SENTENCE = "same_sentence"
    PROMPT_ECHO = "prompt_echo"
    MARKUP = "markup"
    LEAK = "leak"
    EXPLANATION_LANGUAGE = "explanation_language"
    EXPLANATION_MISSING = "explanation_missing"
    TRANSLATION_MISSING = "translation_missing"
    CORRECT_HAS_ERROR = "correct_has_error"


#: An answer that is no chat completion, or none at all.
HTTP_FAULTS = (
    Fault.RATE_LIMIT,
    Fault.RATE_LIMIT_RETRY_AFTER,
    Fault.NO_QUOTA,
    Fault.BAD_KEY,
    Fault.SERVER_ERROR,
    Fault.OVERLOADED,
    Fault.OVERLOADED_RETRY_AFTER,
    Fault.HANG,
    Fault.DROP,
    Fault.DROP_IN_BODY,
    Fault.BROKEN_JSON,
)
#: A chat completion that does not hold the JSON which was asked for.
SHAPE_FAULTS = (
    Fault.PROSE,
    Fault.TRUNCATED_JSON,
    Fault.MISSING_FIELD,
    Fault.EXTRA_FIELD,
    Fault.LENGTH,
    Fault.EMPTY,
    Fault.REFUSAL,
    Fault.CONTENT_FILTER,
)
#: Drawn at the rate of transport faults: not those that only a person can end.
TRANSPORT_FAULTS = tuple(
    each for each in (*HTTP_FAULTS, *SHAPE_FAULTS) if each not in (Fault.NO_QUOTA, Fault.BAD_KEY)
)
_OF_ANY_SENTENCE = (
    Fault.WRONG_VERB,
    Fault.WRONG_TENSE,
    Fault.ENGLISH,
    Fault.SAME_SENTENCE,
    Fault.PROMPT_ECHO,
    Fault.MARKUP,
    Fault.LEAK,
    Fault.CORRECT_HAS_ERROR,
)
OF_CORRECT = (*_OF_ANY_SENTENCE, Fault.TRANSLATION_MISSING)
OF_INCORRECT = (
    *_OF_ANY_SENTENCE,
    Fault.RIGHT_INCORRECT,
    Fault.TWO_ERRORS,
    Fault.OTHER_ERROR,
    Fault.EXPLANATION_LANGUAGE,
    Fault.EXPLANATION_MISSING,
)
CONTENT_FAULTS = tuple(dict.fromkeys((*OF_INCORRECT, *OF_CORRECT)))


def unit(*parts: object) -> float:
    """A number of [0, 1) that depends on nothing but ``parts``."""
    digest = blake2b("\x1f".join(map(str, parts)).encode(), digest_size=7).digest()
    return int.from_bytes(digest, "big") / 256**7


def contents_for(task: str, language: str) -> tuple[Fault, ...]:
    """The content faults that an answer can have; () for one of the judge."""
    if task == "incorrect":
        return OF_INCORRECT
    if task != "correct":
        return ()
    # There is no translation where the learner's language is French.
    return OF_CORRECT if language != "fra" else _OF_ANY_SENTENCE


@dataclass
class Rule:
    """A scripted fault.

    ``match``: fields of the brief or case, each with its value or a list of values ("kind" is write or
    judge); {}: every call. ``skip``: how many matching calls go before; ``times``: how many calls have
    the fault, None: for ever. ``retry_after``, ``seconds``: what is sent in Retry-After, how much longer
    a SLOW answer takes.
    """

    fault: Fault
    match: Mapping[str, Any] = field(default_factory=dict)
    times: int | None = 1
    skip: int = 0
    retry_after: float = 1.0
    seconds: float = 1.0

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Rule:
        """Raises ValueError for a fault, TypeError for a field, that does not exist."""
        return cls(**{**data, "fault": Fault(data["fault"])})

    def matches(self, facts: Mapping[str, Any]) -> bool:
        """Whether the rule is about a call with these facts."""
        for name, wanted in self.match.items():
            values = wanted if isinstance(wanted, list) else [wanted]
            if facts.get(name) not in values:
                return False
        return True


class Script:
    """Rules in their order; the first that matches is taken, and used up when its times are over."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._rules = [replace(rule) for rule in rules]

    def add(self, rules: Iterable[Rule]) -> None:
        """Append rules."""
        self._rules += [replace(rule) for rule in rules]

    def take(self, facts: Mapping[str, Any], applicable: Sequence[Fault]) -> Rule | None:
        """The rule for a call; one whose fault the answer cannot have waits for another call."""
        for rule in self._rules:
            if rule.fault in CONTENT_FAULTS and rule.fault not in applicable:
                continue
            if rule.times == 0 or not rule.matches(facts):
                continue
            if rule.skip:
                rule.skip -= 1
                continue
            if rule.times is not None:
                rule.times -= 1
            return rule
        return None


@dataclass(frozen=True)
class Rates:
    """How often faults happen by themselves, and which."""

    transport: float = 0.0
    content: float = 0.0
    transport_kinds: tuple[Fault, ...] = TRANSPORT_FAULTS
    content_kinds: tuple[Fault, ...] = CONTENT_FAULTS
    retry_after: float = 1.0

    def draw(self, rng: Random, applicable: Sequence[Fault]) -> Rule | None:
        """Draw the fault of a call, None if it has none. Both rates are independent; transport wins."""
        transport, content = rng.random(), rng.random()
        if self.transport_kinds and transport < self.transport:
            return Rule(rng.choice(self.transport_kinds), retry_after=self.retry_after)
        kinds = [each for each in applicable if each in self.content_kinds]
        if kinds and content < self.content:
            return Rule(rng.choice(kinds))
        return None

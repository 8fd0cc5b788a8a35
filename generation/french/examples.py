"""Short sentences that show how a reading of a verb is used."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from generation.french.clause import Clause, Polarity
from generation.french.english import translate
from generation.french.realise import realise
from generation.french.scenes import Wish, draw_scene
from verbs.french.frames import Frame
from verbs.french.overrides import cached, current
from verbs.french.vocabulary import Tense

__all__ = ["Example", "example"]

#: The tenses that an example is looked for in, the plainest first.
_TENSES = (Tense.PRESENT, Tense.PASSE_COMPOSE, Tense.IMPARFAIT)
_DRAWS = 25


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence and its English."""

    french: str
    english: str


@cached(maxsize=2000)
def example(frame: Frame) -> Example | None:
    """A plain sentence with a reading, always the same; None when the engine finds none."""
    rng = Random(frame.id)
    for tense in _TENSES:
        if current().reading(frame.verb.key).touches_compound(tense):
            continue
        found = [clause for _ in range(_DRAWS) if (clause := _drawn(frame, tense, rng))]
        if found:
            clause = min(found, key=_by_use)
            return Example(realise(clause), translate(clause))
    return None


def _by_use(clause: Clause) -> tuple[bool, bool, int, str]:
    """Those first that have a complement and nothing that is no part of the reading, the short ones."""
    text = realise(clause)
    more = clause.adverb_key is not None or clause.trigger_key is not None
    return clause.oblique is None, more, len(text), text


def _drawn(frame: Frame, tense: Tense, rng: Random) -> Clause | None:
    """A clause without negation, pronouns and what may be left out."""
    clause = draw_scene(frame, tense, rng, Wish((Polarity.AFFIRMATIVE,)))
    return None if clause is None or clause.has_object_pronoun else clause

"""Many clauses of every kind, drawn from a seed."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from generation.french.clause import Clause, ObjectForm, Polarity
from generation.french.scenes import Wish, draw_scene
from verbs.french.lexicon import lexicon
from verbs.french.vocabulary import Tense

_FORMS = (ObjectForm.PRONOUN, ObjectForm.DISLOCATED, ObjectForm.RELATIVE)


def _wish(rng: Random) -> Wish:
    mixed = rng.random() < 0.5
    return Wish(
        tuple(Polarity) if mixed else (Polarity.AFFIRMATIVE,),
        pronoun=rng.random() < 0.5,
        form=rng.choice(_FORMS),
        question=rng.random() < 0.2,
        led=rng.choice((None, True)),
    )


def drawn_clauses(seed: int, count: int) -> Iterator[Clause]:
    """Yield clauses in all tenses, with all polarities, kinds of objects and sentences."""
    rng = Random(seed)
    frames = list(lexicon().frames.values())
    tenses = list(Tense)
    while count:
        clause = draw_scene(rng.choice(frames), rng.choice(tenses), rng, _wish(rng))
        if clause is not None:
            count -= 1
            yield clause

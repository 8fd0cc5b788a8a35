"""Which focuses the engine can write in which tenses, and from which level on.

Finding that out takes the engine seconds; pages need it at once. A test holds the table against the engine.
"""

from __future__ import annotations

from verbs.french.vocabulary import Focus, Level, Tense

# A letter for each tense, in the order of Tense: the easiest level at which it can be written.
# 1: A1, 2: A2, 3: B1, 4: B2, a point: never.
_EASIEST = {
    Focus.CONJUGATION: "122322314444",
    Focus.AUXILIARY: "..23.....444",
    Focus.AGREEMENT: "..23.....444",
    Focus.REFLEXIVE: "123323324444",
    Focus.NEGATION: "122323314444",
    Focus.PRONOUNS: "222323324444",
    Focus.PREPOSITIONS: "122322314444",
    Focus.DETERMINERS: "122322314444",
    Focus.MOOD_AND_TENSE: "3223233.4444",
}

EASIEST: dict[tuple[Focus, Tense], Level] = {
    (focus, tense): tuple(Level)[int(letter) - 1]
    for focus, letters in _EASIEST.items()
    for tense, letter in zip(Tense, letters, strict=True)
    if letter != "."
}


def can_be_written(focus: Focus, tense: Tense, level: Level | None = None) -> bool:
    """Whether there are problems of a focus in a tense, no harder than ``level`` if that is given."""
    easiest = EASIEST.get((focus, tense))
    levels = tuple(Level)
    return easiest is not None and (level is None or levels.index(easiest) <= levels.index(level))

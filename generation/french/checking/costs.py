"""How well tags go together, as costs: 0 is usual, high is rare. For the tagger alone.

Typed by hand from how French sentences are built, not counted in any corpus. What is not listed
costs ``UNUSUAL``: nothing is impossible, since the sentences to be judged may be wrong.
"""

from __future__ import annotations

from functools import cache

from generation.french.checking.sentence import Tag

UNUSUAL = 6.0

_ABBREVIATED = {
    "D": Tag.DETERMINER,
    "N": Tag.NOUN,
    "M": Tag.NAME,
    "A": Tag.ADJECTIVE,
    "#": Tag.NUMBER,
    "S": Tag.SUBJECT,
    "C": Tag.CLITIC,
    "P": Tag.PRONOUN,
    "ne": Tag.NE,
    "neg": Tag.NEGATION,
    "F": Tag.FINITE,
    "I": Tag.INFINITIVE,
    "pp": Tag.PARTICIPLE,
    "G": Tag.GERUND,
    "prep": Tag.PREPOSITION,
    "&": Tag.COORDINATION,
    "sub": Tag.SUBORDINATION,
    "rel": Tag.RELATIVE,
    "?": Tag.QUESTION,
    "adv": Tag.ADVERB,
    "int": Tag.INTERJECTION,
    ".": Tag.PUNCTUATION,
    "u": Tag.UNKNOWN,
}

#: For each tag what may follow it, cheapest first: "cost: tags; cost: tags".
_FOLLOWING = {
    "D": "0: N; .3: A # u; .8: M pp; 1: D; 1.5: P adv; 3: I; 4: .",
    "N": (
        "0: .; .3: prep F A; .5: ne & rel pp adv; .8: C M; 1: sub neg u; 1.5: # G; 2: S D ?"
        "; 2.5: P I; 3: N"
    ),
    "M": "0: . F; .3: prep ne & C adv; .5: rel M; 1: sub neg; 1.5: A pp u; 2: S D; 2.5: N P # I",
    "A": "0: .; .2: N prep &; .5: A F adv rel sub ne; .8: u M C; 1: neg pp D; 2: S ? P # I",
    "#": "0: N .; .3: A u prep; .5: F & adv pp; 1: ne C rel D M; 2: S",
    "S": "0: F ne C; .5: neg . pp adv; 1: D A prep P N; 1.5: I & M rel u; 2: S # G",
    "C": "0: F C I; .3: G; .6: . ; .8: sub; 1: prep adv neg & D u; 1.5: P; 3: pp S M ne; 4: N A",
    "P": ("0: F .; .3: ne C prep rel & pp A adv; .8: sub I; 1: S neg D; 1.5: N # P M; 2: u ?"),
    "ne": "0: F C; .5: neg; 3: I pp; 4: S D N",
    "neg": "0: pp . D prep; .3: I A adv C sub; .5: P neg & N; .8: M # S rel F ne; 1: ? u G",
    "F": (
        "0: D pp neg prep; .2: A adv I P S .; .4: C sub #; .5: M &; .8: N ?; 1: rel u; 1.5: G"
        "; 3: ne F; 5: int"
    ),
    "I": "0: D . prep; .3: adv P A &; .5: sub C pp M #; .8: rel ? neg; 1: F N I u; 1.5: ne S",
    "pp": "0: . D prep; .3: adv & I P; .5: pp A N sub M #; .8: neg C u ? rel F; 1.5: S ne",
    "G": "0: D . prep adv; .3: P A sub; .6: pp & I N; 1: neg C M u # ; 2: F S",
    "prep": "0: D N M; .2: I P; .4: A # C G; .8: adv u ? sub rel neg; 1: prep; 1.5: S; 2: pp ne",
    "&": ("0: D S; .2: prep M F adv; .4: N P A C ne pp I; .6: sub # ? rel; 1: G neg u &; 2: int"),
    "sub": "0: S D; .2: M P C; .4: adv prep ne # N; .6: F sub A; 1: neg I pp u ?; 1.5: G rel",
    "rel": "0: F C ne S D; .4: M adv P; .8: prep N neg A #; 1: I sub; 1.5: u pp",
    "?": "0: F; .2: N S C D; .4: ne I sub adv; .6: M prep .; 1: A P rel u #",
    "adv": (
        "0: . A adv; .2: S D F prep pp; .4: ne C sub I & P M; .8: N; .6: neg rel #; .8: G u ?; 2: int"
    ),
    "int": "0: .; .5: S D M F adv &; 1: N A P C ne prep ? sub int u",
    ".": ("0: S D . ?; .2: M adv & prep sub F ne int; .5: C P rel N pp; .7: A I G #; 1: neg u"),
    "u": "0: . F prep; .3: & ne A rel adv; .6: C N pp; 1: neg sub M u D; 2: S I P #",
}

#: What a sentence begins with.
_FIRST = (
    "0: S D ? M; .3: adv prep sub; .5: & int P ne; 1: F #; 1.5: N I A C u; 2: pp G rel neg; 1: ."
)


def _read(line: str) -> dict[Tag, float]:
    found: dict[Tag, float] = {}
    for part in line.split(";"):
        cost, _, names = part.partition(":")
        for name in names.split():
            found[_ABBREVIATED[name]] = float(cost)
    return found


@cache
def _table() -> dict[Tag, dict[Tag, float]]:
    return {_ABBREVIATED[name]: _read(line) for name, line in _FOLLOWING.items()}


@cache
def transition(before: Tag | None, after: Tag) -> float:
    """Return what it costs that a tag follows another; ``before`` is None at the beginning."""
    row = _read(_FIRST) if before is None else _table()[before]
    return row.get(after, UNUSUAL)

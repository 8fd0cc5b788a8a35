"""Negations that are built otherwise: the place of ne and pas, two negations, one that is missing.

A missing ne is how people speak and is no certain error (french grammars call it familiar).
"""

from __future__ import annotations

from generation.french.checking.differences.base import Difference, Pair, Side
from generation.french.checking.lexis import CLITICS
from generation.french.checking.rules.negation import negation_findings
from generation.french.checking.sentence import Tag
from generation.french.checking.words import Kind
from verbs.french.vocabulary import ErrorType

__all__ = ["NEGATIVE", "negation_difference"]

NEGATIVE = frozenset(
    {"ne", "pas", "plus", "jamais", "rien", "personne", "aucun", "aucune", "guère", "point", "non"}
)
#: Verbs whose ne may stand alone, and words that allow it with others.
_NE_ALONE = frozenset({"pouvoir", "savoir", "oser", "cesser", "avoir", "être"})
_LICENSE = frozenset({"si", "que", "qui", "quel", "quelle", "depuis", "sans", "ni", "dont", "où"})
#: Adverbs that move with the negation, and what moves as one.
_BESIDE = frozenset({"encore", "presque"})
_BLOCKS = frozenset(
    {("pas", "encore"), ("presque", "jamais"), ("plus", "jamais"), ("jamais", "plus")}
)
_TYPE = ErrorType.NEGATION_STRUCTURE


def negation_difference(pair: Pair) -> Difference | None:
    """Name a negation that is built otherwise than in the correct sentence."""
    if (joined := _ou_for_ni(pair)) is not None:
        return joined
    changed = [word for r in pair.regions for word in (*r.old_words, *r.new_words)]
    move = pair.move
    if move is not None:
        return _moved(pair)
    if not changed or not set(changed) <= NEGATIVE:
        return None
    if len(pair.regions) > 3 or (len(changed) > 2 and {"aucun", "aucune"} <= set(changed)):
        return None
    if negation_findings(pair.incorrect.sentence):
        reason = "The words of the negation do not go together, or stand in the wrong place."
        return Difference(_TYPE, "negation_structure.two_negations", True, reason)
    region = pair.single
    texts = pair.incorrect.texts
    nowhere = any(texts[n : n + 2] == ("nulle", "part") for n in range(len(texts)))
    if changed == ["pas"] and region is not None and region.new and (
        texts.count("ni") > 1 or nowhere
    ):  # fmt: skip
        reason = "“Pas” does not go with another negation."
        return Difference(_TYPE, "negation_structure.two_negations", True, reason)
    if "ne" in texts and changed in (["pas"], ["plus"]) and _plus_pas(texts):
        reason = "“Plus” and “pas” are not used together."
        return Difference(_TYPE, "negation_structure.two_negations", True, reason)
    if region is not None and not region.new and region.old_words in (("pas",), ("plus",)):
        return _ne_alone(pair)
    if "non" in changed:
        place = next(r.right for r in pair.regions if "non" in r.new_words)
        certain = pair.incorrect.tag(place + 1) is Tag.FINITE or pair.incorrect.can_be(
            place + 1, Kind.VERB
        )
        return Difference(
            _TYPE, "negation_structure.non", certain, "A verb is not made negative by “non”."
        )
    reason = "Both negations may be right; a missing “ne” is common in speech."
    return Difference(_TYPE, "negation_structure.other", False, reason)


def _ou_for_ni(pair: Pair) -> Difference | None:
    """Name "il ne mange ni pain ou viande": one ni is not enough without pas, plus or jamais."""
    if pair.replaced is None:
        return None
    left, right = pair.replaced
    if (pair.correct.text(left), pair.incorrect.text(right)) != ("ni", "ou"):
        return None
    texts = pair.correct.texts
    certain = (
        "ne" in texts[:left]
        and texts.count("ni") == 2
        and "ni" in texts[:left]
        and not set(texts) & (NEGATIVE - {"ne"})
    )
    return Difference(_TYPE, "negation_structure.ou_for_ni", certain, "“Ni” is repeated.")


def _plus_pas(texts: tuple[str, ...]) -> bool:
    """Whether "plus pas" stands in a text; "pas plus" compares and is right."""
    return any(texts[n : n + 2] == ("plus", "pas") for n in range(len(texts)))


def _ne_alone(pair: Pair) -> Difference:
    region = pair.regions[0]
    verb = pair.correct.verb_before(region.left)
    lemmas = set(pair.correct.citations(verb)) if verb is not None else _NE_ALONE
    free = lemmas & _NE_ALONE and pair.correct.tag(region.left + 1) is not Tag.PARTICIPLE
    left_over = set(pair.incorrect.texts) & (NEGATIVE | {"nulle", "ni"}) - {"ne", "non"}
    certain = (
        not free
        and not left_over
        and len(pair.correct.sentence.clauses) == 1
        and not set(pair.correct.texts) & _LICENSE
        and "ne" in pair.correct.texts
    )
    return Difference(
        _TYPE,
        "negation_structure.ne_alone",
        certain,
        "“Ne” needs its second word; it stands alone with few verbs only.",
    )


def _moved(pair: Pair) -> Difference | None:
    move = pair.move
    if move is None:
        return None
    jumped = set(move.jumped)
    swapped_with_ne = move.words[0] in CLITICS and jumped == {"ne"}
    words = tuple(w for w in move.words if w not in ("à", "de", "avec", "pour"))
    negative = bool(set(words) & NEGATIVE) and set(words) <= NEGATIVE | _BESIDE
    if not negative and not swapped_with_ne:
        return None
    if swapped_with_ne or (move.words == ("ne",) and jumped <= CLITICS and jumped):
        return Difference(
            _TYPE,
            "negation_structure.ne_after_pronoun",
            True,
            "“Ne” stands before the pronouns that precede the verb.",
            frozenset({ErrorType.PRONOUN_PLACEMENT}),
        )
    certain = bool(negation_findings(pair.incorrect.sentence)) or _misplaced(
        pair.incorrect, move.right + len(move.words) - 1, words
    )
    reason = "The words of the negation stand in the wrong place."
    code = _place_code(pair.incorrect, move.right, words)
    return Difference(_TYPE, f"negation_structure.{code}", certain, reason)


def _place_code(side: Side, place: int, words: tuple[str, ...]) -> str:
    """Return the code for words of a negation that stand at a place where they should not."""
    if "personne" in words and side.can_be(place + len(words), Kind.PAST_PARTICIPLE):
        return "personne_before_participle"
    if side.tag(place - 1) is Tag.PARTICIPLE:
        return "after_participle"
    if side.text(place - 1) == "ne" and _finite_follows(side, place + len(words)):
        return "before_verb"
    return "after_object"


def _finite_follows(side: Side, place: int) -> bool:
    """Whether a finite verb follows, with nothing but object pronouns before it."""
    while side.text(place) in CLITICS:
        place += 1
    return side.can_be(place, Kind.VERB) and not side.can_be(place, Kind.INFINITIVE)


def _stands_alone(side: Side, place: int) -> bool:
    """Whether nothing belongs to rien: "rien d'utile", "rien à faire", "rien que"."""
    if side.ends(place) or side.text(place + 1) not in ("de", "que", "qui", "à"):
        return True
    return side.text(place + 1) == "à" and side.tag(place + 2) is not Tag.INFINITIVE


def _block_misplaced(side: Side, place: int, words: tuple[str, ...]) -> bool:
    """Whether words of the negation that were moved together cannot stand at a place.

    "Dort ne pas", "est ne pas fermé" are wrong, "veut ne pas dormir" is right; "n'a mangé pas encore".
    """
    behind, following = side.tag(place - 1), place + len(words)
    if words[0] == "ne":
        while side.tag(following) is Tag.CLITIC or side.text(following) in NEGATIVE:
            following += 1
        infinitive = side.can_be(following, Kind.INFINITIVE) and not side.ends(following - 1)
        return behind in (Tag.FINITE, Tag.PARTICIPLE) and not infinitive
    return behind is Tag.PARTICIPLE and words in _BLOCKS


def _misplaced(side: Side, place: int, words: tuple[str, ...]) -> bool:
    """Whether pas, plus, rien, ... certainly cannot stand at a place."""
    word = words[0]
    behind, ahead = side.tag(place - 1), side.tag(place + 1)
    following = side.word(place + 1)
    if word == "ne" and behind is Tag.FINITE and side.text(place + 1) in NEGATIVE:
        return _block_misplaced(side, place, words)
    if word == "ne":
        return side.text(place - 1) in ("pas", "plus", "jamais") and ahead is Tag.INFINITIVE
    if len(words) > 1:
        return _block_misplaced(side, place - len(words) + 1, words)
    if following is not None and following.joined and ahead is Tag.SUBJECT:
        return True
    if word in ("pas", "plus", "jamais", "guère", "rien"):
        if side.text(place + 1) == "ne":
            return word != "rien"
        if side.text(place - 1) == "ne" and _finite_follows(side, place + 1):
            return True
        if behind is Tag.PARTICIPLE:
            return word != "rien" or _stands_alone(side, place)
        if behind is Tag.INFINITIVE and word in ("pas", "plus"):
            # "N'avoir pas compris", "n'être pas là" are as right as "ne pas avoir", "ne pas être".
            lemmas = {r.lemma for r in side.readings(place - 1, Kind.INFINITIVE)}
            return not (lemmas & {"avoir", "être"} and side.text(place - 2) in CLITICS | {"ne"})
        if word in ("pas", "plus") and side.ends(place) and behind in (Tag.NOUN, Tag.NAME):
            return True
        if word == "pas" and side.ends(place) and behind is Tag.ADVERB:
            return False
    if word == "personne":
        return ahead is Tag.PARTICIPLE or side.can_be(place + 1, Kind.PAST_PARTICIPLE)
    return False

"""Determiners that differ: of another gender or number than the noun, or of another kind.

Another kind of article nearly always says something else and is right ("une pomme", "la pomme"); wrong
are those that contradict their noun, de without a negation or a quantity, and des behind a quantity.
"""

from __future__ import annotations

from dataclasses import replace

from generation.french.checking.alignment import Atom, Region, align
from generation.french.checking.differences.base import Difference, Pair, Side
from generation.french.checking.differences.quantities import (
    QUANTITY,
    behind_quantity,
    de_quantity,
    is_only,
    is_plain,
    is_specified,
)
from generation.french.checking.lexis import (
    begins_with_vowel,
    is_name,
    is_place_name,
    noun_readings,
    traits,
)
from generation.french.checking.rules.determiners import (
    DETERMINERS,
    determiner_findings,
    noun_after,
)
from generation.french.checking.sentence import Tag
from generation.french.checking.words import Kind
from verbs.french.vocabulary import ErrorType

__all__ = ["determiner_difference"]

_TYPE = ErrorType.DETERMINER
_WORDS = frozenset(DETERMINERS) | {"de", "deux", "trois", "tout", "toute", "tous", "toutes"}
_TOTAL = {
    "tout": ("m", False),
    "toute": ("f", False),
    "tous": ("m", True),
    "toutes": ("f", True),
}
#: Behind these words a singular noun stands without an article.
_BARE = frozenset(
    {
        *("faim", "soif", "peur", "froid", "chaud", "sommeil", "besoin", "envie", "raison", "tort"),
        *("attention", "partie", "honte", "mal", "pitié", "confiance", "mine", "sens", "compte"),
    }
)


def determiner_difference(pair: Pair) -> Difference | None:
    """Name a determiner that is another one, missing or added."""
    region = _word_region(pair)
    if region is None:
        return None
    old, new = region.old_words, region.new_words
    if not set(old) | set(new) <= _WORDS or not (old or new):
        return _around_noun(pair, region)
    atom = pair.single
    if atom is not None and "à" in (*atom.old_words, *atom.new_words):
        return None
    if "de" in (*old, *new) and not _is_partitive(pair, region):
        return None
    if new and not _before_noun(pair.incorrect, region.right + len(new) - 1):
        return None
    if not new and not _before_noun(pair.correct, region.left + len(old) - 1):
        return None
    code, certain, reason = _judge(pair, region)
    also = frozenset[ErrorType]()
    if new == ("de",) and is_only(pair.correct, region):
        also = frozenset({ErrorType.NEGATION_STRUCTURE})
    return Difference(_TYPE, f"determiner.{code}", certain, reason, also)


def _whole_words(side: Side) -> tuple[Atom, ...]:
    return tuple(
        Atom(word.full, place)
        for place, word in enumerate(side.sentence.words)
        if not word.is_punctuation
    )


def _word_region(pair: Pair) -> Region | None:
    """Return the only difference in whole words ("du" is one); "à la" and "au" count as la and le.

    Places of the region are those of words in the sentence.
    """
    old, new = _whole_words(pair.correct), _whole_words(pair.incorrect)
    regions = align(old, new)
    if len(regions) != 1:
        return None
    region = regions[0]
    single = pair.single
    if single is not None and len(single.old) == len(single.new) == 1:
        both = (single.old_words[0], single.new_words[0])
        if set(both) <= {"le", "la", "les"}:
            return _placed(pair, single)
    left = old[region.left].word if region.left < len(old) else len(pair.correct.sentence.words)
    right = new[region.right].word if region.right < len(new) else 0
    return replace(region, left=left, right=right)


def _placed(pair: Pair, region: Region) -> Region:
    left = pair.correct.atoms[region.left].word
    right = pair.incorrect.atoms[region.right].word
    return replace(region, left=left, right=right)


def _before_noun(side: Side, index: int) -> bool:
    """Whether a noun, with adjectives before it, follows a word of the sentence."""
    words, tags = side.sentence.words, side.sentence.tags
    for place in range(index + 1, min(index + 4, len(words))):
        if tags[place] in (Tag.NOUN, Tag.NAME, Tag.UNKNOWN):
            return True
        if noun_readings(words[place]) and not words[place].is_punctuation:
            return True
        if tags[place] not in (Tag.ADJECTIVE, Tag.NUMBER, Tag.ADVERB, Tag.DETERMINER):
            return False
    return False


def _is_partitive(pair: Pair, region: Region) -> bool:
    """Whether de is an article here and no preposition that its verb demands."""
    side = pair.correct
    words, tags = side.sentence.words, side.sentence.tags
    before = region.left - 1
    while before >= 0 and tags[before] in (Tag.NEGATION, Tag.ADVERB):
        before -= 1
    if before >= 0 and tags[before] in (Tag.NOUN, Tag.ADJECTIVE):
        return words[before].lower in QUANTITY
    return bool(set(region.old) and set(region.new)) or before < 0


def _judge(pair: Pair, region: Region) -> tuple[str, bool, str]:
    old, new = region.old_words, region.new_words
    fresh = [
        f
        for f in determiner_findings(pair.incorrect.sentence.words)
        if f.start <= pair.incorrect.sentence.words[min(region.right + max(len(new), 1) - 1,
                                                        len(pair.incorrect.sentence.words) - 1)].end
        and f.end > pair.incorrect.sentence.words[region.right].start
    ]  # fmt: skip
    if fresh:
        return fresh[0].code.removeprefix("determiner."), True, fresh[0].reason
    if _clashes(pair, region):
        reason = f"“{new[-1]}” does not go with the gender or number of the noun."
        return "gender", True, reason
    articles = (("des",), ("du",), ("de", "la"))
    if old == ("de",) and new in articles and behind_quantity(pair.correct, region.left):
        bare = not is_specified(pair.incorrect, region.right + len(new))
        return "quantity", bare, "Behind a word of quantity stands “de” without an article."
    if new == ("de",) and old and old[0] in ("du", "de", "des", "un", "une", "le", "la", "les"):
        plain = is_plain(pair.correct, region) or is_only(pair.correct, region)
        return "partitive", plain, "Without a negation it is not “de”."
    if old in (("la",), ("les",)) and not new and behind_quantity(pair.incorrect, region.right - 1):
        return "quantity", False, "The article after a quantity may be right."
    if new in (("le",), ("la",), ("les",)) and not old and de_quantity(pair, region):
        bare = not is_specified(pair.incorrect, region.right + 1)
        return "quantity", bare, "Behind a word of quantity stands “de” without an article."
    if old and not new:
        return "missing", _is_needed(pair.correct, region), "The noun needs a determiner here."
    if new and not old:
        return "added", _is_doubled(pair.incorrect, region), "The noun has no such determiner here."
    if old == ("ce",) and new == ("cet",):
        following = pair.incorrect.sentence.words[region.right + 1]
        consonant = begins_with_vowel(following) is False
        return "before_vowel", consonant, "“Cet” stands before a vowel only."
    return "other", pair.found(_TYPE), "Both determiners may be right here."


def _clashes(pair: Pair, region: Region) -> bool:
    """Whether the new determiner contradicts a noun that has one gender and number only.

    The correct sentence shows that the word before the noun is a determiner and no pronoun.
    """
    form = DETERMINERS.get(region.new_words[-1]) if region.new else None
    if region.new_words[-1:] and region.new_words[-1] in _TOTAL:
        return _total_clashes(pair, region)
    if form is None or not region.old:
        return False
    words = pair.incorrect.sentence.words
    index = region.right + len(region.new) - 1
    if pair.correct.sentence.tags[region.left + len(region.old) - 1] is Tag.CLITIC:
        return False
    if region.new_words[-1] in ("le", "la", "les") and not _is_surely_article(pair, region):
        return False
    phrase = next(
        (p for p in pair.correct.sentence.phrases
         if p.determiner == region.left + len(region.old) - 1),
        None,
    )  # fmt: skip
    noun = noun_after(words, index)
    if noun is None and phrase is not None:
        last = phrase.end - 1
        last = last if noun_readings(pair.correct.sentence.words[last]) else phrase.noun
        noun = last + len(region.new) - len(region.old)
    noun = index + 1 if noun is None and index + 1 < len(words) else noun
    if noun is None or is_name(words[noun]):
        return False
    readings = noun_readings(words[noun])
    possessive = region.new_words[-1] in ("mon", "ton", "son")
    if possessive and begins_with_vowel(words[index + 1]) is not False:
        return False
    genders = {r.gender for r in readings}
    numbers = {r.plural for r in readings}
    if not readings or None in genders | numbers:
        return False
    return (form.gender is not None and form.gender not in genders) or form.plural not in numbers


def _total_clashes(pair: Pair, region: Region) -> bool:
    """Whether tout, toute, tous, toutes contradict the noun behind them and its article."""
    gender, plural = _TOTAL[region.new_words[-1]]
    words = pair.incorrect.sentence.words
    behind = words[region.right + len(region.new) : region.right + len(region.new) + 3]
    noun = next((w for w in behind if noun_readings(w) and not w.is_punctuation), None)
    if noun is None or region.old_words[-1:] == () or region.old_words[-1] not in _TOTAL:
        return False
    readings = noun_readings(noun)
    genders, numbers = {r.gender for r in readings}, {r.plural for r in readings}
    return None not in genders and (gender not in genders or plural not in numbers)


def _is_surely_article(pair: Pair, region: Region) -> bool:
    """Whether what stands before leaves no room for an object pronoun."""
    index = region.right - 1
    if index < 0:
        return True
    side = pair.incorrect.sentence
    return side.tags[index] in (
        Tag.PREPOSITION, Tag.FINITE, Tag.PARTICIPLE, Tag.INFINITIVE, Tag.GERUND, Tag.COORDINATION,
        Tag.NEGATION, Tag.PUNCTUATION, Tag.ADVERB, Tag.SUBORDINATION,
    ) or region.old_words[-1] not in ("le", "la", "les")  # fmt: skip


def _is_needed(side: Side, region: Region) -> bool:
    """Whether a common noun behind a verb would stand alone, or a country without its article."""
    words, tags = side.sentence.words, side.sentence.tags
    noun = region.left + len(region.old)
    if noun >= len(words):
        return False
    if is_place_name(words[noun]):
        known = traits(words[noun], Kind.NAME)
        free = region.left == 0 or tags[region.left - 1] in (Tag.FINITE, Tag.PARTICIPLE,
                                                             Tag.INFINITIVE)  # fmt: skip
        return free and "article" in known and "country" in known
    if tags[noun] is not Tag.NOUN or words[noun].lower in _BARE or region.left == 0:
        return False
    before = region.left - 1
    if tags[before] not in (Tag.FINITE, Tag.PARTICIPLE, Tag.INFINITIVE):
        return False
    lemmas = {r.lemma for r in side.sentence.readings[before]}
    light = {"être", "devenir", "avoir", "faire", "rester", "prendre", "perdre", "donner",
             "rendre", "tenir", "mettre", "demander", "porter", "parler", "changer", "chercher",
             "trouver", "courir", "sembler", "nommer", "élire", "appeler", "crier"}  # fmt: skip
    if "language" in traits(words[noun]) or lemmas & light - {"être", "avoir", "faire"}:
        return False
    if lemmas & {"être", "avoir", "faire"}:
        return lemmas <= {"avoir"} and "thing" in traits(words[noun]) and _is_counting(region)
    return True


def _is_counting(region: Region) -> bool:
    """Return whether the determiner that is missing counts: un, une, des."""
    return region.old_words[-1] in ("un", "une", "des")


def _is_doubled(side: Side, region: Region) -> bool:
    """Whether two determiners stand side by side: "le mon livre"."""
    words = side.sentence.words
    after = region.right + len(region.new)
    before = region.right - 1
    possessive = frozenset(DETERMINERS) - {"le", "la", "les", "un", "une", "leur", "du", "des"}
    follows = after < len(words) and words[after].lower in possessive
    precedes = before >= 0 and words[before].lower in possessive - {"au", "aux"}
    return follows or precedes


def _around_noun(pair: Pair, region: Region) -> Difference | None:
    """Name "les enfant": the number shows in the noun, the determiner stays."""
    if len(region.old) != 1 or len(region.new) != 1:
        return None
    old = noun_readings(pair.correct.sentence.words[region.left])
    new = noun_readings(pair.incorrect.sentence.words[region.right])
    if not {r.lemma for r in old} & {r.lemma for r in new}:
        return None
    number = [f for f in determiner_findings(pair.incorrect.sentence.words)
              if f.code == "determiner.number"]  # fmt: skip
    if not number:
        return None
    return Difference(_TYPE, "determiner.number", True, number[0].reason)

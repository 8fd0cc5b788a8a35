"""One pronoun for another: of another kind, gender or number, or not reflexive.

Le and lui need a verb that takes only one of them; gender and number need a noun in the text that the
pronoun stands for.
"""

from __future__ import annotations

from generation.french.checking.differences.agreement import agreements_of
from generation.french.checking.differences.base import (
    VERBAL,
    Difference,
    Pair,
    Side,
    governments,
    may_repeat_subject,
    verb_behind,
)
from generation.french.checking.differences.features import FEATURES, features_difference
from generation.french.checking.lexis import FEELINGS, is_person, is_time
from generation.french.checking.sentence import Tag
from generation.french.checking.words import Kind
from verbs.french.government import Government
from verbs.french.vocabulary import ErrorType

__all__ = ["pronoun_difference"]

_DIRECT = frozenset({"le", "la", "les"})
_INDIRECT = frozenset({"lui", "leur"})
_STRONG = frozenset({"moi", "toi", "lui", "elle", "eux", "elles", "soi"})
_WEAK = frozenset({"je", "tu", "il", "ils", "me", "te", "se", "le", "la", "les", "leur"})
_POSSESSIVE = frozenset(
    {
        *("mien", "mienne", "miens", "miennes", "tien", "tienne", "tiens", "tiennes"),
        *("sien", "sienne", "siens", "siennes"),
    }
)
_LEQUEL = frozenset({"lequel", "laquelle", "lesquels", "lesquelles"})
#: Verbs whose lui means nothing without a direct object ("je lui vois des qualités").
_WITH_OBJECT = frozenset({"voir", "trouver", "prendre", "serrer", "connaître"})
#: Verbs with an attribute of the object, or whose lui may be that of the thing's owner.
_WITH_ATTRIBUTE = frozenset(
    {
        *("croire", "rendre", "savoir", "trouver", "faire", "laisser", "vouloir", "appeler"),
        *("nommer", "sentir", "penser", "supposer", "avoir", "être"),
    }
)
_OWN = frozenset(
    {"mon", "ma", "mes", "ton", "ta", "tes", "son", "sa", "ses", "notre", "nos", "votre", "vos"}
    | {"leur", "leurs"}
)
_GREETINGS = frozenset({"bonjour", "bonsoir", "merci", "adieu", "bravo"})
#: Verbs with à whose de-phrase does not exist, whatever their objects.
_WITHOUT_DE = frozenset({"réfléchir", "songer", "assister", "renoncer", "consentir"})
#: Verbs that take both objects: "le dire une chose", "la conseiller de partir" have one too many.
_CATEGORY = ErrorType.PRONOUN_CATEGORY


def pronoun_difference(pair: Pair) -> Difference | None:
    """Name a pronoun that stands for another one; a participle may follow it in its agreement."""
    region = _head(pair)
    if region is None:
        return None
    left, right = region
    old, new = pair.correct.text(left), pair.incorrect.text(right)
    old, new = (w.removesuffix("-ci").removesuffix("-là") for w in (old, new))
    if old == new:
        return None
    if pair.incorrect.text(right) == "leurs" and old == "leur":
        return _leurs(pair, right)
    return (
        _weak_after_preposition(pair, left, right, old, new)
        or _imperative(pair, left, right, old, new)
        or _category(pair, left, right, old, new)
        or features_difference(pair, left, right, old, new)
    )


def _head(pair: Pair) -> tuple[int, int] | None:
    """Return the places of the pronouns, if nothing else differs but a participle behind them."""
    if not 1 <= len(pair.regions) <= 2:
        return None
    first = pair.regions[0]
    both = (*first.old_words[-1:], *first.new_words[-1:])
    if len(first.old) == len(first.new) == 2 and set(both) <= _POSSESSIVE:
        return first.left + 1, first.right + 1
    if len(first.old) != 1 or len(first.new) != 1:
        return None
    if len(pair.regions) == 2:
        second = pair.regions[1]
        if len(second.old) != 1 or len(second.new) != 1 or second.left > first.left + 5:
            return None
        clause = pair.correct.clause_of(second.left)
        if clause is None or pair.correct.atoms[first.left].word not in clause.group.clitics:
            return None
        old = {r.lemma for r in pair.correct.readings(second.left, Kind.PAST_PARTICIPLE)}
        new = {r.lemma for r in pair.incorrect.readings(second.right, Kind.PAST_PARTICIPLE)}
        plain = agreements_of(pair.incorrect, second.right) or frozenset()
        if old.isdisjoint(new) or ("m", False) not in plain:
            return None
    return first.left, first.right


def _leurs(pair: Pair, right: int) -> Difference | None:
    if not pair.incorrect.can_be(right + 1, Kind.VERB, Kind.INFINITIVE):
        return None
    return Difference(
        ErrorType.PRONOUN_NUMBER,
        "pronoun_number.leurs",
        True,
        "“Leur” before a verb never takes an s.",
        frozenset({_CATEGORY}),
    )


def _weak_after_preposition(
    pair: Pair, left: int, right: int, old: str, new: str
) -> Difference | None:
    """Name "pour me", "avec il": behind a preposition stand moi, toi, lui, eux."""
    side = pair.incorrect
    if old not in _STRONG or new not in _WEAK or pair.correct.is_half(left):
        return None
    if not pair.correct.can_be(left - 1, Kind.PREPOSITION):
        return None
    certain = side.ends(right) or not side.can_be(
        right + 1, Kind.INFINITIVE, Kind.NOUN, Kind.ADJECTIVE, Kind.CLITIC, Kind.VERB
    )
    reason = f"Behind a preposition it is “{old}”, not “{new}”."
    return Difference(_CATEGORY, "pronoun_category.strong", certain, reason)


def _imperative(pair: Pair, left: int, right: int, old: str, new: str) -> Difference | None:
    """Name "donne-me", "lève-te", "donne-moi-en", and "il moi donne"."""
    same = {"moi": "me", "toi": "te", "me": "moi", "te": "toi"}
    if same.get(old) != new:
        return None
    written, other = pair.correct.word(left), pair.incorrect.word(right)
    if written is None or other is None:
        return None
    if old in ("moi", "toi"):
        if not written.joined:
            reason = f"Apart from its verb the pronoun is “{old}”, not “{new}”."
            certain = pair.incorrect.ends(right) or pair.incorrect.text(right + 1) == "qui"
            return Difference(_CATEGORY, "pronoun_category.strong", certain, reason)
        reason = f"Behind an affirmative imperative it is “{old}”."
        certain = pair.correct.text(left + 1) not in ("y", "en")
        return Difference(_CATEGORY, "pronoun_category.strong", certain, reason)
    if written.joined:
        also = frozenset({_CATEGORY, ErrorType.PRONOUN_PLACEMENT})
        reason = f"Before en and y it is “{written.text}”."
        certain = pair.correct.text(left + 1) == "en"
        return Difference(ErrorType.PRONOUN_ORDER, "pronoun_order.en", certain, reason, also)
    certain = pair.correct.tag(left) is Tag.CLITIC and not pair.incorrect.ends(right)
    reason = f"Before a verb it is “{old}”, not “{new}”."
    return Difference(_CATEGORY, "pronoun_category.weak", certain, reason)


def _verb_of(side: Side, place: int) -> int | None:
    """Return the verb of an object pronoun, which stands before it or, in commands, behind it."""
    word = side.word(place)
    if word is not None and word.joined:
        return side.verb_before(place, 3)
    return verb_behind(side, place)


def _category(pair: Pair, left: int, right: int, old: str, new: str) -> Difference | None:
    """Name le for lui, lui for le, y for en and their like."""
    groups = (_DIRECT, _INDIRECT, frozenset({"y"}), frozenset({"en"}))
    mine = next((g for g in groups if old in g), None)
    other = next((g for g in groups if new in g), None)
    if mine is None or other is None or mine == other:
        return None
    if pair.correct.tag(left) is not Tag.CLITIC:
        return None
    verb = _verb_of(pair.correct, left)
    if verb is None:
        return None
    code, certain = _judge_category(pair, left, verb, old, new)
    repeats = new == "lui" and may_repeat_subject(pair.correct, left)
    certain = (certain and not repeats) or pair.found(_CATEGORY)
    reason = f"The verb takes “{old}” here, not “{new}”."
    if not certain:
        reason = f"Both “{old}” and “{new}” may go with the verb."
    return Difference(_CATEGORY, f"pronoun_category.{code}", certain, reason)


def _judge_category(pair: Pair, left: int, verb: int, old: str, new: str) -> tuple[str, bool]:
    side = pair.correct
    known = governments(side, verb)
    if old in _INDIRECT and new in _DIRECT:
        return "direct_for_indirect", _too_many_objects(pair, verb, new) or (
            known is not None
            and all(
                g.direct == "-"
                or (g.direct == "clause" and new != "le")
                or (g.direct == "thing" and _means_persons(side, verb, new))
                for g in known
            )
        )
    if old in _DIRECT and new in _INDIRECT:
        certain = known is not None and all(
            "lui" not in g.indirect or g.verb in _WITH_OBJECT for g in known
        )
        if any(g.verb == "aider" for g in known or ()):
            # "Aider à quelqu'un" is old; with a noun in the text nobody means it.
            certain = certain and _means_persons(side, verb, old)
        return "indirect_for_direct", certain and not _object_behind(side, verb)
    code = "y_or_en"
    feeling = old == "en" and side.text(verb + 1) in FEELINGS
    if feeling or known is None:
        return code, feeling
    if old == "en" and new == "y" and _is_put_first(side, verb):
        # "De ce voyage, nous y parlons": en repeats what stands before the comma.
        return code, all(g.takes_de for g in known)
    if old == "en":
        strict = all(g.takes_de and g.direct == "-" for g in known)
        reflexive = all(g.verb.startswith(("se ", "s'")) for g in known)
        no_y = all("y" not in g.indirect for g in known)
        return code, strict and reflexive and (new != "y" or no_y)
    if old == "y" and new == "en":
        return code, _excludes_en(side, verb, known)
    if old == "y" and new in _INDIRECT:
        return code, all("lui" not in g.indirect for g in known) and not _object_behind(side, verb)
    if old == "y" and new in _DIRECT:
        return code, all(g.direct == "-" for g in known)
    return code, False


def _excludes_en(side: Side, verb: int, known: tuple[Government, ...]) -> bool:
    """Whether a verb with y cannot have en instead, neither as its complement nor as a part."""
    spent = all(g.verb == "passer" for g in known) and _spends_own_time(side, verb)
    plain = all((g.direct == "-" and not g.takes_de) or g.verb in _WITHOUT_DE for g in known)
    thought = all(g.verb == "penser" for g in known) and _thinks_nothing_of_it(side, verb)
    return plain or spent or thought


def _thinks_nothing_of_it(side: Side, verb: int) -> bool:
    """Whether penser has no object: "en penser" needs one ("du bien", "autant", "que")."""
    asked = {"que", "quoi", "ce", "autant", "bien", "mal", "long", "plus", "moins", "rien", "tout"}
    return not asked & set(side.texts) and not _object_behind(side, verb)


def _spends_own_time(side: Side, verb: int) -> bool:
    """Whether "mes vacances", "tout l'été" ends the clause: en cannot be a part of it."""
    index = side.atoms[verb].word + 1
    words = side.sentence.words
    phrase = next((p for p in side.sentence.phrases if p.start == index), None)
    if phrase is None or phrase.determiner is None:
        return False
    own = words[phrase.determiner].lower in _OWN or words[index].lower in ("tout", "toute")
    return own and (phrase.end >= len(words) or words[phrase.end].text in (".", ",", "!", "?"))


def _is_put_first(side: Side, verb: int) -> bool:
    """Whether the text begins with de and a noun phrase before a comma."""
    words = side.sentence.words
    comma = next((n for n, w in enumerate(words) if w.text == ","), len(words))
    first = side.sentence.phrases[0] if side.sentence.phrases else None
    return (
        side.text(0) == "de"
        and comma < side.atoms[verb].word
        and first is not None
        and first.end == comma
        and first.start <= 1
    )


def _means_persons(side: Side, verb: int, word: str) -> bool:
    """Whether all nouns before a verb that a pronoun can mean are persons, and there is one."""
    gender, plural = FEATURES[word]
    fitting = [
        phrase
        for phrase in side.sentence.phrases
        if phrase.start < side.atoms[verb].word
        and phrase.plural in (None, plural)
        and (gender is None or phrase.gender in (None, gender))
    ]
    words = side.sentence.words
    return bool(fitting) and all(is_person(words[phrase.noun]) for phrase in fitting)


def _object_behind(side: Side, verb: int) -> bool:
    """Whether something that may be a direct object follows the verb."""
    following = verb + 1
    while side.tag(following) in (Tag.NEGATION, Tag.ADVERB) or _is_joined(side, following):
        following += 1
    if side.ends(following - 1):
        return False
    if side.text(following) == "il":
        # "Il y a deux jours".
        return False
    index = side.atoms[following].word
    phrase = next((p for p in side.sentence.phrases if p.start == index), None)
    if phrase is not None and is_time(side.sentence.words[phrase.noun]):
        return False
    return not side.can_be(following, Kind.PREPOSITION, Kind.CONJUNCTION) or (
        side.is_half(following) and side.text(following) == "de"
    )


def _is_given(side: Side, verb: int, following: int) -> bool:
    """Whether an object follows at once that no pronoun repeats: "dire bonjour", "prêter des pulls".

    Only for verbs that give something to somebody: "je le crois un génie" has an attribute.
    """
    lemmas = {r.lemma for r in side.readings(verb, *VERBAL)}
    if lemmas & _WITH_ATTRIBUTE:
        return False
    if side.texts[following : following + 2] == ("quelque", "chose"):
        return True
    known = governments(side, verb)
    if known is None or any("lui" not in g.indirect or g.takes_de for g in known):
        return False
    if side.text(following) in _GREETINGS:
        return True
    index = side.atoms[following].word
    phrase = next((p for p in side.sentence.phrases if p.start == index), None)
    if phrase is None or phrase.determiner != index or phrase.noun == index:
        return False
    words = side.sentence.words
    indefinite = words[index].text.lower() in ("un", "une", "des")
    thing = not is_person(words[phrase.noun]) and not is_time(words[phrase.noun])
    return indefinite and thing


def _is_joined(side: Side, place: int) -> bool:
    word = side.word(place)
    return word is not None and word.joined and side.tag(place) is Tag.CLITIC


def _too_many_objects(pair: Pair, verb: int, new: str) -> bool:
    """Whether le, la, les would be a second direct object beside the one behind the verb."""
    side = pair.correct
    following = verb + 1
    while side.tag(following) in (Tag.NEGATION, Tag.ADVERB, Tag.PARTICIPLE) or _is_joined(
        side, following
    ):
        following += 1
    if side.ends(following - 1):
        return False
    if side.text(following) == "de" and side.tag(following + 1) in (Tag.INFINITIVE, Tag.CLITIC):
        known = governments(side, verb)
        return known is not None and all("lui" in g.indirect for g in known)
    if side.text(following) in ("que", "si"):
        return True
    if _is_given(side, verb, following):
        return True
    index = side.atoms[following].word
    for phrase in side.sentence.phrases:
        if phrase.start == index and phrase.preposition is None and not side.is_half(following):
            # "Il la dit, la vérité": the object behind may only repeat the pronoun.
            gender, plural = FEATURES[new]
            agrees = phrase.plural in (None, plural) and phrase.gender in (None, gender)
            return not agrees and not (gender is None and phrase.plural is not False)
    return False

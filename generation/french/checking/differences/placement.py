"""Object pronouns that stand elsewhere than in the correct sentence.

Not every other place is wrong: "il le peut faire" is old but French, "donne-moi-le" is attested, and
with laisser, voir, entendre two places have two meanings.
"""

from __future__ import annotations

from generation.french.checking.differences.base import Difference, Move, Pair, Side
from generation.french.checking.lexis import CLITICS, SUBJECTS
from generation.french.checking.rules.pronouns import BETWEEN, order_is_wrong
from generation.french.checking.sentence import Tag
from generation.french.checking.words import Kind
from verbs.french.lexicon_files import read_words
from verbs.french.vocabulary import ErrorType

__all__ = ["placement_difference"]

_PRONOUNS = CLITICS | {"moi", "toi"}
_ARTICLES = frozenset({"le", "la", "les", "leur"})
#: The verbs over whose infinitive modern French lets no pronoun climb.
_NO_CLIMBING = frozenset({"aller", "vouloir", "aimer", "préférer", "détester", "adorer", "espérer"})
_CLIMBING = frozenset({"pouvoir", "devoir", "savoir", "falloir", "venir"})
#: Words that no preposition en stands before.
_NEVER_BEHIND_EN = frozenset(
    {
        *("quand", "lorsque", "comme", "parce", "pour", "avec", "chez", "pendant", "depuis"),
        *("dans", "sans", "mais"),
    }
)
_DEGREES = frozenset({"peine", "peu", "moins", "plus", "maximum", "minimum"})
_CAUSATIVE = frozenset(
    {"laisser", "voir", "entendre", "regarder", "écouter", "sentir", "envoyer", "sembler", "mener"}
)
#: Two pronouns behind an imperative that are heard and written in this order too.
_ATTESTED = frozenset(
    {("moi", "le"), ("moi", "la"), ("moi", "les"), ("nous", "le"), ("nous", "la"), ("nous", "les"),
     ("vous", "le"), ("vous", "la"), ("vous", "les"), ("toi", "le"), ("toi", "la"), ("toi", "les"),
     ("y", "moi"), ("y", "toi"), ("moi", "y"), ("toi", "y")}
)  # fmt: skip
_AFTER = frozenset({Tag.FINITE, Tag.PARTICIPLE, Tag.INFINITIVE, Tag.ADVERB, Tag.NEGATION})


def placement_difference(pair: Pair) -> Difference | None:
    """Name an object pronoun that was moved, over other pronouns or over verbs."""
    move = pair.move
    if move is None or not set(move.words) <= _PRONOUNS:
        return None
    ordered = _order(pair, move)
    if ordered is not None:
        return ordered
    certain = _is_impossible(pair, move) or pair.found(
        ErrorType.PRONOUN_PLACEMENT, ErrorType.PRONOUN_ORDER
    )
    code = "before_participle" if _before_participle(pair.incorrect, move.right) else "after_verb"
    pronoun = " ".join(move.words)
    reason = f"“{pronoun}” stands in a place where it cannot stand."
    if not certain:
        reason = f"“{pronoun}” may stand in both places."
    return Difference(
        ErrorType.PRONOUN_PLACEMENT,
        f"pronoun_placement.{code}",
        certain,
        reason,
        frozenset({ErrorType.PRONOUN_CATEGORY}) if _is_strong(pair, move) else frozenset(),
    )


def _is_strong(pair: Pair, move: Move) -> bool:
    """Whether the moved pronoun could be a stressed one in its new place ("je parle lui")."""
    side, place = pair.incorrect, move.right
    behind = side.tag(place - 1) in (Tag.FINITE, Tag.INFINITIVE) or side.ends(place)
    word = side.word(place)
    joined = word is not None and word.joined
    strong = side.text(place) in ("lui", "moi", "toi", "nous", "vous")
    return strong and behind and not joined and not _before_participle(side, place)


def _order(pair: Pair, move: Move) -> Difference | None:
    """Name two pronouns that were exchanged."""
    if len(move.words) != 1:
        return None
    first, second = None, None
    texts = pair.incorrect.texts
    for one, two in ((move.right - 1, move.right), (move.right, move.right + 1)):
        if one >= 0 and two < len(texts) and {texts[one], texts[two]} <= _PRONOUNS:
            other = texts[two] if one == move.right else texts[one]
            if _neighbours_before(pair.correct, move.left, other):
                first, second = texts[one], texts[two]
    if first is None or second is None:
        return None
    joined = pair.incorrect.word(move.right)
    behind = joined is not None and joined.joined
    if behind:
        certain = (first, second) not in _ATTESTED and not _is_regular(first, second)
    else:
        certain = order_is_wrong(first, second)
    reason = f"The order “{first} {second}” of the two pronouns is in use too."
    if certain:
        reason = f"The order “{first} {second}” of the two pronouns is wrong here."
    return Difference(
        ErrorType.PRONOUN_ORDER,
        "pronoun_order",
        certain,
        reason,
        frozenset({ErrorType.PRONOUN_PLACEMENT}) if behind else frozenset(),
    )


def _is_regular(first: str, second: str) -> bool:
    """Whether two pronouns stand in the regular order behind an imperative: le-moi, lui-en."""
    if first in ("le", "la", "les"):
        return second not in ("le", "la", "les")
    return second in ("y", "en") and first != "en"


def _neighbours_before(side: Side, place: int, other: str) -> bool:
    """Whether the pronoun stood next to the other one in the correct sentence."""
    same = {"moi": "me", "toi": "te"}
    wanted = same.get(other, other)
    return wanted in {same.get(side.text(p), side.text(p)) for p in (place - 1, place + 1)}


def _before_participle(side: Side, place: int) -> bool:
    """Whether an auxiliary stands before the pronoun and a participle behind it."""
    before = place - 1
    while side.tag(before) in (Tag.NEGATION, Tag.ADVERB):
        before -= 1
    auxiliary = {r.lemma for r in side.readings(before, Kind.VERB, Kind.INFINITIVE)}
    after = place + 1
    while side.text(after) in CLITICS:
        after += 1
    return bool(auxiliary & {"avoir", "être"}) and side.can_be(after, Kind.PAST_PARTICIPLE)


def _is_impossible(pair: Pair, move: Move) -> bool:
    """Return whether the pronoun certainly cannot stand in its new place."""
    side, place = pair.incorrect, move.right
    width = len(move.words)
    word = side.word(place)
    following = place + width
    if side.text(following) in BETWEEN and side.can_be(following + 1, Kind.INFINITIVE):
        # "Te tout raconter" for "tout te raconter" is literary.
        return False
    if side.text(following) in SUBJECTS and side.tag(following) is Tag.SUBJECT:
        return True
    if (
        side.text(place) in _ARTICLES
        and side.ends(following - 1)
        and (side.tag(place - 1) is Tag.SUBJECT)
    ):
        # "Paul voit-il le ?"
        return True
    if word is not None and word.joined:
        return _joined_is_impossible(pair, move)
    if _before_participle(side, place):
        return _is_clear_of_nouns(side, place, following) or _is_repeated(side, place)
    if side.starts(place) and side.can_be(following, Kind.VERB):
        # "Le donne à Marie !" for "donne-le à Marie !"
        return pair.correct.word(move.left) is not None and _was_joined(pair.correct, move.left)
    if (
        side.tag(following) is Tag.FINITE
        and not side.starts(place)
        and not side.ends(following - 1)
    ):
        governs = pair.correct.tag(move.left + width) is Tag.INFINITIVE
        return governs and _climbs(pair, move)
    if "ne" in side.texts and _was_before_imperative(pair, move):
        return True
    if move.left > place and pair.correct.tag(move.left + width) is Tag.INFINITIVE:
        return _climbs(pair, move)
    if side.tag(place - 1) in _AFTER or side.can_be(place - 1, Kind.VERB, Kind.INFINITIVE):
        return _cannot_follow(pair, move, place, following)
    return False


def _was_joined(side: Side, place: int) -> bool:
    word = side.word(place)
    return word is not None and word.joined


def _may_have_article(side: Side, place: int, article: str) -> bool:
    """Whether a word can be a noun or adjective that an article goes with."""
    gender = {"le": "m", "la": "f"}.get(article)
    return any(
        (gender is None or r.gender in (None, gender)) and r.plural in (None, article == "les")
        for r in side.readings(place, Kind.NOUN, Kind.ADJECTIVE)
    )


def _joined_is_impossible(pair: Pair, move: Move) -> bool:
    """Whether the verb before the hyphen is no affirmative imperative."""
    if "ne" in pair.incorrect.texts:
        return True
    clause = pair.correct.clause_around(move.left)
    has_subject = clause is not None and clause.subject.end > clause.subject.start
    return has_subject and not pair.incorrect.starts(move.right - 1)


def _was_before_imperative(pair: Pair, move: Move) -> bool:
    clause = pair.correct.clause_around(move.left)
    if clause is None or clause.subject.end > clause.subject.start:
        return False
    return pair.correct.text(move.left - 1) == "ne" and pair.incorrect.can_be(
        move.right - 1, Kind.VERB
    )


def _is_clear_of_nouns(side: Side, place: int, following: int) -> bool:
    """Whether le, la, les, leur before the participle cannot be an article."""
    if side.text(place) not in _ARTICLES:
        return True
    # "J'ai les perdus" may tell of those that are lost.
    noun = side.can_be(following, Kind.NOUN, Kind.ADJECTIVE)
    return not noun and side.text(following) not in read_words("noun_participles.txt")


def _is_repeated(side: Side, place: int) -> bool:
    """Whether the noun of le, la, les stands in front: "ces clés, j'ai les perdues"."""
    words = side.sentence.words
    comma = next((n for n, word in enumerate(words) if word.text == ","), 0)
    first = side.sentence.phrases[0] if side.sentence.phrases else None
    if first is None or first.start or first.end != comma or side.atoms[place].word < comma:
        return False
    gender = {"le": "m", "la": "f"}.get(side.text(place))
    agrees = gender is None or first.gender == gender
    return agrees and first.plural is (side.text(place) == "les")


def _climbs(pair: Pair, move: Move) -> bool:
    """Whether a pronoun of an infinitive stands before a verb over which none climbs."""
    side = pair.correct
    governor = side.verb_before(move.left, 4)
    if governor is None:
        return False
    lemmas = {r.lemma for r in side.readings(governor, Kind.VERB, Kind.PAST_PARTICIPLE)}
    if lemmas & (_CAUSATIVE | {"faire"}):
        return False
    if side.can_be(move.left - 1, Kind.PREPOSITION):
        return not lemmas & {"avoir", "être"} and "y" not in move.words
    if set(move.words) & {"y", "en"} or lemmas & _CLIMBING:
        return False
    return bool(lemmas & _NO_CLIMBING)


def _cannot_follow(pair: Pair, move: Move, place: int, following: int) -> bool:
    """Whether a weak pronoun cannot stand behind a verb."""
    side, word = pair.incorrect, move.words[-1]
    ends = side.ends(following - 1)
    text = side.text(place)
    if not ends and side.tag(following) is Tag.INFINITIVE:
        governor = side.verb_before(place, 3)
        lemmas = {r.lemma for r in side.readings(governor, Kind.VERB)} if governor else set()
        return lemmas == {"faire"}
    if text in ("me", "te", "se"):
        return True
    at_once = side.texts[following : following + 3] == ("tout", "de", "suite")
    if text in _ARTICLES or word in _ARTICLES:
        return ends or at_once or (
            side.can_be(following, Kind.PREPOSITION, Kind.CONJUNCTION, Kind.NEGATION)
            or (side.can_be(following, Kind.ADVERB, Kind.DETERMINER, Kind.NOUN)
                and not _may_have_article(side, following, text))
        )  # fmt: skip
    if text in ("lui", "moi", "toi", "nous", "vous"):
        clause = pair.correct.clause_around(move.left)
        subject = clause.subject if clause is not None else None
        # "Paul répond, lui": he himself; with an object behind it can be no emphasis.
        emphatic = (
            text == "lui"
            and subject is not None
            and subject.gender != "f"
            and subject.plural is not True
        )
        personal = subject is not None and subject.persons and subject.gender is None
        return not emphatic or bool(personal) or not ends
    adverb = side.kinds(following) == {Kind.ADVERB}
    if ends or text == "y" or adverb or side.can_be(following, Kind.NEGATION):
        return True
    return text == "en" and _ends_behind_en(side, following)


def _ends_behind_en(side: Side, following: int) -> bool:
    """Whether what follows cannot belong to a preposition en: "je parle en à ma mère".

    "En à peine deux heures" and "en au moins deux heures" tell how long.
    """
    if side.text(following) != "à":
        return side.text(following) in _NEVER_BEHIND_EN
    return not set(side.texts[following + 1 : following + 4]) & _DEGREES

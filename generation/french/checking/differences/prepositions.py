"""Prepositions that differ: another one, one too many or one too few.

Many verbs take several prepositions with several meanings. Certain are only those that the closed
lists of ``verbs.french.government`` call wrong, and fixed uses: places, months, seasons, vehicles.
"""

from __future__ import annotations

from generation.french.checking.differences.base import Difference, Pair, Side
from generation.french.checking.lexis import is_person, is_place_name, is_time, lemmas, traits
from generation.french.checking.rules.prepositions import place_findings, wrong_before_place
from generation.french.checking.sentence import Tag
from generation.french.checking.words import Kind
from verbs.french.government import NONE, PERSON, PLACE, Government, government
from verbs.french.vocabulary import ErrorType

__all__ = ["preposition_difference"]

_TYPE = ErrorType.PREPOSITION
_PREPOSITIONS = frozenset(
    {
        *("à", "de", "en", "dans", "chez", "pour", "par", "sur", "avec", "sans", "sous", "contre"),
        *("depuis", "pendant", "vers", "entre", "avant", "après", "dès", "devant", "derrière"),
        *("comme", "durant", "il", "y", "a"),
    }
)
_ARTICLES = frozenset({"le", "la", "les"})
_DEFINITE = frozenset(
    {
        *("le", "la", "les", "ce", "cet", "cette", "ces", "mon", "ma", "mes", "ton", "ta", "tes"),
        *("son", "sa", "ses", "notre", "nos", "votre", "vos", "leur", "leurs"),
    }
)
_NOURISHING = frozenset({"manger", "boire", "lire", "dîner", "déjeuner", "goûter", "faire", "voir"})
#: The verbs that take such an infinitive.
_GIVING = frozenset(
    {
        *("proposer", "offrir", "donner", "demander", "commander", "servir", "préparer", "acheter"),
        *("trouver", "chercher", "prendre", "recommander", "conseiller", "suggérer", "promettre"),
        *("refuser", "interdire", "permettre", "choisir", "obtenir", "mériter", "apporter"),
    }
)
#: Adjectives and nouns with the preposition they take, and others that are wrong behind them.
_COMPLEMENTS: dict[str, tuple[str, frozenset[str]]] = {
    "capable": ("de", frozenset({"à", NONE})),
    "content": ("de", frozenset({"à", NONE, "sur"})),
    "heureux": ("de", frozenset({"à", NONE})),
    "fier": ("de", frozenset({"à", "sur", NONE})),
    "amoureux": ("de", frozenset({"avec", "à", "dans"})),
    "sûr": ("de", frozenset({"à", NONE})),
    "différent": ("de", frozenset({"à"})),
    "responsable": ("de", frozenset({"à"})),
    "plein": ("de", frozenset({"avec", "à"})),
    "satisfait": ("de", frozenset({"avec", "à"})),
    "jaloux": ("de", frozenset({"avec", "à"})),
    "proche": ("de", frozenset({"à"})),
    "triste": ("de", frozenset({"à"})),
    "obligé": ("de", frozenset({NONE})),
    "prêt": ("à", frozenset({NONE})),
    "facile": ("à", frozenset({"pour"})),
    "difficile": ("à", frozenset({"pour"})),
    "intéressé": ("par", frozenset({"dans", "en", "à"})),
    "besoin": ("de", frozenset({"à", NONE, "pour"})),
    "envie": ("de", frozenset({"à", NONE})),
    "peur": ("de", frozenset({"à", NONE})),
    "habitude": ("de", frozenset({"à", NONE})),
    "intention": ("de", frozenset({"à", NONE})),
    "temps": ("de", frozenset({NONE})),
    "droit": ("de", frozenset({NONE})),
    "chance": ("de", frozenset({"à", NONE})),
    "honte": ("de", frozenset({"à", NONE})),
    "moyen": ("de", frozenset({"à", NONE})),
    "côté": ("de", frozenset({NONE, "à"})),
    "cause": ("de", frozenset({NONE, "à"})),
    "loin": ("de", frozenset({NONE, "à"})),
    "près": ("de", frozenset({NONE, "à"})),
    "autour": ("de", frozenset({NONE, "à"})),
    "milieu": ("de", frozenset({NONE, "à"})),
    "lieu": ("de", frozenset({NONE, "à"})),
    "droite": ("de", frozenset({NONE})),
    "gauche": ("de", frozenset({NONE})),
    "grâce": ("à", frozenset({NONE, "de"})),
    "merci": ("de", frozenset({"à", NONE})),
    "jusque": ("à", frozenset({NONE})),
}
#: Words with which de belongs to penser, as what one thinks of somebody.
_OPINION = frozenset(
    {
        *("que", "quoi", "bien", "mal", "dont", "en", "rien", "beaucoup", "peu", "tout", "chose"),
        *("comme", "ainsi", "grand-chose", "trop"),
    }
)
_SEASONS = {"printemps": "à", "été": "en", "automne": "en", "hiver": "en"}
_MONTHS = frozenset(
    {
        *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre"),
        *("octobre", "novembre", "décembre"),
    }
)
_DAYS = frozenset({"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"})
_VEHICLES = {
    **dict.fromkeys(("voiture", "train", "bus", "avion", "métro", "bateau", "taxi", "car"), "en"),
    **dict.fromkeys(("pied", "cheval", "vélo", "moto"), "à"),
}
_INSTRUMENTS = frozenset(
    {
        *(
            "piano",
            "guitare",
            "violon",
            "flûte",
            "batterie",
            "trompette",
            "saxophone",
            "clarinette",
        ),
        *("harpe", "violoncelle", "accordéon", "tambour", "ukulélé"),
    }
)
_GAMES = frozenset(
    {
        *("football", "foot", "tennis", "basket", "rugby", "volley", "hockey", "golf", "badminton"),
        *("carte", "échec", "dame", "handball", "ping-pong", "pétanque", "bille", "cache-cache"),
    }
)
_PROFESSIONS = frozenset(
    {
        *("médecin", "dentiste", "coiffeur", "coiffeuse", "docteur", "boulanger", "boucher"),
        *("ami", "amie", "oncle", "tante", "voisin", "voisine", "parent", "grand-mère", "cousin"),
        *("grand-père", "grands-parents", "pharmacien", "avocat", "vétérinaire", "garagiste"),
        *("psychologue", "opticien", "fleuriste", "sœur", "frère", "mère", "père"),
    }
)


def preposition_difference(pair: Pair) -> Difference | None:
    """Name a preposition that is another one, missing or added."""
    region = pair.single
    if region is None:
        return None
    old, new = region.old_words, region.new_words
    if not set(old) | set(new) <= _PREPOSITIONS | _ARTICLES:
        return None
    if not (set(old) | set(new)) & _PREPOSITIONS:
        return None
    mine = next((w for w in old if w in _PREPOSITIONS), NONE)
    other = next((w for w in new if w in _PREPOSITIONS), NONE)
    if len([w for w in old if w in _PREPOSITIONS]) > 1 or mine == other:
        return None
    if len([w for w in new if w in _PREPOSITIONS]) > 1:
        return None
    left, right = region.left, region.right
    if (mine != NONE and not _is_preposition(pair.correct, left, old, mine)) or (
        other != NONE and not _is_preposition(pair.incorrect, right, new, other)
    ):
        return None
    code = "missing" if other == NONE else "added" if mine == NONE else "wrong"
    certain = (
        bool(place_findings(pair.incorrect.sentence.words))
        or _before_place(pair, right, other)
        or _fixed(pair, left, mine, other)
        or _complement(pair, left, mine, other)
        or _governed(pair, left, len(old), mine, other)
        or (mine == "de" and other == NONE and _before_doing(pair.correct, left))
        or pair.found(_TYPE)
    )
    named = "no preposition" if mine == NONE else f"“{mine}”"
    reason = f"Here stands {named}."
    if not certain:
        reason = "Both may be right here, with another meaning."
    return Difference(_TYPE, f"preposition.{code}", certain, reason)


def _is_preposition(side: Side, place: int, words: tuple[str, ...], wanted: str) -> bool:
    at = place + words.index(wanted)
    return side.can_be(at, Kind.PREPOSITION) and side.tag(at) is not Tag.CLITIC


def _before_doing(side: Side, place: int) -> bool:
    """Whether de stands between avant and an infinitive; "avant dîner", "avant le voir" can be nouns."""
    infinitive = side.tag(place + 1) is Tag.INFINITIVE and not side.can_be(place + 1, Kind.NOUN)
    meal = side.text(place + 1) in _NOURISHING | {"souper", "coucher"}
    return side.text(place - 1) == "avant" and infinitive and not meal


def _noun_at(side: Side, place: int) -> int | None:
    """Return the noun of the complement that begins at a place."""
    for candidate in range(place, min(place + 5, len(side.atoms))):
        if side.tag(candidate) in (Tag.NOUN, Tag.NAME, Tag.UNKNOWN):
            return candidate
        if side.tag(candidate) not in (
            Tag.DETERMINER, Tag.ADJECTIVE, Tag.NUMBER, Tag.PREPOSITION, Tag.PRONOUN
        ):  # fmt: skip
            return None
    return None


def _before_place(pair: Pair, right: int, other: str) -> bool:
    """Whether a wrong or no preposition stands before the name of a place."""
    side = pair.incorrect
    if other == NONE or side.is_half(right):
        return False
    index = side.atoms[right].word
    words = side.sentence.words
    return index + 1 < len(words) and wrong_before_place(words, index) is not None


def _noun_lemmas(side: Side, place: int) -> frozenset[str]:
    word = side.word(place)
    if word is None:
        return frozenset()
    return lemmas(word, Kind.NOUN) or frozenset({word.text})


def _fixed(pair: Pair, left: int, mine: str, other: str) -> bool:
    """Whether a season, a month, a vehicle, a year or a person has its fixed preposition."""
    side = pair.correct
    noun = _noun_at(side, left)
    if noun is None and _noun_lemmas(side, left + 1) & _VEHICLES.keys():
        noun = left + 1
    if noun is None:
        return other == "dans" and mine == "en" and side.text(left + 1).isdecimal()
    word = side.word(noun)
    known = _noun_lemmas(side, noun)
    bare = noun == left + 1
    season = next((_SEASONS[n] for n in sorted(known) if n in _SEASONS), None)
    if season is not None and mine == season:
        return other in (("en", "sur") if season == "à" else ("à", "sur")) and (
            season == "à" or bare
        )
    vehicle = next((_VEHICLES[n] for n in sorted(known) if n in _VEHICLES), None)
    if vehicle is not None and bare and mine == vehicle:
        if vehicle == "à":
            on_foot = bool(known & {"pied", "cheval"})
            return other in ("par", "sur", "avec", "de") or (other == "en" and on_foot)
        return other in ("à", "sur")
    if known & _MONTHS and bare and mine == "en":
        return other in ("à", "dans", "sur", NONE)
    if known & _DAYS and mine == NONE and noun == left:
        return other in ("en", "sur", "dans")
    if mine == "chez" and other in ("à", "dans", "en") and known & _PROFESSIONS:
        return True
    verb = side.verb_before(left)
    if verb is not None and "jouer" in side.citations(verb):
        return _play(side, known, mine, other, noun)
    return mine == "à" and other == "chez" and word is not None and not is_person(word)


def _play(side: Side, known: frozenset[str], mine: str, other: str, noun: int) -> bool:
    """Jouer du piano, jouer au tennis."""
    if known & _INSTRUMENTS and mine == "de":
        return other == NONE or (other == "à" and side.ends(noun)) or other == "sur"
    if known & _GAMES and mine == "à":
        return (other in (NONE, "de", "avec") and not known & {"carte", "dame"}) or other == "de"
    return False


def _complement(pair: Pair, left: int, mine: str, other: str) -> bool:
    """Whether an adjective or noun before the preposition takes only that one."""
    side = pair.correct
    word = side.word(left - 1)
    if word is None:
        return False
    keys = lemmas(word, Kind.ADJECTIVE, Kind.NOUN, Kind.PAST_PARTICIPLE) | {word.lower}
    for key in sorted(keys):
        rule = _COMPLEMENTS.get(key)
        if rule is None or rule[0] != mine or other not in rule[1]:
            continue
        infinitive = side.tag(left + 1) in (Tag.INFINITIVE, Tag.CLITIC)
        if (
            key in ("temps", "droit", "moyen", "merci", "facile", "difficile", "triste")
            and not infinitive
        ):
            continue
        if key == "facile" and infinitive:
            continue
        return True
    return False


def _governed(pair: Pair, left: int, width: int, mine: str, other: str) -> bool:
    """Whether the verb before governs the one preposition and certainly not the other one."""
    side = pair.correct
    verb = side.verb_before(left)
    if verb is None:
        return False
    citations = side.citations(verb)
    known = [g for g in (government(c) for c in citations) if g is not None]
    if not known or len(known) != len(citations):
        return False
    following = left + width
    while side.tag(following) in (Tag.CLITIC, Tag.NE, Tag.NEGATION):
        following += 1
    if side.tag(following) is Tag.INFINITIVE:
        wrong = "bare" if other == NONE else other
        right = "bare" if mine == NONE else mine
        text = side.text(following)
        if other == "à" and text in _NOURISHING and any(g.verb in _GIVING for g in known):
            return False
        return all(wrong in g.wrong_infinitive and right in g.infinitive for g in known)
    if mine == "à" and other == "de" and all(g.verb == "penser" for g in known):
        # "Penser du bien de", "que penses-tu de".
        return not _OPINION & set(side.texts)
    noun = _noun_at(side, left)
    if noun is None:
        return _before_pronoun(side, following, known, other)
    if other == NONE and mine == "à" and _asks_to(side, noun, known):
        return True
    return all(_is_wrong(g, side, noun, other) for g in known)


def _asks_to(side: Side, noun: int, known: list[Government]) -> bool:
    """Whether a person is told to do something: "demander à son père de venir"."""
    word = side.word(noun)
    person = word is not None and "person" in traits(word) | (
        {"person"} if is_person(word) else set()
    )
    infinitive = side.text(noun + 1) == "de" and side.tag(noun + 2) in (Tag.INFINITIVE, Tag.CLITIC)
    return person and infinitive and all(
        "lui" in g.indirect and "de" in g.infinitive for g in known
    )  # fmt: skip


def _before_pronoun(side: Side, place: int, known: list[Government], other: str) -> bool:
    """Before moi, lui, ça, qui: only wrong prepositions without limits, or limited to persons."""
    if side.tag(place) is not Tag.PRONOUN and side.text(place) not in ("qui", "quoi"):
        return False
    for each in known:
        if other not in each.wrong_noun:
            return False
        limits = each.wrong_noun[other]
        if limits and PERSON not in limits:
            return False
    return True


def _is_wrong(known: Government, side: Side, noun: int, other: str) -> bool:
    """Whether a preposition is certainly wrong between a verb and this noun."""
    limits = known.wrong_noun.get(other)
    word = side.word(noun)
    if limits is None or word is None:
        return False
    if other == NONE and (is_time(word) or _is_topic(known, side, noun)):
        # "Il arrive au matin" and "il arrive le matin" are right.
        return False
    if other == NONE and known.verb == "répondre" and not is_person(word):
        # "Il m'a répondu une longue lettre" is what he wrote.
        before = {side.text(p) for p in range(noun - 2, noun)}
        if not before & _DEFINITE:
            return False
    if not limits:
        return True
    person = is_person(word) or "person" in traits(word)
    if PERSON in limits and (person or _is_unknown_name(side, noun)):
        return True
    if PLACE in limits and is_place_name(word):
        return True
    return bool(_noun_lemmas(side, noun) & limits)


def _is_topic(known: Government, side: Side, noun: int) -> bool:
    """Whether a noun without a determiner is what is talked about: "parler cinéma"."""
    return known.verb == "parler" and side.text(noun - 1) == "de" and not side.ends(noun - 1)


def _is_unknown_name(side: Side, noun: int) -> bool:
    """Whether the noun is a name that no list has, which is nearly always a person's."""
    word = side.word(noun)
    return word is not None and word.is_capitalised and not word.initial and (
        side.tag(noun) is Tag.NAME and not traits(word)
    )  # fmt: skip

"""Small questions about single words that several rules ask."""

from __future__ import annotations

import unicodedata

from generation.french.checking.text import Word
from generation.french.checking.words import Kind, Reading, readings
from verbs.french.conjugation import H_ASPIRE
from verbs.french.lexicon import lexicon
from verbs.french.overrides import cached

__all__ = [
    "CLITICS",
    "COLLECTIVES",
    "FEELINGS",
    "FREE_ELISION",
    "LEQUEL",
    "SPEECH",
    "SUBJECTS",
    "begins_with_vowel",
    "can_be",
    "is_name",
    "is_person",
    "is_place_name",
    "is_time",
    "kinds",
    "lemmas",
    "noun_readings",
    "only",
    "readings_of",
    "traits",
]

SUBJECTS = frozenset({"je", "tu", "il", "elle", "on", "nous", "vous", "ils", "elles"})
CLITICS = frozenset({"me", "te", "se", "nous", "vous", "le", "la", "les", "lui", "leur", "y", "en"})
LEQUEL = frozenset({"lequel", "laquelle", "lesquels", "lesquelles"})
#: Verbs whose subject stands behind them when they follow what was said (Bon usage § 384).
SPEECH = frozenset(
    {
        *("dire", "demander", "répondre", "crier", "murmurer", "soupirer", "chuchoter", "penser"),
        *("annoncer", "ordonner", "déclarer", "ajouter", "expliquer", "répéter", "affirmer"),
        *("reprendre", "continuer", "poursuivre", "conclure", "protester", "répliquer", "lancer"),
        *("écrier", "exclamer", "hurler", "gémir", "grogner", "grommeler", "balbutier", "bégayer"),
        *("souffler", "insister", "remarquer", "observer", "proposer", "suggérer", "interroger"),
        *("avouer", "admettre", "assurer", "promettre", "jurer", "objecter", "rétorquer", "songer"),
        *("plaisanter", "sangloter", "marmonner", "commander", "supplier", "prévenir", "avertir"),
        *("conseiller", "préciser", "raconter", "constater", "faire", "rappeler", "riposter"),
        *("écrire", "croire", "sembler", "commenter", "confirmer", "acquiescer", "plaindre"),
    }
)
#: Nouns behind avoir that take de ("avoir besoin de").
FEELINGS = frozenset({"besoin", "envie", "peur", "honte", "marre", "assez", "conscience"})
#: Words before which nothing elides although they begin with a vowel, or not always.
_NO_ELISION = frozenset(
    {
        *("onze", "onzième", "oui", "ouistiti", "ouistitis", "un", "une", "uhlan", "ululer"),
        *("yaourt", "ouate", "ouates", "hyène", "hyènes", "hiatus", "huis", "ouï-dire"),
        *("hiéroglyphe", "hiéroglyphes", "ouolof", "iota", "ouah"),
    }
)
#: Those before which both are in use: "la ouate" and "l'ouate" (Bon usage § 45-52).
FREE_ELISION = _NO_ELISION - {"un", "une"}
#: The words in y before which the others elide.
_ELIDING_Y = frozenset({"y", "yeux", "yves", "yvette", "yvonne", "yonne"})
_TIMES = frozenset(
    {
        *("jour", "journée", "matin", "matinée", "midi", "après-midi", "soir", "soirée", "nuit"),
        *("semaine", "week-end", "mois", "an", "année", "siècle", "heure", "minute", "seconde"),
        *("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "fois"),
        *("été", "hiver", "printemps", "automne", "moment", "instant", "quinzaine", "trimestre"),
        *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre"),
        *("octobre", "novembre", "décembre", "veille", "lendemain", "temps"),
        *("avant-veille", "surlendemain", "aube", "aurore", "crépuscule", "saison", "époque"),
    }
)
#: Nouns of quantity: "une foule de gens est venue" or "sont venus" (Bon usage § 431).
COLLECTIVES = frozenset(
    {
        *("foule", "groupe", "majorité", "minorité", "moitié", "tiers", "quart", "dizaine"),
        *("douzaine", "quinzaine", "vingtaine", "trentaine", "quarantaine", "cinquantaine"),
        *("centaine", "millier", "million", "milliard", "série", "nombre", "multitude", "somme"),
        *("ensemble", "bande", "troupe", "partie", "reste", "quantité", "infinité", "masse"),
        *("poignée", "paire", "couple", "type", "sorte", "espèce", "genre", "tas", "totalité"),
        *("nuée", "armée", "flot", "cent", "pourcentage", "équipe", "classe", "peuple", "part"),
        *("régiment", "plein", "fraction", "cinquième", "dixième", "demi-douzaine", "lot"),
        *("collection", "cortège", "file", "rangée", "pile", "plupart", "majeure", "flopée", "peu"),
    }
)
_VOWELS = frozenset("aeiouœæ")
_PLACES = frozenset({"city", "country", "region"})


@cached(maxsize=10_000)
def readings_of(word: Word) -> tuple[Reading, ...]:
    """Return every reading of a word that is no guess, over all its full forms."""
    forms = word.full if word.elided else (word.text,)
    return tuple(r for form in forms for r in readings(form) if not r.guessed)


@cached(maxsize=10_000)
def kinds(word: Word) -> frozenset[Kind]:
    """Return the word classes that a word can belong to; empty if no list has it."""
    return frozenset(r.kind for r in readings_of(word))


def can_be(word: Word | None, *wanted: Kind) -> bool:
    """Return whether a word can be one of some classes."""
    return word is not None and not kinds(word).isdisjoint(wanted)


def only(word: Word | None, *allowed: Kind) -> bool:
    """Return whether a word is known and can be nothing but these classes."""
    return word is not None and bool(kinds(word)) and kinds(word) <= frozenset(allowed)


def lemmas(word: Word, *wanted: Kind) -> frozenset[str]:
    """Return the lemmas of a word in some classes."""
    return frozenset(r.lemma for r in readings_of(word) if r.kind in wanted)


def noun_readings(word: Word) -> tuple[Reading, ...]:
    """Return the readings of a word as a noun."""
    return tuple(r for r in readings_of(word) if r.kind is Kind.NOUN)


def traits(word: Word, *wanted: Kind) -> frozenset[str]:
    """Return the traits of a word in some classes (of nouns and names by default)."""
    chosen = wanted or (Kind.NOUN, Kind.NAME)
    return frozenset(t for r in readings_of(word) if r.kind in chosen for t in r.traits)


def is_name(word: Word) -> bool:
    """Return whether a word is a name: a known one, or a capital inside a sentence."""
    if word.is_punctuation or not word.is_capitalised:
        return False
    return can_be(word, Kind.NAME) or (not word.initial and not kinds(word))


def is_person(word: Word) -> bool:
    """Return whether a word is certainly a noun for a person, or a given name."""
    found = traits(word)
    if can_be(word, Kind.NAME):
        return bool(found & {"given", "family"}) and not found & _PLACES
    nouns = noun_readings(word)
    return bool(nouns) and all("person" in r.traits for r in nouns)


def is_place_name(word: Word) -> bool:
    """Return whether a word is the name of a city, a country or a region."""
    return word.is_capitalised and bool(traits(word, Kind.NAME) & _PLACES)


def is_time(word: Word) -> bool:
    """Return whether a noun says when or how long ("ce matin", "la semaine dernière")."""
    return word.text.lower().rstrip("s") in _TIMES or word.text.lower() in _TIMES


def begins_with_vowel(word: Word) -> bool | None:
    """Return whether words elide before this one; None where usage varies or it is not known."""
    text = word.text.lower()
    if word.is_punctuation or not text[0].isalpha() or text in _NO_ELISION:
        return None
    letter = unicodedata.normalize("NFD", text[0])[0]
    if letter == "y":
        return text in _ELIDING_Y
    if letter == "h":
        return _mute_h(word, text)
    if letter not in _VOWELS:
        return False
    # Single letters are quoted ("le a"), and so are the words of other languages.
    return None if len(text) == 1 and text not in ("à", "a", "y", "ô") else True


def _mute_h(word: Word, text: str) -> bool | None:
    aspire = lexicon().h_aspire
    if text in aspire or word.text in aspire or text.rstrip("sx") in aspire:
        return False
    found = readings_of(word)
    verbal = {Kind.VERB, Kind.INFINITIVE, Kind.PRESENT_PARTICIPLE, Kind.PAST_PARTICIPLE}
    if not found or any(r.kind is Kind.NAME for r in found):
        return None
    aspirated = {r.lemma in aspire or (r.kind in verbal and r.lemma in H_ASPIRE) for r in found}
    return None if len(aspirated) > 1 else not aspirated.pop()

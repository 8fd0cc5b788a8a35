"""Forms gone wrong: of which known verb a word that does not exist is a misspelt form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from generation.french.checking.words import is_known
from verbs.french.conjugation import Analysis, forms, index, participles
from verbs.french.lexicon_files import read_rows
from verbs.french.overrides import cached
from verbs.french.verb_data import infinitives, known_infinitives
from verbs.french.vocabulary import Person, Tense

_ENDINGS = {
    Tense.PRESENT: ("e", "es", "ons", "ez", "ent", "s", "t", "is", "it", "ont", "as", "a"),
    Tense.PASSE_SIMPLE: ("a", "ai", "èrent", "erent", "irent", "urent", "it", "ut"),
    Tense.IMPARFAIT: ("ais", "ait", "ions", "iez", "aient"),
    Tense.FUTUR_SIMPLE: ("ai", "as", "a", "ons", "ez", "ont"),
}
_PARTICIPLE_ENDINGS = ("é", "i", "u", "it", "is")
_AGREEMENTS = ("", "e", "s", "es")


def _plain(word: str) -> str:
    """Return a word without accents and cedilla."""
    decomposed = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@cached(maxsize=4)
def _all_forms() -> frozenset[str]:
    return frozenset(index(known_infinitives()))


@cached(maxsize=4)
def _by_plain() -> dict[str, Analysis]:
    """Return the verb forms by their spelling without accents; the first of several."""
    found: dict[str, Analysis] = {}
    for word, analyses in sorted(index(known_infinitives()).items()):
        found.setdefault(_plain(word), min(analyses, key=lambda a: (a.infinitive, a.tense)))
    return found


@cached(maxsize=4)
def _regularised() -> dict[str, str]:
    """Return the forms of a regular pattern that known verbs do not have, with their verb."""
    found: dict[str, str] = {}
    known = _all_forms()
    for infinitive in sorted(infinitives() - {"en aller"}):
        for word in _wrong_forms(infinitive):
            if word not in known:
                found.setdefault(word, infinitive)
    for row in read_rows("learner_forms.tsv").rows:
        for word in _listed(row["slot"], row["form"]):
            if word not in known:
                found[word] = row["infinitive"]
    return found


def _listed(slot: str, written: str) -> Iterator[str]:
    if slot in ("imparfait", "futur_simple"):
        yield from (written + ending for ending in _ENDINGS[Tense(slot)])
        if slot == "futur_simple":
            yield from (written + ending for ending in _ENDINGS[Tense.IMPARFAIT])
    elif slot == "participle":
        yield from (written + ending for ending in _AGREEMENTS)
    else:
        yield written


def _stems(infinitive: str) -> set[str]:
    """Return the stems that learners conjugate with: of the infinitive and of the present."""
    stems = {infinitive[:-2]}
    if infinitive.endswith(("oir", "ier")):
        stems.add(infinitive[:-3])
    for person, ending in (
        (Person.P1, "ons"),
        (Person.P3, "ent"),
        (Person.S1, "s"),
        (Person.S1, "e"),
    ):
        for each in forms(infinitive, Tense.PRESENT, person):
            if each.endswith(ending):
                stems.add(each.removesuffix(ending))
    return {stem for stem in stems if len(stem) >= 2}


def _wrong_forms(infinitive: str) -> Iterator[str]:
    for stem in sorted(_stems(infinitive)):
        for tense in (Tense.PRESENT, Tense.IMPARFAIT, Tense.PASSE_SIMPLE):
            endings = _ENDINGS[tense]
            yield from (stem + ending for ending in endings)
        for ending in _ENDINGS[Tense.FUTUR_SIMPLE]:
            yield from (stem + link + ending for link in ("er", "r", "ir"))
        for ending in _ENDINGS[Tense.IMPARFAIT]:
            yield from (stem + link + ending for link in ("er", "r", "ir"))
    for ending in (*_ENDINGS[Tense.FUTUR_SIMPLE], *_ENDINGS[Tense.IMPARFAIT]):
        yield infinitive + ending


@cached(maxsize=4)
def _participle_errors() -> dict[str, str]:
    """Return participles of a wrong pattern with their verb: ouvri, prendu, metté."""
    found: dict[str, str] = {}
    known = _all_forms()
    for infinitive in sorted(infinitives() - {"en aller"}):
        right = participles(infinitive)
        for stem in sorted(_stems(infinitive)):
            for ending in _PARTICIPLE_ENDINGS:
                for agreement in _AGREEMENTS:
                    word = stem + ending + agreement
                    if word not in known and right:
                        found.setdefault(word, infinitive)
    return found


def wrong_form_of(word: str, *, participle: bool = False) -> tuple[str, str] | None:
    """Return the verb of which a word is a form gone wrong, and the code; None if it is not."""
    if is_known(word) or len(word) < 3:
        return None
    if participle and word in _participle_errors():
        return _participle_errors()[word], "regularised_participle"
    if word in _regularised():
        verb = _regularised()[word]
        return verb, _pattern(word, verb)
    analysis = _by_plain().get(_plain(word))
    if analysis is not None and analysis.infinitive not in ("", word):
        return analysis.infinitive, "spelling_c" if "ç" in word or _cedilla(word) else "accent"
    return doubled_consonant(word)


def _cedilla(word: str) -> bool:
    """Whether only a cedilla is missing."""
    return any(
        word[:i] + "ç" + word[i + 1 :] in _all_forms() for i, c in enumerate(word) if c == "c"
    )


def doubled_consonant(word: str) -> tuple[str, str] | None:
    """Return the verb of a form with a double consonant for a single one, or the reverse."""
    plain = _by_plain()
    for place in range(1, len(word)):
        shorter = word[:place] + word[place + 1 :]
        if word[place] == word[place - 1] and _plain(shorter) in plain:
            return plain[_plain(shorter)].infinitive, "double_consonant"
        longer = word[:place] + word[place - 1] + word[place:]
        if word[place - 1] in "bcdfglmnprst" and longer in _all_forms():
            return plain[_plain(longer)].infinitive, "double_consonant"
    return None


def _pattern(word: str, verb: str) -> str:
    """Return the code of a form by the rule of spelling or conjugation that it forgets."""
    if verb.endswith("ger") and word.startswith(verb[:-2]):
        return "spelling_g"
    if verb.endswith("cer") and word.startswith(verb[:-2]):
        return "spelling_c"
    if verb.endswith("yer"):
        return "y_for_i"
    future = re.search(r"r(?:ai|as|a|ons|ez|ont|ais|ait|ions|iez|aient)$", word)
    if future and verb.endswith(("rir", "rer", "rre", "rrir")) and "rr" not in word:
        future = re.search(r"[ei]r(?:ai|as|a|ons|ez|ont|ais|ait|ions|iez|aient)$", word)
    return "regularised_future" if future else "regularised_stem"

"""Noun phrases, complements and subjects of the lexicon, parsed from how French writes them.

Determiners are kept uncontracted and unelided ("de" + "la" for "de l'", "le" for "l'"), as the
realisation wants them; possessives are kept by kind, since their form depends on the possessor.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from verbs.french.complements import split_infinitive, split_preposition
from verbs.french.vocabulary import Person


class DeterminerKind(StrEnum):
    """What a determiner is. POSSESSIVE belongs to the subject, SPEAKER to who speaks (mon)."""

    DEFINITE = "definite"
    INDEFINITE = "indefinite"
    PARTITIVE = "partitive"
    DEMONSTRATIVE = "demonstrative"
    POSSESSIVE = "possessive"
    SPEAKER = "speaker"
    NUMERAL = "numeral"
    NONE = "none"


class ObliqueKind(StrEnum):
    """How a complement with a preposition is replaced by a pronoun.

    LUI: à + person (lui, leur); Y: à + thing; EN: de + thing; TO, AT: a place (y);
    FROM: a place one leaves (en); FIXED: by nothing; INFINITIVE: an infinitive ("de partir"), which
    no pronoun stands for here; TONIC: a preposition and a person ("penser à Marie", "à elle").
    """

    LUI = "lui"
    Y = "y"
    EN = "en"
    TO = "to"
    AT = "at"
    FROM = "from"
    FIXED = "fixed"
    INFINITIVE = "inf"
    TONIC = "tonic"


@dataclass(frozen=True)
class Noun:
    """A noun; ``plural`` and ``english_plural`` are None where it has no plural in use."""

    singular: str
    plural: str | None
    gender: str
    kind: str
    english: str
    english_plural: str | None
    theme: str

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> Noun:
        """Build a noun from its line; an empty plural is regular, "-" none."""

        def plural(given: str, regular: str) -> str | None:
            return None if given == "-" else given or regular

        singular = row["singular"]
        regular = singular if singular[-1] in "sxz" else singular + "s"
        return cls(
            singular,
            plural(row["plural"], regular),
            row["gender"],
            row["kind"],
            row["english"],
            plural(row["english_plural"], row["english"] + "s"),
            row["theme"],
        )


@dataclass(frozen=True, eq=False)
class NounPhrase:
    """A determiner and a noun, or a name.

    ``surface`` is how the lexicon writes it and identifies it. ``words`` follow the determiner.
    ``english`` may contain {poss} and {some}. ``once``: it fits one event, not a habit.
    """

    surface: str
    kind: DeterminerKind
    words: tuple[str, ...]
    gender: str
    plural: bool
    is_person: bool
    english: str
    once: bool
    lemma: str
    theme: str
    countable: bool = True

    @property
    def is_definite(self) -> bool:
        """Whether le, la, les can stand for it (en stands for the others)."""
        return self.kind in (
            DeterminerKind.DEFINITE,
            DeterminerKind.DEMONSTRATIVE,
            DeterminerKind.POSSESSIVE,
            DeterminerKind.SPEAKER,
            DeterminerKind.NONE,
        )


@dataclass(frozen=True, eq=False)
class Oblique:
    """A complement with a preposition: its words before the noun phrase, or all its words.

    ``once``: it fits one event, not a habit ("pendant la réunion"). An infinitive has its
    preposition in ``words`` (none, de or à) and its phrase in ``infinitive`` ("se", "lever",
    "tôt"); se and son, sa, ses in it belong to the subject.
    """

    surface: str
    kind: ObliqueKind
    words: tuple[str, ...]
    phrase: NounPhrase | None
    english: str
    theme: str | None = None
    once: bool = False
    infinitive: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Its words as the lexicon has them, without those of its noun phrase."""
        return " ".join((*self.words, *self.infinitive))

    @property
    def stays_behind(self) -> bool:
        """Whether its pronoun stands behind the verb, too: "je pense à elle"."""
        return self.kind is ObliqueKind.TONIC

    @property
    def comparable(self) -> bool:
        """Whether "plus" right before it would be read as "more": "elle ne rentre plus tard"."""
        return self.kind is ObliqueKind.FIXED and self.text.split(" ")[0] in _COMPARED

    @property
    def temporal(self) -> bool:
        """Whether it says when: "à six heures", "avant le dîner"."""
        return _TEMPORAL.search(self.surface) is not None


_COMPARED = frozenset({"tôt", "tard", "vite", "longtemps", "rapidement", "lentement"})
_TEMPORAL = re.compile(
    r"\b(avant|après|pendant|heures?|midi|minuit|tôt|tard|soirée|à la fin|au mois)\b"
)


@dataclass(frozen=True)
class Subject:
    """A subject; ``gender`` is None where French writing does not tell it (je, tu, nous, ...).

    ``impersonal``: the il that stands for nobody ("il pleut").
    """

    surface: str
    person: Person
    gender: str | None
    pronoun: bool
    phrase: NounPhrase | None
    english: str
    impersonal: bool = False

    @property
    def plural(self) -> bool:
        """Whether the finite form is a plural."""
        return self.person in (Person.P1, Person.P2, Person.P3)


@dataclass(frozen=True)
class Place:
    """A place: how one is in it and how one leaves it, with the English of going, being, leaving."""

    inside: str
    from_: str
    english: Mapping[ObliqueKind, str]
    classes: frozenset[str]
    theme: str

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> Place:
        """Build a place from its line."""
        english = {
            ObliqueKind.TO: row["english_to"],
            ObliqueKind.AT: row["english_at"],
            ObliqueKind.FROM: row["english_from"],
        }
        classes = frozenset(row["classes"].split())
        return cls(row["inside"], row["from"], english, classes, row["theme"])


_PRONOUNS = {
    "je": (Person.S1, None, "I"),
    "tu": (Person.S2, None, "you"),
    "il": (Person.S3, "m", "he"),
    "elle": (Person.S3, "f", "she"),
    "on": (Person.S3, None, "we"),
    "nous": (Person.P1, None, "we"),
    "vous": (Person.P2, None, "you"),
    "ils": (Person.P3, "m", "they"),
    "elles": (Person.P3, "f", "they"),
}


#: Prepositions before a person that a pronoun keeps: "avec elle".
_TONIC_PREPOSITIONS = ("avec", "pour", "chez", "sur", "contre")


#: The kinds of complement that are written with a noun phrase.
_WITH_NOUN = frozenset({ObliqueKind.LUI, ObliqueKind.Y, ObliqueKind.EN, ObliqueKind.TONIC})


def _preposition_and_noun(kind: ObliqueKind, text: str) -> tuple[str, str]:
    """Split a complement into its preposition and its noun phrase; "lui sa mère" has only this."""
    if kind is ObliqueKind.LUI:
        return "à", text
    first, _, rest = text.partition(" ")
    if kind is ObliqueKind.TONIC and first in _TONIC_PREPOSITIONS:
        return first, rest
    return split_preposition(text)


class PhraseParser:
    """Parses the items of the lexicon. Errors are ValueErrors; the caller adds file and line."""

    def __init__(
        self,
        nouns: Mapping[str, Noun],
        determiners: Iterable[Mapping[str, str]],
        names: Iterable[Mapping[str, str]],
        places: Mapping[str, Place],
    ) -> None:
        self._forms: dict[str, tuple[Noun, bool]] = {}
        # "Les courses" is the shopping rather than the races: words that are only plurals win.
        for noun in sorted(nouns.values(), key=lambda each: each.plural == each.singular):
            if noun.plural is not None:
                self._forms[noun.plural] = (noun, True)
        for noun in nouns.values():
            self._forms.setdefault(noun.singular, (noun, False))
        self._singular = nouns
        self._names = {row["name"]: row for row in names}
        # The longest determiner first: "de la" before "de".
        self._determiners = sorted(determiners, key=lambda row: -len(row["surface"]))
        self._places = places
        #: The same people do many things: each subject is parsed once.
        self._subjects: dict[str, Subject] = {}

    def noun_phrase(self, item: str) -> NounPhrase:
        """Parse "*une pomme", "le café=coffee", "Julie"; "*" marks what fits one event only."""
        french, _, english = item.partition("=")
        once = french.startswith("*")
        fixed = french.startswith("!")
        surface = french.lstrip("*!").strip()
        if surface in self._names:
            row = self._names[surface]
            plural = row["number"] == "plural"
            english = surface.replace(" et ", " and ")
            return NounPhrase(
                surface, DeterminerKind.NONE, (surface,), row["gender"], plural, True,
                english, once, surface, "family",
            )  # fmt: skip
        if fixed:
            noun, _ = self._noun(surface, False)
            return NounPhrase(
                surface, DeterminerKind.NONE, (surface,), noun.gender, False, False,
                english, once, surface, noun.theme,
            )  # fmt: skip
        for row in self._determiners:
            determiner = row["surface"]
            joined = determiner if determiner.endswith("'") else determiner + " "
            if surface.startswith(joined):
                return self._with_determiner(surface, row, surface[len(joined) :], english, once)
        raise ValueError(f"no determiner in {surface!r}")

    def _noun(self, words: str, plural: bool) -> tuple[Noun, bool]:
        """Find the noun that some words begin with."""
        parts = words.split(" ")
        for length in range(len(parts), 0, -1):
            head = " ".join(parts[:length])
            if not plural and head in self._singular and self._singular[head].plural != head:
                return self._singular[head], length == len(parts)
            if head in self._forms:
                noun, is_plural = self._forms[head]
                if is_plural == plural or noun.plural == noun.singular:
                    return noun, length == len(parts)
        raise ValueError(f"no {'plural' if plural else 'singular'} noun begins {words!r}")

    def _with_determiner(
        self, surface: str, row: Mapping[str, str], words: str, english: str, once: bool
    ) -> NounPhrase:
        plural = row["number"] == "plural"
        noun, is_whole = self._noun(words, plural)
        if row["gender"] and row["gender"] != noun.gender:
            raise ValueError(f"{surface!r}: {noun.singular} is {noun.gender}")
        kind = DeterminerKind(row["kind"])
        if not english or english == "*":
            if not is_whole:
                raise ValueError(f"{surface!r} needs its English")
            english = _english(kind, noun, plural, row["surface"])
        elif kind is DeterminerKind.POSSESSIVE and "{poss}" not in english:
            raise ValueError(f"{surface!r}: the English needs {{poss}}")
        return NounPhrase(
            surface, kind, tuple(words.split(" ")), noun.gender, plural, noun.kind == "person",
            english, once, noun.singular, noun.theme, noun.english_plural is not None,
        )  # fmt: skip

    def oblique(self, item: str) -> Oblique:
        """Parse "lui sa mère", "y aux questions=the questions", "at à Lyon", "fixed tard=late".

        "fixed *pendant le film=during the movie" fits one event only. A person that à lui or d'elle
        stands for is written "tonic à sa mère", "tonic avec Paul". An infinitive is written
        "inf de partir=to leave", "inf d'aller au lit=to go to bed" or "inf nager=swim".
        """
        surface, _, english = item.partition("=")
        word, _, rest = surface.partition(" ")
        once = rest.startswith("*")
        rest = rest.removeprefix("*")
        surface = f"{word} {rest}"
        try:
            kind = ObliqueKind(word)
        except ValueError:
            raise ValueError(f"{item!r}: no such kind of complement: {word!r}") from None
        if kind in _WITH_NOUN:
            preposition, phrase_text = _preposition_and_noun(kind, rest)
            phrase = self.noun_phrase(phrase_text + (f"={english}" if english else ""))
            if kind in (ObliqueKind.LUI, ObliqueKind.TONIC) and not phrase.is_person:
                raise ValueError(f"{item!r} is no person")
            return Oblique(surface, kind, (preposition,), phrase, phrase.english)
        if kind is ObliqueKind.INFINITIVE:
            if not english:
                raise ValueError(f"{item!r} needs its English")
            words, infinitive = split_infinitive(rest)
            return Oblique(surface, kind, words, None, english, once=once, infinitive=infinitive)
        if kind is ObliqueKind.FIXED:
            if not english and "=" not in item:
                raise ValueError(f"{item!r} needs its English")
            return Oblique(surface, kind, (rest,), None, english, once=once)
        place = self._places.get(rest)
        if place is None:
            if not english:
                raise ValueError(f"{rest!r} is no known place and has no English")
            return Oblique(surface, kind, (rest,), None, english)
        text = place.from_ if kind is ObliqueKind.FROM else place.inside
        return Oblique(surface, kind, (text,), None, english or place.english[kind], place.theme)

    def subject(self, item: str) -> Subject:
        """Parse "je", "Marie", "les enfants", and "il=it", which stands for nobody."""
        surface = item.strip()
        if surface not in self._subjects:
            self._subjects[surface] = self._subject(surface)
        return self._subjects[surface]

    def _subject(self, surface: str) -> Subject:
        if surface == "il=it":
            return Subject("il", Person.S3, "m", True, None, "it", impersonal=True)
        if surface in _PRONOUNS:
            person, gender, english = _PRONOUNS[surface]
            return Subject(surface, person, gender, True, None, english)
        phrase = self.noun_phrase(surface)
        person = Person.P3 if phrase.plural else Person.S3
        return Subject(phrase.surface, person, phrase.gender, False, phrase, phrase.english)


#: English nouns whose article the first letter does not tell.
_AN = frozenset({"umbrella", "uncle", "hour"})
_A = frozenset({"euro"})
#: English nouns that have one form for both numbers and are counted.
_COUNTED = frozenset({"sheep", "series"})


def _english(kind: DeterminerKind, noun: Noun, plural: bool, surface: str) -> str:
    """Translate a plain phrase; {some} is some, any or nothing, as the sentence wants."""
    head = (noun.english_plural or noun.english) if plural else noun.english
    number = "plural" if plural else "singular"
    article = "an" if head in _AN or (head[0] in "aeio" and head not in _A) else "a"
    if kind is DeterminerKind.INDEFINITE:
        # "Un pantalon" is "some pants", but "un mouton" is "a sheep".
        uncounted = noun.english == noun.english_plural and head not in _COUNTED
        return f"{{some}}{head}" if plural or uncounted else f"{article} {head}"
    fixed = {
        DeterminerKind.DEFINITE: "the",
        DeterminerKind.PARTITIVE: "{some}",
        DeterminerKind.DEMONSTRATIVE: {"plural": "these", "singular": "this"}[number],
        DeterminerKind.POSSESSIVE: "{poss}",
        DeterminerKind.SPEAKER: "my",
        DeterminerKind.NUMERAL: {"deux": "two", "trois": "three"}.get(surface, ""),
    }[kind]
    return fixed + head if fixed == "{some}" else f"{fixed} {head}"

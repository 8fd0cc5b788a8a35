"""The English of a clause, from the templates of the lexicon.

A French tense has no single English one: the time expression, the adverb, the negation and whether
the verb is a state decide between "eats" and "is eating", "used to eat" and "was eating".
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from generation.french.clause import Clause, ObjectForm, Polarity
from verbs.french.lexicon_files import read_rows
from verbs.french.phrases import DeterminerKind, NounPhrase, Oblique, ObliqueKind
from verbs.french.vocabulary import Person, Tense

_BE_PRESENT = dict(zip(Person, ("am", "are", "is", "are", "are", "are"), strict=True))
_BE_PAST = dict(zip(Person, ("was", "were", "was", "were", "were", "were"), strict=True))
_POSSESSIVE = dict(zip(Person, ("my", "your", "his", "our", "your", "their"), strict=True))
_SELF = dict(
    zip(
        Person,
        ("myself", "yourself", "himself", "ourselves", "yourselves", "themselves"),
        strict=True,
    )
)


#: Particles that follow a pronoun object: turn it on, take it out.
_PARTICLES = frozenset({"on", "off", "away", "out", "in", "back", "upstairs", "downstairs"})


class EnglishVerb(NamedTuple):
    """Principal parts: eat, ate, eaten, eating."""

    base: str
    past: str
    participle: str
    progressive: str

    @property
    def third(self) -> str:
        """The third person singular of the present."""
        irregular = {"be": "is", "have": "has", "do": "does", "go": "goes"}
        if self.base in irregular:
            return irregular[self.base]
        if self.base.endswith("y") and self.base[-2] not in "aeiou":
            return self.base[:-1] + "ies"
        if self.base.endswith(("s", "sh", "ch", "x", "z", "o")):
            return self.base + "es"
        return self.base + "s"


@cache
def _irregular() -> dict[str, EnglishVerb]:
    rows = read_rows("english_verbs.tsv").rows
    return {
        row["base"]: EnglishVerb(row["base"], row["past"], row["participle"], row["progressive"])
        for row in rows
    }


@cache
def english_verb(base: str) -> EnglishVerb:
    """Return the principal parts of an English verb, regular unless listed."""
    if base in _irregular():
        return _irregular()[base]
    stem = base.removesuffix("e")
    past = stem + "ed"
    if base.endswith("y") and base[-2] not in "aeiou":
        past = base[:-1] + "ied"
    progressive = (base if base.endswith("ee") else stem) + "ing"
    return EnglishVerb(base, past, past, progressive)


def translate(clause: Clause) -> str:
    """Return an idiomatic English translation."""
    return _Translation(clause).sentence()


class _Translation:
    """One translation: the facts about the clause that several steps need."""

    def __init__(self, clause: Clause) -> None:
        self.clause = clause
        subject = clause.subject
        self.person = Person.P1 if subject.surface == "on" else subject.person
        self.feminine = subject.gender == "f"
        self.third = self.person is Person.S3
        verb, _, rest = clause.frame.english.partition(" ")
        self.verb = english_verb(verb)
        self.rest = rest
        self.stative = "stative" in clause.frame.flags
        time, adverb = clause.time, clause.adverb
        aspect = time.aspect if time is not None else ""
        if adverb is not None and adverb.aspect == "habit":
            aspect = "habit"
        self.aspect = aspect

    def sentence(self) -> str:
        clause = self.clause
        core = f"{self._subject()} {self._verb_group()}"
        end = self._complements()
        if end:
            core += f" {end}"
        if clause.polarity is Polarity.PLUS and clause.tense is Tense.FUTUR_SIMPLE:
            core += " anymore"
        if clause.time is not None:
            time = clause.time.english
            core = f"{time[0].upper()}{time[1:]}, {core}" if clause.time_first else f"{core} {time}"
        return core[0].upper() + core[1:] + "."

    def _subject(self) -> str:
        return self.clause.subject.english

    # --- The verb -----------------------------------------------------------------------------

    def _verb_group(self) -> str:
        return {
            Tense.PRESENT: self._present,
            Tense.IMPARFAIT: self._imperfect,
            Tense.PASSE_COMPOSE: self._past,
            Tense.FUTUR_SIMPLE: self._future,
        }[self.clause.tense]()

    @property
    def _adverb(self) -> str:
        return "" if self.clause.adverb is None else self.clause.adverb.english + " "

    def _present(self) -> str:
        polarity = self.clause.polarity
        progressive = (
            not self.stative
            and self.aspect in ("", "now")
            and polarity not in (Polarity.PLUS, Polarity.JAMAIS)
            and "nonow" not in self.clause.frame.flags
        )
        be = _BE_PRESENT[self.person]
        if progressive:
            negation = " not" if self.clause.negative else ""
            return f"{be}{negation} {self.verb.progressive}"
        simple = self.verb.third if self.third else self.verb.base
        if self.verb.base == "be":
            words = {Polarity.PLUS: " no longer", Polarity.JAMAIS: " never"}
            default = " not" if self.clause.negative else ""
            adverb = f" {self._adverb.strip()}" if self._adverb else ""
            return be + words.get(polarity, default) + adverb
        if polarity is Polarity.PLUS:
            return f"no longer {simple}"
        if polarity is Polarity.JAMAIS:
            return f"never {simple}"
        if self.clause.negative:
            return f"{'does' if self.third else 'do'} not {self.verb.base}"
        return f"{self._adverb}{simple}"

    def _imperfect(self) -> str:
        polarity = self.clause.polarity
        if self.verb.base == "be":
            words = {Polarity.PLUS: " no longer", Polarity.JAMAIS: " never"}
            default = " not" if self.clause.negative else ""
            adverb = f" {self._adverb.strip()}" if self._adverb else ""
            return _BE_PAST[self.person] + words.get(polarity, default) + adverb
        if polarity is Polarity.PLUS:
            return f"no longer {self.verb.past}"
        if polarity is Polarity.JAMAIS:
            return f"never {self.verb.past}"
        if not self.stative and self.aspect in ("", "now"):
            negation = " not" if self.clause.negative else ""
            return f"{_BE_PAST[self.person]}{negation} {self.verb.progressive}"
        if self.clause.negative:
            return f"did not {self.verb.base}"
        usual = self.aspect in ("habit", "state") and not self.stative
        if usual and self.clause.adverb is None:
            return f"used to {self.verb.base}"
        return f"{self._adverb}{self.verb.past}"

    def _past(self) -> str:
        polarity = self.clause.polarity
        have = "has" if self.third else "have"
        if polarity is Polarity.JAMAIS:
            return f"{have} never {self.verb.participle}"
        if self.clause.adverb is not None and self.clause.adverb.aspect == "done":
            return f"{have} {self._adverb}{self.verb.participle}"
        if self.verb.base == "be":
            return _BE_PAST[self.person] + (" not" if self.clause.negative else "")
        if self.clause.negative:
            return f"did not {self.verb.base}"
        return self.verb.past

    def _future(self) -> str:
        polarity = self.clause.polarity
        if polarity is Polarity.JAMAIS:
            return f"will never {self.verb.base}"
        if self.clause.negative:
            return f"will not {self.verb.base}"
        return f"will {self.verb.base}"

    # --- Objects and complements ----------------------------------------------------------------

    def _complements(self) -> str:
        clause = self.clause
        template = self.rest
        direct, indirect = self._cod(), self._oblique()
        particle, _, behind = template.partition(" {cod}")
        if clause.cod_form is ObjectForm.PRONOUN and particle in _PARTICLES:
            # "turned it on", but "turned on the radio".
            template = f"{{cod}} {particle}{behind}"
        if "{obl} {cod}" in template and clause.cod_pronoun:
            # English says "gave it to him", not "gave him it".
            template = template.replace("{obl} {cod}", "{cod} to {obl}" if indirect else "{cod}")
        if "{obl}" in template and not indirect:
            for joined in (" to {obl}", " from {obl}", "{obl} ", " {obl}", "{obl}"):
                if joined in template:
                    template = template.replace(joined, "", 1)
                    break
        text = template.replace("{cod}", direct).replace("{obl}", indirect)
        text = self._own(text.replace("{self}", self._self()))
        return " ".join(text.split())

    def _self(self) -> str:
        return "herself" if self.third and self.feminine else _SELF[self.person]

    def _own(self, text: str) -> str:
        mine = "her" if self.third and self.feminine else _POSSESSIVE[self.person]
        if self.third and not self.clause.subject.pronoun:
            phrase = self.clause.subject.phrase
            if phrase is not None and not phrase.is_person:
                mine = "its"
        plural = self.clause.subject.plural and self.clause.subject.surface != "vous"
        return text.replace("{poss}", mine).replace("{s}", "s" if plural else "")

    def _phrase(self, phrase: NounPhrase) -> str:
        some = "any " if self.clause.negative else "some "
        if self.aspect in ("habit", "state") or (
            self.clause.polarity is Polarity.AFFIRMATIVE and self.stative
        ):
            some = ""
        return phrase.english.replace("{some}", some)

    def _pronoun(self, phrase: NounPhrase) -> str:
        if not phrase.is_definite:
            return "any" if self.clause.negative else "some"
        english = phrase.english
        if phrase.plural or (phrase.kind is not DeterminerKind.NONE and not phrase.countable):
            plural_word = english.endswith("s") and not english.endswith("ss")
            return "them" if phrase.plural and (plural_word or phrase.is_person) else "it"
        if phrase.is_person:
            return "her" if phrase.gender == "f" else "him"
        return "it"

    def _cod(self) -> str:
        clause = self.clause
        if clause.polarity is Polarity.RIEN:
            return "anything"
        if clause.polarity is Polarity.PERSONNE and not clause.frame.takes_dative:
            return "anyone"
        if clause.cod is None:
            return ""
        if clause.cod_form is ObjectForm.DISLOCATED:
            return clause.cod.english.replace("the ", "these " if clause.cod.plural else "this ", 1)
        if clause.cod_pronoun:
            return self._pronoun(clause.cod)
        return self._phrase(clause.cod)

    def _oblique(self) -> str:
        clause = self.clause
        if clause.polarity is Polarity.PERSONNE and clause.frame.takes_dative:
            return "anyone"
        oblique = clause.oblique
        if oblique is None:
            return ""
        if clause.oblique_pronoun:
            return self._oblique_pronoun(oblique)
        return self._phrase(oblique.phrase) if oblique.phrase is not None else oblique.english

    def _oblique_pronoun(self, oblique: Oblique) -> str:
        if oblique.kind in (ObliqueKind.TO, ObliqueKind.AT):
            return "there"
        if oblique.kind is ObliqueKind.FROM:
            return "from there"
        if oblique.phrase is None:
            return ""
        if oblique.kind is not ObliqueKind.LUI:
            plural = oblique.phrase.plural and oblique.english.endswith("s")
            return "them" if plural else "it"
        return self._pronoun(oblique.phrase)

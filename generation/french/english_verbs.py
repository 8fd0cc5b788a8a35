"""English verbs: principal parts, and the auxiliary and form that a tense has."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import NamedTuple

from verbs.french.lexicon_files import read_rows
from verbs.french.vocabulary import Person

_BE_PRESENT = dict(zip(Person, ("am", "are", "is", "are", "are", "are"), strict=True))
_BE_PAST = dict(zip(Person, ("was", "were", "was", "were", "were", "were"), strict=True))
#: Auxiliaries with not as questions have them.
_CONTRACTED = {
    "am": "aren't",
    "will": "won't",
    "can": "can't",
    "must": "mustn't",
}


class Form(StrEnum):
    """The English tense of a sentence."""

    PRESENT = "present"
    PRESENT_PROGRESSIVE = "present_progressive"
    PAST = "past"
    PAST_PROGRESSIVE = "past_progressive"
    USED_TO = "used_to"
    PERFECT = "perfect"
    PLUPERFECT = "pluperfect"
    FUTURE = "future"
    FUTURE_PERFECT = "future_perfect"
    CONDITIONAL = "conditional"
    CONDITIONAL_PERFECT = "conditional_perfect"


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


class VerbGroup(NamedTuple):
    """An auxiliary and what follows it; a simple form has none, but do for negation and question.

    ``main`` is the form behind ``auxiliary``, or alone; ``base`` the one behind ``do``.
    """

    auxiliary: str
    main: str
    do: str = ""
    base: str = ""

    def statement(self, word: str = "", adverb: str = "") -> str:
        """Return it with not, never, no longer or only (``word``), and an adverb."""
        if word == "not" and not self.auxiliary:
            return _joined(self.do, "not", adverb, self.base)
        if (self.auxiliary, word) == ("can", "not"):
            return _joined("cannot", adverb, self.main)
        return _joined(self.auxiliary, word, adverb, self.main)

    def question(self, subject: str, word: str = "", adverb: str = "") -> str:
        """Return it with the subject behind its auxiliary: "does he eat", "doesn't he eat"."""
        first, last = (self.auxiliary, self.main) if self.auxiliary else (self.do, self.base)
        if word == "not":
            first, word = _CONTRACTED.get(first, first + "n't"), ""
        return _joined(first, subject, word, adverb, last)


def _joined(*words: str) -> str:
    return " ".join(word for word in words if word)


#: The modal verb for a French one before an infinitive, where English has one in that tense.
_MODALS = {
    ("pouvoir", Form.PRESENT): "can",
    ("pouvoir", Form.CONDITIONAL): "could",
    ("devoir", Form.CONDITIONAL): "should",
}


def modal(infinitive: str, form: Form, word: str) -> VerbGroup | None:
    """Return a modal verb: "could you come?", "you should leave", "you must not smoke"."""
    if (infinitive, form, word) == ("devoir", Form.PRESENT, "not"):
        return VerbGroup("must", "")
    found = _MODALS.get((infinitive, form))
    return None if found is None else VerbGroup(found, "")


def verb_group(verb: EnglishVerb, form: Form, person: Person) -> VerbGroup:
    """Return a verb in a tense and person."""
    third = person is Person.S3
    have = "has" if third else "have"
    if form is Form.PRESENT:
        if verb.base == "be":
            return VerbGroup(_BE_PRESENT[person], "")
        main = verb.third if third else verb.base
        return VerbGroup("", main, "does" if third else "do", verb.base)
    if form is Form.PAST:
        if verb.base == "be":
            return VerbGroup(_BE_PAST[person], "")
        return VerbGroup("", verb.past, "did", verb.base)
    return {
        Form.PRESENT_PROGRESSIVE: VerbGroup(_BE_PRESENT[person], verb.progressive),
        Form.PAST_PROGRESSIVE: VerbGroup(_BE_PAST[person], verb.progressive),
        Form.USED_TO: VerbGroup("", f"used to {verb.base}", "did", f"use to {verb.base}"),
        Form.PERFECT: VerbGroup(have, verb.participle),
        Form.PLUPERFECT: VerbGroup("had", verb.participle),
        Form.FUTURE: VerbGroup("will", verb.base),
        Form.FUTURE_PERFECT: VerbGroup("will", f"have {verb.participle}"),
        Form.CONDITIONAL: VerbGroup("would", _wished(verb)),
        Form.CONDITIONAL_PERFECT: VerbGroup("would", f"have {_wished(verb, perfect=True)}"),
    }[form]


def _wished(verb: EnglishVerb, *, perfect: bool = False) -> str:
    """Return the verb behind would: "je voudrais" is "I would like"."""
    if verb.base == "want":
        return "liked" if perfect else "like"
    return verb.participle if perfect else verb.base

"""What a sentence says, before it is put into words.

A clause names everything by its key in the lexicon, so that it is plain data: it can be stored as
JSON, read back and realised again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from verbs.french.lexicon import Adverb, Frame, TimeExpression, lexicon
from verbs.french.phrases import NounPhrase, Oblique, ObliqueKind, Subject
from verbs.french.vocabulary import Tense


class Polarity(StrEnum):
    """Affirmative, or the second word of the negation."""

    AFFIRMATIVE = "affirmative"
    PAS = "pas"
    PLUS = "plus"
    JAMAIS = "jamais"
    RIEN = "rien"
    PERSONNE = "personne"


class ObjectForm(StrEnum):
    """How an object appears: as a noun phrase, as a pronoun, or in front with a pronoun."""

    NOUN = "noun"
    PRONOUN = "pronoun"
    DISLOCATED = "dislocated"


class UnknownClause(ValueError):
    """A stored clause names something that the lexicon does not have."""


@dataclass(frozen=True)
class Clause:
    """One declarative sentence.

    ``subject``, ``cod``, ``oblique``, ``time`` and ``adverb`` are keys of the lexicon. With rien
    and personne the object is the negative word and ``cod`` or ``oblique`` is absent.
    ``feminine``: the gender written for je, tu, nous, vous, on, which French does not tell.
    """

    frame_id: str
    tense: Tense
    subject_key: str
    polarity: Polarity = Polarity.AFFIRMATIVE
    cod_key: str | None = None
    cod_form: ObjectForm = ObjectForm.NOUN
    oblique_key: str | None = None
    oblique_pronoun: bool = False
    adverb_key: str | None = None
    time_key: str | None = None
    time_first: bool = False
    feminine: bool = False

    @cached_property
    def frame(self) -> Frame:
        """The reading of the verb."""
        return lexicon().frames[self.frame_id]

    @cached_property
    def subject(self) -> Subject:
        """The subject."""
        return self.frame.subjects[self.subject_key]

    @cached_property
    def cod(self) -> NounPhrase | None:
        """The direct object."""
        return None if self.cod_key is None else self.frame.cod[self.cod_key]

    @cached_property
    def oblique(self) -> Oblique | None:
        """The complement with a preposition."""
        return None if self.oblique_key is None else self.frame.oblique[self.oblique_key]

    @cached_property
    def adverb(self) -> Adverb | None:
        """The adverb after the finite form."""
        return None if self.adverb_key is None else lexicon().adverbs[self.adverb_key]

    @cached_property
    def time(self) -> TimeExpression | None:
        """The time expression."""
        return None if self.time_key is None else lexicon().times[self.time_key]

    @property
    def reflexive(self) -> bool:
        """Whether the verb has se."""
        return self.frame.verb.reflexive

    @property
    def cod_pronoun(self) -> bool:
        """Whether le, la, les or en stand for the direct object."""
        return self.cod is not None and self.cod_form is not ObjectForm.NOUN

    @property
    def has_dative(self) -> bool:
        """Whether there is an indirect object that lui and leur stand for."""
        return self.oblique is not None and self.oblique.kind is ObliqueKind.LUI

    @property
    def has_object_pronoun(self) -> bool:
        """Whether an object or complement is a pronoun before the verb."""
        return self.cod_pronoun or (self.oblique is not None and self.oblique_pronoun)

    @property
    def negative(self) -> bool:
        """Whether the sentence is negative."""
        return self.polarity is not Polarity.AFFIRMATIVE

    def to_dict(self) -> dict[str, Any]:
        """Return the clause as JSON-able data; fields at their default are left out."""
        defaults = _DEFAULTS
        return {
            name: str(value) if isinstance(value, StrEnum) else value
            for name, value in asdict(self).items()
            if name not in defaults or value != defaults[name]
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Clause:
        """Read a stored clause. Raises UnknownClause if the lexicon no longer has a part of it."""
        try:
            values = dict(data)
            values["tense"] = Tense(values["tense"])
            if "polarity" in values:
                values["polarity"] = Polarity(values["polarity"])
            if "cod_form" in values:
                values["cod_form"] = ObjectForm(values["cod_form"])
            clause = cls(**values)
            _ = (clause.subject, clause.cod, clause.oblique, clause.adverb, clause.time)
        except (KeyError, TypeError, ValueError) as error:
            raise UnknownClause(f"not a clause of this lexicon: {error}") from error
        return clause


_DEFAULTS: dict[str, Any] = {
    field.name: field.default
    for field in Clause.__dataclass_fields__.values()
    if field.name not in ("frame_id", "tense", "subject_key")
}

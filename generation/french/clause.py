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
from verbs.french.triggers import Lead, Trigger, leads, triggers
from verbs.french.vocabulary import Person, Tense


class SentenceType(StrEnum):
    """A statement (or an order, in the imperative), or one of the two written questions."""

    STATEMENT = "statement"
    EST_CE_QUE = "est_ce_que"
    INVERSION = "inversion"


class Polarity(StrEnum):
    """Affirmative, or the word that goes with ne.

    AUCUN: "ne ... aucun livre", its object is a singular; NI: "ne ... ni pain ni viande", with two
    objects; QUE: "ne ... que", which limits and does not deny; NOBODY and NOTHING: personne and
    rien are the subject.
    """

    AFFIRMATIVE = "affirmative"
    PAS = "pas"
    PLUS = "plus"
    JAMAIS = "jamais"
    RIEN = "rien"
    PERSONNE = "personne"
    AUCUN = "aucun"
    NI = "ni"
    QUE = "que"
    NOBODY = "nobody"
    NOTHING = "nothing"


class ObjectForm(StrEnum):
    """How an object appears.

    As a noun phrase, as a pronoun, in front with a pronoun ("Cette lettre, je l'ai lue"), or before
    a relative clause ("Voici la lettre que j'ai lue").
    """

    NOUN = "noun"
    PRONOUN = "pronoun"
    DISLOCATED = "dislocated"
    RELATIVE = "relative"


#: The subjects of "Personne ne vient" and "Rien ne change", by polarity.
NEGATIVE_SUBJECTS = {
    Polarity.NOBODY: Subject("personne", Person.S3, "m", False, None, "nobody"),
    Polarity.NOTHING: Subject("rien", Person.S3, "m", False, None, "nothing"),
}


class UnknownClause(ValueError):
    """A stored clause names something that the lexicon does not have."""


@dataclass(frozen=True)
class Clause:
    """One sentence.

    ``subject``, ``cod``, ``oblique``, ``time`` and ``adverb`` are keys of the lexicon. With rien
    and personne the object is the negative word and ``cod`` or ``oblique`` is absent. The subject
    of an imperative (tu, nous, vous) is not written; that of NOBODY and NOTHING is "personne" and
    "rien". ``feminine``: the gender written for je, tu, nous, vous, on, which French does not tell.
    ``trigger`` is what stands before the clause and fixes its tense, ``lead`` what stands before
    the object of a RELATIVE, ``cod2`` the second object of NI. ``dative`` stands in the place of
    ``oblique`` for me, te, nous, vous as the indirect object ("il me le donne").
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
    sentence: SentenceType = SentenceType.STATEMENT
    trigger_key: str | None = None
    lead_key: str | None = None
    cod2_key: str | None = None
    dative: Person | None = None

    @cached_property
    def frame(self) -> Frame:
        """The reading of the verb."""
        return lexicon().frames[self.frame_id]

    @cached_property
    def subject(self) -> Subject:
        """The subject."""
        if self.polarity in NEGATIVE_SUBJECTS:
            return NEGATIVE_SUBJECTS[self.polarity]
        return self.frame.subjects[self.subject_key]

    @cached_property
    def cod(self) -> NounPhrase | None:
        """The direct object."""
        return None if self.cod_key is None else self.frame.cod[self.cod_key]

    @cached_property
    def cod2(self) -> NounPhrase | None:
        """The second direct object of ni ... ni."""
        return None if self.cod2_key is None else self.frame.cod[self.cod2_key]

    @cached_property
    def trigger(self) -> Trigger | None:
        """What stands before the clause and fixes its tense."""
        return None if self.trigger_key is None else triggers()[self.trigger_key]

    @cached_property
    def lead(self) -> Lead | None:
        """What stands before the object of a relative clause."""
        return None if self.lead_key is None else leads()[self.lead_key]

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

    @cached_property
    def before_personne(self) -> str | None:
        """The preposition before "personne" as a complement, None if it is the direct object."""
        if self.frame.takes_dative:
            return "à"
        if self.frame.cod:
            return None
        kinds = [o for o in self.frame.oblique.values() if o is not None and o.stays_behind]
        return kinds[0].words[0] if kinds else None

    @property
    def imperative(self) -> bool:
        """Whether it is an order."""
        return self.tense is Tense.IMPERATIF

    @property
    def question(self) -> bool:
        """Whether it asks."""
        return self.sentence is not SentenceType.STATEMENT

    @property
    def cod_pronoun(self) -> bool:
        """Whether le, la, les or en stand for the direct object."""
        return self.cod is not None and self.cod_form in (
            ObjectForm.PRONOUN,
            ObjectForm.DISLOCATED,
        )

    @property
    def cod_first(self) -> bool:
        """Whether the direct object, known to be definite, stands before the verb."""
        if self.cod is None or self.cod_form is ObjectForm.NOUN:
            return False
        return self.cod_form is not ObjectForm.PRONOUN or self.cod.is_definite

    @property
    def has_dative(self) -> bool:
        """Whether there is an indirect object: a noun, lui, leur, or me, te, nous, vous."""
        if self.dative is not None:
            return True
        return self.oblique is not None and self.oblique.kind is ObliqueKind.LUI

    @property
    def has_object_pronoun(self) -> bool:
        """Whether an object or complement is a pronoun at the verb."""
        complement = self.oblique is not None and self.oblique_pronoun
        return self.cod_pronoun or complement or self.dative is not None

    @property
    def negative(self) -> bool:
        """Whether the sentence has ne."""
        return self.polarity is not Polarity.AFFIRMATIVE

    @property
    def denies(self) -> bool:
        """Whether the sentence denies: un, du, des become de behind it. "Ne ... que" does not."""
        return self.polarity not in (Polarity.AFFIRMATIVE, Polarity.QUE)

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
            for name, kind in _WORDS.items():
                if values.get(name) is not None:
                    values[name] = kind(values[name])
            clause = cls(**values)
            _ = (clause.subject, clause.cod, clause.oblique, clause.adverb, clause.time)
            _ = (clause.cod2, clause.trigger, clause.lead)
        except (KeyError, TypeError, ValueError) as error:
            raise UnknownClause(f"not a clause of this lexicon: {error}") from error
        return clause


_DEFAULTS: dict[str, Any] = {
    field.name: field.default
    for field in Clause.__dataclass_fields__.values()
    if field.name not in ("frame_id", "tense", "subject_key")
}
_WORDS: dict[str, type[StrEnum]] = {
    "polarity": Polarity,
    "cod_form": ObjectForm,
    "sentence": SentenceType,
    "dative": Person,
}

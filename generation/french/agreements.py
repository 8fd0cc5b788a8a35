"""What a past participle agrees with: the subject, an object in front, or nothing.

The rules of school grammar (Bescherelle; Le Bon usage, participe passé): with être it agrees with
the subject, with avoir with a direct object that stands before it, with se as if se were the
object of avoir; never with en.
"""

from __future__ import annotations

from dataclasses import dataclass

from generation.french.clause import Clause, ObjectForm
from verbs.french.phrases import NounPhrase
from verbs.french.verb_data import Pronominal
from verbs.french.vocabulary import Auxiliary


@dataclass(frozen=True)
class Agreement:
    """Gender and number that a participle takes."""

    gender: str = "m"
    plural: bool = False


INVARIABLE = Agreement()


def subject_agreements(clause: Clause) -> tuple[Agreement, ...]:
    """Return every gender and number that the subject may have, the one to write first."""
    subject = clause.subject
    if subject.gender is not None:
        return (Agreement(subject.gender, subject.plural),)
    genders = ("f", "m") if clause.feminine else ("m", "f")
    numbers: tuple[bool, ...] = (subject.plural,)
    if subject.surface == "vous":
        numbers = (True, False)
    elif subject.surface == "on":
        numbers = (False, True)
    return tuple(Agreement(g, n) for n in numbers for g in genders)


def agreements(clause: Clause) -> tuple[Agreement, ...]:
    """Return every agreement of the participle that is right, the one to write first.

    The gender of the object behind l' and les is not in the sentence unless the object stands in
    front of it ("Ces lettres, je les ai écrites", "les lettres que j'ai écrites").
    """
    frame = clause.frame
    etre = frame.verb.auxiliary is Auxiliary.ETRE
    if etre and frame.pronominal is not Pronominal.COI:
        return subject_agreements(clause)
    # "Elle se les est lavées": with se as the indirect object, as with avoir.
    cod = clause.cod
    if cod is None or not clause.cod_first:
        return (INVARIABLE,)
    return _object_agreements(cod, clause.cod_form)


def _object_agreements(cod: NounPhrase, form: ObjectForm) -> tuple[Agreement, ...]:
    own = Agreement(cod.gender, cod.plural)
    if form is not ObjectForm.PRONOUN:
        return (own,)
    return (own, Agreement("f" if cod.gender == "m" else "m", cod.plural))

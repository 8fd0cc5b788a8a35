"""What goes with what in one sentence: pronouns, subjects and objects that do not clash."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from random import Random
from typing import TypeVar

from generation.french.clitics import oblique_clitic
from generation.french.timing import Impossible
from verbs.french.lexicon import Frame
from verbs.french.phrases import DeterminerKind, NounPhrase, Oblique, Subject
from verbs.french.vocabulary import Tense

_PRONOUN_SHARE = 0.55
_TRIES = 4
#: Nouns of which there is one, or no particular one: "ce métro, je le prends" points at nothing;
#: and nouns of people, for which les is heard too ("cette équipe, je les félicite").
_NEVER_FRONTED = frozenset(
    {
        *("métro", "bus", "train", "avion", "argent", "jardin", "police", "télévision", "bac"),
        *("mariage", "soleil", "terre", "temps", "monde", "vie", "vérité", "santé", "mer", "ciel"),
        *("équipe", "famille", "classe", "groupe", "public", "gouvernement", "couple"),
        *("pluie", "orage", "grippe", "fatigue", "froid", "injustice", "guerre", "danger"),
        *("foule", "embouteillage", "accident", "discussion", "dispute", "silence", "vue"),
        *("feu", "fumée", "température", "loyer", "salaire", "prix", "emploi", "cours"),
        *("entraînement", "travail", "sommet", "côte", "frontière", "région", "pays", "ville"),
        *("maladie", "situation", "occasion", "place", "linge", "courrier", "vaisselle", "sol"),
        *("récolte", "couleur", "point", "couteau", "légume", "date", "horaire", "nouvelle"),
        *("dîner", "repas", "pièce", "tête", "jambe", "bras", "cheville", "doigt", "poignet"),
        *("nez", "mouche", "souris", "vague", "sauce", "ingrédient", "os", "farine", "four"),
        *("conférence",),
    }
)
#: What the stories that are told in the passé simple have nothing of.
MODERN = frozenset(
    {
        *("téléphone", "ordinateur", "télévision", "application", "imprimante", "jeu vidéo"),
        *("e-mail", "fichier", "réfrigérateur", "four", "pizza", "série", "parking", "film"),
        *("bande dessinée", "photo", "appareil photo", "ascenseur", "mode d'emploi"),
    }
)
Item = TypeVar("Item")


def pick(rng: Random, items: Sequence[Item]) -> Item:
    """Draw one of some items. Raises Impossible if there is none."""
    if not items:
        raise Impossible
    return rng.choice(items)


def cod_can_be_pronoun(frame: Frame, phrase: NounPhrase) -> bool:
    """Return whether le, la, les or en stand for a direct object naturally."""
    if frame.flags & {"keep_cod", "body", "fixed", "generic"}:
        return False
    if phrase.kind is DeterminerKind.PARTITIVE:
        return True
    if phrase.kind is DeterminerKind.INDEFINITE:
        return phrase.plural
    return phrase.is_definite


def oblique_can_be_pronoun(frame: Frame, oblique: Oblique, tense: Tense) -> bool:
    """Return whether lui, leur, y or en stand for a complement naturally.

    "J'y irai", "j'y irais" are avoided before the i of the future: one says "j'irai" (Grevisse).
    """
    if frame.flags & {"keep_obl", "noclitic"} or oblique_clitic(oblique) is None:
        return False
    future = tense in (Tense.FUTUR_SIMPLE, Tense.CONDITIONNEL)
    return not (frame.verb.infinitive == "aller" and future)


def can_be_fronted(phrase: NounPhrase) -> bool:
    """Whether "Cette lettre, je l'ai écrite" sounds natural: one definite thing."""
    return (
        phrase.once
        and phrase.lemma not in _NEVER_FRONTED
        and phrase.kind is DeterminerKind.DEFINITE
        and not phrase.is_person
        and len(phrase.words) == 1
    )


def _repeats(subject: Subject, phrase: NounPhrase | None) -> bool:
    """Whether subject and complement name the same people or make an odd family."""
    if phrase is None:
        return False
    if subject.surface == "on" and phrase.kind is DeterminerKind.POSSESSIVE:
        return True
    own = subject.phrase
    if own is None:
        return False
    if not own.is_person and phrase.kind is DeterminerKind.POSSESSIVE:
        # "The film will please its grandfather."
        return True
    if phrase.lemma == own.lemma or phrase.lemma in own.lemma or own.lemma in phrase.lemma:
        return True
    kin = own.kind is DeterminerKind.SPEAKER and own.theme == "family"
    return kin and phrase.kind is DeterminerKind.POSSESSIVE and phrase.theme == "family"


def _clashes(subject: Subject, oblique: Oblique | None) -> bool:
    if oblique is None:
        return False
    if oblique.phrase is not None:
        return _repeats(subject, oblique.phrase)
    text = oblique.text
    if subject.surface == "on" and any(w in text.split() for w in ("son", "sa", "ses")):
        return True
    kin = subject.phrase is not None and subject.phrase.theme == "family"
    if kin and oblique.theme == "family":
        return True
    return subject.phrase is not None and subject.phrase.lemma in text


@lru_cache(maxsize=20_000)
def _fitting(
    frame: Frame, cod: NounPhrase | None, oblique: Oblique | None
) -> tuple[tuple[Subject, ...], tuple[Subject, ...]]:
    """Return the subjects that go with the objects: pronouns, and the others."""
    found = [
        s for s in frame.subjects.values() if not _repeats(s, cod) and not _clashes(s, oblique)
    ]
    return tuple(s for s in found if s.pronoun), tuple(s for s in found if not s.pronoun)


def draw_subject(
    frame: Frame,
    rng: Random,
    cod: NounPhrase | None,
    oblique: Oblique | None,
    allowed: Callable[[Subject], bool] | None = None,
) -> Subject:
    """Draw a subject that goes with the objects and is allowed."""
    pronouns, others = _fitting(frame, cod, oblique)
    if not allowed:
        allowed = _anybody
    first, second = (pronouns, others) if rng.random() < _PRONOUN_SHARE else (others, pronouns)
    for subjects in (first, second):
        # Most subjects are allowed, so that trying is quicker than looking at all of them.
        for _ in range(_TRIES if subjects else 0):
            subject = rng.choice(subjects)
            if allowed(subject):
                return subject
        if left := list(filter(allowed, subjects)):
            return rng.choice(left)
    raise Impossible


def _anybody(subject: Subject) -> bool:
    return True

"""Wrong prepositions, articles of the wrong gender, elision and contraction not made."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from generation.french.clause import Clause, ObjectForm
from generation.french.deviations.base import Deviation, deviate, swapped
from generation.french.realise import Parts, noun_phrase, parts
from generation.french.tokens import Role, Token, starts_with_vowel, write
from verbs.french.lexicon import Frame
from verbs.french.phrases import DeterminerKind, ObliqueKind
from verbs.french.vocabulary import ErrorType

#: Verbs whose preposition learners leave out, because English has none.
_DROPPED = frozenset(
    ["téléphoner", "répondre", "obéir", "assister", "participer", "ressembler", "plaire"]
)
#: Verbs with a direct object to which learners add "pour" or "à" (attendre pour le bus).
_ADDED = {"attendre.transport": "pour", "chercher": "pour"}
_FEMININE_COUNTRIES = ("Italie", "Espagne", "Allemagne", "Belgique", "Suisse", "Grèce")
_MASCULINE_COUNTRIES = ("Canada", "Japon", "Portugal", "Maroc")
_CITIES = ("Paris", "Lyon", "Marseille", "Bordeaux", "Montréal", "Bruxelles")
_PLACES = (
    *(f"en {name}" for name in _FEMININE_COUNTRIES),
    *(f"au {name}" for name in _MASCULINE_COUNTRIES),
    *(f"à {name}" for name in _CITIES),
)
#: Nouns that have another meaning in the other gender, or are used in both.
_TWO_GENDERS = frozenset(
    [
        "livre",
        "vase",
        "poste",
        "tour",
        "mode",
        "page",
        "rose",
        "orange",
        "radio",
        "photo",
        "chocolat",
        "fin",
        "guide",
        "garde",
        "voile",
        "mur",
        "course",
        "fête",
        "porte",
        "vide",
        "cours",
        "parc",
        "lit",
        "main",
        "bus",
        "chat",
        "chien",
        "oiseau",
        "cheval",
        "plat",
        "salade",
        "moto",
        "maths",
        "critique",
        "mémoire",
        "solde",
        "cave",
        "marche",
        "équipe",
        "mort",
        "poêle",
        "manche",
        "physique",
        "gens",
        "été",
        "après-midi",
        "couple",
        "crêpe",
        "vapeur",
        "mousse",
    ]
)


def may_have_preposition_errors(frame: Frame) -> bool:
    """Return whether a reading has a preposition, or lacks one, that learners get wrong."""
    infinitive = frame.verb.infinitive
    if infinitive in _DROPPED or infinitive == "souvenir" or frame.id in _ADDED:
        return True
    return any(o is not None and o.words[0] in _PLACES for o in frame.oblique.values())


def preposition_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with a preposition that is left out, added or taken for another."""
    right = parts(clause)
    infinitive = clause.frame.verb.infinitive
    found: list[Deviation] = []
    oblique = clause.oblique

    def add(wrong: Parts, code: str, **facts: str) -> None:
        found.extend(deviate(clause, wrong.text, ErrorType.PREPOSITION, code, **facts))

    if oblique is not None and not clause.oblique_pronoun and not clause.reflexive:
        tokens = right["oblique"]
        governed = oblique.kind in (ObliqueKind.LUI, ObliqueKind.Y)
        if infinitive == "répondre" and oblique.kind is ObliqueKind.Y:
            # "Répondre un message" is said; "répondre la question" is not.
            governed = oblique.phrase is not None and oblique.phrase.lemma == "question"
        if governed and infinitive in _DROPPED and clause.cod is None:
            add(right.with_slot("oblique", *tokens[1:]), "missing", preposition="à")
    remembers = oblique is not None and oblique.kind is ObliqueKind.EN and infinitive == "souvenir"
    if remembers and not clause.oblique_pronoun:
        wrong = [Token("à", Role.PREPOSITION), *right["oblique"][1:]]
        add(right.with_slot("oblique", *wrong), "wrong", preposition="de")
    added = _ADDED.get(clause.frame_id)
    if clause.cod is not None and clause.cod_form is ObjectForm.NOUN and added is not None:
        # "Chercher pour le musée" could be done on its behalf; "pour ses clés" could not.
        own = clause.cod.kind is DeterminerKind.POSSESSIVE
        if not clause.negative and (own or clause.frame_id != "chercher"):
            extra = Token(added, Role.PREPOSITION)
            add(right.with_slot("cod", extra, *right["cod"]), "added", preposition=extra.text)
    if oblique is not None and not clause.oblique_pronoun:
        found += _place_errors(clause, right)
    return found


def _place_errors(clause: Clause, right: Parts) -> list[Deviation]:
    """Return wrong prepositions before countries and cities: en Canada, au Italie, en Paris."""
    tokens = right["oblique"]
    if len(tokens) != 2:
        return []
    before, name = tokens[0].text, tokens[1].text
    wrong: tuple[str, ...] = ()
    code = ""
    if before == "en" and name in _FEMININE_COUNTRIES:
        wrong, code = ("à", "dans"), "feminine_country"
    elif before == "au" and name in _MASCULINE_COUNTRIES:
        wrong, code = ("en", "à"), "masculine_country"
    elif before == "à" and name in _CITIES:
        wrong, code = ("en",), "city"
    found: list[Deviation] = []
    for word in wrong[:1]:
        changed = right.with_slot("oblique", Token(word, Role.OTHER, bare=True), tokens[1])
        found += deviate(
            clause, changed.text, ErrorType.PREPOSITION, code, preposition=before, place=name
        )
    return found


def determiner_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with the article of the other gender before its object."""
    cod = clause.cod
    if cod is None or clause.cod_form is not ObjectForm.NOUN or cod.plural or cod.is_person:
        return []
    if cod.lemma in _TWO_GENDERS or starts_with_vowel(cod.words[0]):
        return []
    if cod.kind in (DeterminerKind.NONE, DeterminerKind.NUMERAL):
        return []
    if clause.negative and not cod.is_definite:
        return []
    other = "f" if cod.gender == "m" else "m"
    changed = replace(cod, gender=other)
    right = parts(clause)
    wrong = right.with_slot("cod", *noun_phrase(changed, clause.subject.person))
    return deviate(
        clause, wrong.text, ErrorType.DETERMINER, "gender", noun=cod.lemma, gender=cod.gender
    )


def elision_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with a word that is not elided or not contracted."""
    tokens = parts(clause).tokens
    found: list[Deviation] = []
    right = write(tokens)
    for before, (token, following) in zip((None, *tokens), pairwise(tokens), strict=False):
        if token.role is Role.OTHER or token.bare:
            continue
        if token.role is Role.DETERMINER and not starts_with_vowel(following.text):
            continue
        text = write(swapped(tokens, token, replace(token, bare=True)))
        if text == right:
            continue
        contracted = token.role is Role.PREPOSITION and following.text in ("le", "les")
        if contracted and token.text == "de" and clause.cod is not None:
            partitive = clause.cod.kind is DeterminerKind.PARTITIVE
            if partitive and clause.cod_form is ObjectForm.NOUN:
                # "De le pain" for "du pain" is hardly ever written.
                continue
        if token.text == "le" and before is not None and before.text in ("à", "de"):
            # "De le argent" looks like two errors: neither elided nor contracted.
            continue
        code = "no_contraction" if contracted else "no_elision"
        found += deviate(clause, text, ErrorType.ELISION, code, word=token.text)
    return found

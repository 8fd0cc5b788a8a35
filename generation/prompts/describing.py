"""What a scene of the grammar engine is, in plain words for a writer.

Nothing here says the scene's own sentence: a brief leaves the wording to the writer and fixes the
grammar only. All of it follows from the clause, so the same clause is described in the same words.
"""

from __future__ import annotations

from collections.abc import Mapping

from generation.french.clause import Clause, ObjectForm, Polarity
from generation.french.deviations.base import words_of
from generation.french.drawing import clause_themes
from generation.french.parts import parts
from generation.french.tokens import starts_with_vowel
from verbs.french.groups import EN
from verbs.french.phrases import DeterminerKind, NounPhrase, Oblique, ObliqueKind
from verbs.french.verb_data import Pronominal
from verbs.french.vocabulary import AUXILIARY_TENSE, Auxiliary, Focus

__all__ = [
    "construction_of",
    "form_of",
    "negation_of",
    "objects_of",
    "sentence_of",
    "subject_of",
    "themes_of",
    "trigger_of",
]

_GENDERS = {"m": "masculine", "f": "feminine"}
_DETERMINERS = {
    DeterminerKind.DEFINITE: "the definite article",
    DeterminerKind.INDEFINITE: "the indefinite article",
    DeterminerKind.PARTITIVE: "the partitive article",
    DeterminerKind.DEMONSTRATIVE: "a demonstrative (ce, cet, cette, ces)",
    DeterminerKind.POSSESSIVE: "a possessive (son, sa, ses, ...)",
    DeterminerKind.SPEAKER: "a possessive (mon, ma, mes, ...)",
}
_PLACES = {
    "preposition.city": "a city",
    "preposition.feminine_country": "a country, feminine singular",
    "preposition.masculine_country": "a country, masculine singular",
    "preposition.plural_country": "a country, plural",
}
_NEGATIONS = {
    Polarity.NI: "ni ... ni",
    Polarity.NOBODY: "personne",
    Polarity.NOTHING: "rien",
}


# --- The verb ---------------------------------------------------------------------------------


def form_of(clause: Clause) -> str:
    """The verb group as our conjugations have it: "nous sommes souvenus", "souviens-toi", "mange".

    With the pronouns that belong to the verb itself (se, the en of s'en aller), without the subject,
    other object pronouns and negation words.
    """
    sentence = parts(clause)
    own = ("me", "te", "se", "nous", "vous", "toi") if clause.reflexive else ()
    if clause.frame.verb.infinitive.startswith(EN):
        own = (*own, "en")
    found = []
    for slot in ("clitics", "finite", "enclitics", "participle"):
        seen: set[str] = set()
        for token in sentence[slot]:
            word = token.text.removeprefix("-")
            if slot in ("clitics", "enclitics") and (word not in own or word in seen):
                continue
            seen.add(word)
            found.append(token)
    return words_of(found)


def construction_of(clause: Clause) -> str:
    """How the verb is built in this scene: "se souvenir de quelque chose", "décider de + infinitif"."""
    found = [clause.frame.verb.citation]
    objects = list(clause.frame.cod.values())
    if _has_direct(clause):
        shown = objects if clause.cod is None else [clause.cod]
        body = "body" in clause.frame.flags
        found.append("une partie du corps" if body else _somebody(shown))
    if clause.oblique is not None:
        found.append(_complement(clause.oblique))
    elif clause.dative is not None or (clause.frame.takes_dative and _denied(clause)):
        found.append("à quelqu'un")
    elif clause.before_personne and clause.polarity is Polarity.PERSONNE:
        found.append(f"{clause.before_personne} quelqu'un")
    return " ".join(word for word in found if word)


def _has_direct(clause: Clause) -> bool:
    """Whether the verb has a direct object here, be it rien or personne."""
    if clause.cod is not None:
        return True
    if clause.polarity is Polarity.PERSONNE:
        return clause.before_personne is None
    return clause.polarity is Polarity.RIEN


def _denied(clause: Clause) -> bool:
    return clause.polarity is Polarity.PERSONNE


def _somebody(objects: list[NounPhrase]) -> str:
    persons = {each.is_person for each in objects}
    if persons == {True}:
        return "quelqu'un"
    return "quelque chose" if persons == {False} else "quelqu'un / quelque chose"


def _complement(oblique: Oblique) -> str:
    """The complement as dictionaries give it; what is tied to no preposition is left to the writer."""
    words = " ".join(oblique.words)
    match oblique.kind:
        case ObliqueKind.INFINITIVE:
            return f"{words} + infinitif".strip()
        case ObliqueKind.LUI:
            return "à quelqu'un"
        case ObliqueKind.TONIC:
            return f"{words} quelqu'un"
        case ObliqueKind.Y | ObliqueKind.EN:
            return f"{words} quelque chose"
        case ObliqueKind.TO | ObliqueKind.AT:
            return "+ lieu"
        case ObliqueKind.FROM:
            return "de + lieu"
        case _:
            return ""


# --- Who and what -----------------------------------------------------------------------------


def subject_of(clause: Clause) -> Mapping[str, str | None]:
    """Person, gender and kind of the subject.

    The gender of je, tu, nous, vous, on is told where the form shows it, else it is None.
    """
    subject = clause.subject
    gender = subject.gender
    if gender is None and _shows_gender(clause):
        gender = "f" if clause.feminine else "m"
    if clause.polarity in (Polarity.NOBODY, Polarity.NOTHING):
        text, gender = f"{subject.surface} (the negative word is the subject)", None
    elif clause.imperative:
        text = f"{subject.surface} (not written)"
    elif subject.impersonal:
        text = "il (impersonal)"
    elif subject.phrase is None:
        text = subject.surface
    else:
        number = "plural" if subject.plural else "singular"
        kind = " or name (person)" if subject.phrase.is_person else " (thing or animal)"
        text = f"a {_GENDERS[gender or 'm']} {number} noun{kind}"
    return {"person": subject.person.value, "text": text, "gender": gender}


def _shows_gender(clause: Clause) -> bool:
    """Whether the participle agrees with the subject."""
    compound = clause.tense in AUXILIARY_TENSE
    direct = clause.frame.pronominal is not Pronominal.COI
    etre = clause.frame.verb.auxiliary is Auxiliary.ETRE
    body = clause.reflexive and clause.cod is not None
    return compound and etre and direct and not body


def objects_of(clause: Clause, focus: Focus, error_code: str | None = None) -> str:
    """The objects and complements in plain words, "none" if there are none.

    Gender and number are told where something in the sentence depends on them, the kind of a place where
    the error ("preposition.city") does.
    """
    place = _PLACES.get(error_code or "", "a place")
    found = [_direct(clause, focus), _indirect(clause, place)]
    return "; ".join(each for each in found if each) or "none"


def _direct(clause: Clause, focus: Focus) -> str:
    cod = clause.cod
    if cod is None:
        if not _has_direct(clause):
            return ""
        return f"direct object: {clause.polarity.value}"
    noun = _noun(cod, told=clause.tense in AUXILIARY_TENSE or focus is Focus.DETERMINERS)
    if clause.polarity is Polarity.NI:
        return "direct objects: two nouns after the verb, joined by ni ... ni"
    if clause.cod_form is ObjectForm.NOUN:
        if focus is Focus.DETERMINERS:
            noun += _determined(clause, cod)
        return f"direct object: {noun} after the verb"
    if clause.cod_form is ObjectForm.RELATIVE:
        return (
            f"direct object: {_noun(cod, told=True)} before the verb, with the relative pronoun que"
        )
    pronoun = _pronoun(cod)
    if clause.cod_form is ObjectForm.DISLOCATED:
        return (
            f"direct object: {_noun(cod, told=True)} at the beginning, with ce, cet, cette or ces and"
            f" a comma, taken up by the pronoun {pronoun} at the verb"
        )
    agreeing = f", which stands for {_noun(cod, told=True)}" if pronoun != "en" else ""
    return f"direct object: the pronoun {pronoun} at the verb{agreeing}; no noun for it"


def _noun(phrase: NounPhrase, *, told: bool) -> str:
    if not told:
        return "a noun"
    number = "plural" if phrase.plural else "singular"
    return f"a {_GENDERS[phrase.gender]} {number} noun"


def _determined(clause: Clause, phrase: NounPhrase) -> str:
    """What stands before a noun, in problems about determiners."""
    vowel = " that begins with a vowel sound" if starts_with_vowel(phrase.words[0]) else ""
    if clause.polarity is Polarity.AUCUN:
        return f"{vowel} with aucun or aucune"
    kind = _DETERMINERS.get(phrase.kind)
    changed = clause.denies and phrase.kind in (
        DeterminerKind.INDEFINITE,
        DeterminerKind.PARTITIVE,
    )
    return vowel if kind is None or changed else f"{vowel} with {kind}"


def _pronoun(phrase: NounPhrase) -> str:
    if not phrase.is_definite:
        return "en"
    return "les" if phrase.plural else "la (l')" if phrase.gender == "f" else "le (l')"


def _indirect(clause: Clause, place: str) -> str:
    oblique = clause.oblique
    if clause.dative is not None:
        pronouns = {"1s": "me", "2s": "te", "1p": "nous", "2p": "vous", "3s": "lui", "3p": "leur"}
        return f"indirect object: the pronoun {pronouns[clause.dative.value]} at the verb"
    if oblique is None:
        return f"indirect object: {words}" if (words := _nobody(clause)) else ""
    if oblique.kind is ObliqueKind.LUI:
        plural = oblique.phrase is not None and oblique.phrase.plural
        if clause.oblique_pronoun:
            return f"indirect object: the pronoun {'leur' if plural else 'lui'} at the verb"
        return f"indirect object: à and a person ({'plural' if plural else 'singular'})"
    if oblique.kind is ObliqueKind.FIXED:
        return ""
    if not clause.oblique_pronoun:
        return _behind(oblique, place)
    if oblique.kind is ObliqueKind.TONIC:
        return (
            f"complement: {' '.join(oblique.words)} and a stressed pronoun (lui, elle, eux, elles)"
        )
    leaving = oblique.kind in (ObliqueKind.EN, ObliqueKind.FROM)
    return f"complement: the pronoun {'en' if leaving else 'y'} at the verb; no noun for it"


def _nobody(clause: Clause) -> str:
    before = clause.before_personne
    return f"{before} personne" if before and clause.polarity is Polarity.PERSONNE else ""


def _behind(oblique: Oblique, place: str) -> str:
    """A complement that is no pronoun."""
    words = " ".join(oblique.words)
    match oblique.kind:
        case ObliqueKind.INFINITIVE:
            how = f"{words} and an infinitive" if words else "an infinitive without a preposition"
            if oblique.infinitive[:1] == ("se",):
                how += " of a verb with se"
            return f"complement: {how}"
        case ObliqueKind.TO | ObliqueKind.AT:
            return f"complement: {place}"
        case ObliqueKind.FROM:
            return f"complement: de and {place}"
        case _:
            person = oblique.phrase is not None and oblique.phrase.is_person
            return f"complement: {words} and a {'person' if person else 'thing'}"


# --- The sentence -----------------------------------------------------------------------------


def negation_of(clause: Clause) -> str | None:
    """The word that goes with ne, None in an affirmative clause."""
    if not clause.negative:
        return None
    return _NEGATIONS.get(clause.polarity, clause.polarity.value)


def sentence_of(clause: Clause) -> str:
    """What kind of sentence it is: "statement", "question" or "order"."""
    if clause.imperative:
        return "order"
    return "question" if clause.question else "statement"


def trigger_of(clause: Clause, focus: Focus) -> str | None:
    """The words that fix mood or tense: what stands before the clause, else when it happens."""
    if clause.trigger is not None:
        return clause.trigger.french.removesuffix(",")
    if focus is Focus.MOOD_AND_TENSE and clause.time is not None:
        return clause.time.french
    return None


def themes_of(clause: Clause) -> tuple[str, ...]:
    """The themes of a scene, its verb's first."""
    return clause_themes(clause)

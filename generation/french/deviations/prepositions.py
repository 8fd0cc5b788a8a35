"""Prepositions that are left out, added or taken for another one.

What is certainly wrong behind a verb is a closed list (``verbs.french.government``); before the
names of countries and cities the rules of school grammar hold: en before a feminine country, au
before a masculine one in a consonant, aux before a plural, à before a city. Not "en Portugal" and
the like, which older usage has.
"""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.clause import Clause, ObjectForm, Polarity
from generation.french.deviations.base import Deviation, deviate, words_of
from generation.french.realise import Parts, parts
from generation.french.tokens import Role, Token
from verbs.french.government import NONE, PERSON, Government, government
from verbs.french.lexicon import Frame
from verbs.french.phrases import NounPhrase, Oblique, ObliqueKind
from verbs.french.vocabulary import ErrorType

#: The bare infinitive among the wrong constructions.
_BARE = "bare"
#: What is right in another sense or in newer usage: "penser l'avenir" is to make a theory of it,
#: "réfléchir le problème" is said at work.
UNSURE = frozenset({("penser", NONE), ("réfléchir", NONE)})
#: "Hésiter de" and "réussir de" are found in books.
UNSURE_INFINITIVE = frozenset({("hésiter", "de"), ("réussir", "de")})
#: "Refuser à manger à quelqu'un" is right.
_MEALS = frozenset({"manger", "boire"})
_TIMES = frozenset({"week-end", "vacances", "été", "soirée", "journée", "matinée", "nuit"})
_GOVERNED = (ObliqueKind.LUI, ObliqueKind.Y, ObliqueKind.EN, ObliqueKind.TONIC)
_PLACED = (ObliqueKind.TO, ObliqueKind.AT, ObliqueKind.FROM)
#: How a place begins, and what is left of it without its preposition.
_OPENINGS = (
    ("à la ", "à", "la"),
    ("à l'", "à", "l'"),
    ("au ", "à", "le"),
    ("aux ", "à", "les"),
    ("dans la ", "dans", "la"),
    ("dans le ", "dans", "le"),
    ("dans l'", "dans", "l'"),
    ("de la ", "de", "la"),
    ("de l'", "de", "l'"),
    ("du ", "de", "le"),
)
_FEMININE, _MASCULINE, _PLURAL, _CITY = "feminine", "masculine", "plural", "city"
#: Countries and cities that the lexicon has, by what stands before them.
_NAMES: dict[str, tuple[str, ...]] = {
    _FEMININE: (
        *("Italie", "Espagne", "Allemagne", "Belgique", "Suisse", "Grèce", "Angleterre"),
        *("Tunisie", "Suède", "France", "Chine", "Russie", "Algérie", "Norvège", "Pologne"),
    ),
    _MASCULINE: ("Canada", "Japon", "Portugal", "Maroc", "Sénégal", "Brésil", "Mexique"),
    _PLURAL: ("États-Unis", "Pays-Bas"),
    _CITY: (
        *("Paris", "Lyon", "Marseille", "Bordeaux", "Montréal", "Bruxelles", "Genève", "Dakar"),
        *("Nice", "Lille", "Rome", "Londres", "Berlin", "Madrid"),
    ),
}
_RIGHT = {"en": _FEMININE, "au": _MASCULINE, "aux": _PLURAL, "à": _CITY}
_WRONG = {
    _FEMININE: ("à", "au"),
    _MASCULINE: ("en", "à"),
    _PLURAL: ("en", "au"),
    _CITY: ("en",),
}
_CODES = {
    _FEMININE: "feminine_country",
    _MASCULINE: "masculine_country",
    _PLURAL: "plural_country",
    _CITY: "city",
}
#: Names before which older or other usage has the preposition that is wrong with the others.
_NOT_BEFORE = {"Portugal": ("en",)}

#: A wrong sentence, its code and what it is about.
Wrong = tuple[Parts, str, dict[str, str]]


def preposition_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with a wrong preposition, one too few or one too many."""
    right = parts(clause)
    found: list[Deviation] = []
    for wrong, code, facts in _all(clause, right):
        found += deviate(clause, wrong.text, ErrorType.PREPOSITION, code, **facts)
    return found


def _all(clause: Clause, right: Parts) -> Iterator[Wrong]:
    governed = government(clause.frame.verb.citation)
    oblique = clause.oblique
    if governed is not None:
        yield from _before_object(clause, right, governed)
    if oblique is None or (clause.oblique_pronoun and not oblique.stays_behind):
        return
    if governed is not None and not clause.oblique_pronoun:
        yield from _before_complement(clause, right, governed, oblique)
        yield from _before_place(clause, right, governed, oblique)
        yield from _before_infinitive(clause, right, governed, oblique)
    yield from _before_name(right, oblique)


def _forbidden(governed: Government, preposition: str, phrase: NounPhrase) -> bool:
    """Whether a preposition (or none) is certainly wrong before a noun phrase."""
    limits = governed.wrong_noun.get(preposition)
    if limits is None:
        return False
    if (governed.verb, preposition) in UNSURE:
        return False
    return not limits or phrase.lemma in limits or (phrase.is_person and PERSON in limits)


def _stands_without(governed: Government, phrase: NounPhrase) -> bool:
    """Whether a noun may stand without its preposition.

    "Il répond une lettre" is what he writes, "nous profiterons le week-end" says when.
    """
    written = governed.verb == "répondre" and not phrase.is_person and not phrase.is_definite
    return written or phrase.lemma in _TIMES


def _without_second_object(clause: Clause) -> bool:
    """Whether a complement may lose its preposition without becoming a second object."""
    return clause.cod is None and clause.polarity not in (Polarity.RIEN, Polarity.QUE)


def _before_complement(
    clause: Clause, right: Parts, governed: Government, oblique: Oblique
) -> Iterator[Wrong]:
    """Yield errors before a noun that à or de governs."""
    phrase = oblique.phrase
    if oblique.kind not in _GOVERNED or phrase is None or len(oblique.words) != 1:
        return
    if not _without_second_object(clause):
        return
    tokens, own = right["oblique"], oblique.words[0]
    for preposition in sorted(governed.wrong_noun):
        if preposition in (own, "en") or not _forbidden(governed, preposition, phrase):
            continue
        if preposition == NONE:
            if _stands_without(governed, phrase):
                continue
            yield right.with_slot("oblique", *tokens[1:]), "missing", {"preposition": own}
        else:
            before = Token(preposition, Role.PREPOSITION)
            facts = {"preposition": own, "wrong_preposition": preposition}
            yield right.with_slot("oblique", before, *tokens[1:]), "wrong", facts


def _before_place(
    clause: Clause, right: Parts, governed: Government, oblique: Oblique
) -> Iterator[Wrong]:
    """Yield places without their preposition: "il va le marché", "elle entre la cuisine"."""
    limits = governed.wrong_noun.get(NONE)
    if limits is None or oblique.kind not in _PLACED or clause.cod is not None:
        return
    text = " ".join(token.text for token in right["oblique"])
    for opening, preposition, article in _OPENINGS:
        noun = text.removeprefix(opening)
        if noun == text or noun[0].isupper() or (limits and noun not in limits):
            continue
        joined = article + noun if article.endswith("'") else f"{article} {noun}"
        bare = Token(joined, Role.OTHER, bare=True)
        yield right.with_slot("oblique", bare), "missing", {"preposition": preposition}
        return


def _before_object(clause: Clause, right: Parts, governed: Government) -> Iterator[Wrong]:
    """Yield a preposition before a direct object: "j'écoute à la musique", "je remercie à Paul"."""
    cod = clause.cod
    if cod is None or clause.cod_form is not ObjectForm.NOUN or clause.has_dative:
        return
    if clause.polarity in (Polarity.QUE, Polarity.AUCUN, Polarity.NI):
        return
    if not cod.is_definite and (clause.denies or cod.plural or not cod.countable):
        return
    for preposition in sorted(governed.wrong_noun):
        # "De" before a noun looks like an article.
        if preposition in (NONE, "de") or not _forbidden(governed, preposition, cod):
            continue
        extra = Token(preposition, Role.PREPOSITION)
        facts = {"preposition": preposition, "noun": words_of(right["cod"])}
        yield right.with_slot("cod", extra, *right["cod"]), "added", facts


def _before_infinitive(
    clause: Clause, right: Parts, governed: Government, oblique: Oblique
) -> Iterator[Wrong]:
    """Yield errors before an infinitive: "il décide à partir", "elle essaie nager"."""
    if oblique.kind is not ObliqueKind.INFINITIVE or (clause.imperative and clause.reflexive):
        # "Décidez-vous de partir" could ask.
        return
    own = oblique.words[0] if oblique.words else ""
    tokens = right["oblique"][len(oblique.words) :]
    for wrong in sorted(governed.wrong_infinitive):
        if wrong == own or (wrong == _BARE and not own):
            continue
        if (governed.verb, wrong) in UNSURE_INFINITIVE:
            continue
        if wrong == "à" and oblique.infinitive[0] in _MEALS:
            continue
        if wrong == _BARE:
            yield right.with_slot("oblique", *tokens), "infinitive_missing", {"preposition": own}
            continue
        changed = right.with_slot("oblique", Token(wrong, Role.PREPOSITION), *tokens)
        if own:
            facts = {"preposition": own, "wrong_preposition": wrong}
            yield changed, "infinitive_wrong", facts
        else:
            yield changed, "infinitive_added", {"preposition": wrong}


def _before_name(right: Parts, oblique: Oblique) -> Iterator[Wrong]:
    """Yield wrong prepositions before countries and cities: en Canada, à Italie, en Paris."""
    tokens = right["oblique"]
    if len(tokens) != 2 or oblique.phrase is not None:
        return
    before, name = tokens[0].text, tokens[1].text
    kind = _RIGHT.get(before)
    if kind is None or name not in _NAMES[kind]:
        return
    for wrong in _WRONG[kind]:
        if wrong in _NOT_BEFORE.get(name, ()):
            continue
        changed = right.with_slot("oblique", Token(wrong, Role.OTHER, bare=True), tokens[1])
        yield changed, _CODES[kind], {"preposition": before, "place": name}


def may_have_preposition_errors(frame: Frame) -> bool:
    """Return whether a reading may have a preposition, or lack one, that learners get wrong.

    A quick sieve: which nouns its verb goes with is not looked at.
    """
    governed = government(frame.verb.citation)
    obliques = [each for each in frame.oblique.values() if each is not None]
    if governed is not None:
        if any(o.kind is ObliqueKind.INFINITIVE for o in obliques) and governed.wrong_infinitive:
            return True
        if governed.wrong_noun and _any_forbidden(frame, governed, obliques):
            return True
    return any(_named(each) for each in obliques)


def _any_forbidden(frame: Frame, governed: Government, obliques: list[Oblique]) -> bool:
    phrases = [*frame.cod.values(), *(o.phrase for o in obliques if o.phrase is not None)]
    if any(_forbidden(governed, p, phrase) for p in governed.wrong_noun for phrase in phrases):
        return True
    return NONE in governed.wrong_noun and any(o.kind in _PLACED for o in obliques)


def _named(oblique: Oblique) -> bool:
    before, _, name = oblique.text.partition(" ")
    return name in _NAMES.get(_RIGHT.get(before, ""), ())

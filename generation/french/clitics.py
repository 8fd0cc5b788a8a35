"""Object pronouns: which there are, and their order before a verb and behind an imperative."""

from __future__ import annotations

from generation.french.clause import Clause
from generation.french.noun_phrases import REFLEXIVE
from generation.french.tokens import Role, Token
from verbs.french.groups import EN
from verbs.french.phrases import NounPhrase, Oblique, ObliqueKind
from verbs.french.vocabulary import Person

#: The order of object pronouns before the verb (school grammar).
_RANK = {
    **dict.fromkeys(("me", "te", "se", "nous", "vous"), 0),
    **dict.fromkeys(("le", "la", "les"), 1),
    **dict.fromkeys(("lui", "leur"), 2),
    "y": 3,
    "en": 4,
}
#: The order behind an affirmative imperative: donne-le-moi, donne-m'en.
_RANK_BEHIND = {
    **dict.fromkeys(("le", "la", "les"), 0),
    **dict.fromkeys(("me", "te", "nous", "vous", "lui", "leur"), 1),
    "y": 2,
    "en": 3,
}
_STRESSED = {"me": "moi", "te": "toi"}


def cod_clitic(phrase: NounPhrase) -> str:
    """Return the pronoun for a direct object: le, la, les, or en for an indefinite one."""
    if not phrase.is_definite:
        return "en"
    return "les" if phrase.plural else "la" if phrase.gender == "f" else "le"


def oblique_clitic(oblique: Oblique) -> str | None:
    """Return the pronoun for a complement, None if no pronoun stands for it before the verb."""
    if oblique.kind is ObliqueKind.LUI:
        return "leur" if oblique.phrase is not None and oblique.phrase.plural else "lui"
    return {
        ObliqueKind.Y: "y",
        ObliqueKind.TO: "y",
        ObliqueKind.AT: "y",
        ObliqueKind.EN: "en",
        ObliqueKind.FROM: "en",
    }.get(oblique.kind)


def pronouns(clause: Clause) -> list[str]:
    """Return the pronouns of a clause in the order in which they stand before a verb."""
    found: list[str] = []
    if clause.reflexive:
        found.append(REFLEXIVE[clause.subject.person])
    if clause.frame.verb.infinitive.startswith(EN):
        # "S'en aller": en is a part of the verb.
        found.append("en")
    if clause.dative is not None:
        third = {Person.S3: "lui", Person.P3: "leur"}
        found.append(third.get(clause.dative, REFLEXIVE[clause.dative]))
    if clause.cod_pronoun and clause.cod is not None:
        found.append(cod_clitic(clause.cod))
    if clause.oblique_pronoun and clause.oblique is not None:
        clitic = oblique_clitic(clause.oblique)
        if clitic is not None:
            found.append(clitic)
    return sorted(found, key=_RANK.__getitem__)


def follows_verb(clause: Clause) -> bool:
    """Return whether the pronouns stand behind the verb: in an affirmative imperative."""
    return clause.imperative and not clause.negative


def clitic_tokens(clause: Clause) -> list[Token]:
    """Return the pronouns before the verb."""
    if follows_verb(clause):
        return []
    return [Token(each, Role.CLITIC) for each in pronouns(clause)]


def enclitic_tokens(clause: Clause) -> list[Token]:
    """Return the pronouns behind an affirmative imperative: "-le" "-moi", "-me" "en"."""
    if not follows_verb(clause):
        return []
    return hyphened(sorted(pronouns(clause), key=_RANK_BEHIND.__getitem__))


def hyphened(found: list[str]) -> list[Token]:
    """Join pronouns to an imperative: moi and toi, but m'en, t'en, m'y."""
    tokens: list[Token] = []
    for index, pronoun in enumerate(found):
        following = found[index + 1] if index + 1 < len(found) else ""
        if tokens and tokens[-1].text in ("-me", "-te"):
            tokens.append(Token(pronoun, Role.CLITIC))
        elif following in ("en", "y") and pronoun in _STRESSED:
            tokens.append(Token(f"-{pronoun}", Role.CLITIC))
        else:
            text = _STRESSED.get(pronoun, pronoun)
            tokens.append(Token(f"-{text}", Role.CLITIC, bare=True))
    return tokens


def with_s(finite: str, enclitics: list[Token]) -> str:
    """Restore the -s of an imperative before y and en: vas-y, donnes-en (Le Bon usage)."""
    if enclitics and enclitics[0].text in ("-y", "-en") and finite.endswith(("e", "a")):
        return finite + "s"
    return finite

"""Object pronouns in the wrong place, in the wrong order or of the wrong kind."""

from __future__ import annotations

from functools import cache

from generation.french.clause import Clause
from generation.french.deviations.base import Deviation, deviate
from generation.french.realise import (
    INVARIABLE,
    Parts,
    build,
    finite_forms,
    participle_forms,
    parts,
)
from generation.french.tokens import Role, Token, starts_with_vowel
from verbs.french.lexicon_files import read_words
from verbs.french.vocabulary import ErrorType, Tense

_ADVERBIAL = frozenset(
    {
        *("tous", "toutes", "chaque", "le", "la", "les"),
        *("à", "de", "dans", "chez", "pendant", "sur", "pour", "avec"),
    }
)
_ARTICLES = frozenset({"le", "la", "les", "leur"})


@cache
def noun_participles() -> frozenset[str]:
    """Participles that are nouns or adjectives too: "il a la vue", "elle a les invités"."""
    return read_words("noun_participles.txt")


def placement_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with its object pronouns behind the verb or before the participle.

    Not where the pronoun could be read as something else: le and leur before a noun, lui as an
    emphatic il, en before a time expression.
    """
    if not clause.has_object_pronoun or clause.reflexive:
        return []
    right = parts(clause)
    clitics = right["clitics"]
    if len(clitics) != 1:
        return []
    clitic = clitics[0]
    found: list[Deviation] = []
    if clause.tense is Tense.PASSE_COMPOSE:
        participle = right["participle"][0].text
        is_article = clitic.text in _ARTICLES
        if not (is_article and participle in noun_participles()) and not clause.adverb:
            wrong = right.with_slot("clitics").with_slot("participle", clitic, *right["participle"])
            code = "before_participle"
            found += deviate(clause, wrong.text, ErrorType.PRONOUN_PLACEMENT, code,
                             pronoun=clitic.text)  # fmt: skip
        return found
    if _safe_behind_verb(clause, right, clitic):
        stray = Token(clitic.text, Role.OTHER, bare=True)
        wrong = right.with_slot("clitics").with_slot("late", stray, *right["late"])
        found += deviate(clause, wrong.text, ErrorType.PRONOUN_PLACEMENT, "after_verb",
                         pronoun=clitic.text)  # fmt: skip
    return found


def _safe_behind_verb(clause: Clause, sentence: Parts, clitic: Token) -> bool:
    """Return whether the pronoun behind the verb can only be a misplaced pronoun."""
    following = [*sentence["cod"], *sentence["oblique"], *sentence["time"]]
    if clitic.text == "lui" and (
        (clause.subject.gender == "m" and not clause.subject.plural) or sentence["cod"]
    ):
        # "Paul répond, lui" is emphatic.
        return False
    if clitic.text == "en" and following:
        return False
    if not following:
        return True
    first = following[0].text
    if clitic.text in _ARTICLES and not _opens_adverbial(first):
        return False
    return not starts_with_vowel(first)


def _opens_adverbial(word: str) -> bool:
    """Whether a word cannot be a noun or adjective behind an article."""
    return word in _ADVERBIAL


def order_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with two object pronouns exchanged: "il lui le donne"."""
    right = parts(clause)
    clitics = right["clitics"]
    if len(clitics) != 2 or clause.reflexive:
        return []
    wrong = right.with_slot("clitics", *reversed(clitics))
    names = " ".join(t.text for t in clitics)
    return deviate(clause, wrong.text, ErrorType.PRONOUN_ORDER, "direct_first", pronouns=names)


#: Verbs with only a direct object, and verbs with only an indirect one, for persons.
#: Not aider: "lui aider" is old and regional, but French.
DIRECT_ONLY = frozenset(["inviter", "remercier", "rencontrer", "attendre", "regarder", "écouter"])
INDIRECT_ONLY = frozenset(["obéir", "plaire", "ressembler", "sourire", "mentir"])


def category_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with lui, leur for le, la, les or the reverse.

    Only with verbs that have one kind of object and no other object that is left unsaid.
    """
    right = parts(clause)
    clitics = right["clitics"]
    if len(clitics) != 1 or clause.reflexive:
        return []
    infinitive = clause.frame.verb.infinitive
    cod, oblique = clause.cod, clause.oblique
    new = None
    code = "indirect_for_direct"
    if clause.cod_pronoun and cod is not None and cod.is_person and infinitive in DIRECT_ONLY:
        new = "leur" if cod.plural else "lui"
        if clause.tense is Tense.PASSE_COMPOSE:
            # "Je leur ai aidés" would have a second error in its participle; behind l' the
            # masculine is right too, so that "je lui ai aidé" has only one.
            if cod.plural:
                return []
            participle = participle_forms(clause, INVARIABLE)[0]
            right = build(clause, finite_forms(clause)[0], participle)
    elif clause.has_dative and infinitive in INDIRECT_ONLY and oblique and oblique.phrase:
        phrase = oblique.phrase
        if clause.tense is Tense.PASSE_COMPOSE:
            return []
        new = "les" if phrase.plural else "la" if phrase.gender == "f" else "le"
        code = "direct_for_indirect"
    if new is None:
        return []
    wrong = right.with_slot("clitics", Token(new, Role.CLITIC))
    return deviate(
        clause, wrong.text, ErrorType.PRONOUN_CATEGORY, code, right=right.text,
        wrong_pronoun=new, right_pronoun=clitics[0].text,
    )  # fmt: skip

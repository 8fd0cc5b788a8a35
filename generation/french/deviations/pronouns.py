"""Object pronouns in the wrong place or in the wrong order.

Before the verb: me, te, se, nous, vous; le, la, les; lui, leur; y; en (school grammar). Behind an
affirmative imperative le, la, les come first; "donne-moi-le" and "rends-nous-les" are found in good
authors and are no errors (Le Bon usage).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from generation.french.clause import Clause
from generation.french.clitics import follows_verb, hyphened
from generation.french.deviations.base import Deviation, deviate
from generation.french.realise import Parts, parts
from generation.french.tokens import Role, Token, starts_with_vowel
from verbs.french.lexicon_files import read_words
from verbs.french.vocabulary import AUXILIARY_TENSE, Auxiliary, ErrorType, Person

_ADVERBIAL = frozenset(
    {
        *("tous", "toutes", "chaque", "le", "la", "les"),
        *("à", "de", "dans", "chez", "pendant", "sur", "pour", "avec"),
    }
)
_ARTICLES = frozenset({"le", "la", "les", "leur"})
_DIRECT = frozenset({"le", "la", "les"})
_SAME_PERSON = {"nous": Person.P1, "vous": Person.P2}


@cache
def noun_participles() -> frozenset[str]:
    """Participles that are nouns or adjectives too: "il a la vue", "elle a les invités"."""
    return read_words("noun_participles.txt")


# --- Place ------------------------------------------------------------------------------------


def placement_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with its object pronouns in the wrong place.

    Behind the verb, before the participle, before an affirmative imperative, behind a negative one.
    Not where the pronoun could be read as something else: le and leur before a noun, lui as an
    emphatic il, en before a time expression.
    """
    right = parts(clause)
    found: list[Deviation] = []
    for wrong, code, pronoun in _misplaced(clause, right):
        found += deviate(clause, wrong.text, ErrorType.PRONOUN_PLACEMENT, code, pronoun=pronoun)
    return found


def _misplaced(clause: Clause, right: Parts) -> Iterator[tuple[Parts, str, str]]:
    if clause.imperative:
        yield from _at_imperative(clause, right)
        return
    clitics = right["clitics"]
    if len(clitics) != 1:
        return
    clitic = clitics[0]
    if clause.tense in AUXILIARY_TENSE:
        if _safe_before_participle(clause, right, clitic):
            wrong = right.with_slot("clitics").with_slot("participle", clitic, *right["participle"])
            yield wrong, "before_participle", clitic.text
    elif not clause.reflexive and _safe_behind_verb(clause, right, clitic):
        stray = Token(clitic.text, Role.OTHER, bare=True)
        wrong = right.with_slot("clitics").with_slot("late", stray, *right["late"])
        yield wrong, "after_verb", clitic.text


def _is_emphatic(clause: Clause, clitic: Token) -> bool:
    """Whether a pronoun behind the verb may repeat the subject: "Paul répond, lui"."""
    subject = clause.subject
    if clitic.text == "lui":
        return subject.gender == "m" and not subject.plural
    return _SAME_PERSON.get(clitic.text) is subject.person


def _safe_before_participle(clause: Clause, sentence: Parts, clitic: Token) -> bool:
    """Return whether the pronoun before the participle can only be a misplaced pronoun."""
    if clause.adverb or _is_emphatic(clause, clitic):
        return False
    participle = sentence["participle"][0].text
    if clitic.text == "en":
        # "Elle est en sortie", "ils ont en fait".
        return clause.frame.verb.auxiliary is Auxiliary.AVOIR and participle != "fait"
    return not (clitic.text in _ARTICLES and participle in noun_participles())


def _safe_behind_verb(clause: Clause, sentence: Parts, clitic: Token) -> bool:
    """Return whether the pronoun behind the verb can only be a misplaced pronoun."""
    slots = ("late", "cod", "oblique", "time")
    following = [token for slot in slots for token in sentence[slot]]
    if _is_emphatic(clause, clitic) or (clitic.text == "lui" and sentence["cod"]):
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


def _at_imperative(clause: Clause, right: Parts) -> Iterator[tuple[Parts, str, str]]:
    """Yield pronouns before an affirmative imperative and behind a negative one."""
    if not follows_verb(clause):
        clitics = right["clitics"]
        if not clitics:
            return
        if right["finite"][0].text.endswith(("e", "a")) and clitics[0].text in ("y", "en"):
            # "Ne va-y pas" lacks its s, too.
            return
        behind = hyphened([token.text for token in clitics])
        wrong = right.with_slot("clitics").with_slot("enclitics", *behind)
        yield wrong, "after_negative_imperative", clitics[0].text
        return
    tokens = right["enclitics"]
    if len(tokens) != 1:
        return
    pronoun = tokens[0].text.removeprefix("-")
    weak = {"moi": "me", "toi": "te"}.get(pronoun, pronoun)
    finite = right["finite"][0]
    if _safe_before_imperative(clause, finite.text, weak):
        wrong = right.with_slot("enclitics").with_slot("finite", Token(weak, Role.CLITIC), finite)
        yield wrong, "before_imperative", pronoun


def _safe_before_imperative(clause: Clause, finite: str, pronoun: str) -> bool:
    """Whether the pronoun before an order cannot be an article or the subject.

    "La porte", "lui donne", "vous donnez" are right, and "y va" is heard for "il y va".
    """
    if pronoun == "te":
        # "T'assieds" is heard for "tu t'assieds".
        return not starts_with_vowel(finite)
    if pronoun == "me":
        return True
    if clause.subject.person is Person.S2:
        return False
    return pronoun not in ("nous", "vous")


# --- Order ------------------------------------------------------------------------------------


def order_errors(clause: Clause) -> list[Deviation]:
    """Return the clause with two object pronouns exchanged: "il lui le donne", "il le me donne"."""
    right = parts(clause)
    behind = follows_verb(clause)
    slot = "enclitics" if behind else "clitics"
    tokens = right[slot]
    if len(tokens) != 2:
        return []
    names = [token.text.removeprefix("-") for token in tokens]
    code = _order_code(names, behind=behind)
    if code is None:
        return []
    changed = hyphened(names[::-1]) if behind else list(reversed(tokens))
    wrong = right.with_slot(slot, *changed)
    return deviate(
        clause, wrong.text, ErrorType.PRONOUN_ORDER, code,
        pronouns=" ".join(names), first=names[0], second=names[1],
    )  # fmt: skip


def _order_code(names: list[str], *, behind: bool) -> str | None:
    """Return the code of exchanging two pronouns; None if that may be right."""
    first, second = names
    if behind:
        return "imperative" if first in _DIRECT and second in ("lui", "leur") else None
    if second in ("y", "en"):
        return "en_last"
    return "direct_first" if first in _DIRECT else "indirect_first"

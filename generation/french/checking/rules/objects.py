"""Direct objects of verbs that take none: "je la téléphone", "il les ressemble"."""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.sentence import Sentence
from generation.french.checking.verdict import Finding
from generation.french.checking.words import Kind
from verbs.french.vocabulary import ErrorType

__all__ = ["indirect_only"]

#: Verbs with an indirect object only (Bon usage § 284); le may stand for a clause, so only la, les.
_INDIRECT_ONLY = frozenset(
    {
        *("téléphoner", "ressembler", "plaire", "déplaire", "nuire", "appartenir", "succéder"),
        *("mentir", "sourire", "obéir", "désobéir", "survivre"),
    }
)


def indirect_only(sentence: Sentence) -> list[Finding]:
    """Return the la and les before verbs that have no direct object."""
    found: list[Finding] = []
    for clause in sentence.clauses:
        if not clause.group.participles:
            found += _check(sentence, clause.group.clitics, clause.group.finite)
    for infinitive in sentence.infinitives:
        found += _check(sentence, infinitive.clitics, infinitive.index)
    return found


def _check(sentence: Sentence, clitics: tuple[int, ...], verb: int) -> Iterator[Finding]:
    texts = [sentence.lower(index) for index in clitics]
    kinds = (Kind.VERB, Kind.INFINITIVE)
    lemmas = {r.lemma for r in sentence.readings[verb] if r.kind in kinds}
    if not lemmas or not lemmas <= _INDIRECT_ONLY or texts not in (["la"], ["les"]):
        return
    word = sentence.words[clitics[0]]
    right = "lui" if texts == ["la"] else "leur"
    yield Finding(
        ErrorType.PRONOUN_CATEGORY,
        "pronoun_category.direct_for_indirect",
        word.start,
        word.end,
        f"The verb takes no direct object: “{right}”, not “{word.text}”.",
        right,
    )

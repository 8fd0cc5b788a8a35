"""Taking a sentence apart. The types are in ``sentence``; ``analyse`` is the way in."""

from __future__ import annotations

from generation.french.checking.clauses import clauses
from generation.french.checking.noun_phrases import noun_phrases
from generation.french.checking.sentence import (
    Clause,
    ClauseKind,
    Infinitive,
    NounPhrase,
    Sentence,
    Subject,
    SubjectKind,
    Tag,
    VerbGroup,
)
from generation.french.checking.subjects import Context
from generation.french.checking.tagger import tagged
from generation.french.checking.text import normalise, tokenise
from generation.french.checking.verb_groups import infinitives
from verbs.french.overrides import cached

__all__ = [
    "Clause",
    "ClauseKind",
    "Infinitive",
    "NounPhrase",
    "Sentence",
    "Subject",
    "SubjectKind",
    "Tag",
    "VerbGroup",
    "analyse",
]


@cached(maxsize=1000)
def analyse(text: str) -> Sentence:
    """Take a text of one or more sentences apart; positions count in the normalised text."""
    normal = normalise(text)
    words = tokenise(normal)
    found = tagged(words)
    phrases = noun_phrases(words, found)
    context = Context(words, found, phrases)
    known = infinitives(words, found)
    parts = clauses(context, known)
    return Sentence(
        normal,
        words,
        found.tags,
        found.readings,
        parts,
        phrases,
        known,
        tuple(_doubts(context, parts)),
        any(w.text == "?" for w in words),
    )


def _doubts(context: Context, parts: tuple[Clause, ...]) -> list[str]:
    """Say what keeps the text from being understood. Unknown nouns and names do not."""
    words, tags = context.words, context.tagged.tags
    if all(w.is_punctuation for w in words):
        return ["There are no words."]
    if not parts:
        unknown = [w.text for w, tag in zip(words, tags, strict=True) if tag is Tag.UNKNOWN]
        if unknown:
            return [f"No verb was found, and {_quoted(unknown)} is not known."]
    return [
        f"“{words[each.group.finite].text}” stands where a verb is expected, but is not known."
        for each in parts
        if not each.group.analyses and context.lower(each.group.finite) not in ("voici", "voilà")
    ]


def _quoted(words: list[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)

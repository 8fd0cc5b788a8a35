"""Negative words in a place where they cannot stand, and hardly can.

Pas, plus, jamais stand right behind the finite form, ne right before it and its pronouns (Grevisse, Le
bon usage, on negation). Without the verb between them they stand before an infinitive.
"""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.lexis import can_be, kinds
from generation.french.checking.rules.uses import phrase_at
from generation.french.checking.sentence import (
    Clause,
    ClauseKind,
    Sentence,
    SubjectKind,
    Tag,
)
from generation.french.checking.verdict import Finding
from generation.french.checking.words import Kind
from verbs.french.vocabulary import ErrorType

__all__ = ["misplaced", "misplaced_doubts"]

_SECOND = frozenset({"pas", "plus", "jamais"})
_ENDS = frozenset({".", "!", "?", "...", "…", ","})


def misplaced(sentence: Sentence) -> list[Finding]:
    """Return the negative words that certainly stand in a wrong place."""
    found: list[Finding] = []
    for clause in sentence.clauses:
        found += _before_verb(sentence, clause)
        found += _behind_object(sentence, clause)
        found += _behind_participle(sentence, clause)
        found += _plus_pas(sentence, clause)
    found += _without_infinitive(sentence)
    return found


def _finding(sentence: Sentence, code: str, first: int, last: int, reason: str) -> Finding:
    error = ErrorType.NEGATION_STRUCTURE
    words = sentence.words
    return Finding(error, f"{error.value}.{code}", words[first].start, words[last].end, reason)


def _before_verb(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Yield "Alice ne pas console le bébé": the subject stands before ne, the verb behind pas."""
    group, subject, words = clause.group, clause.subject, sentence.words
    if group.ne is None or subject.end != group.ne or subject.end <= subject.start:
        return
    second = group.ne + 1
    if words[second].lower not in _SECOND or group.finite <= second:
        return
    if subject.kind in (SubjectKind.PRONOUN, SubjectKind.PHRASE, SubjectKind.RELATIVE):
        reason = f"“{words[second].text}” stands behind the verb."
        yield _finding(sentence, "before_verb", group.ne, group.finite, reason)


def _behind_object(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Yield "elle ne comprend l'exercice pas"."""
    group, words = clause.group, sentence.words
    if group.ne is None or group.negations or group.infinitives:
        return
    phrase = phrase_at(sentence, group.end)
    if phrase is None or phrase.preposition is not None or phrase.end >= len(words):
        return
    after = words[phrase.end + 1].text if phrase.end + 1 < len(words) else "."
    if words[phrase.end].lower == "pas" and after in _ENDS:
        reason = "“Pas” stands right behind the verb."
        yield _finding(sentence, "after_object", group.finite, phrase.end, reason)


def _behind_participle(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Yield "il n'a pesé pas la farine", "je n'ai revu plus cet homme"."""
    group, words, tags = clause.group, sentence.words, sentence.tags
    if group.ne is None or not group.participles:
        return
    last = group.participles[-1]
    if last + 2 >= len(words) or tags[last] is not Tag.PARTICIPLE:
        return
    word, following = words[last + 1], words[last + 2]
    between = {w.lower for w in words[group.finite + 1 : last]}
    if between & {"pas", "plus", "jamais", "rien", "aucun", "aucune", "personne", "guère", "point"}:
        return
    determiner = tags[last + 2] is Tag.DETERMINER and following.lower not in ("un", "une")
    # "Je crains qu'il n'ait aimé plus la musique": ne alone behind some verbs.
    plain = clause.kind is ClauseKind.MAIN and clause.introducer is None
    compared = any(w.lower == "que" for w in words[last + 2 :])
    wrong = word.lower == "pas" or (word.lower == "plus" and plain and not compared)
    if wrong and determiner and following.lower not in ("de", "du", "des"):
        reason = f"In compound tenses “{word.text}” stands before the participle."
        yield _finding(sentence, "after_participle", last, last + 1, reason)


def _plus_pas(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Yield "il ne travaille plus pas"."""
    words, group = sentence.words, clause.group
    place = group.finite + 1
    pair = tuple(w.lower for w in words[place : place + 2])
    if group.ne is not None and pair == ("plus", "pas"):
        reason = "“Plus” and “pas” are not used together."
        yield _finding(sentence, "two_negations", place, place + 1, reason)


def _without_infinitive(sentence: Sentence) -> Iterator[Finding]:
    """Yield "le magasin est ne pas ouvert", "il pleure ne pas souvent"."""
    words = sentence.words
    for index in range(1, len(words) - 1):
        if words[index].lower != "ne" or words[index + 1].lower not in _SECOND:
            continue
        if sentence.tags[index - 1] is not Tag.FINITE or words[index - 1].joined:
            continue
        rest = words[index + 2 : index + 7]
        if all(kinds(w) or w.is_punctuation for w in rest) and not any(
            can_be(w, Kind.INFINITIVE) for w in rest
        ):
            reason = "“Ne” stands before the verb, and the second word behind it."
            yield _finding(sentence, "before_verb", index - 1, index + 1, reason)


# --- What may be meant ------------------------------------------------------------------------


def misplaced_doubts(sentence: Sentence) -> list[str]:
    """Return "je n'ai vu jamais", "compris rien": found in books, but hardly meant."""
    found: list[str] = []
    words = sentence.words
    for clause in sentence.clauses:
        group = clause.group
        if group.ne is None or not group.participles:
            continue
        last = group.participles[-1]
        between = {w.lower for w in words[group.finite + 1 : last]}
        after = words[last + 1].lower if last + 1 < len(words) else ""
        second = between & (_SECOND | {"rien", "que", "aucun", "aucune", "personne", "guère"})
        following = words[last + 2].lower if last + 2 < len(words) else ""
        # "Rien de mieux", "rien qui vaille", "rien à faire".
        widened = after == "rien" and following in ("de", "qui", "que", "ni", "à", "d'autre")
        if after in ("jamais", "rien", "pas", "plus", "même") and not second and not widened:
            found.append(f"“{after}” hardly stands behind the participle.")
    return found

"""Negations that are certainly built wrongly: two of them, ne or pas in an impossible place.

Ne stands before the verb and its pronouns, pas behind the finite form, both before an infinitive;
pas goes with no other negative word (Grevisse, Le bon usage, on negation). A missing ne is no error
here, and "plus" may be the comparative.
"""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.lexis import CLITICS, SUBJECTS, can_be, kinds, lemmas, only
from generation.french.checking.sentence import Clause, Sentence, Tag
from generation.french.checking.text import Word
from generation.french.checking.verdict import Finding
from generation.french.checking.words import Kind
from verbs.french.vocabulary import ErrorType

__all__ = ["negation", "negation_findings"]

_PAS = frozenset({"pas", "point"})
_BEFORE_INFINITIVE = frozenset({"pas", "plus", "jamais", "rien", "point", "guère", "personne"})
#: What may follow "ne pas": an infinitive with what stands before it.
_AFTER_NE_PAS = (
    Kind.INFINITIVE,
    Kind.VERB,
    Kind.PRESENT_PARTICIPLE,
    Kind.PAST_PARTICIPLE,
    Kind.ADVERB,
    Kind.NEGATION,
    Kind.CLITIC,
)
_NEGATIVE = frozenset({"jamais", "rien", "personne", "aucun", "aucune"})
#: Words with which ni may stand alone: "personne ne l'a vu ni entendu".
_OTHERS = _NEGATIVE | {"plus", "guère", "nul", "nulle", "que", "sans"}


def negation(sentence: Sentence) -> list[Finding]:
    """Return the certain errors in the negations of a sentence."""
    return negation_findings(sentence)


def negation_findings(sentence: Sentence) -> list[Finding]:
    """Return the same, for the rules and for pairs."""
    found: list[Finding] = []
    words = sentence.words
    for index, word in enumerate(words):
        if word.lower == "ne" and not word.joined:
            found += _ne(words, index)
        elif word.lower == "pas":
            found += _pas_alone(words, index)
    found += _one_ni(words)
    for clause in sentence.clauses:
        found += _two(sentence, clause)
        found += _behind_participle(sentence, clause)
    return found


def _finding(code: str, first: Word, last: Word, reason: str) -> Finding:
    return Finding(
        ErrorType.NEGATION_STRUCTURE, f"negation_structure.{code}", first.start, last.end, reason
    )


def _text(words: tuple[Word, ...], index: int) -> str:
    return words[index].lower if 0 <= index < len(words) else ""


def _ne(words: tuple[Word, ...], index: int) -> Iterator[Finding]:
    """Yield "je le ne vois pas", "je mange ne pas", "je ne pas mange"."""
    before = words[index - 1] if index else None
    if before is not None and not before.joined and before.lower in CLITICS:
        # "Il parle de lui ne sachant rien": lui and nous may be no clitics.
        clear = before.lower not in ("lui", "nous", "vous", "leur", "la", "en", "y")
        subject = _text(words, index - 2) in SUBJECTS
        if clear or subject:
            reason = f"“Ne” stands before “{before.text}”, not behind it."
            yield _finding("ne_after_pronoun", before, words[index], reason)
            return
    place = index + 1
    negative = _text(words, place) in _BEFORE_INFINITIVE
    while _text(words, place) in _BEFORE_INFINITIVE:
        place += 1
    while _text(words, place) in CLITICS:
        place += 1
    following = words[place] if place < len(words) else None
    if following is None or following.is_punctuation:
        if following is not None and following.text not in (".", "!", "?", "...", "…"):
            return
        if negative or place == index + 1:
            last = words[place - 1]
            reason = "“Ne” stands before the verb."
            yield _finding("before_verb", words[index], last, reason)
        return
    reflexive = words[place - 1].lower in ("me", "te", "se")  # behind it "est" is no noun
    finite = reflexive and can_be(following, Kind.VERB) and not can_be(following, Kind.INFINITIVE)
    if negative and (finite or only(following, Kind.VERB)):
        reason = "“Ne” alone stands before the verb; its second word comes behind the verb."
        yield _finding("before_verb", words[index], following, reason)
    elif negative and kinds(following) and not can_be(following, *_AFTER_NE_PAS):
        reason = "“Ne” stands before the verb, and “pas” behind it."
        yield _finding("before_verb", words[index], words[place - 1], reason)
    elif not negative and only(
        following, Kind.NOUN, Kind.PREPOSITION, Kind.DETERMINER, Kind.SUBJECT, Kind.ADVERB
    ):
        reason = f"“Ne” stands before the verb, not before “{following.text}”."
        yield _finding("before_verb", words[index], following, reason)


def _pas_alone(words: tuple[Word, ...], index: int) -> Iterator[Finding]:
    """Yield "il pas vient": without ne too, pas stands behind the finite form."""
    if not index or words[index - 1].lower not in SUBJECTS:
        return
    place = index + 1
    while _text(words, place) in CLITICS:
        place += 1
    if place < len(words) and only(words[place], Kind.VERB):
        reason = "“Pas” stands behind the verb."
        yield _finding("before_verb", words[index], words[place], reason)


def _one_ni(words: tuple[Word, ...]) -> Iterator[Finding]:
    """Yield "il n'a ni le temps ou l'argent": ni is no negation alone (Bon usage on ni)."""
    texts = [word.lower for word in words]
    if texts.count("ne") != 1 or texts.count("ni") != 1 or set(texts) & (_OTHERS | _PAS):
        return
    ne, ni = texts.index("ne"), texts.index("ni")
    if ne < ni and "ou" in texts[ni:]:
        ou = texts.index("ou", ni)
        reason = "“Ni” goes with another “ni”, not with “ou”."
        yield _finding("ni_ou", words[ou], words[ou], reason)


def _two(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Yield "je ne vois pas personne", "il ne vient pas jamais"; "ce n'est pas rien" is right."""
    words, group = sentence.words, clause.group
    if group.ne is None:
        return
    # "Ce n'est pas rien" is right.
    copula = "être" in group.lemmas and not group.participles
    start, end = group.finite + 1, min(clause.end, group.end + 2)
    texts = [w.lower for w in words[start:end]]
    if "," in texts:
        texts = texts[: texts.index(",")]
    pas = next((n for n, text in enumerate(texts) if text in _PAS), None)
    if pas is None:
        return
    subject = [w.lower for w in words[clause.subject.start : clause.subject.end]]
    if subject[:1] in (["personne"], ["rien"], ["aucun"], ["aucune"]):
        reason = f"“{subject[0].capitalize()}” is negative itself and goes without “pas”."
        yield _finding("two_negations", words[start + pas], words[start + pas], reason)
        return
    for other in (pas + 1, pas + 2, pas - 1, len(texts) - 1):
        if not 0 <= other < len(texts) or texts[other] not in _NEGATIVE or other == pas:
            continue
        if copula and texts[other] == "rien":
            continue
        word = words[start + other]
        # "Pas un seul jamais", "la personne", "rien que": the word must stand for itself.
        determined = (
            can_be(words[start + other - 1], Kind.DETERMINER) and texts[other] == "personne"
        )
        if determined or _text(words, start + other + 1) == "que":
            continue
        first, last = sorted((pas, other))
        reason = f"“{word.text}” and “pas” are not used together."
        yield _finding("two_negations", words[start + first], words[start + last], reason)
        return


def _behind_participle(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Yield "je n'ai mangé pas" and "je n'ai personne vu"."""
    words, group = sentence.words, clause.group
    if group.ne is None or not group.participles:
        return
    last = group.participles[-1]
    after = _text(words, last + 1)
    follows = words[last + 2] if last + 2 < len(words) else None
    between = {w.lower for w in words[group.finite + 1 : last]}
    if after == "pas" and not between & _BEFORE_INFINITIVE:
        bare = follows is None or not (
            can_be(follows, Kind.INFINITIVE, Kind.NUMBER, Kind.CLITIC)
            or follows.lower in ("un", "une", "seulement", "mal", "moins", "encore")
        )
        if bare and sentence.tags[last] is Tag.PARTICIPLE:
            reason = "In compound tenses “pas” stands between the auxiliary and the participle."
            yield _finding("after_participle", words[last], words[last + 1], reason)
    if after == "rien" and "avoir" in group.lemmas and _rien_ends(sentence, last + 2):
        reason = "In compound tenses “rien” stands between the auxiliary and the participle."
        yield _finding("after_participle", words[last], words[last + 1], reason)
    if words[last - 1].lower == "personne" and last - 1 > group.finite:
        determined = can_be(words[last - 2], Kind.DETERMINER)
        if not determined and lemmas(words[group.finite], Kind.VERB) & {"avoir", "être"}:
            reason = "In compound tenses “personne” stands behind the participle."
            yield _finding("personne_before_participle", words[last - 1], words[last], reason)


def _rien_ends(sentence: Sentence, index: int) -> bool:
    """Whether nothing that may belong to rien follows it: "rien de bon", "rien qui", "rien ni"."""
    if index >= len(sentence.words):
        return True
    if sentence.tags[index] is Tag.SUBORDINATION:
        return sentence.words[index].lower not in ("que", "comme")
    return sentence.words[index].text in (".", "!", "?")

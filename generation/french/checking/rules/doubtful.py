"""What is hardly right, but has another reading: reasons for a person or a model to look."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from generation.french.checking.lexis import is_time
from generation.french.checking.rules.common import auxiliaries, participle_verbs, takes_object
from generation.french.checking.rules.dislocated import dislocation_doubts
from generation.french.checking.rules.governed import governed_doubts
from generation.french.checking.rules.misplaced import misplaced_doubts
from generation.french.checking.rules.objects import object_doubts
from generation.french.checking.rules.order import order_doubts
from generation.french.checking.rules.uses import is_body, phrase_at
from generation.french.checking.sentence import ClauseKind, Sentence, SubjectKind, Tag
from verbs.french.vocabulary import Auxiliary, Person

__all__ = ["doubts"]

_QUANTITIES = frozenset({"beaucoup", "trop", "assez", "peu", "plein"})


def auxiliary_doubts(sentence: Sentence) -> list[str]:
    """Return être with a transitive verb and an object behind it: "il est planté des tomates".

    It may be a passive with an attribute or an agent in de: "elle est nommée la reine du bal".
    """
    found: list[str] = []
    for clause in sentence.clauses:
        group = clause.group
        if "être" not in group.lemmas or len(group.participles) != 1 or clause.subject.inverted:
            continue
        if {sentence.words[i].lower for i in group.clitics} & _PERSONAL:
            continue
        verbs = participle_verbs(sentence, group.participles[0])
        phrase = phrase_at(sentence, group.end)
        if not verbs or phrase is None or clause.subject.kind is SubjectKind.UNKNOWN:
            continue
        word = sentence.words[group.end].text.lower()
        if is_time(sentence.words[phrase.noun]) or is_body(sentence, phrase):
            continue
        article = phrase.preposition is None and phrase.determiner is not None
        plain = article and sentence.tags[phrase.noun] is Tag.NOUN and word not in ("du", "des")
        if plain and all(auxiliaries(v) == {Auxiliary.AVOIR} and takes_object(v) for v in verbs):
            found.append(f"“{min(verbs)}” has hardly an object in the passive.")
    return found


_PERSONAL = frozenset({"me", "te", "se", "nous", "vous"})


def person_doubts(sentence: Sentence) -> list[str]:
    """Return "nous resteront": nous or vous before the form of another person, with no subject."""
    found: list[str] = []
    for clause in sentence.clauses:
        group = clause.group
        if clause.kind is not ClauseKind.MAIN or not group.clitics or not group.analyses:
            continue
        if clause.subject.kind is not SubjectKind.UNKNOWN or clause.introducer is not None:
            continue
        word = sentence.words[group.clitics[0]].lower
        plural = all(a.person is Person.P3 for a in group.analyses)
        if word in ("nous", "vous") and plural:
            found.append(f"“{word}” has no subject beside it.")
    return found


def quantity_doubts(sentence: Sentence) -> list[str]:
    """Return "beaucoup du monde", "tout la nuit", "de une amie": right in rare senses only."""
    words = sentence.words
    found: list[str] = []
    for index in range(1, len(words) - 1):
        before, word = words[index - 1].lower, words[index].text.lower()
        # "J'en ai assez du bruit."
        of_it = any(w.lower == "en" for w in words[:index])
        noun_follows = sentence.tags[index + 1] is Tag.NOUN
        if before in _QUANTITIES and word == "du" and noun_follows and not of_it:
            found.append(f"Behind “{before}” stands “de”.")
        elif word in ("un", "une") and words[index - 1].text.lower() in ("de", "que"):
            noun = phrase_at(sentence, index)
            if noun is not None and not is_time(words[noun.noun]):
                # "De un à dix" has a number.
                found.append(f"“{before}” hardly stays whole before “{word}”.")
        elif before == "tout" and word in ("la", "ma", "ta", "sa", "cette"):
            noun = phrase_at(sentence, index)
            if noun is not None and noun.gender == "f" and sentence.tags[index] is Tag.DETERMINER:
                found.append("Before a feminine noun it is “toute”.")
    return found


_DOUBTS: tuple[Callable[[Sentence], list[str]], ...] = (
    order_doubts,
    object_doubts,
    governed_doubts,
    dislocation_doubts,
    misplaced_doubts,
    auxiliary_doubts,
    person_doubts,
    quantity_doubts,
)


def doubts(sentence: Sentence) -> Iterator[str]:
    """Yield what makes a sentence doubtful although no rule is certain of an error."""
    for each in _DOUBTS:
        yield from each(sentence)

"""Pronouns that do not fit the noun they repeat: "ce tramway, ils la voient", "ma sœur vient-il ?".

A noun phrase before a comma at the beginning, or behind one at the end, that is no object of its own is
taken up by a pronoun of its gender and number (Bon usage, on dislocation). Silent where the phrase may
be a form of address, a time or a manner ("le cœur léger"), or where another word may take it up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generation.french.checking.lexis import COLLECTIVES, can_be, is_time
from generation.french.checking.rules.uses import is_body, is_person_phrase
from generation.french.checking.sentence import Clause, NounPhrase, Sentence, SubjectKind, Tag
from generation.french.checking.verdict import Finding
from generation.french.checking.words import Kind
from verbs.french.vocabulary import ErrorType

__all__ = ["dislocated", "dislocation_doubts"]

_ENDS = frozenset({".", "!", "?", "...", "…"})
_DEMONSTRATIVE = frozenset({"ce", "cet", "cette", "ces"})
_ARTICLES = frozenset({"le", "la", "les"})
_OTHERS = frozenset({"ta", "tes", "sa", "ses", "leur", "leurs", "votre", "vos"})
_OWN = frozenset({"mon", "ma", "mes", "notre", "nos", "ton", "son"})
#: Verbs with which le may stand for what was said, a deed or a quality.
_WITH_CLAUSE = frozenset(
    {
        *("savoir", "dire", "croire", "penser", "espérer", "vouloir", "devoir", "pouvoir", "faire"),
        *("être", "promettre", "jurer", "demander", "permettre", "avouer", "répéter", "comprendre"),
        *("regretter", "souhaiter", "mériter", "supposer", "imaginer", "affirmer", "prévoir"),
        *("craindre", "reconnaître", "admettre", "accepter", "voir", "sentir", "entendre"),
        *("devenir", "rester", "sembler", "paraître", "falloir", "valoir", "apprendre", "parier"),
        *("oublier", "noter", "remarquer", "constater", "confirmer", "expliquer", "préférer"),
        *("rappeler", "proposer", "conseiller", "ordonner", "interdire", "défendre", "annoncer"),
        *("raconter", "décider", "désirer", "oser", "tenter", "essayer", "ignorer", "deviner"),
    }
)
_GROUPS = COLLECTIVES | {
    *("famille", "gouvernement", "police", "public", "couple", "gens", "jeunesse", "monde"),
    *("clientèle", "entreprise", "société", "administration", "direction", "voisinage", "marque"),
}
_RESUMING = frozenset({"y", "en", "ça", "cela", "lui", "leur", "celui", "celle", "ceux", "celles"})


@dataclass(frozen=True)
class _Repeated:
    """A phrase apart from its clause, and the clause whose pronoun should repeat it."""

    phrase: NounPhrase
    clause: Clause
    first: bool


def dislocated(sentence: Sentence) -> list[Finding]:
    """Return the pronouns that certainly do not fit the noun that they repeat."""
    found = [each for each, certain in _all(sentence) if certain]
    return [*found, *_inverted(sentence), *_which(sentence), *_possessed(sentence)]


def dislocation_doubts(sentence: Sentence) -> list[str]:
    """Return the pronouns that hardly fit the noun before the comma, but may mean another one."""
    found = [each.reason for each, certain in _all(sentence) if not certain]
    return [*found, *_other_subject(sentence)]


#: Verbs with which il may stand for nothing: "les enfants, il pleut".
_IMPERSONAL = frozenset(
    {
        *("falloir", "pleuvoir", "neiger", "faire", "être", "avoir", "agir", "valoir", "sembler"),
        *("paraître", "rester", "arriver", "manquer", "suffire", "geler", "venter", "aller"),
    }
)


def _other_subject(sentence: Sentence) -> Iterator[str]:
    """Yield "ma mère, il travaille": a subject that cannot repeat what stands before it."""
    apart = _before(sentence)
    if apart is None or apart.clause.group.clitics or apart.phrase.plural is None:
        return
    subject, group = apart.clause.subject, apart.clause.group
    word = sentence.words[subject.start].lower
    if subject.kind is not SubjectKind.PRONOUN or word not in ("il", "elle", "ils", "elles"):
        return
    if group.participles or group.infinitives or group.stray or group.enclitics:
        return
    behind = sentence.words[group.end : group.end + 2]
    if behind and behind[0].lower in _ARTICLES and can_be(behind[-1], Kind.INFINITIVE):
        # "Cette tarte, il veut la goûter": it may be no noun.
        return
    if word == "il" and set(group.lemmas) & _IMPERSONAL:
        return
    plural, masculine = word in ("ils", "elles"), word in ("il", "ils")
    gender = apart.phrase.gender is not None and masculine is not (apart.phrase.gender == "m")
    if gender or plural is not apart.phrase.plural:
        yield f"“{word}” does not go with “{sentence.words[apart.phrase.noun].text}”."


def _all(sentence: Sentence) -> Iterator[tuple[Finding, bool]]:
    apart = _before(sentence) or _behind(sentence)
    if apart is None:
        return
    group = apart.clause.group
    places = [*group.clitics, *group.enclitics]
    texts = [sentence.words[i].lower for i in places]
    if sum(text in _ARTICLES for text in texts) == 1:
        place = next(i for i in places if sentence.words[i].lower in _ARTICLES)
        yield from _direct(sentence, apart, place)
    elif len(places) == 1 and texts[0] in ("lui", "leur"):
        yield from _indirect(sentence, apart, places[0])


# --- Finding the phrase -----------------------------------------------------------------------


def _before(sentence: Sentence) -> _Repeated | None:
    """Return the phrase that begins the sentence, with complements in de, before a comma."""
    if not sentence.phrases or sentence.phrases[0].start != 0:
        return None
    phrase = sentence.phrases[0]
    comma = phrase.end
    for other in sentence.phrases[1:]:
        if other.preposition == comma and _is_de(sentence, comma):
            comma = other.end
    if comma >= len(sentence.words) or sentence.words[comma].text != ",":
        return None
    clause = next((c for c in sentence.clauses if c.start == comma + 1), None)
    if clause is None or clause is not sentence.clauses[0] or clause.introducer is not None:
        return None
    return _Repeated(phrase, clause, True) if _is_named(sentence, phrase) else None


def _behind(sentence: Sentence) -> _Repeated | None:
    """Return the phrase behind the last comma, which ends the sentence."""
    commas = [i for i, w in enumerate(sentence.words) if w.text == ","]
    if len(commas) != 1 or len(sentence.clauses) != 1:
        return None
    phrase = next((p for p in sentence.phrases if p.start == commas[0] + 1), None)
    if phrase is None or phrase.preposition is not None:
        return None
    end = phrase.end
    for other in sentence.phrases:
        if other.preposition == end and _is_de(sentence, end):
            end = other.end
    last = sentence.words[end].text if end < len(sentence.words) else "."
    clause = sentence.clauses[0]
    if last not in _ENDS or clause.group.finite > commas[0]:
        return None
    return _Repeated(phrase, clause, False) if _is_named(sentence, phrase) else None


def _is_de(sentence: Sentence, index: int) -> bool:
    return sentence.words[index].text.lower() in ("de", "d'", "du", "des")


def _is_named(sentence: Sentence, phrase: NounPhrase) -> bool:
    """Whether a phrase names a thing or person, and no time, manner or quantity."""
    if phrase.determiner is None or not phrase.certain or phrase.conjuncts:
        return False
    if sentence.tags[phrase.noun] is not Tag.NOUN or is_time(sentence.words[phrase.noun]):
        return False
    word = sentence.words[phrase.determiner].lower
    behind = [i for i in phrase.adjectives if i > phrase.noun]
    # "Le verre vide, il sort", "mes devoirs finis, je pars": a manner or a time.
    apart = any(sentence.tags[i] is Tag.PARTICIPLE for i in behind) or (
        bool(behind) and word in _ARTICLES | _OWN
    )
    if word not in _DEMONSTRATIVE | _ARTICLES | _OTHERS | _OWN or apart:
        return False
    body = is_body(sentence, phrase) and word not in _DEMONSTRATIVE | {"sa", "ta", "leur"}
    return not body and not sentence.words[phrase.noun].lower.endswith(("-ci", "-là"))


def _may_be_address(sentence: Sentence, phrase: NounPhrase) -> bool:
    """Whether one may speak to the persons: "ma fille, je le connais", "les enfants, je la vois"."""
    assert phrase.determiner is not None
    word = sentence.words[phrase.determiner].lower
    return is_person_phrase(sentence, phrase) and word in _OWN | _ARTICLES - {"le", "la"}


# --- Le, la, les ------------------------------------------------------------------------------


def _direct(sentence: Sentence, apart: _Repeated, place: int) -> Iterator[tuple[Finding, bool]]:
    phrase, word = apart.phrase, sentence.words[place]
    text = "l'" if word.elided else word.lower
    error = _mismatch(phrase, text)
    if error is None or _is_taken_up(sentence, apart, place):
        return
    end = apart.clause.group.end
    said = text in ("le", "l'") and _has_clause_verb(sentence, apart.clause)
    if said and end < len(sentence.words) and sentence.words[end].text == ",":
        # "Cette histoire, je le jure, est vraie."
        return
    noun = sentence.words[phrase.noun]
    right = "les" if phrase.plural else {"m": "le", "f": "la"}.get(phrase.gender or "")
    certain = not (
        _may_be_address(sentence, phrase)
        or said
        or (text == "les" and (noun.lower in _GROUPS or noun.lower.rstrip("s") in _GROUPS))
        or _may_be_subject(sentence, apart)
    )
    finding = Finding(
        error,
        f"{error.value}.object",
        word.start,
        word.end,
        f"“{word.text}” does not go with “{noun.text}”, which it repeats.",
        None if word.elided else right,
    )
    yield finding, certain


def _mismatch(phrase: NounPhrase, text: str) -> ErrorType | None:
    """Return how le, la, les, l' contradicts a phrase."""
    if phrase.plural is None:
        return None
    if (text == "les") is not phrase.plural:
        return ErrorType.PRONOUN_NUMBER
    wrong = {"le": "f", "la": "m"}.get(text)
    return ErrorType.PRONOUN_GENDER if wrong is not None and phrase.gender == wrong else None


def _is_taken_up(sentence: Sentence, apart: _Repeated, place: int) -> bool:
    """Whether another word of the clause repeats the phrase."""
    clause = apart.clause
    words = range(clause.start, clause.end)
    if any(sentence.words[i].lower in ("ça", "cela") for i in words):
        return True
    return any(
        sentence.words[i].lower in ("y", "en") and sentence.tags[i] is Tag.CLITIC for i in words
    )


def _may_be_subject(sentence: Sentence, apart: _Repeated) -> bool:
    """Whether il, elle, ce repeats the phrase, so that the object is another: "ce film, il la trouble"."""
    subject, phrase = apart.clause.subject, apart.phrase
    if subject.kind is not SubjectKind.PRONOUN:
        return False
    word = sentence.words[subject.start].lower
    if word in ("ce", "ça", "cela"):
        return True
    if word not in ("il", "elle", "ils", "elles"):
        return False
    same = (word in ("ils", "elles")) is phrase.plural
    return same and (word in ("il", "ils")) is (phrase.gender != "f")


def _has_clause_verb(sentence: Sentence, clause: Clause) -> bool:
    group = clause.group
    verb = group.participles[-1] if group.participles else group.finite
    lemmas = {r.lemma for r in sentence.readings[verb]} | set(
        group.lemmas if not group.participles else ()
    )
    later = any(c.start >= clause.end for c in sentence.clauses)
    return bool(lemmas & _WITH_CLAUSE) or bool(group.infinitives) or later


# --- Lui, leur --------------------------------------------------------------------------------


def _indirect(sentence: Sentence, apart: _Repeated, place: int) -> Iterator[tuple[Finding, bool]]:
    phrase, word = apart.phrase, sentence.words[place]
    if not is_person_phrase(sentence, phrase) or phrase.plural is None:
        return
    if (word.lower == "leur") is phrase.plural:
        return
    noun = sentence.words[phrase.noun]
    sure = not _may_be_address(sentence, phrase) and not _may_be_subject(sentence, apart)
    finding = Finding(
        ErrorType.PRONOUN_NUMBER,
        "pronoun_number.indirect_object",
        word.start,
        word.end,
        f"“{word.text}” does not go with “{noun.text}”, which it repeats.",
        "leur" if phrase.plural else "lui",
    )
    yield finding, sure and noun.lower.rstrip("s") not in _GROUPS


# --- Inverted subjects ------------------------------------------------------------------------

_PLAIN = frozenset({"quand", "pourquoi", "comment", "où"})


def _inverted(sentence: Sentence) -> Iterator[Finding]:
    """Yield "votre sœur vient-il ?": the pronoun behind the verb repeats the subject before it."""
    for clause in sentence.clauses:
        subject, group = clause.subject, clause.group
        if not subject.inverted or subject.kind is not SubjectKind.PRONOUN:
            continue
        word = sentence.words[subject.start]
        start = min([group.finite, *group.clitics, *([] if group.ne is None else [group.ne])])
        phrase = next((p for p in sentence.phrases if p.end == start), None)
        if phrase is None or not word.joined or not _is_subject(sentence, phrase):
            continue
        plural = {"il": False, "elle": False, "ils": True, "elles": True}.get(word.lower)
        if plural is None or phrase.plural is None or not phrase.certain:
            continue
        masculine = word.lower in ("il", "ils")
        known = phrase.gender is not None and masculine is not (phrase.gender == "m")
        if plural is not phrase.plural or not known:
            continue
        noun = sentence.words[phrase.noun].text
        right = {"m": "il", "f": "elle"}[phrase.gender or "m"] + ("s" if plural else "")
        yield Finding(
            ErrorType.PRONOUN_GENDER,
            "pronoun_gender.subject",
            word.start,
            word.end,
            f"“{word.text}” does not go with “{noun}”, which it repeats.",
            right,
        )


def _is_subject(sentence: Sentence, phrase: NounPhrase) -> bool:
    """Whether a phrase right before the verb can only be the subject that a pronoun repeats."""
    if phrase.determiner is None or phrase.preposition is not None or phrase.conjuncts:
        return False
    word = sentence.words[phrase.determiner].lower
    if word not in _DEMONSTRATIVE | _ARTICLES | _OTHERS | _OWN:
        return False
    before = sentence.words[phrase.start - 1].lower if phrase.start else ""
    first = phrase.start == 0 or before in _PLAIN
    return first and sentence.tags[phrase.noun] is Tag.NOUN and not is_time(
        sentence.words[phrase.noun]
    )  # fmt: skip


# --- Pronouns with their noun in the sentence ---------------------------------------------------

_WHICH = {
    "lequel": ("m", False),
    "laquelle": ("f", False),
    "lesquels": ("m", True),
    "lesquelles": ("f", True),
}
_POSSESSED = {
    **dict.fromkeys(("mien", "tien", "sien"), ("m", False)),
    **dict.fromkeys(("mienne", "tienne", "sienne"), ("f", False)),
    **dict.fromkeys(("miens", "tiens", "siens"), ("m", True)),
    **dict.fromkeys(("miennes", "tiennes", "siennes"), ("f", True)),
}
_SHOWN = {"celui": ("m", False), "celle": ("f", False), "ceux": ("m", True), "celles": ("f", True)}


def _wrong_pronoun(
    sentence: Sentence, index: int, phrase: NounPhrase, traits: tuple[str, bool], number: bool
) -> Iterator[Finding]:
    """Yield that a pronoun has not the gender (or, if it counts, the number) of its noun."""
    gender, plural = traits
    if not phrase.certain or phrase.plural is None:
        return
    error = None
    if phrase.gender is not None and phrase.gender != gender:
        error = ErrorType.PRONOUN_GENDER
    if number and phrase.plural is not plural:
        error = ErrorType.PRONOUN_NUMBER
    if error is None:
        return
    word, noun = sentence.words[index], sentence.words[phrase.noun].text
    reason = f"“{word.text}” does not go with “{noun}”, for which it stands."
    yield Finding(error, f"{error.value}.other", word.start, word.end, reason)


def _which(sentence: Sentence) -> Iterator[Finding]:
    """Yield "lequel de ces robes": the pronoun has the gender of the nouns that it chooses from."""
    for phrase in sentence.phrases:
        if phrase.preposition is None or phrase.plural is not True or phrase.conjuncts:
            continue
        index = phrase.preposition - 1
        word = sentence.words[index].lower if index >= 0 else ""
        if word in _WHICH and _is_de(sentence, phrase.preposition):
            yield from _wrong_pronoun(sentence, index, phrase, _WHICH[word], number=False)


def _possessed(sentence: Sentence) -> Iterator[Finding]:
    """Yield "cette valise est le mien", "ces gants sont celui de Paul"."""
    words = sentence.words
    for clause in sentence.clauses:
        phrase, group = clause.subject.phrase, clause.group
        place = group.finite + 1
        if phrase is None or phrase.determiner is None or group.participles:
            continue
        shown = words[phrase.determiner].lower in _DEMONSTRATIVE
        if "être" not in group.lemmas or not shown or place + 1 >= len(words):
            continue
        if clause.subject.inverted or clause.subject.kind is not SubjectKind.PHRASE:
            continue
        if clause.subject.end != phrase.end or is_person_phrase(sentence, phrase):
            continue
        text, following = words[place].lower, words[place + 1].lower
        if text in _ARTICLES and following in _POSSESSED:
            traits = _POSSESSED[following]
            yield from _wrong_pronoun(sentence, place + 1, phrase, traits, number=True)
        elif text in _SHOWN and _is_de(sentence, place + 1):
            yield from _wrong_pronoun(sentence, place, phrase, _SHOWN[text], number=True)

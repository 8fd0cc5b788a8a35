"""Verb forms that do not exist, and forms that cannot stand where they do.

An unknown word in the place of a verb is an error only if it is a known verb's form gone wrong: the
form of a regular pattern ("vous faisez", "j'ai prendu"), an accent or a consonant too few or too
many. Any other unknown word may be a verb that no list has.
"""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.learner_forms import doubled_consonant, wrong_form_of
from generation.french.checking.rules.common import (
    ETRE_ONLY,
    auxiliary_of,
    finding,
    participle_verbs,
)
from generation.french.checking.sentence import Clause, ClauseKind, Sentence, SubjectKind, Tag
from generation.french.checking.verdict import Finding
from generation.french.checking.words import Kind, is_known, readings
from verbs.french.conjugation import index, participles
from verbs.french.verb_data import infinitives, known_infinitives
from verbs.french.vocabulary import Person, Tense


def form(sentence: Sentence) -> list[Finding]:
    """Return the verb forms that certainly do not exist or cannot stand where they do."""
    found: list[Finding] = []
    for clause in sentence.clauses:
        found += _finite(sentence, clause)
        found += _imperative(sentence, clause)
        found += _after_auxiliary(sentence, clause)
        found += _after_modal(sentence, clause)
    found += _subject_alone(sentence)
    found += _infinitives(sentence)
    return found


_REASONS = {
    "regularised_participle": "The past participle “{word}” does not exist: “{verb}” has its own.",
    "regularised_stem": "The form “{word}” of “{verb}” does not exist.",
    "regularised_future": "The future or conditional form “{word}” of “{verb}” does not exist.",
    "spelling_g": "Verbs in -ger keep an e before a and o: “{word}” is misspelt.",
    "spelling_c": "Verbs in -cer take a cedilla before a and o: “{word}” is misspelt.",
    "y_for_i": "Mind y and i in the forms of “{verb}”: “{word}” does not exist.",
    "accent": "The accents of “{word}” are wrong: it is a form of “{verb}”.",
    "double_consonant": "Mind single and double consonants: “{word}” is no form of “{verb}”.",
}


def _wrong(sentence: Sentence, index_: int, verb: str, code: str) -> Finding:
    word = sentence.words[index_].text
    return finding(
        sentence,
        f"wrong_form.{code}",
        (index_, index_ + 1),
        _REASONS[code].format(word=word, verb=verb),
    )


# --- In their places --------------------------------------------------------------------------


def _finite(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Find an unknown word where a subject or pronouns demand a finite form."""
    group = clause.group
    word = sentence.words[group.finite]
    if group.analyses or (word.is_capitalised and not word.initial):
        return
    following = group.finite + 1
    attached = sentence.words[following].text if following < len(sentence.words) else ""
    if word.lower.endswith("é") and attached == "je":
        # "Dussé-je": before je behind a hyphen a final e becomes é (Bon usage).
        return
    sure = clause.subject.kind in (SubjectKind.PRONOUN, SubjectKind.RELATIVE)
    first = group.finite == 0 or sentence.tags[group.finite - 1] is Tag.PUNCTUATION
    if first and clause.subject.kind in (SubjectKind.NONE, SubjectKind.UNKNOWN):
        sure = clause.kind is ClauseKind.IMPERATIVE or word.text.endswith(("ons", "ez"))
    if not (sure or group.clitics or group.ne is not None or clause.subject.persons):
        return
    found = wrong_form_of(word.text.lower())
    if found is not None:
        yield _wrong(sentence, group.finite, *found)


def _after_auxiliary(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Find unknown participles, and infinitives or finite forms where a participle belongs."""
    group = clause.group
    if auxiliary_of(group) is not None:
        for index_ in group.participles:
            if not participle_verbs(sentence, index_):
                found = wrong_form_of(sentence.words[index_].text.lower(), participle=True)
                if found is not None:
                    yield _wrong(sentence, index_, *found)
        return
    if not set(group.lemmas) & {"être", "avoir"} or group.end >= len(sentence.words):
        return
    following = group.end
    word = sentence.words[following].text.lower()
    if sentence.tags[following] is Tag.FINITE:
        yield from _finite_for_participle(sentence, clause, following)
    elif sentence.tags[following] in (Tag.UNKNOWN, Tag.ADJECTIVE, Tag.NOUN) and (
        "avoir" in group.lemmas or bool(group.clitics)
    ):
        found = wrong_form_of(word, participle=True)
        if found is not None:
            yield _wrong(sentence, following, *found)
    elif (
        sentence.tags[following] is Tag.INFINITIVE
        and word.endswith("er")
        and _needs_participle(sentence, clause, word)
    ):
        yield finding(
            sentence,
            "wrong_form.infinitive_for_participle",
            (following, following + 1),
            f"Behind the auxiliary the past participle is needed, not the infinitive “{word}”.",
        )


_OTHER_KINDS = frozenset({Kind.NOUN, Kind.ADJECTIVE, Kind.ADVERB, Kind.PREPOSITION, Kind.NAME})


def _finite_for_participle(sentence: Sentence, clause: Clause, following: int) -> Iterator[Finding]:
    """Find "il a finit", "ils ont dormis": finite forms in the place of a participle."""
    word = sentence.words[following].text.lower()
    kinds = {r.kind for r in readings(word)}
    reflexive = bool(clause.group.clitics) and "être" in clause.group.lemmas
    if kinds & (_OTHER_KINDS | {Kind.PAST_PARTICIPLE}) or (
        "avoir" not in clause.group.lemmas and not reflexive
    ):
        return
    if clause.subject.inverted or sentence.words[following].joined:
        return
    fits = {each.person for each in clause.group.analyses} & clause.subject.persons
    if not fits or sentence.words[following - 1].is_punctuation:
        return
    verb = sentence.readings[following][0].lemma if sentence.readings[following] else ""
    right = participles(verb)[0].masculine_singular if verb and participles(verb) else None
    if right is not None and word in (right + "s", right + "e", right + "es"):
        code = "participle_agreement.avoir_with_subject"
        if "avoir" not in clause.group.lemmas:
            return
    else:
        code = "wrong_form.finite_for_participle"
    yield finding(
        sentence,
        code,
        (following, following + 1),
        f"Behind the auxiliary the past participle is needed, not “{word}”.",
        right,
    )


def _needs_participle(sentence: Sentence, clause: Clause, infinitive: str) -> bool:
    """Whether an infinitive right behind être or avoir can only be meant as a participle."""
    group = clause.group
    if "avoir" in group.lemmas:
        return True
    if clause.subject.kind is not SubjectKind.PRONOUN:
        return False
    if sentence.words[clause.subject.end - 1].lower in ("ce", "ça", "cela"):
        return False
    return infinitive in ETRE_ONLY or bool(group.clitics)


_MODALS = frozenset({"vouloir", "pouvoir", "devoir", "aller"})


def _after_modal(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Find "je veux mangé", "nous allons mangez": an infinitive is needed."""
    group = clause.group
    if not group.lemmas or not set(group.lemmas) <= _MODALS | {"en aller"}:
        return
    if group.end >= len(sentence.words) or clause.subject.kind is not SubjectKind.PRONOUN:
        return
    if {"se", "me", "te"} & {sentence.words[i].lower for i in group.clitics}:
        return
    following = group.end
    word = sentence.words[following].text.lower()
    tag = sentence.tags[following]
    if tag is Tag.PARTICIPLE and word.endswith("é"):
        certain = not any(r.kind.value in ("adjective", "noun") for r in readings(word))
    elif tag is Tag.FINITE and word.endswith("ez"):
        certain = sentence.clauses[-1] is not clause
    else:
        return
    if certain:
        yield finding(
            sentence,
            "wrong_form.infinitive",
            (following, following + 1),
            f"Behind “{sentence.words[group.finite].text}” the infinitive is needed.",
        )


def _imperative(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Find "parles plus fort": the imperative of tu has no -s in the first group."""
    group = clause.group
    if clause.kind is not ClauseKind.IMPERATIVE or sentence.question:
        return
    word = sentence.words[group.finite].text.lower()
    if not word.endswith("es") or not group.analyses or not _opens(sentence, clause):
        return
    if any(each.tense is Tense.IMPERATIF for each in group.analyses):
        return
    if not all(
        each.tense in (Tense.PRESENT, Tense.SUBJONCTIF) and each.person is Person.S2
        for each in group.analyses
    ):
        return
    right = word[:-1]
    if any(a.tense is Tense.IMPERATIF for a in index(known_infinitives()).get(right, ())):
        following = group.finite + 1
        attached = following < len(sentence.words) and sentence.words[following].joined
        if attached and sentence.words[following].lower in ("y", "en"):
            return
        yield finding(
            sentence,
            "wrong_form.imperative_s",
            (group.finite, group.finite + 1),
            "The imperative of tu has no -s in verbs in -er, but before y and en.",
            right.capitalize() if sentence.words[group.finite].is_capitalised else right,
        )


def _infinitives(sentence: Sentence) -> Iterator[Finding]:
    """Find misspelt infinitives: "tu devras m'appeller"."""
    for each in sentence.infinitives:
        word = sentence.words[each.index].text
        sure = each.clitics or each.governor is not None or each.preposition is not None
        if sure and not is_known(word) and not word[0].isupper():
            found = doubled_consonant(word.lower())
            if found is not None:
                yield _wrong(sentence, each.index, *found)


def _opens(sentence: Sentence, clause: Clause) -> bool:
    """Whether the clause stands where an imperative can begin."""
    if clause.group.clitics and clause.group.ne is None:
        return False
    if not {each.infinitive for each in clause.group.analyses} <= infinitives():
        return False
    before = clause.start - 1
    return before < 0 or sentence.tags[before] in (Tag.PUNCTUATION, Tag.INTERJECTION)


_ONLY_SUBJECTS = frozenset({"je", "tu", "il", "on", "ils"})


def _subject_alone(sentence: Sentence) -> Iterator[Finding]:
    """Find "je mangé", "il manger": a subject pronoun whose verb is no finite form."""
    for place, tag in enumerate(sentence.tags):
        word = sentence.words[place]
        if tag is not Tag.SUBJECT or word.joined:
            continue
        if word.lower not in _ONLY_SUBJECTS and sentence.clauses:
            continue
        following = place + 1
        while following < len(sentence.tags) and sentence.tags[following] in (Tag.NE, Tag.CLITIC):
            following += 1
        if following >= len(sentence.tags):
            continue
        if sentence.tags[following] in (Tag.INFINITIVE, Tag.PARTICIPLE):
            yield finding(
                sentence,
                "wrong_form.not_finite",
                (following, following + 1),
                f"Behind “{word.text}” a finite form is needed,"
                f" not “{sentence.words[following].text}”.",
            )

"""Object pronouns behind their verb, between auxiliary and participle, or before an imperative.

They stand right before the verb or its auxiliary, and behind an affirmative imperative only
(Grevisse, Le bon usage, on conjunct pronouns). Le, la, les, leur may be determiners, nous, vous, lui
stressed forms: what follows must exclude that.
"""

from __future__ import annotations

from collections.abc import Iterator

from generation.french.checking.lexis import CLITICS, can_be, kinds, only, readings_of
from generation.french.checking.rules.uses import phrase_at
from generation.french.checking.sentence import (
    Clause,
    ClauseKind,
    Infinitive,
    Sentence,
    Subject,
    SubjectKind,
    Tag,
)
from generation.french.checking.text import Word
from generation.french.checking.verdict import Finding
from generation.french.checking.words import Kind
from verbs.french.vocabulary import ErrorType, Person, Tense

__all__ = ["BETWEEN", "placement"]

#: Words that may stand between a pronoun and its infinitive: "je veux te tout dire", "vous bien
#: servir" are literary and right (Bon usage § 681).
BETWEEN = frozenset({"tout", "rien", "bien", "mieux", "trop"})
_WEAK = frozenset({"me", "te", "se"})
_ARTICLES = frozenset({"le", "la", "les", "leur"})
_VERBAL = (Kind.VERB, Kind.INFINITIVE, Kind.CLITIC, Kind.NE, Kind.PRESENT_PARTICIPLE)
_NOMINAL = frozenset({Kind.NOUN, Kind.ADJECTIVE, Kind.PAST_PARTICIPLE, Kind.NUMBER})
_ENDS = frozenset({".", "!", "?", "...", "…"})
_HELPERS = frozenset({"avoir", "être"})
#: What can stand behind le, la, les only if they are no articles: not "le pour", "les sans-abri".
_AFTER_PRONOUN = frozenset(
    {
        *("à", "au", "aux", "chez", "pendant", "depuis", "dans", "avec", "vers", "par", "quand"),
        *("lorsque", "parce", "puisque", "mon", "ma", "mes", "ta", "tes", "sa", "ses", "ce", "cet"),
        *("cette", "ces", "nos", "vos", "jusque", "pas", "dès", "jamais", "chaque", "en", "sur"),
        *("de", "du"),
    }
)
_AFTER_EN = frozenset({"à", "aux", "chez", "quand", "lorsque", "comme", "jamais"})
#: Behind lui, nous and vous these show that a subject is stressed: "il travaille lui aussi".
_STRESSING = frozenset(
    {"aussi", "et", "ou", "ni", "non", "seul", "seule", "seuls", "seules", "même", "mêmes", "deux"}
    | {"autres", "trois", "seulement", "qui", "que", "dont", "plus"}
)
#: Verbs behind which nous, vous and lui are no objects, or are quoted: "il dit vous à tous".
_NO_OBJECTS = frozenset(
    {"être", "avoir", "rester", "exister", "dire", "manquer", "suffire", "devenir", "voici"}
)


def placement(sentence: Sentence) -> list[Finding]:
    """Return the object pronouns that certainly stand in a wrong place."""
    found: list[Finding] = []
    for clause in sentence.clauses:
        found += _before_participle(sentence, clause)
        if not clause.subject.inverted and clause.kind is not ClauseKind.IMPERATIVE:
            found += _behind_finite(sentence, clause)
        found += _imperative(sentence, clause)
    for infinitive in sentence.infinitives:
        found += _behind_infinitive(sentence, infinitive)
    return found


def _finding(code: str, first: Word, last: Word, reason: str) -> Finding:
    error = ErrorType.PRONOUN_PLACEMENT
    return Finding(error, f"{error.value}.{code}", first.start, last.end, reason)


def _word(sentence: Sentence, index: int) -> Word | None:
    return sentence.words[index] if 0 <= index < len(sentence.words) else None


# --- Between auxiliary and participle ---------------------------------------------------------


def _before_participle(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Yield "j'ai le vu", "il est y allé", "nous avons vous attendus", "il m'a le pris"."""
    words, group = sentence.words, clause.group
    helpers = set(group.lemmas) & _HELPERS
    if not helpers or clause.subject.kind in (SubjectKind.UNKNOWN, SubjectKind.NONE):
        return
    place = group.finite + 1
    while place < len(words) and sentence.tags[place] in (Tag.NEGATION, Tag.ADVERB):
        place += 1
    first = place
    while place < len(words) and words[place].lower in CLITICS and not words[place].joined:
        place += 1
    if place == first or place >= len(words) or words[place].is_punctuation:
        return
    if words[first].joined or not _is_participle(sentence, clause, place):
        return
    pronouns = [w.lower for w in words[first:place]]
    if not _are_objects(sentence, clause, pronouns, place):
        return
    name = sentence.written(first, place)
    reason = f"“{name}” stands before the auxiliary, not before the participle."
    yield _finding("before_participle", words[first], words[place], reason)


def _is_participle(sentence: Sentence, clause: Clause, place: int) -> bool:
    """Whether a word is a participle and no finite form that begins something else.

    "Ce qu'il a nous dit assez": in a relative clause another verb may follow.
    """
    word = sentence.words[place]
    if not can_be(word, Kind.PAST_PARTICIPLE):
        return False
    if only(word, Kind.PAST_PARTICIPLE, Kind.NOUN, Kind.ADJECTIVE):
        return True
    relative = any(t is Tag.RELATIVE for t in sentence.tags[: clause.group.finite])
    return not relative and not can_be(word, Kind.INFINITIVE)


def _are_objects(sentence: Sentence, clause: Clause, pronouns: list[str], place: int) -> bool:
    """Whether the words before a participle are no determiner and no stressed pronoun."""
    participle = sentence.words[place]
    last = pronouns[-1]
    etre = "être" in clause.group.lemmas
    subject = sentence.words[clause.subject.start].lower
    if set(pronouns) & _WEAK or last == "y" or (len(pronouns) > 1 and last != "en"):
        return True
    if last in _ARTICLES or last == "en":
        bare = only(participle, Kind.PAST_PARTICIPLE, Kind.VERB)
        if sentence.words[place - 1].elided:
            bare = not can_be(participle, Kind.NOUN)
        if last == "en":
            return bare or ("lui" in pronouns)
        return bare or (last == "leur" and phrase_at(sentence, place + 1) is not None)
    if etre:
        return subject != "ce" and last in ("nous", "vous") and only(
            participle, Kind.PAST_PARTICIPLE
        ) and subject not in ("nous", "vous", "on")  # fmt: skip
    return last == "lui" or subject != last


# --- Behind the verb --------------------------------------------------------------------------


def _behind_finite(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Yield "je vois le.", "elle parle me", "ils vont y souvent", "il explique nous la règle"."""
    group = clause.group
    if not group.analyses or clause.subject.kind in (SubjectKind.UNKNOWN, SubjectKind.NONE):
        return
    verb = group.participles[-1] if group.participles else group.finite
    place = verb + 1
    between = {*group.negations, *group.adverbs}
    while place < len(sentence.words) and place in between:
        place += 1
    near = place == verb + 1 or sentence.tags[place - 1] is Tag.NEGATION
    weak = place < len(sentence.words) and sentence.words[place].lower in _WEAK | {
        "le",
        "la",
        "les",
    }
    if not near and not weak:
        return
    lemmas = set(group.lemmas) if not group.participles else set()
    relative = clause.kind is ClauseKind.RELATIVE
    yield from _behind(sentence, verb, place, clause.subject, lemmas, relative=relative)


def _behind_infinitive(sentence: Sentence, infinitive: Infinitive) -> Iterator[Finding]:
    """Yield "il faut finir les avant midi", "sans consulter me"."""
    if can_be(sentence.words[infinitive.index], Kind.NOUN):
        return
    nobody = Subject(SubjectKind.UNKNOWN)
    yield from _behind(sentence, infinitive.index, infinitive.index + 1, nobody, set())


def _behind(
    sentence: Sentence,
    verb: int,
    place: int,
    subject: Subject,
    lemmas: set[str],
    *,
    relative: bool = False,
) -> Iterator[Finding]:
    word = _word(sentence, place)
    if word is None or word.joined or word.elided or word.lower not in CLITICS:
        return
    following = _word(sentence, place + 1)
    if following is not None and following.joined:
        return
    text = word.lower
    if text in _WEAK:
        wrong = _is_weak(sentence, place)
    elif text in ("le", "la", "les", "leur"):
        wrong = _is_no_article(sentence, place)
    elif text in ("y", "en"):
        wrong = _is_adverbial(sentence, place, text)
    else:
        known = subject.kind is not SubjectKind.UNKNOWN
        wrong = not (lemmas & _NO_OBJECTS or relative) and _is_unstressed(
            sentence, place, text, subject if known else None
        )
    if wrong:
        reason = f"“{word.text}” stands before the verb."
        yield _finding("after_verb", sentence.words[verb], word, reason)


def _ends(word: Word | None) -> bool:
    return word is None or word.text in _ENDS


def _is_weak(sentence: Sentence, place: int) -> bool:
    """Whether no verb follows me, te, se."""
    following, after = _word(sentence, place + 1), _word(sentence, place + 2)
    if _ends(following):
        return True
    assert following is not None
    if following.text == "," and sentence.words[place].lower != "se":
        return True
    if following.is_punctuation or following.is_capitalised or not kinds(following):
        return False
    if following.lower in BETWEEN and can_be(after, Kind.INFINITIVE):
        return False
    return not can_be(following, *_VERBAL)


def _fits(word: Word, article: str) -> bool:
    """Whether a word can be a noun or adjective in the gender and number of le, la, les, leur."""
    gender = {"le": "m", "la": "f"}.get(article)
    return any(
        (gender is None or r.gender in (None, gender)) and r.plural in (None, article == "les")
        for r in readings_of(word)
        if r.kind in _NOMINAL
    )


def _is_no_article(sentence: Sentence, place: int) -> bool:
    """Whether le, la, les, leur behind a verb can determine nothing."""
    following, after = _word(sentence, place + 1), _word(sentence, place + 2)
    article = sentence.words[place].lower
    if _ends(following):
        return True
    assert following is not None
    if following.is_punctuation or following.is_capitalised or not kinds(following):
        return False
    if following.lower in _AFTER_PRONOUN:
        if following.lower in ("de", "du"):
            return after is not None and not after.is_capitalised
        return following.lower != "parce" or (after is not None and after.lower == "que")
    if can_be(following, *_VERBAL) or _fits(following, article) or not can_be(
        following, Kind.ADVERB
    ):  # fmt: skip
        return False
    if following.lower in ("plus", "moins", "mieux", "bien", "tout", "très", "trop", "si", "non"):
        return False
    # "Les toujours jeunes", "le presque rien": an adverb may determine what follows it.
    if _ends(after):
        return True
    assert after is not None
    if after.is_punctuation:
        return True
    return not set(kinds(after)) & _NOMINAL and bool(kinds(after))


def _is_adverbial(sentence: Sentence, place: int, text: str) -> bool:
    """Whether y or en stands behind the verb that it belongs to: "il va y", "qui veut en ?"."""
    following = _word(sentence, place + 1)
    if _ends(following):
        return True
    assert following is not None
    if following.is_punctuation or not kinds(following):
        return False
    if text == "y":
        return not following.is_capitalised and not can_be(following, *_VERBAL)
    adverb = only(following, Kind.ADVERB) and following.lower.endswith("ment")
    return adverb or following.lower in _AFTER_EN


def _is_unstressed(sentence: Sentence, place: int, text: str, subject: Subject | None) -> bool:
    """Whether lui, nous, vous behind a verb are certainly its objects.

    "Le directeur, lui, travaille" and "il travaille lui aussi" stress the subject.
    """
    following = _word(sentence, place + 1)
    if following is not None and (
        following.lower in _STRESSING or (following.is_punctuation and not _ends(following))
    ):
        return False
    tags = (*sentence.tags, None)
    if tags[place] is Tag.SUBJECT and tags[place + 1] is Tag.FINITE:
        return False
    if following is not None and following.lower in ("dessus", "dedans") and text == "lui":
        return True
    if not _ends(following) and not _begins_complement(sentence, place + 1):
        return False
    if subject is None:
        return text == "lui" and following is not None and (
            sentence.tags[place + 1] is Tag.DETERMINER
        )  # fmt: skip
    if not subject.persons or (subject.impersonal and text != "lui"):
        return bool(subject.persons)
    person = {"nous": Person.P1, "vous": Person.P2}.get(text)
    if text == "lui":
        masculine = subject.gender != "f" and Person.S3 in subject.persons
        return not masculine
    first = sentence.words[subject.start].lower if subject.end else ""
    return person not in subject.persons and not (text == "nous" and first == "on")


def _begins_complement(sentence: Sentence, index: int) -> bool:
    """Whether a complement or an adverb begins here, and no verb of which the pronoun is the object."""
    word = sentence.words[index]
    if not kinds(word):
        return False
    if sentence.tags[index] in (Tag.DETERMINER, Tag.PREPOSITION, Tag.ADVERB):
        after = _word(sentence, index + 1)
        pronoun = word.lower in CLITICS and after is not None and can_be(after, Kind.INFINITIVE)
        return not pronoun and sentence.tags[index] is not Tag.CLITIC
    return False


# --- Imperatives ------------------------------------------------------------------------------


def _imperative(sentence: Sentence, clause: Clause) -> Iterator[Finding]:
    """Yield "te lave les mains", "me donnez la clé", "ne touchez-la pas"."""
    group, words = clause.group, sentence.words
    if group.ne is not None:
        for index in group.enclitics:
            if sentence.tags[index] is Tag.CLITIC and words[index].lower not in ("nous", "vous"):
                reason = f"With ne “{words[index].text}” stands before the imperative."
                yield _finding(
                    "after_negative_imperative", words[group.finite], words[index], reason
                )
                return
        return
    if clause.kind is not ClauseKind.IMPERATIVE or len(group.clitics) != 1 or group.enclitics:
        return
    index = group.clitics[0]
    word, after = words[index], _word(sentence, group.finite + 1)
    orders = [a for a in group.analyses if a.tense is Tense.IMPERATIF]
    casual = after is not None and after.lower in ("pas", "plus", "jamais", "rien")
    if word.elided or not orders or casual:
        return
    if word.lower not in ("me", "te"):
        # "La porte" and "le livre" are nouns: only forms in -ons and -ez.
        plural = all(a.person in (Person.P1, Person.P2) for a in group.analyses)
        if word.lower not in ("le", "la", "les") or not only(words[group.finite], Kind.VERB):
            return
        if not plural or not word.initial:
            return
    first = word.initial or (
        clause is sentence.clauses[0]
        and words[index - 1].text == ","
        and "sembler" not in group.lemmas
    )
    if first and not any(w.joined for w in words[group.finite + 1 : clause.end]):
        right = _STRONG.get(word.lower, word.lower)
        reason = f"“{right}” stands behind an affirmative imperative."
        yield _finding("before_imperative", word, words[group.finite], reason)


_STRONG = {"me": "moi", "te": "toi"}

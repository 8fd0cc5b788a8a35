"""Which language a text is in, told by its function words and by the words that are known here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from generation.french.checking.lexis import readings_of
from generation.french.checking.text import ELIDED, Word, normalise, tokenise
from generation.french.checking.words import Kind
from verbs.french.vocabulary import Language

__all__ = ["language_of", "looks_english", "looks_french"]

_FRENCH = frozenset(
    {
        *("je", "tu", "il", "elle", "nous", "vous", "ils", "elles", "ce", "cela", "ça", "ceci"),
        *("le", "la", "les", "un", "une", "des", "du", "au", "aux", "de", "à", "et", "ou", "où"),
        *("mon", "ma", "mes", "ton", "ta", "tes", "sa", "ses", "notre", "nos", "votre", "vos"),
        *("leur", "leurs", "cet", "cette", "ces", "que", "qui", "quoi", "dont", "quand", "si"),
        *("te", "se", "lui", "y", "en", "ne", "pas", "plus", "jamais", "rien", "personne"),
        *("dans", "sur", "sous", "avec", "sans", "pour", "par", "chez", "vers", "entre", "depuis"),
        *("pendant", "avant", "après", "mais", "donc", "parce", "puisque", "lorsque"),
        *("très", "trop", "bien", "aussi", "encore", "toujours", "souvent", "déjà", "hier"),
        *("demain", "aujourd'hui", "est", "suis", "sommes", "êtes", "sont", "était", "étaient"),
        *("sera", "être", "avoir", "ai", "avons", "avez", "ont", "avait", "aura", "fait", "va"),
        *("moi", "toi", "eux", "voici", "voilà", "comme", "tout", "tous", "toute", "toutes"),
        *("faut", "quel", "quelle", "quels", "quelles", "celui", "celle", "ceux", "celles", "ni"),
    }
)
_ENGLISH = frozenset(
    {
        *("the", "this", "that", "these", "those", "i", "you", "he", "she", "it", "we", "they"),
        *("him", "her", "us", "them", "my", "your", "his", "its", "our", "their", "mine", "yours"),
        *("myself", "yourself", "yourselves", "himself", "herself", "itself", "ourselves"),
        *("themselves", "each", "other", "another", "any", "some", "every", "all", "both", "no"),
        *("is", "am", "are", "was", "were", "be", "been", "being", "have", "has", "had", "do"),
        *("does", "did", "will", "would", "can", "could", "should", "must", "may", "might", "let"),
        *("not", "never", "nothing", "nobody", "anything", "anyone", "longer", "only", "neither"),
        *("of", "to", "in", "at", "by", "for", "with", "from", "into", "about", "up", "out"),
        *("off", "over", "under", "after", "before", "until", "since", "during", "without"),
        *("and", "because", "when", "while", "so", "than", "then", "if", "there", "here", "what"),
        *("which", "who", "whom", "whose", "where", "why", "how", "always", "often", "already"),
        *("just", "very", "too", "also", "still", "yesterday", "today", "tomorrow", "ago"),
        *("morning", "evening", "week", "day", "yourselves", "away", "down", "back"),
        *("verb", "verbs", "subject", "object", "pronoun", "reflexive", "participle", "noun"),
        *("feminine", "masculine", "plural", "tense", "write", "take", "takes", "goes", "go"),
        *("agrees", "agree", "changes", "needs", "need", "stands", "follows", "wrong", "like"),
        *("don't", "doesn't", "didn't", "won't", "wouldn't", "can't", "couldn't", "isn't"),
        *("aren't", "wasn't", "weren't", "hasn't", "haven't", "hadn't", "let's", "i'm", "it's"),
    }
)
#: Words of both languages: they show neither.
_BOTH = frozenset({"a", "an", "on", "as", "me", "or", "but", "son", "point", "main", "are"})
#: Words of Spanish, Italian, Portuguese and German that are no French ones.
_OTHER = frozenset(
    {
        *("el", "los", "las", "una", "unos", "del", "con", "por", "para", "pero", "muy", "está"),
        *("están", "yo", "él", "ella", "nosotros", "ellos", "su", "sus", "mi", "lo", "al", "más"),
        *("no", "hay", "gli", "uno", "di", "che", "è", "sono", "ho", "hai", "abbiamo", "per"),
        *("della", "delle", "nel", "nella", "io", "lei", "loro", "mia", "suo", "più", "anche"),
        *("uma", "um", "não", "com", "em", "seu", "sua", "ele", "ela", "eu", "você"),
        *("der", "die", "das", "den", "dem", "ein", "eine", "einen", "ist", "sind", "war", "und"),
        *("ich", "er", "sie", "wir", "ihr", "nicht", "kein", "mit", "auf", "für", "zu", "im"),
        *("hat", "haben", "wird", "sich", "nach", "bei", "auch", "von", "aus"),
    }
)
_VERBAL = frozenset({Kind.VERB, Kind.PAST_PARTICIPLE, Kind.INFINITIVE})
#: How much of a French sentence must be known words; names do not count.
_KNOWN_SHARE = 0.6
_QUOTED = re.compile(
    r"“[^”]*”|«[^»]*»|‘(?:[^’]|’(?=\w))*’|\"[^\"]*\"|(?<!\w)'[^']+'(?!\w)|\*[^*]+\*|`[^`]+`"
)
#: Words of one kind in a row, as rules name them: "le, la, les come before lui, leur".
_LISTED = re.compile(r"(?<![\w-])[^\W\d_]+(?:, [^\W\d_]+)+(?![\w-])")
#: How forms end that learners invent.
_VERB_ENDING = re.compile(r"[^\W\d_](?:ez|ons|ent|ais|ait|aient|ont|er(?:a|ai|as)|es?)$")
#: How English contracts: "you've", "we'll".
_CONTRACTED = ("n't", "'ve", "'ll", "'re", "'d")
_ENGLISH_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")


@dataclass(frozen=True)
class _Count:
    """How many words of a text belong to which language.

    ``french`` and ``english`` are function words of one of them alone. ``known``: French words of
    any kind among the ``total`` of all words but names and numbers; ``verbal``: what may be verbs.
    ``ascii``: those words have no accents.
    """

    french: int
    english: int
    other: int
    both: int
    known: int
    verbal: int
    total: int
    ascii: bool

    @property
    def share(self) -> float:
        """The share of known French words."""
        return self.known / self.total if self.total else 0.0


def _counted(text: str) -> _Count:
    words = [word for word in tokenise(text) if not word.is_punctuation]
    names = [_is_name(word) for word in words]
    plain = [word for word, name in zip(words, names, strict=True) if not name]
    english = _ENGLISH_WORD.findall(normalise(text).lower())
    full = [form for word in plain for form in {word.lower, word.text.lower()} if form]
    strange = sum(form in _OTHER for form in full) + _lonely_es(plain)
    return _Count(
        french=sum(
            word.elided or bool({word.lower, word.text.lower()} & _FRENCH) for word in plain
        ),
        english=sum(word in _ENGLISH or word.endswith(_CONTRACTED) for word in english),
        other=strange,
        both=sum(word in _BOTH for word in english),
        known=sum(bool(readings_of(word)) for word in plain),
        verbal=sum(_is_verbal(word) for word in words if word in plain or word.initial),
        total=len(plain),
        ascii=all(word.text.isascii() for word in plain),
    )


def _is_french(word: Word) -> bool:
    """Whether a word is a function word of French, in full or elided ("l'", but not "you've")."""
    text = word.text.lower()
    return text in ELIDED or bool({word.lower, text} & _FRENCH)


def _is_name(word: Word) -> bool:
    """Whether a word says nothing of the language: a name, a number."""
    if word.text[0].isdigit():
        return True
    if not word.is_capitalised or word.text.lower() in _FRENCH | _ENGLISH | _OTHER | _BOTH:
        return False
    found = readings_of(word)
    return not word.initial or not found or all(r.kind is Kind.NAME for r in found)


def _is_verbal(word: Word) -> bool:
    """Whether a word is a verb form, or ends like one and is not known ("viennez")."""
    found = readings_of(word)
    if not found:
        return _VERB_ENDING.search(word.text.lower()) is not None
    return any(r.kind in _VERBAL for r in found)


def _lonely_es(words: list[Word]) -> int:
    """Count "es" without tu before or behind it, which is Spanish or German."""
    return sum(
        word.text.lower() == "es"
        and not {"tu", "te"} & {each.lower for each in words[max(0, place - 3) : place + 2]}
        for place, word in enumerate(words)
    )


def looks_french(text: str) -> bool:
    """Whether a sentence is French: most of its words are known, and no other language shows."""
    count = _counted(text)
    if count.share < _KNOWN_SHARE or count.english > count.french or count.other > count.french / 2:
        return False
    if count.french:
        return count.verbal > 0 or count.french > 1
    return count.verbal > 0 and count.known == count.total and not count.english


def looks_english(text: str) -> bool:
    """Whether a sentence is English: it has function words of English, and more than of French.

    Short ones may have none ("Finish dinner!"): then no French word is known and no accent there.
    """
    count = _counted(text)
    if count.english:
        return count.english > count.french and count.english > count.other
    if count.french or count.other or not count.ascii:
        return False
    return count.known < count.total or not count.total


def language_of(text: str) -> Language | None:
    """Return the language of an explanation by its words outside quotation marks; None: unclear."""
    count = _counted(_LISTED.sub(" … ", _QUOTED.sub(" … ", text)))
    if count.english > count.french and count.english > count.other:
        return Language.ENGLISH
    if count.french > count.english and count.french > count.other:
        return Language.FRENCH
    return None

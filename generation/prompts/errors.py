"""What a planned error is, in words: the meaning of its code, and the wrong form where it matters.

For a form that the writer would have to make up (of a person, a tense, a stem) the words say which one
the engine is sure of: "prendu" is certainly wrong, another invention may be a real form.
"""

from __future__ import annotations

import re

from generation.french.spec import Statement
from generation.prompts.texts import read_texts
from verbs.french.vocabulary import PERSON_NAMES, ErrorType, Person

__all__ = ["TEXTS", "meaning_of"]

#: Read and checked when the module is loaded, so that a bad text stops the start.
TEXTS = read_texts()

_NAMED_FORMS = (ErrorType.WRONG_FORM, ErrorType.WRONG_PERSON, ErrorType.WRONG_TENSE)
_CONTRACTED = {"au": "à", "aux": "à", "du": "de", "des": "de", "d'": "de"}
_PREPOSITIONS = ("à", "de", "en", "pour", "avec", "dans", "sur", "par", "chez", "comme")
_WORDS = re.compile(r"[^\W_]+(?:['’-](?=\w))?|\S")


def meaning_of(statement: Statement) -> str:
    """The error of an incorrect statement in words, with its code's example."""
    error_type, code = statement.error_type, statement.error_code or ""
    assert error_type is not None
    name = code.partition(".")[2]
    codes = TEXTS.errors[error_type].codes or {}
    about = codes["*" if error_type is ErrorType.WRONG_PERSON else name]
    words = about.meaning
    if error_type is ErrorType.WRONG_PERSON:
        wrong, _, right = name.partition("_for_")
        words += f": {_person(wrong)} for {_person(right)}"
    return f"{words}{_shown(statement)}. Example: right “{about.right}”, wrong “{about.wrong}”"


def _person(code: str) -> str:
    return PERSON_NAMES[Person(code)].replace("_", " ")


def _shown(statement: Statement) -> str:
    """The words at stake, where they belong to the grammar and not to the scene."""
    assert statement.span is not None
    wrong = statement.text[slice(*statement.span)]
    right = statement.correction or ""
    if statement.error_type in _NAMED_FORMS:
        wrong, right = _stripped(wrong, right)
        return f": “{wrong}” for “{right}”"
    if statement.error_type is ErrorType.PREPOSITION:
        old, new = _preposition(right), _preposition(wrong)
        return f": {new or 'no preposition'} for {old or 'none'}" if old != new else ""
    return ""


def _stripped(wrong: str, right: str) -> tuple[str, str]:
    """Two forms without what is elided before them or joined behind them in both."""
    wrong, right = (re.sub(r"^\w{1,2}['’]", "", each).lower() for each in (wrong, right))
    behind = re.search(r"(?:-t)?-\w+$", right)
    if behind and wrong.endswith(behind[0]):
        return wrong.removesuffix(behind[0]), right.removesuffix(behind[0])
    return wrong, right


def _preposition(words: str) -> str | None:
    first = (_WORDS.findall(words) or [""])[0].replace("’", "'").lower()
    first = _CONTRACTED.get(first, first)
    return first if first in _PREPOSITIONS else None

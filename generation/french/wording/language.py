"""What a language needs to explain French: templates for every error code and for right sentences.

A template may name facts: {infinitive}, {wrong_form}, {right_form}, {compound}, ... A code without
a template of its own takes that of its error type.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from verbs.french.vocabulary import Person, Tense


@dataclass(frozen=True)
class Wording:
    """The words of one language.

    ``rules``: why something is wrong, by error code or error type. ``keys``: why a sentence is
    right, by what it shows. ``closing``: the wrong and the right words; ``surplus``: the words to
    leave out, where nothing else is wrong. ``stands_for``: what a plural pronoun stands for.
    ``persons``, ``tenses`` (with their article) and ``genders``: the names of these.
    """

    rules: Mapping[str, str]
    keys: Mapping[str, str]
    closing: str
    surplus: str
    stands_for: str
    persons: Mapping[Person, str]
    tenses: Mapping[Tense, str]
    genders: Mapping[str, str]

"""Why an order cannot be made, in people's words and the language of the interface.

Planning and the grammar engine say it in English and with the words of the HTTP contract, for programs.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext, gettext_lazy, gettext_noop

from problems import names
from problems.names import Name
from quizservice.stored_texts import Sentences

_CONTRACT: dict[str, Name] = {
    "grammatical_focus": gettext_lazy("the grammatical focus"),
    "tenses_used": gettext_lazy("the tenses"),
    "verb_infinitives": gettext_lazy("the verbs"),
    "error_types": gettext_lazy("the errors"),
    "level": gettext_lazy("the level"),
    "includes_negation": gettext_lazy("the negation"),
    "includes_cod": gettext_lazy("the direct object"),
    "includes_coi": gettext_lazy("the indirect object"),
    "this order": gettext_lazy("this order"),
    **names.TENSES,
    **names.ERRORS,
    **names.FOCUSES,
}
_SENTENCES = (
    gettext_noop("No problem can meet {names}."),
    gettext_noop("No problem can meet {names}: {reason}"),
    gettext_noop("No problem can meet {names} together."),
    gettext_noop("No problem can meet {names} together: {reason}"),
)
_REASONS = (
    gettext_noop("the generator '{writer}' cannot write the focus {names}."),
    gettext_noop("the generator '{writer}' cannot write the tense {names}."),
    gettext_noop("no focus and tense that are allowed here go with the error types {names}."),
    gettext_noop("The grammar engine has no problems about {focus}."),
    gettext_noop("Problems about {focus} are made in {names}, not in {tense}."),
    gettext_noop("A problem has 2 to 6 statements, not {number}."),
    gettext_noop("A problem about negation has a negative correct statement."),
    gettext_noop(
        "Problems about {focus} in {tense} begin at level {lowest}; level {level} cannot be met."
    ),
    gettext_noop("No verb allowed here can have errors of {names} in {tense}."),
    gettext_noop("No sentence in {tense} with a verb allowed here is as hard as {level}."),
    gettext_noop("Problems about {focus} have no errors of {names}."),
    gettext_noop("Problems about {focus} have no errors of {names} at level {level}."),
    gettext_noop("The lexicon has no sentences with the verb {verb}."),
    gettext_noop("No problems about {focus} can be made with {verbs}."),
    gettext_noop("The engine does not use {verbs} in {tense}."),
    gettext_noop("Every verb: above level {level}."),
    gettext_noop("{verbs}: above level {level}."),
    gettext_noop(
        "{verb} cannot carry the correct statement: "
        "no sentence fits {focus} in {tense} with what else is asked for."
    ),
    gettext_noop(
        "No verb can carry the correct statement: "
        "no sentence fits {focus} in {tense} with what else is asked for."
    ),
    gettext_noop("No verb allowed here can have an error about {focus} in {tense}."),
)
_WORD = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")


def plain(refusal: str) -> str:
    """A refusal of an order as people say it; one that is not known here with people's words at least."""
    return _words(_REFUSALS.translated(refusal))


def _words(text: str) -> str:
    """The contract's words that cannot be read as they stand, such as passe_compose, as people say them."""
    return _WORD.sub(lambda found: str(_CONTRACT.get(found[0], found[0])), text)


def _fact(text: str) -> str:
    """What stands in a sentence's brace: a reason again, or words of the contract."""
    if text in _CLASHES:
        return _CLASHES.translated(text)
    return gettext(" and ").join(_named(one) for one in text.split(" and "))


def _named(text: str) -> str:
    return ", ".join(str(_CONTRACT.get(one, one)) for one in text.split(", "))


_CLASHES = Sentences(_REASONS, _fact)
_REFUSALS = Sentences(_SENTENCES, _fact)

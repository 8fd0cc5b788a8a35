"""Loading what checking needs, before the first sentence is to be checked."""

from __future__ import annotations

from generation.french.checking.pairs import check_pair
from generation.french.free_text.deviations import wrong_versions
from verbs.french.vocabulary import ErrorType, Language


def load() -> None:
    """Read the lexicon and derive the tables for checking free text.

    Once, before threads begin: each thread that finds nothing would do all of it, at the same time.
    """
    right = "Hier, les voisins ont pris le train."
    check_pair(right, "Hier, les voisins ont prendu le train.")
    check_pair(right, "Hier, les voisins ont prisst le train.")  # a word that nothing resembles
    for error_type in ErrorType:
        wrong_versions(right, error_type, Language.ENGLISH)

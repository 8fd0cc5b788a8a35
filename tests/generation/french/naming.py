"""Which words of an error its explanation has to name."""

from __future__ import annotations


def named(wrong: str, right: str) -> tuple[str, ...]:
    """Both texts, or the words in a row that the wrong one has beside the right one, where that is all."""
    have, want = wrong.split(), right.split()
    more = len(have) - len(want)
    for start in range(len(have)) if more > 0 else ():
        if have[:start] + have[start + more :] == want:
            return (" ".join(have[start : start + more]),)
    return (wrong, right)

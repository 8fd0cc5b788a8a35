"""A correct sentence and one with an error: what the error is, and whether it is one and certain.

The sentences are aligned; the differences are named by the modules of ``differences``. A pair is
good only if the correct sentence has no error, and the other one exactly the one that is named, which
must be wrong whatever else the sentence might mean.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from generation.french.checking.alignment import Region
from generation.french.checking.differences.agreement import agreement_difference
from generation.french.checking.differences.auxiliaries import auxiliary_difference
from generation.french.checking.differences.base import Difference, Pair, pair_of
from generation.french.checking.differences.determiners import determiner_difference
from generation.french.checking.differences.negation import negation_difference
from generation.french.checking.differences.placement import placement_difference
from generation.french.checking.differences.prepositions import preposition_difference
from generation.french.checking.differences.pronouns import pronoun_difference
from generation.french.checking.differences.reflexives import reflexive_difference
from generation.french.checking.differences.spelling import elision_difference
from generation.french.checking.differences.strong import relative_difference, strong_difference
from generation.french.checking.differences.substitutes import substitute_difference
from generation.french.checking.differences.verbs import (
    form_difference,
    person_difference,
    subject_difference,
    tense_difference,
)
from generation.french.checking.rules.elision import elision_findings
from generation.french.checking.text import normalise
from generation.french.checking.verdict import Finding, Report, Verdict
from generation.french.checking.verify import verify
from verbs.french.vocabulary import ErrorType

__all__ = ["Classification", "check_pair", "classify"]

#: In this order: what a module does not know it leaves to the next ones.
_NAMES: tuple[Callable[[Pair], Difference | None], ...] = (
    elision_difference,
    negation_difference,
    auxiliary_difference,
    agreement_difference,
    reflexive_difference,
    placement_difference,
    substitute_difference,
    pronoun_difference,
    relative_difference,
    strong_difference,
    subject_difference,
    form_difference,
    person_difference,
    tense_difference,
    determiner_difference,
    preposition_difference,
)


#: A pronoun that was moved stands full or elided as its old place wanted: one error all the same.
_MOVES = frozenset({ErrorType.PRONOUN_PLACEMENT, ErrorType.PRONOUN_ORDER})
#: Wrong by the norm, but so common that no learner can be told that it is the wrong one: the
#: subjunctive behind après que (Grevisse, Le bon usage, on temporal clauses).
_TOLERATED = "après que"
_SEVERAL = "The incorrect sentence has more than one error."


@dataclass(frozen=True)
class Classification:
    """What tells the incorrect sentence from the correct one.

    ``error_type`` and ``code`` are None and "" if the difference has no name. ``also`` are further
    types under which a reasonable author may file it. ``regions`` are the places that differ.
    ``certain``: the incorrect sentence cannot be right. ``reasons`` are for a teacher.
    """

    error_type: ErrorType | None
    code: str
    regions: tuple[Region, ...]
    certain: bool
    reasons: tuple[str, ...]
    also: frozenset[ErrorType] = frozenset()


def classify(correct: str, incorrect: str) -> Classification:
    """Name the difference between a correct and an incorrect sentence."""
    return _classify(correct, incorrect, _new_findings(correct, incorrect))


def _new_findings(correct: str, incorrect: str) -> tuple[Finding, ...]:
    """Return the errors of the incorrect sentence that the correct one has not."""
    known = {(f.error_type, f.code) for f in verify(correct).findings}
    found = verify(incorrect).findings
    return tuple(
        f
        for f in found
        if (f.error_type, f.code) not in known
        and not (f.error_type is ErrorType.WRONG_TENSE and _TOLERATED in f.reason)
    )


def _classify(correct: str, incorrect: str, findings: tuple[Finding, ...]) -> Classification:
    pair = pair_of(correct, incorrect, findings)
    if not pair.regions and _letters(correct) == _letters(incorrect):
        reason = "The two sentences do not differ in their words."
        return Classification(None, "", (), False, (reason,))
    if any(_crosses_sentences(pair, region) for region in pair.regions):
        return Classification(None, "", pair.regions, False, (_SEVERAL,))
    best: Difference | None = None
    for name in _NAMES:
        found = name(pair)
        if found is not None and (best is None or (found.certain and not best.certain)):
            best = found
        if best is not None and best.certain:
            break
    if best is None or not best.certain:
        best = _by_finding(pair) or best
    stray = _spelling_elsewhere(pair) if pair.regions else None
    if stray is not None:
        reason = f"There is another error in how “{stray}” is written."
        return Classification(None, "", pair.regions, False, (_SEVERAL, reason))
    if best is None:
        return Classification(None, "", pair.regions, False, (_unnamed(pair),))
    if pair.regions and best.error_type not in _MOVES and _elides_wrongly(pair):
        return Classification(None, "", pair.regions, False, (_SEVERAL,))
    return Classification(
        best.error_type, best.code, pair.regions, best.certain, (best.reason,), best.also
    )


def _crosses_sentences(pair: Pair, region: Region) -> bool:
    """Whether the end of a sentence lies inside a differing place."""
    words = pair.correct.sentence.words
    if len(region.old) < 2:
        return False
    inside = words[region.old[0].word : region.old[-1].word]
    return any(word.text in (".", "!", "?", "...", "…") for word in inside)


def _letters(text: str) -> str:
    return "".join(c for c in normalise(text).lower() if c.isalpha() or c == "'")


def _touches(pair: Pair, finding: Finding, region: Region) -> bool:
    """Whether an error lies where the sentences differ, or next to it."""
    words = pair.incorrect.sentence.words
    first = region.right - (not region.new)
    places = range(max(first, 0), region.right + max(1, len(region.new)))
    touched = [words[a.word] for p in places for a in pair.incorrect.atoms[p : p + 1]]
    return any(w.start <= finding.end + 1 and w.end + 1 >= finding.start for w in touched)


def _spelling_elsewhere(pair: Pair) -> str | None:
    """Return a word outside the differing places that is elided or contracted otherwise."""
    left = right = 0
    for region in (*pair.regions, None):
        end = len(pair.correct.atoms) if region is None else region.left
        for place in range(left, end):
            other = right + place - left
            old, new = pair.correct.word(place), pair.incorrect.word(other)
            if old is None or new is None:
                continue
            # What elides depends on the word behind it, which may be the one that differs, or a word
            # that moved stood there; "-t-" depends on the verb before it, a contraction too.
            first = place == left and left > 0
            near = first or (place == end - 1 and region is not None)
            if old.euphonic != new.euphonic and not first:
                return new.text
            if old.text.lower() == new.text.lower():
                continue
            elides = old.text.endswith("'") is not new.text.endswith("'")
            if not near or (place < end - 1 and elides and not _moves(pair)):
                return new.text
        if region is not None:
            left, right = region.left + len(region.old), region.right + len(region.new)
    return None


def _moves(pair: Pair) -> bool:
    """Whether a word stands in one place of the correct sentence and in another of the incorrect one."""
    old = {word for region in pair.regions for word in region.old_words}
    return len(pair.regions) > 1 and any(
        word in old for region in pair.regions for word in region.new_words
    )


def _elides_wrongly(pair: Pair) -> bool:
    """Whether other words stand in the incorrect sentence, and an elision is wrong besides."""
    known = {f.code for f in elision_findings(pair.correct.sentence.words)}
    found = elision_findings(pair.incorrect.sentence.words)
    return any(f.code not in known for f in found)


def _edits(pair: Pair) -> int:
    """Return how many words were exchanged, added or left out; moving some counts as one."""
    old = Counter(word for region in pair.regions for word in region.old_words)
    new = Counter(word for region in pair.regions for word in region.new_words)
    moved = old & new
    count = 0
    for region in pair.regions:
        mine, other = Counter(region.old_words) - moved, Counter(region.new_words) - moved
        count += max(mine.total(), other.total())
    return count + bool(moved)


def _covers(pair: Pair, finding: Finding) -> bool:
    """Whether two words at most were changed, and all of them belong to one error."""
    words = pair.incorrect.sentence.words
    if any(len(region.old) > len(region.new) for region in pair.regions):
        return False
    changed = [words[atom.word] for region in pair.regions for atom in region.new]
    return _edits(pair) == 2 and all(
        finding.start <= word.start and word.end <= finding.end for word in changed
    )


def _by_finding(pair: Pair) -> Difference | None:
    """Take the error that the rules find in the incorrect sentence alone, if it is one."""
    if len(pair.findings) != 1 or len(pair.regions) > 2:
        return None
    finding = pair.findings[0]
    if not all(_touches(pair, finding, region) for region in pair.regions):
        return None
    if _edits(pair) > 1 and not _covers(pair, finding):
        return None
    if _edits(pair) > 1 and finding.error_type is ErrorType.WRONG_AUXILIARY:
        # The participle that changed too is no agreement that follows from the auxiliary.
        return None
    return Difference(finding.error_type, finding.code, True, finding.reason)


def _unnamed(pair: Pair) -> str:
    if len(pair.regions) > 1:
        return f"The sentences differ in {len(pair.regions)} places."
    return "The difference is none of the known errors."


def check_pair(correct: str, incorrect: str, error_type: ErrorType | None = None) -> Report:
    """Judge a pair: OK if the incorrect sentence has exactly one certain error, the one named.

    ``error_type`` None: of whatever type. WRONG: the correct sentence has an error, or the incorrect
    one has another error or several, or none. UNSURE: it may be right too, or its error has no name.
    """
    first = verify(correct)
    if first.verdict is Verdict.WRONG:
        reasons = tuple(f"The correct sentence: {reason}" for reason in first.reasons)
        return Report(Verdict.WRONG, first.error_type, reasons, first.findings)
    findings = _new_findings(correct, incorrect)
    found = _classify(correct, incorrect, findings)
    if found.error_type is None:
        several = len(found.regions) > 2 or _SEVERAL in found.reasons
        same = not found.regions
        verdict = Verdict.WRONG if several or same else Verdict.UNSURE
        return Report(verdict, None, found.reasons)
    accepted = {found.error_type, *found.also}
    if error_type is not None and error_type not in accepted:
        reason = f"The error is {found.error_type.value}, not {error_type.value}."
        return Report(Verdict.WRONG, found.error_type, (reason, *found.reasons), findings)
    if not found.certain:
        return Report(Verdict.UNSURE, found.error_type, found.reasons)
    named = error_type or found.error_type
    code = found.code if found.error_type is named else ""
    return Report(Verdict.OK, named, found.reasons, findings, code)

"""What checking a text results in: a verdict, and the certain errors with their reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from verbs.french.vocabulary import ErrorType


class Verdict(StrEnum):
    """OK: understood and no error found. WRONG: a certain error. UNSURE: not understood."""

    OK = "ok"
    WRONG = "wrong"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Finding:
    """One certain error: ``text[start:end]`` is wrong.

    ``code`` refines the type ("wrong_auxiliary.avoir_for_etre"), ``reason`` is a sentence for a
    teacher, ``correction`` what should stand in the place, None if that is not known.
    """

    error_type: ErrorType
    code: str
    start: int
    end: int
    reason: str
    correction: str | None = None


@dataclass(frozen=True)
class Report:
    """The verdict on a text or a pair, with the type of its first error, and why.

    ``code`` refines the type of the one error of a pair, "" if it has none or is filed under another type.
    """

    verdict: Verdict
    error_type: ErrorType | None = None
    reasons: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    code: str = ""


def report(findings: Iterable[Finding], doubts: Iterable[str] = ()) -> Report:
    """Return WRONG if there is a finding, else UNSURE if there is a doubt, else OK."""
    found = tuple(sorted(findings, key=lambda each: (each.start, each.end, each.code)))
    if found:
        reasons = tuple(dict.fromkeys(each.reason for each in found))
        return Report(Verdict.WRONG, found[0].error_type, reasons, found)
    doubtful = tuple(dict.fromkeys(doubts))
    return Report(Verdict.UNSURE if doubtful else Verdict.OK, None, doubtful)

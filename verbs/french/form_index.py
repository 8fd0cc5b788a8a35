"""From a form to what it can be, for thousands of verbs without keeping a form of most of them.

Plain verbs differ in their stem only. So their forms are not listed: an ending that plain verbs have
is taken off, and what is left must be the stem of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from verbs.french.derivation import OtherForm
from verbs.french.vocabulary import Person, Tense

#: What an ending marks: the tense or other form, and the person if it has one.
Mark = tuple[Tense | OtherForm, Person | None]


class Analysis(NamedTuple):
    """What a form can be: of which verb, which tense or other form, which person (if it has one)."""

    infinitive: str
    tense: Tense | OtherForm
    person: Person | None


class PlainVerbs(NamedTuple):
    """Verbs that share their endings: by their stems, the ending of their infinitive is left out."""

    infinitive_ending: str
    stems: frozenset[str]
    endings: Mapping[str, tuple[Mark, ...]]
    longest_ending: int

    def analyses(self, form: str) -> Iterator[Analysis]:
        """Yield what a form can be of these verbs."""
        for cut in range(max(1, len(form) - self.longest_ending), len(form)):
            marks = self.endings.get(form[cut:])
            if marks and form[:cut] in self.stems:
                for tense, person in marks:
                    yield Analysis(form[:cut] + self.infinitive_ending, tense, person)

    def forms(self) -> Iterator[str]:
        """Yield every form, verb by verb."""
        for stem in sorted(self.stems):
            for ending in self.endings:
                yield stem + ending


class FormIndex(Mapping[str, frozenset[Analysis]]):
    """Every form of some verbs, with what it can be. A form that is not there is none of theirs."""

    def __init__(
        self, listed: Iterable[tuple[str, Analysis]], plain: Iterable[PlainVerbs] = ()
    ) -> None:
        """Take the forms of the verbs that are not plain, one by one, and the plain verbs."""
        found: dict[str, set[Analysis]] = {}
        for form, analysis in listed:
            found.setdefault(form, set()).add(analysis)
        self._listed = {form: frozenset(analyses) for form, analyses in found.items()}
        self._plain = tuple(plain)

    def extended(self, listed: Iterable[tuple[str, Analysis]]) -> FormIndex:
        """Return an index with further forms."""
        further = FormIndex(listed)
        for form, analyses in self._listed.items():
            further._listed[form] = further._listed.get(form, frozenset()) | analyses
        further._plain = self._plain
        return further

    def __getitem__(self, form: str) -> frozenset[Analysis]:
        plain = [each for verbs in self._plain for each in verbs.analyses(form)]
        listed = self._listed.get(form)
        if not plain:
            if listed is None:
                raise KeyError(form)
            return listed
        return frozenset(plain) if listed is None else listed.union(plain)

    def __contains__(self, form: object) -> bool:
        if not isinstance(form, str):
            return False
        return form in self._listed or any(
            True for verbs in self._plain for _ in verbs.analyses(form)
        )

    def __iter__(self) -> Iterator[str]:
        yield from self._listed
        seen: set[str] = set()
        for verbs in self._plain:
            for form in verbs.forms():
                if form not in self._listed and form not in seen:
                    seen.add(form)
                    yield form

    def __len__(self) -> int:
        return sum(1 for _ in self)

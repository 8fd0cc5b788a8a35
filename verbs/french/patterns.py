"""How a verb is used, as dictionaries write it: "parler à quelqu'un", "décider de faire quelque chose"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from verbs.french.frames import Frame
from verbs.french.government import Government, government
from verbs.french.lexicon import lexicon
from verbs.french.overrides import Reading
from verbs.french.phrases import NounPhrase, Oblique, ObliqueKind

__all__ = ["Pattern", "patterns_of"]

_SOMEONE, _SOMETHING = "quelqu'un", "quelque chose"
_WHERE = {
    ObliqueKind.TO: "quelque part",
    ObliqueKind.AT: "quelque part",
    ObliqueKind.FROM: "de quelque part",
}
_DO = "faire quelque chose"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way to use a verb, and the frames of the lexicon that have it (none where only its government
    is known). ``impersonal``: with the il that stands for nobody."""

    text: str
    frames: tuple[Frame, ...]
    impersonal: bool = False


def patterns_of(reading: Reading, citation: str) -> tuple[Pattern, ...]:
    """The ways to use a reading of a verb, in the order of the lexicon; () if none is known.

    Where the lexicon has no frame the verb's government tells, which is of all its readings.
    """
    grouped: dict[tuple[str, bool], list[Frame]] = {}
    for frame in lexicon().frames_of(citation):
        if frame.verb.key == reading:
            text = " ".join((citation, *_slots(frame)))
            grouped.setdefault((text, frame.impersonal), []).append(frame)
    if grouped:
        return tuple(Pattern(text, tuple(frames), il) for (text, il), frames in grouped.items())
    known = government(citation)
    if known is None:
        return ()
    return tuple(Pattern(f"{citation} {each}".strip(), ()) for each in _governed(known))


def _slots(frame: Frame) -> Iterator[str]:
    """What stands behind the verb, what may be absent in brackets."""
    if frame.cod:
        yield _who_or_what(frame.cod.values())
    found = [_complement(each) for each in frame.oblique.values() if each is not None]
    said = list(dict.fromkeys(each for each in found if each))
    if said:
        text = " / ".join(said)
        may_be_absent = None in frame.oblique or len(found) > len(list(filter(None, found)))
        yield f"({text})" if may_be_absent else text


def _who_or_what(phrases: Iterable[NounPhrase]) -> str:
    persons = {phrase.is_person for phrase in phrases}
    if len(persons) > 1:
        return f"{_SOMEONE} / {_SOMETHING}"
    return _SOMEONE if True in persons else _SOMETHING


def _complement(oblique: Oblique) -> str:
    """A complement in general terms; "" for set phrases ("en retard"), which its examples show."""
    if oblique.kind in _WHERE:
        return _WHERE[oblique.kind]
    if oblique.kind is ObliqueKind.INFINITIVE:
        return " ".join((*oblique.words, _DO))
    if oblique.phrase is None:
        return ""
    what = _who_or_what([oblique.phrase])
    return f"{oblique.words[0]} {what}"


_DIRECT = {
    "person": _SOMEONE,
    "thing": _SOMETHING,
    "any": f"{_SOMEONE} / {_SOMETHING}",
    "clause": "que…",
}
_INDIRECT = {"lui": f"à {_SOMEONE}", "tonic": f"à {_SOMEONE}", "y": f"à {_SOMETHING}"}


def _governed(known: Government) -> Iterator[str]:
    """What a verb can have behind it, one by one: what goes with what is not known of it."""
    if known.direct in _DIRECT:
        yield _DIRECT[known.direct]
    yield from (_INDIRECT[each] for each in ("lui", "tonic", "y") if each in known.indirect)
    if known.takes_de:
        yield f"de {_SOMETHING}"
    for preposition in sorted(known.infinitive):
        yield _DO if preposition == "bare" else f"{preposition} {_DO}"

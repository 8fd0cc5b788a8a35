"""Properties of sentences with every reading of the lexicon, in every tense and form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

import pytest

from generation.french.clause import Clause, ObjectForm, Polarity, SentenceType
from generation.french.english import translate
from generation.french.levels import clause_level
from generation.french.realise import licensed, realise
from generation.french.soundness import objections
from generation.french.tokens import NO_BREAK_SPACE, starts_with_vowel
from verbs.french.frames import Frame
from verbs.french.lexicon import lexicon
from verbs.french.triggers import leads, triggers
from verbs.french.vocabulary import Level, Person, Tense

_DRAWS = 5
_ELIDING = re.compile(r"(?<![-\w'])(je|me|te|se|ne|de|que|le|la) ([\w'-]+)", re.IGNORECASE)
_DATIVES = (None, None, *(p for p in Person if p not in (Person.S3, Person.P3)))


def _draw(frame: Frame, tense: Tense, rng: Random) -> Clause:
    """Combine parts blindly; ``objections`` tells which combinations are none."""
    fitting = [None, *(t.french for t in triggers().values() if tense in t.tenses)]
    cods, obliques = list(frame.cod), list(frame.oblique)
    cod = rng.choice(cods) if cods else None
    polarity = rng.choice(list(Polarity))
    subject = rng.choice(list(frame.subjects))
    if polarity in (Polarity.NOBODY, Polarity.NOTHING):
        subject = "personne" if polarity is Polarity.NOBODY else "rien"
    gone = polarity in (Polarity.RIEN, Polarity.PERSONNE)
    dative = rng.choice(_DATIVES) if frame.takes_dative else None
    form = rng.choice(list(ObjectForm)) if cod else ObjectForm.NOUN
    oblique = None if dative or not obliques or gone else rng.choice(obliques)
    return Clause(
        frame.id,
        tense,
        subject,
        polarity=polarity,
        cod_key=None if gone else cod,
        cod_form=ObjectForm.NOUN if gone else form,
        oblique_key=oblique,
        oblique_pronoun=oblique is not None and rng.random() < 0.5,
        time_key=rng.choice([None, "demain"]),
        feminine=rng.random() < 0.5,
        sentence=rng.choice(list(SentenceType)),
        trigger_key=rng.choice(fitting),
        lead_key=rng.choice(list(leads())) if form is ObjectForm.RELATIVE and not gone else None,
        cod2_key=rng.choice(cods) if polarity is Polarity.NI and cods else None,
        dative=dative,
    )


def _plain(frame: Frame, tense: Tense) -> Iterator[Clause]:
    """Yield the statements (or orders) with each subject, behind a trigger where one is needed."""
    led = (Tense.SUBJONCTIF, Tense.SUBJONCTIF_PASSE)
    trigger = "il est possible que" if tense in led else None
    cod = next(iter(frame.cod), None)
    oblique = next(iter(frame.oblique), None)
    for subject in list(frame.subjects)[:3] + list(frame.subjects)[-3:]:
        given = Clause(
            frame.id, tense, subject, cod_key=cod, oblique_key=oblique, trigger_key=trigger
        )
        if not objections(given):
            yield given


def _clauses(frame: Frame) -> Iterator[Clause]:
    rng = Random(frame.id)
    for tense in sorted(frame.tenses):
        yield from _plain(frame, tense)
        for _ in range(_DRAWS):
            given = _draw(frame, tense, rng)
            if not objections(given):
                yield given


@pytest.mark.parametrize("frame_id", list(lexicon().frames))
def test_every_frame(frame_id: str) -> None:
    found = list(_clauses(lexicon().frames[frame_id]))
    assert found
    for given in found:
        written = realise(given)
        assert written in licensed(given)
        assert Clause.from_dict(given.to_dict()) == given
        _is_written_well(written, given)
        english = translate(given)
        assert re.fullmatch(r"[A-ZÉ][^{}]*[\w'][.?]", english), english
        assert "  " not in english
        assert clause_level(given) in tuple(Level)


def _is_written_well(text: str, given: Clause) -> None:
    """Check capital, last mark, spaces, elision and contraction."""
    lead = given.lead
    asks = given.question or (lead is not None and lead.mark == "?")
    assert text.endswith(f"{NO_BREAK_SPACE}?" if asks else "."), text
    assert text[0].isupper(), text
    assert "  " not in text, text
    assert " -" not in text, text
    for word, following in _ELIDING.findall(text):
        assert not starts_with_vowel(following), f"{word} {following}: {text}"

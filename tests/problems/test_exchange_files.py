"""Files of problems: what is written is read back exactly, and no cell is a formula."""

from __future__ import annotations

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from problems.exchange import csv_file, json_file
from problems.exchange.entries import Entry
from problems.services import NewStatement
from verbs.french.vocabulary import ErrorType, Focus, Level, Tense

_plain = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
_texts = st.one_of(
    st.text(_plain, min_size=1, max_size=30).map(str.strip).filter(bool),
    st.sampled_from(["=1+1", "'=x", "''", '""', '\'""', "-5", "@a", "a;b,c", "5-8", "x\r\ny", "+"]),
)
_tags = _texts.filter(lambda tag: len(tag) <= 50)
_words = st.sampled_from


@st.composite
def _wrong(draw: st.DrawFn) -> NewStatement:
    content = draw(_texts)
    span = None
    if draw(st.booleans()):
        start = draw(st.integers(0, len(content)))
        span = start, draw(st.integers(start, len(content)))
    return NewStatement(
        content=content,
        is_correct=False,
        explanation=draw(_texts),
        error_type=draw(_words([error.value for error in ErrorType])),
        error_code=draw(st.none() | _texts),
        span=span,
        correction=draw(st.none() | st.just("") | st.text(_plain, max_size=10)),
    )


@st.composite
def _entries(draw: st.DrawFn) -> Entry:
    statements = draw(st.lists(_wrong(), min_size=1, max_size=5))
    right = NewStatement(draw(_texts), is_correct=True, translation=draw(st.none() | _texts))
    statements.insert(draw(st.integers(0, len(statements))), right)
    return Entry(
        row=0,
        id=draw(st.uuids()),
        fields={
            "title": draw(_texts),
            "instructions": draw(_texts),
            "target_language_code": draw(_words(["eng", "fra"])),
            "grammatical_focus": draw(_words([focus.value for focus in Focus])),
            "level": draw(_words([level.value for level in Level])),
            "tenses_used": draw(
                st.lists(_words([t.value for t in Tense]), min_size=1, max_size=3, unique=True)
            ),
            "topic_tags": draw(st.lists(_tags, max_size=4, unique=True)),
            "metadata": draw(st.dictionaries(_texts, st.none() | _texts | st.integers(-9, 9))),
        },
        statements=statements,
    )


def _same(read: Entry, given_entry: Entry) -> None:
    assert read.refusals == []
    assert (read.id, read.fields) == (given_entry.id, given_entry.fields)
    assert [one.values() | {"id": None} for one in read.statements or []] == [
        one.values() | {"id": None} for one in given_entry.statements or []
    ]


@given(st.lists(_entries(), min_size=1, max_size=4), st.sampled_from([",", ";", "\t"]))
@settings(max_examples=200, deadline=None)
def test_csv_gives_back_what_was_written(entries: list[Entry], separator: str) -> None:
    text = "".join(csv_file.written(((one, "live") for one in entries), separator=separator))
    for read, entry in zip(csv_file.read(text, most=9), entries, strict=True):
        _same(read, entry)


@given(st.lists(_entries(), min_size=1, max_size=4))
@settings(max_examples=100, deadline=None)
def test_json_gives_back_what_was_written(entries: list[Entry]) -> None:
    text = b"".join(json_file.written((one, "live") for one in entries)).decode()
    for read, entry in zip(json_file.read(text, most=9), entries, strict=True):
        _same(read, entry)


@given(_entries())
@settings(max_examples=100, deadline=None)
def test_no_cell_is_a_formula(entry: Entry) -> None:
    text = "".join(csv_file.written([(entry, "live")]))
    _, cells = csv.reader(io.StringIO(text.removeprefix(csv_file.BOM), newline=""))
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r\n")]

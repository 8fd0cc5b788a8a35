"""``manage.py verbs check``: sound as delivered, and each thing that is wrong is named with its place."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from verbs import checking, corrections
from verbs.french import verb_data
from verbs.french.lexicon_files import DATA
from verbs.models import Verb, VerbOverride

pytestmark = pytest.mark.django_db


def checked(*options: str) -> tuple[list[str], str, int]:
    """The lines that the command prints, what it says, and its exit status."""
    out, said = io.StringIO(), io.StringIO()
    try:
        call_command("verbs", "check", *options, stdout=out, stderr=said)
    except CommandError as refused:
        return out.getvalue().splitlines(), str(refused), refused.returncode
    return out.getvalue().splitlines(), said.getvalue().strip(), 0


def in_database() -> list[str]:
    """What is found besides the files, which take their time."""
    return [str(one) for one in checking.database()]


def row(infinitive: str) -> Verb:
    return Verb.objects.filter(infinitive=infinitive, reflexive=False).order_by("frequency_rank")[0]


def line_of(infinitive: str) -> int:
    lines = verb_data.VERBS_FILE.read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(lines, 1) if line.startswith(f"{infinitive}\t0"))


def test_as_delivered_all_is_sound_and_nothing_is_written() -> None:
    before = list(Verb.objects.order_by("id").values())
    assert checked() == ([], "The verbs are sound.", 0)
    assert list(Verb.objects.order_by("id").values()) == before


def test_rows_that_differ_are_named_with_their_line() -> None:
    Verb.objects.filter(pk=row("finir").pk).update(level="B2")
    Verb.objects.filter(pk=row("tomber").pk).delete()
    lines, said, status = checked("--json")
    assert (said, status) == ("Not sound: 2 mistakes.", 1)
    missing, differing = (json.loads(line) for line in lines)
    assert missing == {
        "place": f"verbs.tsv:{line_of('tomber')}",
        "message": "tomber (être) is not loaded: run manage.py load_verbs",
        "harmless": False,
    }
    assert differing["place"] == f"verbs.tsv:{line_of('finir')}"
    assert "level 'B2' -> 'A1'" in differing["message"]
    assert row("finir").level == "B2"


def test_an_empty_table_is_one_line() -> None:
    Verb.objects.all().delete()
    expected = f"{len(verb_data.verbs())} verbs are not loaded: run manage.py load_verbs"
    assert in_database() == [expected]


def test_corrections_that_hold_are_sound() -> None:
    for field, value in (("present.1s", "finisse"), ("level", "B2"), ("past_participle", "finu")):
        corrections.correct(row("finir"), field=field, value=value, author="bo", reason="so")
    assert in_database() == []


def test_corrections_that_cannot_hold_and_those_that_nobody_needs() -> None:
    finir = row("finir")
    for field, value in (("level", "Z9"), ("translation", "to finish"), ("present.9s", "x")):
        VerbOverride.objects.create(verb=finir, field=field, value=value, author="bo", reason="so")
    lines = in_database()
    place = f"verbs.tsv:{line_of('finir')}: finir (avoir): the correction of"
    assert len(lines) == 3  # nothing can be loaded, so that nothing is compared
    assert any(
        line.startswith(f"{place} level to 'Z9' cannot hold: Write one of") for line in lines
    )
    assert any(line.startswith(f"{place} present.9s to 'x' cannot hold: ") for line in lines)
    assert f"note: {place} translation to 'to finish' is what the files say, too" in lines


def test_a_corrected_form_that_is_no_french_is_named() -> None:
    override = corrections.correct(
        row("finir"), field="present.1s", value="finisse", author="bo", reason="so"
    )
    VerbOverride.objects.filter(pk=override.pk).update(value="fin1s")
    (line,) = in_database()
    assert line.startswith(f"verbs.tsv:{line_of('finir')}: finir (avoir), as it is corrected: ")
    assert "present.1s is no French form: 'fin1s'" in line


def test_a_verb_that_is_gone_from_the_files_is_a_note() -> None:
    gone = row("finir")
    Verb.objects.filter(pk=gone.pk).update(infinitive="finasser", folded="finasser")
    lines = in_database()
    assert len(lines) == 2  # and finir is not loaded
    assert "note: finasser (avoir) is loaded, but no longer in the files" in lines


def test_mistakes_in_files_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    expected = []
    for name, line, message in (
        ("verbs.tsv", "nager\t0\tavoir", "3 columns instead of 10"),
        ("frames.tsv", "x\ty", "2 columns instead of 12"),
        ("government.tsv", "zézayer\tx\t-\t-\t-\t-\t-", "object: unknown x"),
        ("learner_forms.tsv", "x", "1 columns instead of"),
        ("further_verbs.txt", "xyz", "xyz"),
        ("words/nouns.tsv", "x\ty\tz\tw\tv\tu", "6 columns instead of"),
    ):
        path = folder / name
        text = path.read_text(encoding="utf-8").rstrip("\n") + f"\n{line}\n"
        path.write_text(text, encoding="utf-8")
        expected.append((f"{path.name}:{len(text.splitlines())}", message))
    found = list(checking.files(folder))
    assert not any(one.harmless for one in found)
    told = [(one.place, one.message) for one in found]
    for place, message in expected:
        assert any(one[0] == place and message in one[1] for one in told), (place, told)


def test_a_frame_needs_the_forms_of_its_verb(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    lines = (folder / "frames.tsv").read_text(encoding="utf-8").splitlines()
    number, frame = next((n, line) for n, line in enumerate(lines, 1) if "\tneiger\t" in line)
    lines[number - 1] = frame.replace("il=it", "mes parents")
    (folder / "frames.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    found: list[Any] = list(checking.files(folder))
    assert {one.place for one in found} == {f"frames.tsv:{number}"}
    assert "neiger has no present.3p, which the frame needs" in " ".join(
        one.message for one in found
    )

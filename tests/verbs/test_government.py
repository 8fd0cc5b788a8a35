"""What verbs govern: the file, and how it complains."""

from __future__ import annotations

from pathlib import Path

import pytest

from verbs.french.government import NONE, PERSON, government, load
from verbs.french.lexicon_files import LexiconError
from verbs.french.verb_data import known_infinitives

HEADER = "verb\tobject\tindirect\tde\tinfinitive\twrong_noun\twrong_infinitive\n"


def test_there_are_300_verbs_and_all_are_known() -> None:
    found = load()
    assert len(found) >= 300
    infinitives = {verb.removeprefix("se ").removeprefix("s'") for verb in found}
    assert infinitives <= known_infinitives()


@pytest.mark.parametrize(
    ("verb", "indirect", "infinitive"),
    [
        ("téléphoner", {"lui", "y"}, set()),
        ("penser", {"tonic", "y"}, {"bare", "à"}),
        ("décider", set(), {"de"}),
        ("se décider", set(), {"à"}),
        ("commencer", set(), {"à", "de"}),
        ("vouloir", {"lui"}, {"bare"}),
    ],
)
def test_some_verbs(verb: str, indirect: set[str], infinitive: set[str]) -> None:
    found = government(verb)
    assert found is not None
    assert found.indirect == indirect
    assert found.infinitive == infinitive


def test_nothing_is_right_and_wrong_at_once() -> None:
    for entry in load().values():
        assert not entry.infinitive & entry.wrong_infinitive
        if entry.direct == "any" and NONE in entry.wrong_noun:
            assert entry.wrong_noun[NONE], f"{entry.verb} takes an object"
        if "à" in entry.wrong_noun and not entry.wrong_noun["à"]:
            assert not entry.indirect & {"lui", "tonic"}, entry.verb


def test_limits_are_classes_or_nouns() -> None:
    visit = government("rencontrer")
    assert visit is not None
    assert visit.wrong_noun["à"] == {PERSON}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("aimer\tall\t-\t-\t-\t-\t-", "object: unknown all"),
        ("aimer\tany\tleur\t-\t-\t-\t-", "indirect: unknown leur"),
        ("aimer\tany\t-\tyes\t-\t-\t-", "de: unknown yes"),
        ("aimer\tany\t-\t-\tvers\t-\t-", "infinitive: unknown vers"),
        ("aimer\tany\t-\t-\tde\t-\tde", "de cannot be right and wrong"),
        ("aimer\tany\t-\t-\t-\tvers\t-", "wrong_noun: unknown vers"),
        ("aimer\tany\t-\t-\t-\tà=\t-", "wrong_noun: no noun behind à="),
        ("aimer\tany\t-\t-\t-\tà,à\t-", "wrong_noun: à is there twice"),
        ("aimer\tany", "2 columns instead of 7"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, row: str, message: str) -> None:
    (tmp_path / "government.tsv").write_text(HEADER + row + "\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"government\.tsv:2") as caught:
        load(tmp_path)
    assert message in str(caught.value)


def test_a_verb_twice_is_named(tmp_path: Path) -> None:
    row = "aimer\tany\t-\t-\t-\t-\t-\n"
    (tmp_path / "government.tsv").write_text(HEADER + row * 2, encoding="utf-8")
    with pytest.raises(LexiconError, match=r"government\.tsv:3: aimer is there twice"):
        load(tmp_path)

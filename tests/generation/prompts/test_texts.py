"""The texts of the prompts: read and checked, true in their French, changed only with a new version."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from generation.french.checking.pairs import check_pair
from generation.french.checking.verdict import Verdict
from generation.french.checking.verify import verify
from generation.prompts import Case, judge_prompt, prompt_for, versions
from generation.prompts.errors import TEXTS
from generation.prompts.texts import FOLDER, TextError, read_texts
from tests.generation.prompts.cases import FIXED
from verbs.french.vocabulary import ErrorType, Language, Tense


def examples() -> Iterator[tuple[str, str, ErrorType]]:
    for error_type, text in TEXTS.errors.items():
        for code in (text.codes or {}).values():
            yield code.right, code.wrong, error_type
        for section in text.sections:
            for line in section.body.splitlines():
                if line.startswith("Example: "):
                    right, _, wrong = line.removeprefix("Example: ").partition(" -> ")
                    yield right, wrong, error_type


@pytest.mark.parametrize(("right", "wrong", "error_type"), list(examples()))
def test_every_example_is_right_and_wrong_as_it_says(
    right: str, wrong: str, error_type: ErrorType
) -> None:
    assert verify(right).verdict is Verdict.OK
    found = check_pair(right, wrong, error_type)
    assert found.verdict is Verdict.OK, found.reasons


def test_every_error_has_examples_in_its_sections() -> None:
    for text in TEXTS.errors.values():
        assert any("Example: " in section.body for section in text.sections), text.name
        assert {"The error", "Not"} & {section.title.split(" with")[0] for section in text.sections}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "texts"))


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("correct.md", "## Task\n", "## Task\n{verb} is data.\n", r"correct\.md:5: unknown place"),
        ("correct.md", "## Task\n", "## Task\nan open { brace\n", r"correct\.md:5: unknown place"),
        ("levels.md", "(when: A1)", "(when: C1)", r"levels\.md:3: unknown condition: C1"),
        ("levels.md", "(when: A1)", "(when: not )", r"levels\.md:3: unknown condition"),
        ("levels.md", "## A1 (when: A1)", "## A1 (A1)", r"levels\.md:3: not a heading"),
        ("levels.md", "## A1 (when: A1)", "## A0 (when: A1)\n\n## A1", r"levels\.md:3: an empty"),
        ("errors/elision.md", "no_linking_s |", "no_link |", r"errors/elision\.md:11: not a known"),
        ("errors/elision.md", "## Codes", "## Notes", r"errors/elision\.md:\d+: an error needs"),
        ("errors/elision.md", "-> Va-y tout de suite.", "Va-y.", r"errors/elision\.md:11: not a"),
    ],
)
def test_a_text_that_cannot_be_right_is_named_with_its_line(
    folder: Path, name: str, old: str, new: str, said: str
) -> None:
    text = (folder / name).read_text()
    assert text.count(old) >= 1
    (folder / name).write_text(text.replace(old, new, 1))
    with pytest.raises(TextError, match=said):
        read_texts(folder)


def test_a_missing_code_and_a_missing_file_are_named(folder: Path) -> None:
    path = folder / "errors" / "elision.md"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("no_linking_t")))
    with pytest.raises(TextError, match=r"errors/elision\.md:6: no line for no_linking_t"):
        read_texts(folder)
    path.unlink()
    with pytest.raises(TextError, match=r"errors/elision\.md: No such file"):
        read_texts(folder)


# --- Versions -------------------------------------------------------------------------------------


def _digest(paths: list[Path], prompts: list[str]) -> str:
    whole = hashlib.sha256()
    for path in sorted(paths):
        whole.update(path.relative_to(FOLDER).as_posix().encode() + path.read_bytes())
    for prompt in prompts:
        whole.update(prompt.encode())
    return whole.hexdigest()[:16]


def test_texts_change_only_with_the_version_of_the_writers_prompts() -> None:
    paths = [path for path in FOLDER.rglob("*.md") if path.name != "judge.md"]
    prompts = [
        part for brief in FIXED for part in (prompt_for(brief).system, prompt_for(brief).user)
    ]
    found = _digest(paths, prompts)
    assert found == versions.DIGEST, (
        "The writer's prompts have changed. In generation/prompts/versions.py give them a new VERSION"
        f" (unless {versions.VERSION} was never in use) and set DIGEST to {found!r}."
    )


def test_the_judges_text_changes_only_with_its_version() -> None:
    case = Case(
        "Il part.",
        "Il parts.",
        ErrorType.WRONG_PERSON,
        "partir",
        Tense.PRESENT,
        "x",
        Language.ENGLISH,
    )
    prompt = judge_prompt(case)
    found = _digest([FOLDER / "judge.md"], [prompt.system, prompt.user])
    assert found == versions.JUDGE_DIGEST, (
        "The judge's prompt has changed. In generation/prompts/versions.py give it a new JUDGE_VERSION"
        f" (unless {versions.JUDGE_VERSION} was never in use) and set JUDGE_DIGEST to {found!r}."
    )

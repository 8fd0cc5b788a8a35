"""``manage.py prompts``."""

from __future__ import annotations

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from generation.prompts import VERSION, prompt_for
from generation.prompts.briefs import briefs_of
from generation.writers.base import Plan
from verbs.french.vocabulary import Focus, Language, Tense

ROOT = Path(__file__).parents[3]


def printed(*arguments: str) -> str:
    out = StringIO()
    call_command("prompts", *arguments, stdout=out)
    return out.getvalue()


def test_it_prints_every_part_of_the_prompts_of_a_plan() -> None:
    found = printed(
        "--focus", "auxiliary", "--language", "fra", "--topic", "</brief>", "--seed", "7"
    )
    plan = Plan(
        Focus.AUXILIARY,
        Tense.PASSE_COMPOSE,
        topics=("</brief>",),
        language=Language.FRENCH,
        seed=7,
    )
    assert VERSION in found
    for brief in briefs_of(plan):
        prompt = prompt_for(brief)
        assert prompt.user in found
        for paragraph in prompt.system.split("\n\n"):
            assert paragraph in found
    assert "----- errors/wrong_auxiliary.md: The error" in found
    assert (
        printed("--focus", "auxiliary", "--seed", "7", "--language", "fra", "--topic", "</brief>")
        == found
    )


def test_it_prints_the_prompts_of_a_stored_plan_and_of_errors_only() -> None:
    plan = Plan(Focus.NEGATION, Tense.PRESENT, statement_count=3, seed=9)
    found = printed("--plan", json.dumps(plan.as_json()), "--error-only")
    assert "Sentence 0" not in found
    assert "Sentence 2" in found
    assert "Sentence 3" not in found
    assert prompt_for(briefs_of(plan)[2]).user in found


def test_it_prints_the_judges_rules() -> None:
    assert printed("--judge").startswith("French quiz judge")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--focus", "spelling"], "--focus: spelling is none of conjugation"),
        (["--tense", "past"], "--tense: past is none of"),
        (["--level", "C2"], "--level: C2 is none of A1, A2, B1, B2"),
        (["--error-type", "typo"], "--error-type: typo is none of"),
        (["--language", "deu"], "--language: deu is none of eng, fra"),
        (["--theme", "lesson"], "--theme: lesson is none of"),
        (["--verb", "xyzer"], "--verb: xyzer is not known"),
        (["--count", "9"], "--count: 9 is not from 2 to 6"),
        (["--plan", "[1]"], "--plan: not a plan"),
        (["--plan", "{"], "--plan: not a plan"),
        (["--plan", '{"focus": "negation"}'], "--plan: not a plan"),
        (["--focus", "auxiliary", "--tense", "present"], "not in present"),
    ],
)
def test_bad_values_are_named(arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        printed(*arguments)


def test_it_needs_no_settings() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "prompts", "--focus", "negation"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "errors/negation_structure.md" in done.stdout

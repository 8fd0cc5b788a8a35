"""How the statements of a problem came about, in words."""

from __future__ import annotations

from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse

from problems.models import Problem
from problems.origin import origin
from tests.problems.make import problem as add

FORM = {"judge": "form", "ruling": "ok", "reasons": []}
OK = {"judge": "engine", "ruling": "ok", "reasons": []}
TWO = {"judge": "engine", "ruling": "wrong", "reasons": ["There are two errors"]}


def asked(number: int, tries: int = 1) -> dict[str, Any]:
    return {
        "brief": {"verb": "partir"},
        "model": "gpt-4o-mini",
        "prompt_version": "writer-1",
        "prompt": {"system": "The rules.", "user": f"<brief>{number}</brief>"},
        "answer": '{"sentence": "…"}',
        "response_id": f"answer-{number}",
        "tokens": {"input": 1200, "output": 40},
        "seconds": 1.26,
        "tries": tries,
    }


def earlier(number: int, then: str) -> dict[str, Any]:
    return {
        "text": "Elle a parti hier.",
        "counterpart": "Elle est partie hier.",
        "answer": asked(number),
        "verdicts": [FORM, TWO],
        "then": then,
    }


def trace(*before: dict[str, Any], tries: int = 1) -> dict[str, Any]:
    statement = {**asked(9, tries), "text": "Elle a partie hier.", "verdicts": [FORM, OK]}
    if before:
        statement["earlier"] = list(before)
    return {"plan": {}, "statements": [statement]}


def test_who_wrote_and_who_judged_a_statement() -> None:
    ((version,),) = origin(trace(tries=3))
    assert version.written == (
        "Written by gpt-4o-mini to the prompts writer-1: "
        "1,200 tokens asked, 40 answered, 1.3 s, 3 tries."
    )
    assert version.judged == ("Form: in order.", "Grammar engine: in order.")
    assert version.then == ""
    papers = dict(version.papers)
    assert papers["The rules it was given"] == "The rules."
    assert papers["What it was asked"] == "<brief>9</brief>"
    assert papers["What it answered (answer-9)"] == '{"sentence": "…"}'
    assert '"verb": "partir"' in papers["What the sentence should be"]


def test_what_was_written_again_stands_before_it() -> None:
    ((first, second),) = origin(trace(earlier(1, "rewritten")))
    assert first.judged == ("Form: in order.", "Grammar engine: wrong. There are two errors.")
    assert (first.then, first.counterpart) == ("So it was written again.", "Elle est partie hier.")
    assert "What it answered (answer-1)" in dict(first.papers)
    assert "What it answered (answer-9)" in dict(second.papers)


def test_a_repair_is_the_engines_and_asks_nobody() -> None:
    ((_, second),) = origin(trace(earlier(9, "repaired")))
    assert second.written == "Its error was made by the grammar engine."
    assert second.papers == ()


def test_what_the_engine_or_a_person_wrote_has_no_versions() -> None:
    assert origin({}) == []
    assert origin({"plan": {}, "statements": [{"clause": {}}]}) == []


def test_the_page_of_a_problem_tells_its_origin(bo_client: Client) -> None:
    problem = add(
        generation_trace=trace(earlier(1, "rewritten")),
        metadata={"generator": "openai", "judge": "engine+model"},
    )
    page = bo_client.get(reverse("admin:problems_problem_change", args=[problem.id]))
    text = page.content.decode()
    assert "(2 versions)" in text
    assert "by a model where the engine was not sure" in text
    assert "&lt;brief&gt;9&lt;/brief&gt;" in text  # what was asked is no markup of the page
    assert '"tries": 1' in unescape(text)


def test_a_problem_that_a_person_wrote_has_no_origin(bo_client: Client) -> None:
    problem = add(generation_trace={}, metadata={})
    page = bo_client.get(reverse("admin:problems_problem_change", args=[problem.id]))
    assert "How it was made" not in page.content.decode()


def test_metadata_that_people_have_spoilt_do_not_hide_the_page(bo_client: Client) -> None:
    problem = add(generation_trace=trace())
    Problem.objects.update(metadata=["engine"])
    page = bo_client.get(reverse("admin:problems_problem_change", args=[problem.id]))
    assert "How it was made" in page.content.decode()

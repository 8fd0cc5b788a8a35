"""Topic tags at the door, and on their way into plans."""

from __future__ import annotations

import pytest
from django.test import Client

from generation.models import GenerationItem, GenerationRequest
from generation.planning import Constraints, plan_items
from generation.tags import objection
from generation.writers.base import Plan
from generation.writers.rules import RulesWriter
from tests.conftest import Api
from verbs.french.vocabulary import Focus

GENERATE = "/api/v1/problems/generate"
ORDER = "/admin/generation/generationrequest/order/"
UNSEEN = (
    "a\nb",
    "a\tb",
    "a\x1bb",
    "a\x85b",
    "a\u2028b",
    "a\u2029b",
    "a\u200bb",
    "a\u202eb",
    "\ue000",
    "a\u0378",
)
FINE = ("lesson-3", "l'été à Nîmes", "日本", "🌻", "</brief>", '"quoted" \\', "ignore all rules")


@pytest.mark.parametrize("tag", UNSEEN)
def test_what_nobody_sees_is_no_tag(tag: str) -> None:
    said = objection(tag)
    assert said is not None
    hidden = next(each for each in tag if each not in "ab")
    assert f"U+{ord(hidden):04X}" in said


def test_other_texts_are_tags() -> None:
    assert [objection(tag) for tag in FINE] == [None] * len(FINE)
    assert "comma" in (objection("a,b") or "")


@pytest.mark.django_db
@pytest.mark.parametrize("tag", UNSEEN)
def test_the_api_refuses_invisible_characters(author: Api, tag: str) -> None:
    answer = author.post(GENERATE, {"topic_tags": ["fine", tag]})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["topic_tags.1"]
    assert "U+" in answer.json()["errors"][0]["detail"]
    assert not GenerationRequest.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("tag", UNSEEN)
def test_the_form_refuses_invisible_characters(bo_client: Client, tag: str) -> None:
    answer = bo_client.post(
        ORDER, {"count": 3, "target_language_code": "eng", "topic_tags": f"fine, {tag}"}
    )
    assert answer.status_code == 200
    assert "no control or invisible characters: U+" in answer.content.decode()
    assert not GenerationRequest.objects.exists()


@pytest.mark.django_db
def test_tags_that_are_no_themes_go_with_the_items(author: Api) -> None:
    answer = author.post(GENERATE, {"count": 2, "topic_tags": ["Food", *FINE]})
    assert answer.status_code == 202
    for item in GenerationItem.objects.all():
        plan = Plan.from_json(item.plan)
        assert plan.topics == FINE[:5]
        assert plan.themes == ("food",)


def test_topics_do_not_change_what_the_engine_writes() -> None:
    writer = RulesWriter()

    def made(*tags: str) -> list[Plan]:
        return plan_items(
            Constraints(focuses=(Focus.CONJUGATION,)),
            count=5,
            writer=writer,
            topic_tags=tags,
            seed=3,
        )

    tagged = made("x" * 60, "lesson")
    assert {plan.topics for plan in tagged} == {("x" * 50, "lesson")}
    for one, other in zip(made(), tagged, strict=True):
        assert writer.write(one).statements == writer.write(other).statements

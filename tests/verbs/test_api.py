"""Verbs over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import Api
from verbs.french.vocabulary import Tense
from verbs.models import Verb
from verbs.spelling import fold

pytestmark = pytest.mark.django_db

BASE = "/api/v1/verbs"
ENDPOINTS = [BASE, f"{BASE}/random", f"{BASE}/finir", f"{BASE}/finir/conjugations"]
FIELDS = [
    "id",
    "infinitive",
    "auxiliary",
    "reflexive",
    "target_language_code",
    "translation",
    "past_participle",
    "present_participle",
    "classification",
    "is_irregular",
    "can_have_cod",
    "can_have_coi",
    "prepositions",
    "level",
    "frequency_rank",
    "created_at",
    "updated_at",
    "last_used_at",
]


def url(infinitive: str, rest: str = "") -> str:
    return f"{BASE}/{quote(infinitive, safe='')}{rest}"


def wrong_fields(response: Any) -> list[str]:
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    return sorted(error["field"].split(".")[0] for error in response.json()["errors"])


# --- works ----------------------------------------------------------------------------------------


def test_a_verb_by_its_infinitive(duo: Api) -> None:
    response = duo.get(url("finir"))
    assert response.status_code == 200
    verb = response.json()
    assert list(verb) == [*FIELDS, "alternatives"]
    row = Verb.objects.get(infinitive="finir")
    assert verb["id"] == str(row.id)
    assert verb["created_at"].endswith("Z")
    expected = {
        "infinitive": "finir",
        "auxiliary": "avoir",
        "reflexive": False,
        "target_language_code": "eng",
        "translation": "to finish",
        "past_participle": "fini",
        "present_participle": "finissant",
        "classification": "second_group",
        "is_irregular": False,
        "can_have_cod": True,
        "level": "A1",
        "prepositions": row.prepositions,
        "frequency_rank": row.frequency_rank,
        "last_used_at": None,
        "alternatives": [],
    }
    assert {name: verb[name] for name in expected} == expected


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("spelling", ["être", "ÊTRE", "etre", "s'appeler", "s’appeler", "Se Laver"])
def test_any_spelling_with_and_without_slash(duo: Api, spelling: str, slash: str) -> None:
    for rest in ("", "/conjugations"):
        response = duo.get(url(spelling, rest) + slash)
        assert response.status_code == 200
        assert response.json()["reflexive"] is spelling.lower().startswith("s")


def test_the_commoner_reading_and_its_alternatives(duo: Api) -> None:
    verb = duo.get(url("monter")).json()
    assert (verb["auxiliary"], verb["reflexive"]) == ("être", False)
    others = verb["alternatives"]
    assert [(one["auxiliary"], one["reflexive"]) for one in others] == [
        ("avoir", False),
        ("être", True),
    ]
    assert list(others[0]) == FIELDS


@pytest.mark.parametrize(("asked", "reflexive"), [("true", True), ("false", False)])
def test_reflexive_chooses(duo: Api, asked: str, reflexive: bool) -> None:
    verb = duo.get(f"{url('laver')}?reflexive={asked}").json()
    assert verb["reflexive"] is reflexive
    assert verb["alternatives"] == []
    forms = duo.get(f"{url('laver', '/conjugations')}?reflexive={asked}").json()
    assert forms["conjugations"][0]["first_person_singular"] == ("me lave" if reflexive else "lave")


def test_conjugations(duo: Api) -> None:
    verb = duo.get(url("falloir", "/conjugations")).json()
    assert list(verb) == [*FIELDS, "conjugations"]
    assert [row["tense"] for row in verb["conjugations"]] == [tense.value for tense in Tense]
    assert verb["conjugations"][0] == {
        "tense": "present",
        "first_person_singular": None,
        "second_person_singular": None,
        "third_person_singular": "faut",
        "first_person_plural": None,
        "second_person_plural": None,
        "third_person_plural": None,
    }


def test_a_random_verb(duo: Api) -> None:
    response = duo.get(f"{BASE}/random")
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    verb = response.json()
    assert list(verb) == FIELDS
    assert verb["last_used_at"] is not None


def test_a_random_verb_by_filters(duo: Api) -> None:
    asked = (
        f"classification=third_group&classification=first_group&auxiliary={quote('être')}"
        "&level=A1,A2&reflexive=false&can_have_cod=false&can_have_coi=false"
    )
    for _ in range(10):
        verb = duo.get(f"{BASE}/random?{asked}").json()
        assert verb["classification"] in ("first_group", "third_group")
        assert verb["auxiliary"] == "être"
        assert verb["level"] in ("A1", "A2")
        assert {verb[name] for name in ("reflexive", "can_have_cod", "can_have_coi")} == {False}
    assert duo.get(f"{BASE}/random?search={quote('ÊTR')}").json()["infinitive"] == "être"


@pytest.mark.parametrize("rest", ["", "/conjugations"])
def test_single_verbs_have_an_etag(duo: Api, rest: str) -> None:
    first = duo.get(url("finir", rest))
    again = duo.get(url("finir", rest), **{"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = duo.get(url("partir", rest), **{"if-none-match": first["ETag"]})
    assert other.status_code == 200


def test_head_is_get_without_a_body(duo: Api) -> None:
    for endpoint in (f"{BASE}/random?level=A1", f"{url('laver')}?reflexive=true"):
        response = duo("HEAD", endpoint)
        assert (response.status_code, response.content) == (200, b"")


# --- the list -------------------------------------------------------------------------------------


def listed(duo: Api, query: str) -> tuple[dict[str, Any], list[str]]:
    """A page, and its verbs as dictionaries cite them."""
    response = duo.get(f"{BASE}?{query}" if query else BASE)
    assert response.status_code == 200, response.content
    found = response.json()
    assert list(found) == ["count", "next", "previous", "results"]
    names = [
        str(Verb(infinitive=one["infinitive"], reflexive=one["reflexive"]).citation)
        for one in found["results"]
    ]
    return found, names


def test_the_list_is_by_infinitive(duo: Api) -> None:
    found, names = listed(duo, "")
    assert found["count"] == Verb.objects.count()
    assert len(names) == 50
    assert list(found["results"][0]) == FIELDS
    folded = [fold(one["infinitive"]) for one in found["results"]]
    assert folded == sorted(folded)
    assert found["previous"] is None
    assert "no-store" in duo.get(BASE)["Cache-Control"]


def test_pages_give_every_verb_once_and_go_back(duo: Api) -> None:
    seen: list[str] = []
    url, pages = f"{BASE}?limit=100", []
    while url:
        page = duo.get(url).json()
        pages.append([one["id"] for one in page["results"]])
        seen += pages[-1]
        last, url = url, page["next"]
    assert len(seen) == len(set(seen)) == Verb.objects.count()
    back = duo.get(duo.get(last).json()["previous"]).json()
    assert [one["id"] for one in back["results"]] == pages[-2]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (f"search={quote('ÊTR')}", {"être"}),
        ("search=etr", {"être"}),
        (f"search={quote('se lav')}", {"se laver"}),
        ("search=lav", {"laver", "se laver"}),
        ("search=lav&reflexive=false", {"laver"}),
        (f"search=mont&auxiliary={quote('être')}&reflexive=false", {"monter"}),
        ("search=%25", set()),
        ("search=etr_", set()),
    ],
)
def test_the_list_by_filters(duo: Api, query: str, expected: set[str]) -> None:
    found, names = listed(duo, query)
    assert found["count"] == len(names)
    assert set(names) == expected


def test_filters_of_the_list_combine(duo: Api) -> None:
    asked = "classification=third_group,second_group&level=A1,A2&can_have_cod=true&limit=100"
    found, _ = listed(duo, asked)
    kept = Verb.objects.filter(
        classification__in=["third_group", "second_group"],
        level__in=["A1", "A2"],
        can_have_cod=True,
    )
    assert found["count"] == kept.count() > 0
    assert found["next"] is None or "classification=third_group" in found["next"]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [("limit=0", "limit"), ("limit=101", "limit"), ("cursor=abc", "cursor"), ("page=2", "page")],
)
def test_wrong_pages_are_named(duo: Api, query: str, wrong: str) -> None:
    assert wrong_fields(duo.get(f"{BASE}?{query}")) == [wrong]


# --- caches ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("rest", ["", "/conjugations"])
def test_a_verb_that_is_known_costs_no_query(new_key: Callable[..., str], rest: str) -> None:
    """Also after it was drawn, which is written in its row."""
    duo = Api(new_key(rate_limit_rpm=10_000))  # a lease of its limit holds for all these requests
    duo.get(url("finir", rest))
    with CaptureQueriesContext(connection) as queries:
        assert duo.get(url("Finir", rest)).status_code == 200
    assert len(queries) == 0
    drawn = duo.get(f"{BASE}/random?search=finir").json()
    assert drawn["last_used_at"] is not None
    with CaptureQueriesContext(connection) as queries:
        assert duo.get(url("finir", rest)).json()["id"] == drawn["id"]
    assert len(queries) == 0


# --- does not work --------------------------------------------------------------------------------


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_without_a_key_or_with_a_wrong_one(stranger: Api, endpoint: str) -> None:
    assert stranger.get(endpoint).status_code == 401
    assert Api("wrong").get(endpoint).status_code == 401


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_wrong_method(duo: Api, endpoint: str, method: str) -> None:
    response = duo(method, endpoint)
    assert response.status_code == 405
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "infinitive", ["xyzer", "se pouvoir", "par\0ler", "x" * 2000, "%", "\n", "Random", "👍"]
)
@pytest.mark.parametrize("rest", ["", "/conjugations"])
def test_an_unknown_verb(duo: Api, infinitive: str, rest: str) -> None:
    response = duo.get(url(infinitive, rest))
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert "not found" in response.json()["detail"]


def test_bytes_that_are_no_text(duo: Api) -> None:
    response = duo.get(f"{BASE}/%ff%fe")
    assert response.status_code == 404
    assert "not found" in response.json()["detail"]


def test_no_verb_fits(duo: Api) -> None:
    response = duo.get(f"{BASE}/random?auxiliary=avoir&reflexive=true")
    assert response.status_code == 404
    assert "not found" in response.json()["detail"]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("levle=A1", ["levle"]),
        ("level=C1", ["level"]),
        ("level=a1", ["level"]),
        ("level=A1,C1", ["level"]),
        ("level=", ["level"]),
        ("classification=fourth_group", ["classification"]),
        ("auxiliary=etre", ["auxiliary"]),
        ("reflexive=maybe", ["reflexive"]),
        ("reflexive=", ["reflexive"]),
        ("can_have_cod=2", ["can_have_cod"]),
        ("can_have_coi=null", ["can_have_coi"]),
        ("search=", ["search"]),
        ("search=a%00b", ["search"]),
        ("search=" + "x" * 51, ["search"]),
        ("level=C1&reflexive=maybe&x=1", ["level", "reflexive", "x"]),
    ],
)
@pytest.mark.parametrize("endpoint", [BASE, f"{BASE}/random"])
def test_wrong_filters_are_all_named(duo: Api, endpoint: str, query: str, wrong: list[str]) -> None:
    assert wrong_fields(duo.get(f"{endpoint}?{query}")) == wrong


@pytest.mark.parametrize("rest", ["", "/conjugations"])
@pytest.mark.parametrize("query", ["reflexive=maybe", "reflexive=", "level=A1"])
def test_wrong_query_of_one_verb(duo: Api, rest: str, query: str) -> None:
    assert wrong_fields(duo.get(f"{url('laver', rest)}?{query}")) == [query.partition("=")[0]]

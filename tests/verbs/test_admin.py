"""Verbs in the admin: found, shown with their forms, corrected; the caches refreshed."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from quizservice import caching
from verbs import corrections, services
from verbs.models import Verb, VerbOverride

pytestmark = pytest.mark.django_db

LIST = "/admin/verbs/verb/"


def row(infinitive: str, **reading: Any) -> Verb:
    return Verb.objects.get(infinitive=infinitive, **reading)


def page_of(verb: Verb) -> str:
    return reverse("admin:verbs_verb_change", args=[verb.id])


def found(response: Any) -> set[str]:
    assert response.status_code == 200
    return {verb.citation for verb in response.context["cl"].result_list}


def correction(verb: Verb, *new: tuple[str, str, str], delete: bool = False) -> dict[str, str]:
    """What the browser sends: the existing corrections, then new ones (field, value, reason)."""
    existing = list(verb.overrides.all())
    form = {
        "overrides-TOTAL_FORMS": str(len(existing) + len(new)),
        "overrides-INITIAL_FORMS": str(len(existing)),
    }
    for number, override in enumerate(existing):
        form[f"overrides-{number}-id"] = str(override.id)
        form[f"overrides-{number}-verb"] = str(verb.id)
        if delete:
            form[f"overrides-{number}-DELETE"] = "on"
    for number, values in enumerate(new, start=len(existing)):
        form[f"overrides-{number}-verb"] = str(verb.id)
        for name, value in zip(("field", "value", "reason"), values, strict=True):
            form[f"overrides-{number}-{name}"] = value
    return form


@pytest.mark.parametrize(
    ("search", "among"),
    [
        ("ETRE", "être"),
        ("ECRI", "écrire"),
        ("s'appeler", "s'appeler"),
        ("to finish", "finir"),
        ("evanou", "s'évanouir"),
    ],
)
def test_search_without_accents(bo_client: Client, search: str, among: str) -> None:
    names = found(bo_client.get(LIST, {"q": search}))
    assert among in names
    assert len(names) < 100


def test_search_for_what_is_not_there(bo_client: Client) -> None:
    assert found(bo_client.get(LIST, {"q": "xyzer"})) == set()
    assert found(bo_client.get(LIST, {"q": "%"})) == set()
    assert bo_client.get(LIST, {"q": "a\0b"}).status_code == 200


def test_filters(bo_client: Client) -> None:
    names = found(
        bo_client.get(
            LIST, {"level__exact": "A1", "auxiliary__exact": "être", "reflexive__exact": "0"}
        )
    )
    assert "aller" in names
    assert not {"parler", "se lever"} & names


def test_a_verb_shows_its_forms(bo_client: Client) -> None:
    page = bo_client.get(page_of(row("finir"))).content.decode()
    assert "finissons" in page
    assert "auront fini" in page
    assert 'name="translation"' not in page  # nothing of the verb itself can be edited


def test_a_correction_is_made_with_its_author(bo_client: Client) -> None:
    finir = row("finir")
    new = correction(
        finir, ("translation", "to be done", "clearer"), ("present.1s", "finisse", "a trial")
    )
    response = bo_client.post(page_of(finir), new)
    assert response.status_code == 302, response.context["errors"]
    assert row("finir").translation == "to be done"
    assert set(VerbOverride.objects.values_list("field", "author", "reason")) == {
        ("translation", "bo", "clearer"),
        ("present.1s", "bo", "a trial"),
    }
    assert "finisse" in bo_client.get(page_of(finir)).content.decode()


def test_saving_a_verb_writes_nothing_else(bo_client: Client) -> None:
    before = Verb.objects.filter(infinitive="finir").values().get()
    forged = {**correction(row("finir")), "translation": "forged", "level": "B2"}
    assert bo_client.post(page_of(row("finir")), forged).status_code == 302
    assert Verb.objects.filter(infinitive="finir").values().get() == before


@pytest.mark.parametrize(
    ("new", "message"),
    [
        (("level", "C9", "so"), "level must be one of A1, A2, B1, B2, not &#x27;C9&#x27;."),
        (("translation", "x", ""), "This field is required."),
        (("infinitive", "x", "so"), "Select a valid choice."),
        (("frequency_rank", "0", "so"), "frequency_rank must be a number from 1"),
    ],
)
def test_a_wrong_correction_is_refused_in_words(
    bo_client: Client, new: tuple[str, str, str], message: str
) -> None:
    finir = row("finir")
    response = bo_client.post(page_of(finir), correction(finir, new))
    assert response.status_code == 200
    assert message in response.content.decode()
    assert not VerbOverride.objects.exists()


def test_a_correction_is_withdrawn(bo_client: Client) -> None:
    finir = row("finir")
    corrections.correct(finir, field="level", value="B2", author="ana", reason="so")
    assert bo_client.post(page_of(finir), correction(finir, delete=True)).status_code == 302
    assert row("finir").level == "A1"
    assert not VerbOverride.objects.exists()


def test_a_correction_is_exchanged_in_one_go(bo_client: Client) -> None:
    finir = row("finir")
    corrections.correct(finir, field="level", value="B2", author="ana", reason="so")
    form = correction(finir, ("level", "B1", "between"), delete=True)
    assert bo_client.post(page_of(finir), form).status_code == 302
    assert row("finir").level == "B1"
    assert VerbOverride.objects.get().author == "bo"


def test_the_button_refreshes_the_caches(bo_client: Client) -> None:
    button = reverse("admin:verbs_refresh_caches")
    assert f'action="{button}"' in bo_client.get(LIST).content.decode()
    services.find("finir")
    Verb.objects.filter(infinitive="finir").update(translation="to be done")
    response = bo_client.post(button, follow=True)
    assert "Caches reloaded here, and 0 live process(es) told" in response.content.decode()
    assert services.find("finir")[0].translation == "to be done"
    assert caching.all_stats()["verb_cache"]["entries"] > 400


def test_the_button_needs_a_post_and_a_token(bo: User, bo_client: Client) -> None:
    button = reverse("admin:verbs_refresh_caches")
    assert bo_client.get(button).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bo)
    assert strict.post(button).status_code == 403


def test_who_may_do_what() -> None:
    button = reverse("admin:verbs_refresh_caches")
    assert Client().post(button).status_code == 302  # to the login page
    visitor = User.objects.create_user("vi", is_staff=True)
    visitor.user_permissions.add(Permission.objects.get(codename="view_verb"))
    client = Client()
    client.force_login(visitor)
    assert client.post(button).status_code == 403
    assert button not in client.get(LIST).content.decode()
    finir = row("finir")
    assert client.get(page_of(finir)).status_code == 200
    new = correction(finir, ("level", "B2", "so"))
    assert client.post(page_of(finir), new).status_code == 403
    assert not VerbOverride.objects.exists()


def test_verbs_are_neither_added_nor_deleted(bo_client: Client) -> None:
    assert bo_client.get(f"{LIST}add/").status_code == 403
    assert (
        bo_client.get(reverse("admin:verbs_verb_delete", args=[row("finir").id])).status_code == 403
    )
    bo_client.post(LIST, {"action": "delete_selected", "_selected_action": str(row("finir").id)})
    assert row("finir")


@pytest.mark.parametrize("name", ["nonsense", "00000000-0000-7000-8000-000000000000"])
def test_a_verb_that_is_not_there(bo_client: Client, name: str) -> None:
    response = bo_client.get(f"{LIST}{name}/change/")
    assert response.status_code == 302
    assert response["Location"] == "/admin/"

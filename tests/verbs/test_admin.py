"""Verbs in the admin: found, shown as a grammar book lays them out, corrected."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from problems import services as services_of_problems
from tests.problems import make
from verbs import cache, corrections
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


def correct_url(verb: Verb, field: str) -> str:
    return f"{reverse('admin:verbs_verb_correct', args=[verb.id])}?field={field}"


def withdraw_url(override: VerbOverride) -> str:
    return reverse("admin:verbs_verb_withdraw", args=[override.verb_id, override.id])


def somebody(*permissions: str) -> Client:
    """A logged-in person with some permissions."""
    person = User.objects.create_user("vi", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(person)
    return client


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


# --- list ---------------------------------------------------------------------------------------


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


def test_the_list_counts_live_problems_in_a_few_queries(
    bo_client: Client, django_assert_max_num_queries: Any
) -> None:
    problem = make.problem(metadata={"verb_infinitives": ["finir"]})
    with django_assert_max_num_queries(10):
        page = bo_client.get(LIST, {"q": "finir"})
    assert f"{reverse('admin:problems_problem_changelist')}?status__exact=live&amp;verb=finir" in (
        page.content.decode()
    )
    services_of_problems.retire(problem.id)
    assert "verb=finir" not in bo_client.get(LIST, {"q": "finir"}).content.decode()


# --- page ---------------------------------------------------------------------------------------


def test_a_verb_shows_its_forms_and_uses(
    bo_client: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(10):
        page = bo_client.get(page_of(row("finir"))).content.decode()
    assert "finiss<b>ons</b>" in page
    assert "auront fini" in page
    assert "finir quelque chose" in page
    assert "en finissant" in page
    assert "verb_infinitives=finir" in page
    assert 'name="translation"' not in page  # nothing of the verb itself can be edited


def test_a_page_takes_few_queries_for_somebody_with_a_role(
    django_assert_max_num_queries: Any,
) -> None:
    staff = somebody("view_verb", "view_problem", "add_generationrequest")
    finir = row("finir")
    corrections.correct(finir, field="level", value="B2", author="ana", reason="so")
    cache.overrides()  # in the cache, as in any process that has heard of no change just now
    with django_assert_max_num_queries(10):
        page = staff.get(page_of(finir)).content.decode()
    assert "verb_infinitives=finir" in page


def test_readings_lead_to_each_other(bo_client: Client) -> None:
    one, other = Verb.objects.filter(infinitive="monter", reflexive=False)
    assert page_of(other) in bo_client.get(page_of(one)).content.decode()


def test_a_page_is_only_looked_at(bo_client: Client) -> None:
    before = Verb.objects.filter(infinitive="finir").values().get()
    forged = {"translation": "forged", "level": "B2"}
    assert bo_client.post(page_of(row("finir")), forged).status_code == 405
    assert Verb.objects.filter(infinitive="finir").values().get() == before


@pytest.mark.parametrize("infinitive", ["falloir", "en aller", "être", "haïr", "mourir"])
def test_verbs_with_forms_of_their_own_have_a_page(bo_client: Client, infinitive: str) -> None:
    for verb in Verb.objects.filter(infinitive=infinitive):
        assert bo_client.get(page_of(verb)).status_code == 200


# --- correcting ---------------------------------------------------------------------------------


def test_a_form_is_corrected_and_stands_beside_the_rule(bo_client: Client) -> None:
    finir = row("finir")
    form = bo_client.get(correct_url(finir, "present.1s"))
    assert form.context["form"].initial == {"value": "finis"}
    assert "Indicatif présent, je" in form.content.decode()
    answer = bo_client.post(
        correct_url(finir, "present.1s"),
        {"value": "je finisse", "reason": "a trial"},
        follow=True,
    )
    assert answer.redirect_chain == [(f"{page_of(finir)}#present.1s", 302)]
    (message,) = said(answer)
    assert "“finisse” holds now instead of “finis”" in message
    page = answer.content.decode()
    assert '<del class="c-delete">finis</del>' in page
    assert "bo, " in page
    assert "a trial" in page
    override = VerbOverride.objects.get()
    assert (override.field, override.value) == ("present.1s", "finisse")
    assert (override.author, override.reason) == ("bo", "a trial")


def test_a_field_is_corrected_by_choosing(bo_client: Client) -> None:
    finir = row("finir")
    form = bo_client.get(correct_url(finir, "classification")).content.decode()
    assert '<option value="second_group" selected>' in form
    bo_client.post(
        correct_url(finir, "classification"), {"value": "third_group", "reason": "a trial"}
    )
    assert row("finir").classification == "third_group"
    assert '<del class="c-delete">second (-ir, -issons)</del>' in (
        bo_client.get(page_of(finir)).content.decode()
    )


@pytest.mark.parametrize(
    ("field", "value", "reason", "message"),
    [
        ("level", "C9", "so", "Write one of A1, A2, B1, B2, not “C9”."),
        ("translation", "x", " ", "A correction needs its reason."),
        ("translation", "", "so", "A correction needs its value."),
        ("frequency_rank", "0", "so", "Write a number from 1"),
        ("present.1s", "je finis", "so", "“finis” is what holds already."),
    ],
)
def test_a_wrong_correction_is_refused_in_words_and_loses_nothing(
    bo_client: Client, field: str, value: str, reason: str, message: str
) -> None:
    answer = bo_client.post(correct_url(row("finir"), field), {"value": value, "reason": reason})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert message in page
    assert not value or f'value="{value}"' in page
    assert not VerbOverride.objects.exists()


@pytest.mark.parametrize("field", ["infinitive", "present.4s", "imperatif.1s", "a\0b", "x" * 999])
def test_what_cannot_be_corrected_has_no_page(bo_client: Client, field: str) -> None:
    assert bo_client.get(correct_url(row("finir"), field)).status_code == 404


def test_without_a_form_one_is_chosen_on_the_page(bo_client: Client) -> None:
    answer = bo_client.get(correct_url(row("finir"), ""))
    assert (answer.status_code, answer["Location"]) == (302, page_of(row("finir")))


def test_a_correction_is_withdrawn_and_remembered(bo_client: Client) -> None:
    finir = row("finir")
    override = corrections.correct(finir, field="level", value="B2", author="ana", reason="so")
    answer = bo_client.post(withdraw_url(override), follow=True)
    assert said(answer) == ["finir, Level: the correction is withdrawn, “A1” holds again."]
    assert row("finir").level == "A1"
    assert not VerbOverride.objects.exists()
    assert "B2 → A1" in answer.content.decode()
    again = bo_client.post(withdraw_url(override), follow=True)
    assert said(again) == ["This correction has been withdrawn already."]


def test_a_correction_outlives_a_load(bo_client: Client) -> None:
    finir = row("finir")
    bo_client.post(correct_url(finir, "level"), {"value": "B2", "reason": "so"})
    call_command("load_verbs", verbosity=0)
    assert row("finir").level == "B2"


def test_all_corrections_and_their_history(
    bo_client: Client, django_assert_max_num_queries: Any
) -> None:
    for infinitive in ("finir", "aller", "mourir"):
        corrections.correct(
            row(infinitive, reflexive=False), field="level", value="B2", author="ana", reason="so"
        )
    with django_assert_max_num_queries(10):
        page = bo_client.get(reverse("admin:verbs_verboverride_changelist")).content.decode()
    assert page.count(">B2</ins>") == 3
    override = VerbOverride.objects.get(verb__infinitive="aller")
    assert withdraw_url(override) in page
    back = reverse("admin:verbs_verboverride_changelist")
    answer = bo_client.post(withdraw_url(override), {"next": back})
    assert answer["Location"] == back
    elsewhere = bo_client.post(
        withdraw_url(VerbOverride.objects.all()[0]), {"next": "https://example.com/"}
    )
    assert elsewhere["Location"].startswith("/admin/verbs/verb/")
    with django_assert_max_num_queries(10):
        history = bo_client.get(reverse("admin:verbs_correctionevent_changelist"))
    assert [event.kind for event in history.context["cl"].result_list] == [
        "withdrawn", "withdrawn", "made", "made", "made",
    ]  # fmt: skip
    found = bo_client.get(reverse("admin:verbs_correctionevent_changelist"), {"q": "MOURIR"})
    assert {event.verb.infinitive for event in found.context["cl"].result_list} == {"mourir"}


# --- who may ------------------------------------------------------------------------------------


def test_a_reader_sees_and_changes_nothing() -> None:
    reader = somebody("view_verb")
    finir = row("finir")
    override = corrections.correct(finir, field="level", value="B2", author="ana", reason="so")
    page = reader.get(page_of(finir))
    assert page.status_code == 200
    assert "/correct/" not in page.content.decode()
    assert "/withdraw/" not in page.content.decode()
    assert "verb_infinitives=" not in page.content.decode()
    assert reader.get(correct_url(finir, "level")).status_code == 403
    assert reader.post(correct_url(finir, "level"), {"value": "B1"}).status_code == 403
    assert reader.post(withdraw_url(override)).status_code == 403
    assert reader.get(reverse("admin:verbs_verboverride_changelist")).status_code == 403
    assert VerbOverride.objects.get().value == "B2"


def test_nobody_comes_in_without_a_permission() -> None:
    finir = row("finir")
    assert Client().get(page_of(finir)).status_code == 302  # to the login page
    assert somebody().get(page_of(finir)).status_code == 403


def test_who_corrects_may_not_withdraw_without_the_permission() -> None:
    teacher = somebody("view_verb", "add_verboverride")
    finir = row("finir")
    answer = teacher.post(correct_url(finir, "level"), {"value": "B2", "reason": "so"})
    assert answer.status_code == 302
    assert teacher.post(withdraw_url(VerbOverride.objects.get())).status_code == 403


def test_withdrawing_needs_a_post_and_a_token(bo: User, bo_client: Client) -> None:
    override = corrections.correct(row("finir"), field="level", value="B2", author="x", reason="y")
    assert bo_client.get(withdraw_url(override)).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bo)
    assert strict.post(withdraw_url(override)).status_code == 403
    assert VerbOverride.objects.exists()


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

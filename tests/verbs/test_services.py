"""Finding verbs, their forms, corrections, and what the caches do meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from quizservice import caching
from quizservice.errors import NotFound, Unprocessable
from quizservice.ids import uuid7
from verbs import cache, corrections, services
from verbs.french.vocabulary import Tense
from verbs.models import CorrectionEvent, Verb, VerbOverride

pytestmark = pytest.mark.django_db

Commit = Callable[..., AbstractContextManager[Any]]


def row(infinitive: str, **reading: Any) -> Verb:
    return Verb.objects.get(infinitive=infinitive, **reading)


def forms(verb: Verb, tense: Tense) -> list[str | None]:
    found = next(one for one in services.conjugations(verb) if one["tense"] == tense)
    return [form for name, form in found.items() if name != "tense"]


def make_correction(verb: Verb, field: str, value: str, **by: str) -> VerbOverride:
    who = {"author": "bo", "reason": "better so", **by}
    return corrections.correct(verb, field=field, value=value, **who)


# --- finding --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("parler", "parler"),
        ("PARLER", "parler"),
        ("  parler ", "parler"),
        ("être", "être"),
        ("Être", "être"),
        ("e\u0302tre", "être"),
        ("ETRE", "être"),
        ("etre", "être"),
        ("repartir", "repartir"),
        ("répartir", "répartir"),
        ("se laver", "se laver"),
        ("SE  LAVER", "se laver"),
        ("s'appeler", "s'appeler"),
        ("s’appeler", "s'appeler"),
        ("S' Appeler", "s'appeler"),
        ("s'en aller", "s'en aller"),
        ("pique-niquer", "pique-niquer"),
        ("évanouir", "s'évanouir"),
    ],
)
def test_find_takes_any_spelling(asked: str, found: str) -> None:
    assert services.find(asked)[0].citation == found


@pytest.mark.parametrize(
    "asked",
    ["", "se ", "s'", "xyzer", "se pouvoir", "parl", "parler%", "par\0ler", "\ud800", "x" * 5000],
)
def test_find_does_not_find(asked: str) -> None:
    with pytest.raises(NotFound, match="not found"):
        services.find(asked)


def test_the_commoner_reading_comes_first() -> None:
    verb, others = services.find("monter")
    assert (verb.auxiliary, verb.reflexive) == ("être", False)
    assert [(one.auxiliary, one.reflexive) for one in others] == [("avoir", False), ("être", True)]


def test_reflexive_chooses_among_the_readings() -> None:
    assert services.find("laver", reflexive=True)[0].citation == "se laver"
    assert services.find("laver", reflexive=True)[1] == []
    assert services.find("lever", reflexive=False)[0].citation == "lever"
    assert services.find("se laver", reflexive=True)[0].citation == "se laver"
    with pytest.raises(NotFound):
        services.find("pouvoir", reflexive=True)


def test_infinitives_become_canonical_and_unknown_ones_are_named_as_they_came() -> None:
    given = ["Parler", "xyzer", "S’appeler", "lever", "se pouvoir", "", "parler"]
    known, unknown = services.canonical_infinitives(given)
    assert known == ["parler", "s'appeler", "lever"]
    assert unknown == ["xyzer", "se pouvoir", ""]


def test_a_random_verb_fits_every_filter() -> None:
    for _ in range(20):
        verb = services.random_verb(
            classification=["third_group", "second_group"],
            auxiliary=["avoir"],
            level=["A1", "A2"],
            reflexive=False,
            can_have_cod=True,
            can_have_coi=False,
        )
        assert verb.classification in ("third_group", "second_group")
        assert (verb.auxiliary, verb.reflexive) == ("avoir", False)
        assert verb.level in ("A1", "A2")
        assert (verb.can_have_cod, verb.can_have_coi) == (True, False)


def test_every_verb_that_fits_has_its_turn() -> None:
    fitting = {verb.id for verb in Verb.objects.filter(infinitive__startswith="mont")}
    assert len(fitting) >= 3
    drawn = {services.random_verb(search="mont").id for _ in range(40 * len(fitting))}
    assert drawn >= fitting


@pytest.mark.parametrize(
    ("search", "first"), [("ETR", "être"), ("s'app", "appeler"), ("se repo", "reposer")]
)
def test_search_is_a_folded_beginning(search: str, first: str) -> None:
    verbs = [services.random_verb(search=search) for _ in range(30)]
    assert first in {verb.infinitive for verb in verbs}
    if search.startswith("s"):
        assert all(verb.reflexive for verb in verbs)


@pytest.mark.parametrize("search", ["%", "_arler", "xyz", "arler"])
def test_no_random_verb_where_none_fits(search: str) -> None:
    with pytest.raises(NotFound, match="not found"):
        services.random_verb(search=search)


def test_use_is_noted_but_not_at_every_draw(django_assert_num_queries: Any) -> None:
    first = services.random_verb(search="finir")
    assert first.last_used_at is not None
    with django_assert_num_queries(2):
        again = services.random_verb(search="finir")
    assert again.last_used_at == first.last_used_at
    assert row("finir").last_used_at == first.last_used_at
    assert row("finir").updated_at == first.updated_at
    long_ago = timezone.now() - 2 * services.USE_NOTED_EVERY
    Verb.objects.filter(infinitive="finir").update(last_used_at=long_ago)
    later = services.random_verb(search="finir").last_used_at
    assert later is not None
    assert later > long_ago + timedelta(seconds=1)


# --- forms ----------------------------------------------------------------------------------------


def test_conjugations_have_every_tense_in_order() -> None:
    rows = services.conjugations(row("parler", reflexive=False))
    assert [one["tense"] for one in rows] == [tense.value for tense in Tense]
    assert rows[0] == {
        "tense": "present",
        "first_person_singular": "parle",
        "second_person_singular": "parles",
        "third_person_singular": "parle",
        "first_person_plural": "parlons",
        "second_person_plural": "parlez",
        "third_person_plural": "parlent",
    }


@pytest.mark.parametrize(
    ("infinitive", "reading", "tense", "expected"),
    [
        ("falloir", {}, Tense.PRESENT, [None, None, "faut", None, None, None]),
        ("falloir", {}, Tense.PASSE_COMPOSE, [None, None, "a fallu", None, None, None]),
        ("falloir", {}, Tense.IMPERATIF, [None] * 6),
        (
            "vouloir",
            {},
            Tense.IMPERATIF,
            [None, "veuille", None, "veuillons", "veuillez", None],
        ),
        (
            "lever",
            {"reflexive": True},
            Tense.IMPERATIF,
            [None, "lève-toi", None, "levons-nous", "levez-vous", None],
        ),
        (
            "monter",
            {"auxiliary": "être", "reflexive": False},
            Tense.PASSE_COMPOSE,
            ["suis monté", "es monté", "est monté", "sommes montés", "êtes montés", "sont montés"],
        ),
        (
            "monter",
            {"auxiliary": "avoir"},
            Tense.PASSE_COMPOSE,
            ["ai monté", "as monté", "a monté", "avons monté", "avez monté", "ont monté"],
        ),
        (
            "parler",
            {"reflexive": True},
            Tense.PASSE_COMPOSE,
            [
                "me suis parlé",
                "t'es parlé",
                "s'est parlé",
                "nous sommes parlé",
                "vous êtes parlé",
                "se sont parlé",
            ],
        ),
    ],
)
def test_conjugations(
    infinitive: str, reading: dict[str, Any], tense: Tense, expected: list[str | None]
) -> None:
    assert forms(row(infinitive, **reading), tense) == expected


def test_every_verb_has_a_table() -> None:
    for verb in Verb.objects.all():
        rows = services.conjugations(verb)
        assert len(rows) == len(Tense)
        assert rows[0]["third_person_singular"]


# --- corrections ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        ("translation", " to be done ", "to be done"),
        ("level", "B2", "B2"),
        ("classification", "third_group", "third_group"),
        ("is_irregular", "True", True),
        ("can_have_coi", "true", True),
        ("can_have_cod", "false", False),
        ("prepositions", "de, sur", ["de", "sur"]),
        ("frequency_rank", "999", 999),
        ("past_participle", "finit", "finit"),
        ("present_participle", "finant", "finant"),
    ],
)
def test_a_corrected_field_is_the_verbs(field: str, value: str, stored: object) -> None:
    finir = row("finir")
    override = make_correction(finir, field, value)
    assert (override.author, override.reason) == ("bo", "better so")
    corrected = row("finir")
    assert getattr(corrected, field) == stored
    assert corrected.updated_at > finir.updated_at
    corrections.withdraw(override, by="bo")
    assert getattr(row("finir"), field) == getattr(finir, field)
    assert not VerbOverride.objects.exists()


def test_a_corrected_form_is_shown_and_only_it() -> None:
    before = forms(row("finir"), Tense.FUTUR_SIMPLE)
    make_correction(row("finir"), "futur_simple.3p", "finirent")
    cache.clear()
    assert forms(row("finir"), Tense.FUTUR_SIMPLE) == [*before[:5], "finirent"]


def test_a_corrected_participle_is_in_the_compound_forms() -> None:
    make_correction(row("partir"), "past_participle", "partu")
    assert forms(row("partir"), Tense.PASSE_COMPOSE)[2:4] == ["est partu", "sommes partus"]
    assert forms(row("partir"), Tense.PRESENT)[2] == "part"
    make_correction(row("finir"), "past_participle", "finis")
    assert forms(row("finir"), Tense.PLUS_QUE_PARFAIT)[5] == "avaient finis"


def test_a_later_correction_takes_the_place_of_the_earlier() -> None:
    first = make_correction(row("finir"), "translation", "one", author="ana")
    second = make_correction(row("finir"), "translation", "two", author="bo")
    assert first.id == second.id
    assert VerbOverride.objects.get().author == "bo"
    assert row("finir").translation == "two"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"value": "  "}, "A correction needs its value."),
        ({"author": ""}, "A correction needs its author."),
        ({"reason": ""}, "A correction needs its reason."),
        ({"reason": "x" * 501}, "Use at most 500 characters."),
        ({"value": "a\0b"}, "Use one line without control characters."),
        ({"field": "level", "value": "C9"}, "Write one of A1, A2, B1, B2, not “C9”."),
        ({"field": "can_have_cod", "value": "ja"}, "Write true or false, not “ja”."),
        ({"field": "frequency_rank", "value": "-5"}, "Write a number from 1 to 1000000, not “-5”."),
        ({"field": "frequency_rank", "value": "9" * 30}, "Write a number from 1 to 1000000"),
        ({"field": "prepositions", "value": "de,xy"}, "separated by commas, not “de,xy”."),
        ({"field": "past_participle", "value": "x" * 51}, "Use at most 50 characters."),
        ({"field": "infinitive"}, "“infinitive” cannot be corrected: it is neither one of transl"),
        ({"field": "present.4s"}, "“present.4s” cannot be corrected"),
        ({"field": "imperatif.1s"}, "“imperatif.1s” cannot be corrected"),
        ({"field": ""}, "“” cannot be corrected"),
        ({"field": "level", "value": "A1"}, "“A1” is what holds already."),
        ({"field": "present.1s", "value": "finis"}, "“finis” is what holds already."),
    ],
)
def test_a_wrong_correction_is_refused_in_words(change: dict[str, str], sentence: str) -> None:
    given = {"field": "translation", "value": "x", "author": "bo", "reason": "so", **change}
    with pytest.raises(Unprocessable) as refused:
        corrections.correct(row("finir"), **given)
    assert sentence in refused.value.detail
    assert sentence in refused.value.errors[0].detail
    assert not VerbOverride.objects.exists()


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(Unprocessable) as refused:
        corrections.correct(row("finir"), field="nope", value="", author="", reason="")
    assert [error.field for error in refused.value.errors] == [
        "value",
        "author",
        "reason",
        "field",
    ]


# --- what is told of corrections ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "reading", "field", "ruled"),
    [
        ("finir", {}, "present.1s", "finis"),
        ("aller", {"auxiliary": "être", "reflexive": False}, "passe_compose.1p", "sommes allés"),
        ("laver", {"reflexive": True}, "present.1s", "me lave"),
        ("laver", {"reflexive": True}, "imperatif.2s", "lave-toi"),
        ("falloir", {}, "present.1s", ""),
        ("finir", {}, "level", "A1"),
        ("finir", {}, "can_have_cod", "true"),
        ("dire", {"reflexive": False}, "prepositions", "à, de"),
        ("finir", {}, "past_participle", "fini"),
    ],
)
def test_what_the_rules_say_stays_known(
    verb: str, reading: dict[str, Any], field: str, ruled: str
) -> None:
    assert corrections.ruled(row(verb, **reading), field) == ruled
    assert corrections.held(row(verb, **reading), field) == ruled
    value = {"level": "B2", "can_have_cod": "false", "prepositions": "sur"}.get(field, "xyz")
    make_correction(row(verb, **reading), field, value)
    assert corrections.ruled(row(verb, **reading), field) == ruled
    assert corrections.held(row(verb, **reading), field) == value


def test_history_keeps_what_was_replaced_and_withdrawn() -> None:
    finir = row("finir")
    make_correction(finir, "present.1s", "finisse", author="ana", reason="a trial")
    override = make_correction(finir, "present.1s", "finite", author="bo", reason="better")
    assert corrections.withdraw(override, by="cy", reason="wrong source") == "finis"
    told = CorrectionEvent.objects.order_by("id").values_list(
        "kind", "field", "before", "value", "by", "reason"
    )
    assert list(told) == [
        ("made", "present.1s", "finis", "finisse", "ana", "a trial"),
        ("made", "present.1s", "finisse", "finite", "bo", "better"),
        ("withdrawn", "present.1s", "finite", "finis", "cy", "wrong source"),
    ]


def test_withdrawing_twice_is_told_once() -> None:
    override = make_correction(row("finir"), "level", "B2")
    again = VerbOverride.objects.get()
    corrections.withdraw(override, by="bo")
    assert corrections.withdraw(again, by="ana") == "A1"
    assert CorrectionEvent.objects.filter(kind="withdrawn").count() == 1


def test_a_refused_correction_leaves_no_trace() -> None:
    with pytest.raises(Unprocessable):
        make_correction(row("finir"), "level", "C9")
    assert not CorrectionEvent.objects.exists()


# --- caches ---------------------------------------------------------------------------------------


def test_what_was_read_once_is_not_read_again(django_assert_num_queries: Any) -> None:
    verb, _ = services.find("parler")
    services.conjugations(verb)
    with django_assert_num_queries(0):
        verb, _ = services.find("Parler")
        services.conjugations(verb)
    stats = caching.all_stats()
    assert stats["verb_cache"]["entries"] == stats["conjugation_cache"]["entries"] == 1


def test_what_does_not_exist_is_not_kept() -> None:
    with pytest.raises(NotFound):
        services.find("xyzer")
    assert caching.all_stats()["verb_cache"]["entries"] == 0


def test_a_correction_is_seen_when_it_commits(
    django_capture_on_commit_callbacks: Commit,
) -> None:
    verb, _ = services.find("finir")
    assert forms(verb, Tense.PRESENT)[0] == "finis"
    with django_capture_on_commit_callbacks(execute=True):
        make_correction(verb, "translation", "to be done")
        override = make_correction(verb, "present.1s", "finisse")
    verb, _ = services.find("finir")
    assert verb.translation == "to be done"
    assert forms(verb, Tense.PRESENT)[0] == "finisse"
    with django_capture_on_commit_callbacks(execute=True):
        corrections.withdraw(override, by="bo")
    assert forms(verb, Tense.PRESENT)[0] == "finis"


def test_reloading_reads_every_verb_again(django_assert_num_queries: Any) -> None:
    verb, _ = services.find("finir")
    services.conjugations(verb)
    Verb.objects.filter(infinitive="finir").update(translation="to be done")
    with django_assert_num_queries(1):
        caching.reload()
    with django_assert_num_queries(0):
        assert services.find("finir")[0].translation == "to be done"
        assert services.find("monter")[0].auxiliary == "être"
        assert cache.by_id(verb.id) == verb
    assert caching.all_stats()["conjugation_cache"]["entries"] == 0


def test_a_verb_by_its_id(django_assert_num_queries: Any) -> None:
    verb = row("finir")
    assert cache.by_id(verb.id) == verb
    with django_assert_num_queries(0):
        assert cache.by_id(verb.id) == verb
    assert cache.by_id(uuid7()) is None


def test_readings_of_one_infinitive_have_tables_of_their_own() -> None:
    commoner, others = services.find("monter")
    tables = [forms(verb, Tense.PASSE_COMPOSE)[0] for verb in (commoner, *others)]
    assert tables == ["suis monté", "ai monté", "me suis monté"]


# --- what the database keeps ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"auxiliary": "aller"},
        {"reflexive": True},
        {"classification": "fourth_group"},
        {"level": "C1"},
        {"target_language_code": "xyz"},
        {"frequency_rank": -1},
    ],
)
def test_the_database_refuses_what_cannot_be(change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Verb.objects.filter(infinitive="finir").update(**change)


def test_a_reading_is_there_once() -> None:
    monter = row("monter", auxiliary="avoir")
    with pytest.raises(IntegrityError), transaction.atomic():
        Verb.objects.filter(id=monter.id).update(auxiliary="être")

"""The French interface: the catalog is whole and compiled, and pages ask for nothing else."""

from __future__ import annotations

import gettext
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext as gettext_of_django
from django.utils.translation import trans_real

import problems.reasons
from tests.browser import scene, sitemap
from tests.conftest import Api
from tests.quizservice import catalog, reasons_in_code

FRENCH = {"accept-language": "fr", "accept": "text/html", "host": settings.ALLOWED_HOSTS[0]}
FOLDER = Path(settings.LOCALE_PATHS[0]) / "fr" / "LC_MESSAGES"
ORDER = "/api/v1/problems/generate"
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|%[sdr]|\{\w*\}")


@pytest.fixture(scope="module")
def messages() -> list[catalog.Message]:
    """What the catalog says."""
    return catalog.read(FOLDER / "django.po")


# --- the catalog ----------------------------------------------------------------------------------


def test_the_compiled_catalog_says_what_the_written_one_says(
    messages: list[catalog.Message],
) -> None:
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]
    del compiled[""]
    written: dict[Any, str] = {}
    for one in messages:
        key = f"{one.context}\x04{one.text}" if one.context else one.text
        if one.plural:
            written |= {(key, number): said for number, said in enumerate(one.translations)}
        else:
            written[key] = one.translations[0]
    assert compiled == written


def test_every_message_is_translated(messages: list[catalog.Message]) -> None:
    lacking = [one.text for one in messages if one.is_fuzzy or not all(one.translations)]
    assert messages
    assert not lacking


def test_a_translation_has_the_placeholders_of_its_message(
    messages: list[catalog.Message],
) -> None:
    wrong = []
    for one in messages:
        forms = [set(_PLACEHOLDER.findall(text)) for text in (one.text, one.plural or one.text)]
        for asked, said in zip(forms, one.translations, strict=False):
            # French says "0 problème": its singular may name the number that the English one leaves out.
            if not asked <= set(_PLACEHOLDER.findall(said)) <= forms[0] | forms[1]:
                wrong.append((one.text, said))
    assert not wrong


def test_french_punctuation_keeps_its_spaces(messages: list[catalog.Message]) -> None:
    """Before : ; ? ! and within guillemets stands a space that no line breaks at."""
    loose = re.compile(r"[\w»)] [:;?!»](?:\s|$)|« ")
    assert not [said for one in messages for said in one.translations if loose.search(said)]


# --- the pages ------------------------------------------------------------------------------------


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The messages that are asked for in French and have no translation, ours or a library's."""
    found: set[str] = set()
    once, several = trans_real.DjangoTranslation.gettext, trans_real.DjangoTranslation.ngettext
    catalog_of_french: Any = trans_real.translation("fr")
    french = {said for _message, said in catalog_of_french._catalog.items()}

    def note(asked: Any, message: str) -> None:
        known = asked._catalog
        there = (known.get(message), known.get((message, asked.plural(1))))
        # A text may come twice; formats of dates and numbers have no words.
        says = message not in french and re.search(r"[a-z]{2}", message) is not None
        if asked.language() == "fr" and there == (None, None) and says:
            found.add(message)

    def one(self: Any, message: str) -> str:
        note(self, message)
        return str(once(self, message))

    def many(self: Any, message: str, plural: str, number: int) -> str:
        note(self, message)
        return str(several(self, message, plural, number))

    monkeypatch.setattr(trans_real.DjangoTranslation, "gettext", one)
    monkeypatch.setattr(trans_real.DjangoTranslation, "ngettext", many)
    return found


@pytest.mark.django_db
def test_every_page_is_french(missing: set[str]) -> None:
    there = scene.build()
    everything = _client(there.users["superuser"])
    paths = [path for one in sitemap.sections() for path in sitemap.pages(one, there, everything)]
    for path in paths:
        assert 'lang="fr"' in everything.get(path).content.decode(), path
    for path in ("/", "/try/", "/nowhere", "/admin/login/"):
        assert 'lang="fr"' in Client(headers=FRENCH).get(path).content.decode(), path
    for role in scene.PEOPLE:
        assert 'lang="fr"' in _client(there.users[role]).get("/admin/").content.decode(), role
    missing.discard("The model refused the key.")  # a stub's, which no catalog knows
    assert not missing, sorted(missing)


def _client(user: User) -> Client:
    client = Client(headers=FRENCH)
    client.force_login(user)
    return client


def test_a_message_without_a_translation_is_noticed(missing: set[str]) -> None:
    with translation.override("fr"):
        assert gettext_of_django("No such message") == "No such message"
        assert gettext_of_django("Password") == "Mot de passe"
    assert missing == {"No such message"}


# --- what the engine and the workers say ----------------------------------------------------------


def test_every_reason_of_the_engine_is_known() -> None:
    unknown = [text for text in reasons_in_code.texts() if text not in problems.reasons.SENTENCES]
    assert not unknown


@pytest.mark.parametrize(
    ("said", "french"),
    [
        (
            "“venir” forms its compound tenses with être.",
            "« venir » forme ses temps composés avec être.",
        ),
        (
            "The correct sentence: “se souvenir” takes “de” before an infinitive.",
            "Dans la phrase juste : « se souvenir » demande « de » devant un infinitif.",
        ),
        ("Here stands no preposition.", "Il ne faut ici aucune préposition."),
        ("A sentence of a model.", "A sentence of a model."),
    ],
)
def test_the_engines_reasons_are_french(said: str, french: str) -> None:
    assert problems.reasons.translated(said) == said
    with translation.override("fr"):
        spoken = problems.reasons.translated(said)
    assert spoken.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'") == french


# --- the API --------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/v1/problems?level=Z9", None),
        ("GET", "/api/v1/problems/00000000-0000-0000-0000-000000000000", None),
        ("POST", ORDER, {"count": 0}),
        (
            "POST",
            ORDER,
            {"count": 1, "constraints": {"verb_infinitives": ["xyzer"]}},
        ),
        (
            "POST",
            ORDER,
            {
                "count": 1,
                "constraints": {"grammatical_focus": ["agreement"], "tenses_used": ["present"]},
            },
        ),
        ("GET", "/api/v1/api-keys", None),
    ],
)
def test_the_api_speaks_english_to_everybody(duo: Api, method: str, path: str, body: Any) -> None:
    english, french = (
        duo(method, path, body, **{"accept-language": one}) for one in ("en", "fr-CA,fr;q=0.9")
    )
    assert french.status_code == english.status_code >= 400
    assert _without_ids(french.json()) == _without_ids(english.json())


def _without_ids(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in ("request_id", "trace_id")}

"""What a key looks like, and what is kept of it."""

from __future__ import annotations

import pytest
from django.test import override_settings

from apikeys import secrets


def test_a_key_is_readable_and_carries_its_prefix() -> None:
    secret = secrets.new_secret()
    mark, prefix, rest = secret.text.split("_")
    assert (mark, prefix) == ("lqs", secret.prefix)
    assert len(rest) == 43 + 6
    assert secrets.read_prefix(secret.text) == secret.prefix


def test_what_logs_show_of_a_new_key_hides_it() -> None:
    """Django's templates log all that they were given when a name in them is unknown."""
    secret = secrets.new_secret()
    assert secret.text[15:] not in repr(secret) + repr({"text": secret.text}) + f"{secret!r}"
    assert f"{secret.text}" == str(secret.text) == "".join(secret.text)


def test_keys_differ() -> None:
    made = [secrets.new_secret() for _ in range(200)]
    assert len({one.text for one in made}) == len({one.prefix for one in made}) == 200


def test_only_a_keyed_hash_is_stored() -> None:
    secret = secrets.new_secret()
    assert secret.text not in secret.secret_hash
    assert secrets.matches(secret.text, secret.secret_hash)
    assert not secrets.matches(secrets.new_secret().text, secret.secret_hash)
    with override_settings(SECRET_KEY="another one"):
        assert not secrets.matches(secret.text, secret.secret_hash)


def test_every_single_mistyped_character_is_noticed() -> None:
    text = secrets.new_secret().text
    for place, character in enumerate(text):
        wrong = text[:place] + ("x" if character != "x" else "y") + text[place + 1 :]
        assert secrets.read_prefix(wrong) is None, place


@pytest.mark.parametrize(
    "text",
    ["", "lqs", "lqs__", "lqs_" + "a" * 60, "é" * 64, "\0" * 64, "lqs_" + "_" * 60, "x" * 100_000],
)
def test_what_cannot_be_a_key_has_no_prefix(text: str) -> None:
    assert secrets.read_prefix(text) is None

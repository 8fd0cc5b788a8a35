"""Whatever text comes in the place of a key, a network or a header: nothing breaks, and nobody gets in."""

from __future__ import annotations

import ipaddress
import string
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from apikeys import authentication, networks, secrets, services
from apikeys.guessing import guesses
from apikeys.models import ApiKey
from quizservice.errors import TooManyRequests, Unauthorized

pytestmark = pytest.mark.django_db

ALPHABET = string.ascii_letters + string.digits
#: Texts that look more or less like a key.
KEYLIKE = st.one_of(
    st.text(),
    st.text(alphabet=ALPHABET + "_", min_size=60, max_size=75),
    st.builds(
        lambda mark, prefix, rest: f"{mark}_{prefix}_{rest}",
        st.sampled_from(["lqs", "LQS", "sk", ""]),
        st.text(alphabet=ALPHABET, min_size=9, max_size=11),
        st.text(alphabet=ALPHABET + "_", min_size=48, max_size=50),
    ),
)
#: What a server hands over as a header's value: any byte, read as Latin-1.
BYTES = st.binary(max_size=100).map(lambda value: value.decode("latin-1"))
QUICK = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def key() -> Iterator[str]:
    text, _ = services.issue(name="duo", rate_limit_rpm=10_000)
    yield text
    guesses.forget()


@QUICK
@given(KEYLIKE)
@example("lqs_" + "é" * 10 + "_" + "0" * 49)
@example("lqs_" + "٣" * 10 + "_" + "0" * 49)
def test_no_text_that_was_not_made_here_is_a_key(text: str) -> None:
    assert secrets.read_prefix(text) is None


@QUICK
@given(st.data())
def test_a_key_that_was_tampered_with_is_none(data: st.DataObject) -> None:
    text = secrets.new_secret().text
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters())
    assume(other != text[place])
    assert secrets.read_prefix(text[:place] + other + text[place + 1 :]) is None


@QUICK
@given(st.text(), st.text())
def test_a_hash_matches_its_own_text_alone(one: str, other: str) -> None:
    assert secrets.matches(one, secrets.secret_hash(one))
    assert secrets.matches(one, secrets.secret_hash(other)) is (one == other)


ADDRESSES = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6))


@QUICK
@given(ADDRESSES, st.integers(0, 128), st.sampled_from(["", " ", "\t", "\n"]))
def test_a_network_holds_the_address_it_was_named_by(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address, length: int, space: str
) -> None:
    length = min(length, address.max_prefixlen)
    (text,) = networks.normalised([f"{space}{address}/{length}{space}"])
    assert networks.normalised([text]) == [text]
    assert len(text) <= 50  # the column's width
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    network = ipaddress.ip_network(text)
    assert address in network or (mapped is not None and mapped in network)


@QUICK
@given(st.lists(st.text(), max_size=5))
@example(["fe80::1%eth0"])
@example(["1.2.3.4/255.255.255.0"])
@example(["1.2.3.4/0.0.0.255"])
@example(["2130706433"])
@example(["1.2.3"])
def test_other_texts_are_refused_by_name_or_read(texts: list[str]) -> None:
    readable = all(_is_network(text.strip()) for text in texts)
    if readable:
        found = networks.normalised(texts)
        assert [str(ipaddress.ip_network(text)) for text in found] == found
    else:
        with pytest.raises(ValueError, match="is no address or network"):
            networks.normalised(texts)


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def outcome(**headers: str) -> str:
    """Whether a request with these headers gets in, and else the error."""
    request = RequestFactory().get("/")
    request.META.update(
        {f"HTTP_{name.upper()}": value for name, value in headers.items() if value is not None}
    )
    try:
        authentication.identify(request)
    except (Unauthorized, TooManyRequests) as refused:
        return type(refused).__name__
    return "in"


SCHEMES = st.sampled_from(
    ["Bearer", "bearer", "BEARER", "Basic", "Token", "", "Bearer:", "Bearer,"]
)
SPACES = st.sampled_from(["", " ", "   ", "\t", "\xa0", "\r\n "])


@QUICK
@given(st.one_of(BYTES, KEYLIKE), st.one_of(BYTES, KEYLIKE))
def test_odd_headers_let_nobody_in(key: str, authorization: str, plain: str) -> None:
    guesses.forget()
    assert outcome(authorization=authorization, x_api_key=plain) == "Unauthorized"
    assert outcome(authorization=f"Bearer {authorization}") == "Unauthorized"
    # a good key in one header does not help where another text stands in the other
    if authorization.strip():
        assert outcome(authorization=authorization, x_api_key=key) == "Unauthorized"
    if plain.strip():
        assert outcome(authorization=f"Bearer {key}", x_api_key=plain) == "Unauthorized"


@QUICK
@given(SCHEMES, SPACES, SPACES, SPACES)
def test_only_the_scheme_bearer_is_a_way_in(
    key: str, scheme: str, before: str, between: str, after: str
) -> None:
    guesses.forget()
    good = scheme.lower() == "bearer" and between.startswith(" ")
    header = f"{before}{scheme}{between}{key}{after}"
    assert outcome(authorization=header) == ("in" if good else "Unauthorized")
    both = outcome(authorization=header, x_api_key=key)
    assert both == ("in" if good else "Unauthorized")


@QUICK
@given(st.sampled_from(["name", "description", "client_name"]), st.text(max_size=100))
def test_any_text_can_stand_in_a_key(field: str, text: str) -> None:
    """As far as PostgreSQL holds it; the API refuses the rest by itself."""
    assume(text.strip() and "\0" not in text and text.isprintable())
    values: dict[str, Any] = {"name": "duo", field: text}
    _, made = services.issue(**values)
    assert getattr(ApiKey.objects.get(id=made.id), field) == text

"""Lists of addresses: read line by line, and tried with an address."""

from __future__ import annotations

import pytest

from apikeys import networks


def test_networks_are_kept_in_canonical_form() -> None:
    given = [
        " 203.0.113.7 ",
        "10.1.2.3/8",
        "2001:DB8::1",
        "2001:db8::/32",
        "::ffff:192.0.2.1",
        "10.0.0.0/8",
    ]
    assert networks.normalised(given) == [
        "203.0.113.7/32",
        "10.0.0.0/8",
        "2001:db8::1/128",
        "2001:db8::/32",
        "192.0.2.1/32",
    ]


def test_lines_may_hold_some_networks_each() -> None:
    text = "\n10.0.0.0/8, 192.0.2.1;\t2001:db8::1\r\n\n 10.0.0.0/8 \n"
    assert networks.read_lines(text) == ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::1/128"]
    assert networks.read_lines(" \n ") == []


def test_every_wrong_line_is_named() -> None:
    with pytest.raises(networks.WrongLines) as refused:
        networks.read_lines("10.0.0.0/8\nhere\n\n192.0.2.1 there\n10.0.0.0/33")
    assert refused.value.lines == [
        "Line 2: 'here' is no address or network such as 203.0.113.0/24.",
        "Line 4: 'there' is no address or network such as 203.0.113.0/24.",
        "Line 5: '10.0.0.0/33' is no address or network such as 203.0.113.0/24.",
    ]


@pytest.mark.parametrize(
    ("lines", "address", "allowed", "words"),
    [
        ("", "203.0.113.7", True, "the list is empty"),
        ("10.0.0.0/8\n203.0.113.0/24", "203.0.113.7", True, "by 203.0.113.0/24"),
        ("10.0.0.0/8\n203.0.113.0/24", "192.0.2.1", False, "no line"),
        ("2001:db8::/32", "2001:DB8::5", True, "2001:db8::5 is allowed by 2001:db8::/32"),
        ("2001:db8::/32", "203.0.113.7", False, "no line"),
        ("203.0.113.0/24", " ::ffff:203.0.113.7 ", True, "203.0.113.7 is allowed"),
    ],
)
def test_an_address_is_tried(lines: str, address: str, allowed: bool, words: str) -> None:
    found = networks.trial(lines, address)
    assert found.allowed is allowed
    assert words in found.sentence


def test_what_is_no_address_cannot_be_tried() -> None:
    with pytest.raises(ValueError, match="'here' is no address"):
        networks.trial("10.0.0.0/8", "here")
    with pytest.raises(networks.WrongLines, match="Line 1"):
        networks.trial("there", "10.0.0.1")

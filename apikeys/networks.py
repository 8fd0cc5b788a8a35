"""The addresses that a key may come from: read, tried out, looked up."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from quizservice.proxies import Address, read_address

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: What stands between two networks of one line.
_SEPARATORS = re.compile(r"[\s,;]+")


def normalised(texts: Sequence[str]) -> list[str]:
    """Addresses and networks (IPv4, IPv6, CIDR) in canonical form, each once.

    Raises:
        ValueError: names the first that is none.
    """
    return list(dict.fromkeys(str(_network(text)) for text in texts))


class WrongLines(ValueError):
    """Lines that hold something else than networks. ``lines``: a sentence for each, in their order."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__(" ".join(lines))
        self.lines = list(lines)


def read_lines(text: str) -> list[str]:
    """The networks of a text, some on each line, in canonical form.

    Raises:
        WrongLines: names every wrong one with the number of its line.
    """
    found, wrong = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        for part in filter(None, _SEPARATORS.split(line)):
            try:
                found.append(part)
                _network(part)
            except ValueError as error:
                wrong.append(gettext("Line %(n)d: %(error)s.") % {"n": number, "error": error})
    if wrong:
        raise WrongLines(wrong)
    return normalised(found)


def allowing(networks: Iterable[Network], address: Address | None) -> Network | None:
    """The first network that an address belongs to; None: it belongs to none."""
    if address is None:
        return None
    return next((network for network in networks if address in network), None)


@dataclass(frozen=True, slots=True)
class Trial:
    """Whether an address would be let in, and why, in a sentence."""

    allowed: bool
    sentence: str


def trial(networks_text: str, address_text: str) -> Trial:
    """Whether a key with these networks, some on each line, takes requests from an address.

    Raises:
        WrongLines: when the networks cannot be read.
        ValueError: when the address is none.
    """
    networks = [ipaddress.ip_network(text) for text in read_lines(networks_text)]
    address = read_address(address_text.strip())
    if address is None:
        said = {"text": address_text.strip()[:50]}
        raise ValueError(gettext("%(text)r is no address such as 203.0.113.7.") % said)
    if not networks:
        sentence = gettext("%(address)s is allowed: the list is empty, so any address is.")
        return Trial(True, sentence % {"address": address})
    network = allowing(networks, address)
    if network is None:
        sentence = gettext("%(address)s is not allowed: no line of the list contains it.")
        return Trial(False, sentence % {"address": address})
    sentence = gettext("%(address)s is allowed by %(network)s.")
    return Trial(True, sentence % {"address": address, "network": network})


def _network(text: str) -> Network:
    """Raises ValueError with words when a text is no address or network."""
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        sentence = gettext("%(text)r is no address or network such as 203.0.113.0/24")
        raise ValueError(sentence % {"text": text[:50]}) from None
    if network.version == 6 and network.prefixlen >= 96 and network[0].ipv4_mapped:
        return ipaddress.ip_network((network[0].ipv4_mapped, network.prefixlen - 96))
    return network

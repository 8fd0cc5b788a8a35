"""What proxies say of a request, which counts only when it comes from one in ``TRUSTED_PROXIES``.

A header that a client sends by itself never makes it somebody else, nor a plain connection a safe one.
"""

from __future__ import annotations

import ipaddress
from typing import Any

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: The size of the network that one caller with IPv6 is given at least.
_IPV6_PREFIX = 64


def client_address(request: Any) -> Address | None:
    """The caller's address: the socket's, or what a trusted proxy says, read from the right.

    Each trusted proxy adds the address it was called from, so the first one from the right that is no
    trusted proxy is the caller; what stands to the left of it, the caller may have made up.
    None: a trusted proxy said something that is no address.
    """
    address = read_address(request.META.get("REMOTE_ADDR", ""))
    if not settings.TRUSTED_PROXIES:
        return address
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while address is not None and is_trusted(address) and forwarded and forwarded[-1].strip():
        address = read_address(forwarded.pop().strip())
    return address


def client_network(request: Any) -> str | None:
    """What stands for one caller where attempts are counted: an IPv4 address, or the /64 of an IPv6 one."""
    address = client_address(request)
    if isinstance(address, ipaddress.IPv6Address):
        rest = address.max_prefixlen - _IPV6_PREFIX
        return str(ipaddress.IPv6Address(int(address) >> rest << rest))
    return str(address) if address else None


def is_trusted(address: Address | None) -> bool:
    """Whether this is the address of a trusted proxy."""
    return address is not None and any(address in network for network in settings.TRUSTED_PROXIES)


def believe(meta: dict[str, Any]) -> None:
    """Make ``SECURE_PROXY_SSL_HEADER`` safe to read in a request's META.

    From a trusted proxy its last value stays, which the nearest proxy wrote; from others nothing does.
    """
    said = meta.pop("HTTP_X_FORWARDED_PROTO", None)
    if said is not None and is_trusted(read_address(meta.get("REMOTE_ADDR", ""))):
        meta["HTTP_X_FORWARDED_PROTO"] = said.rpartition(",")[2].strip().lower()


def read_address(text: str) -> Address | None:
    """The address that a text spells; None when it is none.

    Also with a port as some proxies write it: ``192.0.2.1:443``, ``[2001:db8::1]:443``.
    """
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address

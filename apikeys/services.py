"""Keys: issuing, revoking, and counting their use."""

from __future__ import annotations

import ipaddress
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Sum
from django.db.models.functions import Greatest, Now
from django.utils import timezone

from apikeys import cache, secrets
from apikeys.models import ADMIN, SCOPES, ApiKey, KeyUsage
from quizservice.errors import Conflict, FieldError, Forbidden, NotFound, Unprocessable

#: Key of the advisory lock under which the last admin key is looked for.
_ADMIN_LOCK = 0x61646D696E


def normalised_networks(texts: Sequence[str]) -> list[str]:
    """Addresses and networks (IPv4, IPv6, CIDR) in canonical form.

    Raises:
        ValueError: names the first that is none.
    """
    networks = []
    for text in texts:
        try:
            network = ipaddress.ip_network(text.strip(), strict=False)
        except ValueError:
            raise ValueError(f"{text!r} is no address or network such as 203.0.113.0/24") from None
        if network.version == 6 and network.prefixlen >= 96 and network[0].ipv4_mapped:
            network = ipaddress.ip_network((network[0].ipv4_mapped, network.prefixlen - 96))
        networks.append(str(network))
    return list(dict.fromkeys(networks))


def issue(
    *,
    name: str,
    description: str = "",
    client_name: str = "",
    permissions_scope: Sequence[str] = ("read",),
    rate_limit_rpm: int = 100,
    allowed_ips: Sequence[str] = (),
    expires_at: datetime | None = None,
    created_by: str = "",
) -> tuple[str, ApiKey]:
    """A new key: its text, which nobody can read again, and its row.

    Raises:
        Unprocessable: names what is wrong.
    """
    wrong = []
    if not set(permissions_scope) or not set(permissions_scope) <= set(SCOPES):
        wrong.append(
            FieldError(
                "permissions_scope", "unknown", f"Scopes are {', '.join(SCOPES)}; at least one."
            )
        )
    if expires_at is not None and expires_at <= timezone.now():
        wrong.append(FieldError("expires_at", "past", "The expiry lies in the past."))
    try:
        networks = normalised_networks(allowed_ips)
    except ValueError as error:
        wrong.append(FieldError("allowed_ips", "invalid", f"{error}."))
    if wrong:
        raise Unprocessable(" ".join(one.detail for one in wrong), errors=wrong)
    secret = secrets.new_secret()
    key = ApiKey.objects.create(
        key_prefix=secret.prefix,
        secret_hash=secret.secret_hash,
        name=name,
        description=description,
        client_name=client_name,
        permissions_scope=[scope for scope in SCOPES if scope in permissions_scope],
        rate_limit_rpm=rate_limit_rpm,
        allowed_ips=networks,
        expires_at=expires_at,
        created_by=created_by,
    )
    transaction.on_commit(lambda: cache.forget(secret.prefix))
    return secret.text, key


def revoke(key: ApiKey, *, by_key: uuid.UUID | None = None) -> None:
    """Close a key for good.

    Raises:
        Forbidden: when the key asks for itself.
        Conflict: when it is the last usable key with the admin scope.
    """
    if by_key == key.id:
        raise Forbidden("A key cannot revoke itself")
    with transaction.atomic():
        with connection.cursor() as cursor:  # two at once must not revoke each the other's last
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADMIN_LOCK])
        key.refresh_from_db()
        admins = ApiKey.objects.usable().filter(permissions_scope__contains=[ADMIN])
        if admins.filter(id=key.id).exists() and not admins.exclude(id=key.id).exists():
            raise Conflict("The last active admin key cannot be revoked")
        ApiKey.objects.filter(id=key.id, is_active=True).update(is_active=False, revoked_at=Now())
        transaction.on_commit(lambda: cache.forget(key.key_prefix))
    key.refresh_from_db()


def replace_named(name: str, **values: Any) -> tuple[str, ApiKey]:
    """A new key in the place of all active ones with its name."""
    text, key = issue(name=name, **values)
    replaced = ApiKey.objects.filter(name=name, is_active=True).exclude(id=key.id)
    replaced.update(is_active=False, revoked_at=Now())
    transaction.on_commit(cache.clear)
    return text, key


def get(key_id: uuid.UUID) -> ApiKey:
    """The key with an id.

    Raises:
        NotFound: when there is none.
    """
    key = ApiKey.objects.filter(id=key_id).first()
    if key is None:
        raise NotFound("API key not found")
    return key


def requests_last_24h(key_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Requests of each key since this hour yesterday, as far as they are written down."""
    since = timezone.now() - timedelta(hours=24)
    counted = KeyUsage.objects.filter(key_id__in=key_ids, hour__gt=since).values("key_id")
    return {row["key_id"]: row["n"] for row in counted.annotate(n=Sum("requests"))}


def record_usage(counts: Mapping[uuid.UUID, tuple[int, datetime]]) -> None:
    """Write down requests that were counted in memory: by key, their number and the last one's time."""
    with transaction.atomic():
        for key_id, (number, last) in sorted(counts.items()):
            found = ApiKey.objects.filter(id=key_id).update(
                usage_count=F("usage_count") + number,
                last_used_at=Greatest(F("last_used_at"), last),
            )
            if not found:
                continue
            hour = last.replace(minute=0, second=0, microsecond=0)
            KeyUsage.objects.bulk_create(
                [KeyUsage(key_id=key_id, hour=hour, requests=0)], ignore_conflicts=True
            )
            KeyUsage.objects.filter(key_id=key_id, hour=hour).update(
                requests=F("requests") + number
            )

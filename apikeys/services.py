"""Keys: issuing, changing, rotating, revoking. Each change is written into the key's history."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables

from apikeys import cache, secrets
from apikeys.history import COMMAND, MAX_REASON, Actor, record
from apikeys.models import ADMIN, MAX_RPM, READ, SCOPES, ApiKey, KeyEvent
from apikeys.networks import normalised
from quizservice.errors import Conflict, FieldError, Forbidden, NotFound, Unprocessable
from quizservice.ids import uuid7

#: Key of the advisory lock under which keys change and the last admin key is looked for.
_ADMIN_LOCK = 0x61646D696E
#: Seconds for which the secret before a rotation lives on at most.
MAX_GRACE = 7 * 24 * 3600
#: Seconds for which it lives on at least when a key rotates itself: the answer with the new one could be
#: lost on its way.
OWN_GRACE = 60

#: The longest public prefix that is repeated to a caller, in characters.
LONGEST_PREFIX = 16

#: What a key is by default; these are the fields that can be set and changed.
DEFAULTS: Mapping[str, Any] = {
    "name": "",
    "description": "",
    "client_name": "",
    "permissions_scope": (READ,),
    "rate_limit_rpm": 100,
    "allowed_ips": (),
    "expires_at": None,
}
_LENGTHS = {"name": 100, "description": 500, "client_name": 100}


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of fields as they are stored. Raises Unprocessable, which names every wrong one."""
    wrong, stored = [], dict(values)
    for field, most in _LENGTHS.items():
        if field in values and len(values[field]) > most:
            detail = gettext("%(field)s has at most %(most)d characters.")
            wrong.append(FieldError(field, "max_length", detail % {"field": field, "most": most}))
    if "name" in values and not values["name"].strip():
        wrong.append(FieldError("name", "blank", gettext("A key has a name.")))
    if "permissions_scope" in values:
        scopes = set(values["permissions_scope"])
        stored["permissions_scope"] = [scope for scope in SCOPES if scope in scopes]
        if not scopes or not scopes <= set(SCOPES):
            detail = gettext("Scopes are %(scopes)s; at least one.") % {"scopes": ", ".join(SCOPES)}
            wrong.append(FieldError("permissions_scope", "unknown", detail))
    if "rate_limit_rpm" in values and not 1 <= values["rate_limit_rpm"] <= MAX_RPM:
        detail = gettext("The limit is 1 to %(most)d requests a minute.") % {"most": MAX_RPM}
        wrong.append(FieldError("rate_limit_rpm", "out_of_range", detail))
    expires_at = values.get("expires_at")
    if expires_at is not None and expires_at <= timezone.now():
        wrong.append(FieldError("expires_at", "past", gettext("The expiry lies in the past.")))
    if "allowed_ips" in values:
        try:
            stored["allowed_ips"] = normalised(values["allowed_ips"])
        except ValueError as error:
            wrong.append(FieldError("allowed_ips", "invalid", f"{error}."))
    if wrong:
        raise Unprocessable(" ".join(one.detail for one in wrong), errors=wrong)
    return stored


@sensitive_variables("secret")
def issue(
    *,
    name: str,
    description: str = "",
    client_name: str = "",
    permissions_scope: Sequence[str] = (READ,),
    rate_limit_rpm: int = 100,
    allowed_ips: Sequence[str] = (),
    expires_at: datetime | None = None,
    by: Actor = COMMAND,
    key_id: uuid.UUID | None = None,
) -> tuple[str, ApiKey]:
    """A new key: its text, which nobody can read again, and its row.

    ``key_id``: the id that it shall have, so that a form that is sent twice issues one key.

    Raises:
        Conflict: when there is a key with that id.
        Unprocessable: names what is wrong.
    """
    values = _checked(
        {
            "name": name,
            "description": description,
            "client_name": client_name,
            "permissions_scope": permissions_scope,
            "rate_limit_rpm": rate_limit_rpm,
            "allowed_ips": allowed_ips,
            "expires_at": expires_at,
        }
    )
    secret = secrets.new_secret()
    with transaction.atomic():
        key = _new_row(
            id=key_id or uuid7(),
            key_prefix=secret.prefix,
            secret_hash=secret.secret_hash,
            hashed_with=secret.hashed_with,
            created_by=by.name[:150],
            **values,
        )
        given = {field: value for field, value in values.items() if value not in ("", [], None)}
        record(key, KeyEvent.Kind.ISSUED, by, {field: (None, given[field]) for field in given})
        transaction.on_commit(cache.clear)
    return secret.text, key


def change(key: ApiKey, *, by: Actor = COMMAND, **values: Any) -> ApiKey:
    """Change fields of a key, those of ``DEFAULTS``; what stays as it was leaves no trace.

    Raises:
        Forbidden: when the key asks for itself.
        Conflict: when it is revoked, or is the last usable key with the admin scope and would lose it or
            end earlier.
        Unprocessable: names what is wrong.
    """
    refuse_own_change(key, by)
    wanted = _checked(values)
    with _locked(key):
        if not key.is_active:
            raise Conflict(gettext("A revoked key cannot be changed"))
        changes = {
            field: (getattr(key, field), value)
            for field, value in wanted.items()
            if getattr(key, field) != value
        }
        if not changes:
            return key
        _keep_an_admin(key, changes)
        for field, (_, value) in changes.items():
            setattr(key, field, value)
        key.save(update_fields=list(changes))
        record(key, KeyEvent.Kind.CHANGED, by, changes)
        transaction.on_commit(cache.clear)
    return key


@sensitive_variables("secret")
def rotate(
    key: ApiKey, *, grace_seconds: int = 0, by: Actor = COMMAND, prefix_so_far: str | None = None
) -> tuple[str, ApiKey]:
    """A new secret for a key: its text, which nobody can read again, and the row, which stays.

    The secret so far lives on for ``grace_seconds`` (0 to ``MAX_GRACE``); the one before it dies at once.
    ``prefix_so_far``: the prefix that is to be replaced, so that a form that is sent twice rotates once.

    Raises:
        Forbidden: when the key asks for itself with a grace shorter than ``OWN_GRACE``.
        Conflict: when it is revoked or expired, or has another prefix by now.
        Unprocessable: for another grace.
    """
    if not 0 <= grace_seconds <= MAX_GRACE:
        detail = gettext("The grace is 0 to %(most)d seconds.") % {"most": MAX_GRACE}
        raise Unprocessable(detail, errors=[FieldError("grace_seconds", "out_of_range", detail)])
    if by.key_id == key.id and grace_seconds < OWN_GRACE:
        detail = gettext(
            "A key can rotate itself only with a grace of at least %(fewest)d seconds, "
            "so that it lives on when the answer with the new one is lost"
        )
        raise Forbidden(detail % {"fewest": OWN_GRACE})
    secret = secrets.new_secret()
    with _locked(key):
        _refuse_rotation(key)
        before = key.key_prefix
        if prefix_so_far is not None and prefix_so_far != before:
            raise Conflict(gettext("The key was rotated already, and its new text was shown then"))
        until = timezone.now() + timedelta(seconds=grace_seconds) if grace_seconds else None
        _replace_secret(key, secret, until)
        changes = {"key_prefix": (before, secret.prefix), "previous_until": (None, until)}
        record(key, KeyEvent.Kind.ROTATED, by, changes)
        transaction.on_commit(cache.clear)
    return secret.text, key


def end_grace(key: ApiKey, *, by: Actor = COMMAND) -> ApiKey:
    """Close the secret before the last rotation now. One that is closed already stays so."""
    with _locked(key):
        until = key.previous_until
        if until is None or until <= timezone.now():
            return key
        key.previous_prefix = key.previous_hash = key.previous_until = None
        key.save(update_fields=["previous_prefix", "previous_hash", "previous_until"])
        record(key, KeyEvent.Kind.CHANGED, by, {"previous_until": (until, None)})
        transaction.on_commit(cache.clear)
    return key


def revoke(key: ApiKey, *, by: Actor = COMMAND, reason: str = "") -> ApiKey:
    """Close a key for good, and the secret before it too. One that is revoked already stays so.

    Raises:
        Forbidden: when the key asks for itself.
        Conflict: when it is the last usable key with the admin scope.
        Unprocessable: for a reason that is too long.
    """
    if by.key_id == key.id:
        raise Forbidden(gettext("A key cannot revoke itself"))
    if len(reason) > MAX_REASON:
        detail = gettext("The reason has at most %(most)d characters.") % {"most": MAX_REASON}
        raise Unprocessable(detail, errors=[FieldError("reason", "max_length", detail)])
    with _locked(key):
        if not key.is_active:
            return key
        if is_last_admin(key):
            raise Conflict(gettext("The last active admin key cannot be revoked"))
        _close(key, by, reason.strip())
    return key


def replace_named(name: str, *, by: Actor = COMMAND, **values: Any) -> tuple[str, ApiKey]:
    """A new key in the place of all active ones with its name."""
    with transaction.atomic():
        text, key = issue(name=name, by=by, **values)
        for replaced in ApiKey.objects.filter(name=name, is_active=True).exclude(id=key.id):
            with _locked(replaced):
                if replaced.is_active:
                    _close(replaced, by)
    return text, key


def get(key_id: uuid.UUID) -> ApiKey:
    """The key with an id.

    Raises:
        NotFound: when there is none.
    """
    key = ApiKey.objects.filter(id=key_id).first()
    if key is None:
        raise NotFound(gettext("API key not found"))
    return key


def with_prefixes(prefixes: Sequence[str]) -> list[ApiKey]:
    """The keys with these public prefixes, in their order.

    It takes no whole key, which would stand in a shell's history, and repeats none.

    Raises:
        NotFound: names every prefix that no key has.
    """
    known = {key.key_prefix: key for key in ApiKey.objects.filter(key_prefix__in=list(prefixes))}
    unknown = [text for text in prefixes if text not in known]
    if any(len(text) > LONGEST_PREFIX for text in unknown):
        raise NotFound("Name a key by its prefix, not by its whole text")
    if unknown:
        raise NotFound(f"No key has the prefix {', '.join(unknown)}")
    return [known[text] for text in prefixes]


def refuse_own_change(key: ApiKey, by: Actor) -> None:
    """Raises Forbidden when the key asks for itself: known before anybody reads what it wants."""
    if by.key_id == key.id:
        raise Forbidden(gettext("A key cannot change itself"))


def refusal_of_change(key: ApiKey, values: Mapping[str, Any]) -> str | None:
    """Why a change of fields would be refused now, for a form that shows it; None: it would not."""
    changes = {field: (getattr(key, field), value) for field, value in values.items()}
    try:
        _keep_an_admin(key, changes)
    except Conflict as refused:
        return refused.detail
    return None


def is_last_admin(key: ApiKey) -> bool:
    """Whether this is the last usable key with the admin scope, which stays as it is."""
    admins = ApiKey.objects.usable().filter(permissions_scope__contains=[ADMIN])
    return admins.filter(id=key.id).exists() and not admins.exclude(id=key.id).exists()


# --- inside a change ------------------------------------------------------------------------------


@contextmanager
def _locked(key: ApiKey) -> Iterator[None]:
    """A transaction in which the key, read anew, is changed by nobody else.

    All changes of keys stand in one line: two at once must not close each the other's last admin key.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADMIN_LOCK])
        # counting their use waits for nobody: the row itself is not locked
        key.refresh_from_db()
        yield


def _new_row(**values: Any) -> ApiKey:
    """A key's new row. Raises Conflict when there is one with its id."""
    if ApiKey.objects.filter(id=values["id"]).exists():
        raise Conflict(gettext("The key was issued already, and its text was shown then"))
    try:
        return ApiKey.objects.create(**values)
    except IntegrityError:  # the same form at the same time: prefixes are random
        raise Conflict(gettext("The key was issued already, and its text was shown then")) from None


def _refuse_rotation(key: ApiKey) -> None:
    """Raises Conflict when a key is not usable."""
    state = key.state(timezone.now())
    if state == "revoked":
        raise Conflict(gettext("The key is revoked and cannot be rotated"))
    if state == "expired":
        raise Conflict(gettext("The key is expired and cannot be rotated"))


def _replace_secret(key: ApiKey, secret: secrets.Secret, until: datetime | None) -> None:
    """Store a key's new secret, and the one so far when it lives on."""
    so_far = (key.key_prefix, key.secret_hash) if until else (None, None)
    key.previous_prefix, key.previous_hash = so_far
    key.previous_until = until
    key.key_prefix, key.secret_hash = secret.prefix, secret.secret_hash
    key.hashed_with = secret.hashed_with
    key.save(
        update_fields=[
            "key_prefix",
            "secret_hash",
            "hashed_with",
            "previous_prefix",
            "previous_hash",
            "previous_until",
        ]
    )


def _close(key: ApiKey, by: Actor, reason: str = "") -> None:
    ApiKey.objects.filter(id=key.id, is_active=True).update(is_active=False, revoked_at=Now())
    record(key, KeyEvent.Kind.REVOKED, by, reason=reason)
    transaction.on_commit(cache.clear)
    key.refresh_from_db()


def _keep_an_admin(key: ApiKey, changes: Mapping[str, tuple[Any, Any]]) -> None:
    """Raises Conflict when the last usable admin key would be demoted, or end earlier than so far."""
    scopes = changes.get("permissions_scope")
    demoted = scopes is not None and ADMIN in scopes[0] and ADMIN not in scopes[1]
    before, after = changes.get("expires_at", (None, None))
    ends_earlier = after is not None and (before is None or after < before)
    if (demoted or ends_earlier) and is_last_admin(key):
        if demoted:
            raise Conflict(gettext("The last active admin key cannot be demoted"))
        raise Conflict(gettext("The last active admin key cannot be given an earlier expiry"))

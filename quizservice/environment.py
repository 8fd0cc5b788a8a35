"""Reads what one variable of the environment holds and takes more than a line: addresses, JSON objects.

What may hold a secret is not shown by its error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

# A process that is stopped, or whose machine is gone, in the middle of a transaction would hold its
# locks, and a lost server would be waited for, for as long as the operating systems like.
_IDLE_TRANSACTION = 60  # seconds
#: A shorter one is rather a misprint, such as a space within.
_SHORTEST_SECRET = 8
_CONNECTION_DEFAULTS = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}


def database(
    url: str, *, conn_max_age: int | None, name: str = "DATABASE_URL", pooled: bool = False
) -> dict[str, Any]:
    """A Django database entry from a libpq URI or connection string, the value of the variable ``name``.

    ``conn_max_age``: seconds for which a connection is kept, None without end. ``pooled``: a transaction
    pooler stands before PostgreSQL, so nothing may outlive a transaction. Raises ImproperlyConfigured.
    """
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise ImproperlyConfigured(
            f"{name} cannot be read ({str(error).strip()}): "
            "set it to postgresql://user:password@host:5432/name."
        ) from None
    if not parts.get("dbname"):
        raise ImproperlyConfigured(
            f"{name} names no database: set it to postgresql://user:password@host:5432/name."
        )
    named = {
        key: str(parts.pop(part, "") or "")
        for key, part in {
            "NAME": "dbname",
            "USER": "user",
            "PASSWORD": "password",
            "HOST": "host",
            "PORT": "port",
        }.items()
    }
    return {
        "ENGINE": "quizservice.postgresql",
        **named,
        "CONN_MAX_AGE": conn_max_age,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": pooled,
        "OPTIONS": {
            **_CONNECTION_DEFAULTS,
            **parts,
            **({"prepare_threshold": None} if pooled else {}),
            "options": f"-c idle_in_transaction_session_timeout={_IDLE_TRANSACTION}s "
            f"{parts.get('options') or ''}".strip(),
        },
    }


def broker_url(servers: str, *, username: str, password: str) -> str:
    """Celery's URL of KAFKA_BOOTSTRAP_SERVERS: the first server, with user and password.

    Raises ImproperlyConfigured.
    """
    if "@" in servers:  # a password may stand before it: it is not shown
        raise ImproperlyConfigured(
            f"KAFKA_BOOTSTRAP_SERVERS has a login before {servers.rpartition('@')[2]!r}: set it to "
            "host:port,host:port, and the login in KAFKA_USERNAME and KAFKA_PASSWORD."
        )
    for server in servers.split(","):
        if not re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^\s:/@\[\]]+):\d{1,5}", server.strip()):
            raise ImproperlyConfigured(
                f"KAFKA_BOOTSTRAP_SERVERS has {server.strip()!r}: set it to host:port,host:port "
                "(an IPv6 address stands in brackets, [::1]:9092)."
            )
    login = f"{quote(username, safe='')}:{quote(password, safe='')}@"
    return f"quizkafka://{login if login != ':@' else ''}{servers.split(',')[0].strip()}"


def librdkafka(text: str) -> dict[str, Any]:
    """More settings of librdkafka, from KAFKA_CONFIG. Raises ImproperlyConfigured, without its secrets."""
    try:
        config = json.loads(text)
    except ValueError:
        config = None
    if not isinstance(config, dict) or not all(
        isinstance(value, str | int | float) for value in config.values()
    ):
        raise ImproperlyConfigured(
            "KAFKA_CONFIG must be a JSON object of librdkafka's settings, "
            'such as {"client.rack": "a"}.'
        )
    return config


def base_url(text: str) -> str:
    """OPENAI_BASE_URL, which may be empty. Raises ImproperlyConfigured, without a login that it holds."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        usable = False
    if text and not usable:
        raise ImproperlyConfigured(
            "OPENAI_BASE_URL must be the address under which an OpenAI-compatible server answers, "
            "such as https://api.openai.com/v1 or http://127.0.0.1:11434/v1; or leave it out."
        )
    return text


#: Nobody charges so many US dollars for a million tokens: it is a misprint.
_DEAREST = 1_000_000


def prices(text: str) -> dict[str, tuple[Decimal, Decimal]]:
    """OPENAI_PRICES: US dollars for a million tokens of questions and of answers, by model.

    Raises ImproperlyConfigured.
    """
    try:
        given = json.loads(text, parse_float=Decimal, parse_int=Decimal)
        pairs = {model: tuple(map(_price, pair)) for model, pair in given.items()}
        if any(len(pair) != 2 for pair in given.values()):
            raise ValueError
    except (ValueError, TypeError, AttributeError):
        raise ImproperlyConfigured(
            "OPENAI_PRICES must be a JSON object that gives for each model the US dollars for a "
            'million tokens of questions and of answers, such as {"gpt-4o-mini": [0.15, 0.60]}.'
        ) from None
    return {model: (asked, answered) for model, (asked, answered) in pairs.items()}


def _price(value: Any) -> Decimal:
    """A number of JSON, which is no NaN. Raises ValueError."""
    if not isinstance(value, Decimal) or not 0 <= value <= _DEAREST:
        raise ValueError
    return value


_LIMIT = re.compile(r"(\$?)(\d{1,9}(?:\.\d{1,6})?)")


def order_limit(text: str) -> tuple[int | None, Decimal | None]:
    """ORDER_CONFIRM_ABOVE: a number of problems, one of US dollars, or both; None: no limit.

    Raises ImproperlyConfigured.
    """
    problems, dollars = None, None
    for part in filter(None, (one.strip() for one in text.split(","))):
        match = _LIMIT.fullmatch(part)
        if match is None or (not match[1] and "." in match[2]):
            raise ImproperlyConfigured(
                "ORDER_CONFIRM_ABOVE takes a number of problems, US dollars or both, such as "
                f"200,$1.50; {part!r} is neither."
            )
        if match[1]:
            dollars = Decimal(match[2])
        else:
            problems = int(match[2])
    return problems, dollars


def trace_template(text: str) -> str:
    """TRACE_URL_TEMPLATE, which may be empty. Raises ImproperlyConfigured."""
    if text and not (text.startswith(("https://", "http://")) and "{trace_id}" in text):
        raise ImproperlyConfigured(
            "TRACE_URL_TEMPLATE must be the address of a trace with {trace_id} in the place of its "
            "id, such as https://traces.example.org/trace/{trace_id}; or leave it out."
        )
    return text


def old_secrets(text: str) -> list[str]:
    """SECRET_KEY_FALLBACKS: secrets separated by spaces, which may be empty.

    Spaces, because a secret may have commas. Raises ImproperlyConfigured, without the secrets.
    """
    secrets = text.split()
    if any(len(secret) < _SHORTEST_SECRET for secret in secrets):
        raise ImproperlyConfigured(
            "SECRET_KEY_FALLBACKS has a secret that is shorter than "
            f"{_SHORTEST_SECRET} characters: set it to the values that SECRET_KEY had before, "
            "separated by spaces; or leave it out."
        )
    return secrets


# --- telemetry ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Telemetry:
    """What is sent over OTLP."""

    traces: bool
    metrics: bool


_SAMPLERS = ("always_on", "always_off", "traceidratio")
_OTLP = "OTEL_EXPORTER_OTLP"
_POSITIVE = (
    *(f"{_OTLP}_TIMEOUT", f"{_OTLP}_TRACES_TIMEOUT", f"{_OTLP}_METRICS_TIMEOUT"),
    *("OTEL_METRIC_EXPORT_INTERVAL", "OTEL_METRIC_EXPORT_TIMEOUT", "OTEL_BSP_SCHEDULE_DELAY"),
)


def telemetry(environ: Mapping[str, str]) -> Telemetry | None:
    """What OpenTelemetry's own variables ask for; None where nothing is to be sent.

    OpenTelemetry's packages read them again, and would warn of bad ones and go on without.
    Raises ImproperlyConfigured, without the headers, which hold a secret.
    """
    given = {name: text.strip() for name, text in environ.items() if name.startswith("OTEL_")}
    if given.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return None
    wanted = Telemetry(*(_sent(given, signal) for signal in ("TRACES", "METRICS")))
    if not (wanted.traces or wanted.metrics):
        return None
    for kind in ("", "_TRACES", "_METRICS"):
        _check_protocol(given, f"{_OTLP}{kind}_PROTOCOL")
        _check_headers(given, f"{_OTLP}{kind}_HEADERS")
    _check_sampler(given)
    for name in _POSITIVE:
        if (text := given.get(name)) and not re.fullmatch(r"0*[1-9]\d{0,8}(\.\d+)?", text):
            raise ImproperlyConfigured(f"{name} is {text!r}: set it to a number above 0.")
    return wanted


def _sent(given: Mapping[str, str], signal: str) -> bool:
    """Whether the traces or metrics are sent somewhere."""
    exporter = given.get(f"OTEL_{signal}_EXPORTER", "") or "otlp"
    if exporter not in ("otlp", "none"):
        raise ImproperlyConfigured(
            f"OTEL_{signal}_EXPORTER is {exporter!r}: this service sends by OTLP alone. Set it to otlp "
            "or none, or leave it out."
        )
    for name in (f"{_OTLP}_{signal}_ENDPOINT", f"{_OTLP}_ENDPOINT"):
        if text := given.get(name):
            _check_endpoint(name, text)
            return exporter != "none"
    return False


def _check_endpoint(name: str, text: str) -> None:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        usable = False
    if not usable:
        raise ImproperlyConfigured(
            f"{name} must be the address of a receiver of OTLP over HTTP, such as "
            "http://localhost:4318; or leave it out."
        )


def _check_protocol(given: Mapping[str, str], name: str) -> None:
    protocol = given.get(name) or "http/protobuf"
    if protocol != "http/protobuf":
        raise ImproperlyConfigured(
            f"{name} is {protocol!r}: this service speaks http/protobuf alone. Set it to that or leave "
            "it out, and let the endpoint be the receiver's port for HTTP, most often 4318."
        )


def _check_headers(given: Mapping[str, str], name: str) -> None:
    for pair in filter(None, (one.strip() for one in given.get(name, "").split(","))):
        key, equals, value = pair.partition("=")
        value = unquote(value.strip())
        sound = re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", key.strip()) and value.isprintable()
        if not (sound and equals and value and value.isascii()):
            raise ImproperlyConfigured(
                f"{name} must be name=value,name=value, with %20 for a space, such as "
                "Authorization=Basic%20bXkta2V5."
            )


def _check_sampler(given: Mapping[str, str]) -> None:
    sampler = given.get("OTEL_TRACES_SAMPLER", "").lower() or "parentbased_always_on"
    if sampler.removeprefix("parentbased_") not in _SAMPLERS:
        known = ", ".join(f"{before}{one}" for before in ("parentbased_", "") for one in _SAMPLERS)
        raise ImproperlyConfigured(f"OTEL_TRACES_SAMPLER is {sampler!r}: choose {known}.")
    if not sampler.endswith("traceidratio"):
        return
    share = given.get("OTEL_TRACES_SAMPLER_ARG", "")
    if not re.fullmatch(r"0?\.\d+|0|1|1\.0*|0\.0*", share):
        raise ImproperlyConfigured(
            f"OTEL_TRACES_SAMPLER_ARG is {share!r}: set it to the share of the traces that is kept, "
            "from 0 to 1, such as 0.1."
        )


def app_insights(text: str) -> str:
    """APPINSIGHTS_CONNECTION_STRING, which may be empty. Raises ImproperlyConfigured, without its key."""
    if text and not re.search(r"(?i)(^|;)\s*InstrumentationKey=[0-9a-f-]{36}\s*(;|$)", text):
        raise ImproperlyConfigured(
            "APPINSIGHTS_CONNECTION_STRING must be the connection string of Azure's Application "
            "Insights, which begins with InstrumentationKey= and an id; or leave it out."
        )
    return text

"""System checks of the plumbing: a bad combination of settings stops the start.

What the brokers have is compared by ``manage.py check --deploy`` alone, which needs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from quizservice import telemetry

if TYPE_CHECKING:
    from quizservice.kafka import Options

#: With fewer partitions, a second and third worker process would have nothing to do.
FEWEST_PARTITIONS = 4
#: How many times the longest life of an order its message is kept at least.
_TIMES_TTL = 2
_HOUR = 3600  # seconds


@register
def broker_transport_is_ours(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Celery publishes through our Kafka transport, not through one that kombu brings."""
    from quizservice.celery import app
    from quizservice.kafka.transport import Transport

    if app.connection_for_write().get_transport_cls() is Transport:
        return []
    return [
        Error(
            "The broker URL does not load quizservice.kafka.",
            hint="The scheme of CELERY_BROKER_URL must be quizkafka.",
            id="quizservice.E001",
        )
    ]


@register
def kafka_options_fit_together(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """SASL, TLS and other Kafka settings can be used, as far as that shows without a broker."""
    from quizservice.kafka import brokers

    try:
        options = _options()
        if options.kafka_common_config or options.security_protocol != "PLAINTEXT":
            brokers.check(options)  # librdkafka reads the files and the names of its settings
    except ValueError as error:
        return [Error(str(error), id="quizservice.E002")]
    return []


@register
def partitions_are_enough(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """KAFKA_PARTITIONS lets several workers share the work."""
    if settings.KAFKA_PARTITIONS >= FEWEST_PARTITIONS:
        return []
    return [
        Warning(
            f"KAFKA_PARTITIONS is {settings.KAFKA_PARTITIONS}: a partition belongs to one worker, "
            "so more worker processes than that have nothing to do, and what waits behind a long "
            f"task waits for it. Set it to at least {FEWEST_PARTITIONS}, better to four for each "
            "worker process.",
            id="quizservice.W001",
        )
    ]


@register
def messages_outlive_orders(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Kafka keeps a message well beyond the longest life of the order that it belongs to."""
    needed = _TIMES_TTL * settings.REQUEST_TTL / _HOUR
    if needed <= settings.KAFKA_RETENTION_HOURS:
        return []
    return [
        Warning(
            f"KAFKA_RETENTION_HOURS is {settings.KAFKA_RETENTION_HOURS} and an order may wait for "
            f"{settings.REQUEST_TTL / _HOUR:.4g} hours (REQUEST_TTL): messages could be deleted "
            f"before they are dealt with. Set it to at least {needed:.4g}.",
            id="quizservice.W002",
        )
    ]


@register
def telemetry_goes_one_way(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Traces go over OTLP or, by django-otel, to Azure: not both."""
    if settings.TELEMETRY is None or not settings.APPINSIGHTS_CONNECTION_STRING:
        return []
    return [Error(telemetry.TOGETHER, id="quizservice.E003")]


@register(Tags.security)
def nothing_is_open_to_all(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """No setting of access lets everybody in, and a service for HTTPS alone shows no debug pages."""
    found = []
    if settings.DEBUG and settings.HTTPS_ONLY:
        found.append(
            "DEBUG and HTTPS_ONLY are both on: an error page shows settings and code to everybody. "
            "Switch DEBUG off where others than developers can come."
        )
    if "*" in settings.ALLOWED_HOSTS:
        found.append(
            "ALLOWED_HOSTS has '*': links in answers follow whatever Host a caller makes up. "
            "Set it to the names of this service."
        )
    if settings.CORS_ALLOW_ALL_ORIGINS:
        found.append(
            "CORS_ALLOWED_ORIGINS is '*': pages of any site may call the API with a key that they "
            "have. Set it to the origins of your quiz apps."
        )
    found.extend(
        f"TRUSTED_PROXIES has {network}: whoever calls from there says in X-Forwarded-For which "
        "address he has. Set it to the addresses of your own proxies."
        for network in settings.TRUSTED_PROXIES
        if network.prefixlen == 0
    )
    return [Warning(sentence, id="quizservice.W004") for sentence in found]


@register(deploy=True)
def topics_are_as_wanted(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The brokers keep our topics as the settings say; needs the brokers."""
    from quizservice import kafka

    try:
        options = _options()
        found = kafka.differences(
            options, [*settings.KAFKA_TOPICS.values(), options.dead_letter_topic]
        )
    except ValueError:
        return []  # said above
    except (kafka.KafkaUnavailable, kafka.KafkaRefused) as error:
        found = [f"The Kafka topics could not be compared with the settings. {error}"]
    return [Warning(sentence, id="quizservice.W003") for sentence in found]


def _options() -> Options:
    """Options of this process's connection. Raises ValueError."""
    from quizservice.celery import app
    from quizservice.kafka import Options

    return Options.from_connection(app.connection_for_write())

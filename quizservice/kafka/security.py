"""Whether the settings for SASL and TLS fit together; librdkafka says so late or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quizservice.kafka.options import Options

PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")

#: Settings of librdkafka by which a deployment takes the protocol, or the login, into its own hands.
_OWN_PROTOCOL = {"security.protocol"}
_OWN_LOGIN = {"sasl.mechanism", "sasl.mechanisms", "sasl.username", "sasl.password"}


def check_security(options: Options) -> None:
    """Raises ValueError with one sentence that says what to set; no secret stands in it."""
    if _OWN_PROTOCOL & options.kafka_common_config.keys():
        return
    protocol = options.security_protocol.upper()
    if protocol not in PROTOCOLS:
        raise ValueError(
            f"KAFKA_SECURITY_PROTOCOL must be {', '.join(PROTOCOLS[:-1])} or {PROTOCOLS[-1]}, "
            f"not {options.security_protocol!r}."
        )
    if not _OWN_LOGIN & options.kafka_common_config.keys():
        _check_login(options, protocol)
    _check_files(options, protocol)


def _check_login(options: Options, protocol: str) -> None:
    if not protocol.startswith("SASL"):
        if options.username or options.password or options.sasl_mechanism:
            raise ValueError(
                "KAFKA_USERNAME, KAFKA_PASSWORD and KAFKA_SASL_MECHANISM need "
                "KAFKA_SECURITY_PROTOCOL to be SASL_SSL (or SASL_PLAINTEXT, which shows them to "
                f"the network), not {protocol}."
            )
        return
    if options.sasl_mechanism and options.sasl_mechanism not in MECHANISMS:
        raise ValueError(
            f"KAFKA_SASL_MECHANISM must be {', '.join(MECHANISMS[:-1])} or {MECHANISMS[-1]}, "
            f"not {options.sasl_mechanism!r}."
        )
    if not options.username or not options.password:
        raise ValueError(
            f"KAFKA_SECURITY_PROTOCOL={protocol} needs KAFKA_USERNAME and KAFKA_PASSWORD."
        )


def _check_files(options: Options, protocol: str) -> None:
    files = {
        "KAFKA_SSL_CA_LOCATION": options.ssl_ca_location,
        "KAFKA_SSL_CERTIFICATE_LOCATION": options.ssl_certificate_location,
        "KAFKA_SSL_KEY_LOCATION": options.ssl_key_location,
    }
    given = {name: path for name, path in files.items() if path}
    if given and not protocol.endswith("SSL"):
        raise ValueError(
            f"{next(iter(given))} needs KAFKA_SECURITY_PROTOCOL to be SSL or SASL_SSL, "
            f"not {protocol}."
        )
    for name, path in given.items():
        if not Path(path).is_file():
            raise ValueError(f"{name} names {path}, which is no file: set it to a PEM file.")
    certificate, key = options.ssl_certificate_location, options.ssl_key_location
    if bool(certificate) != bool(key):
        raise ValueError(
            "KAFKA_SSL_CERTIFICATE_LOCATION and KAFKA_SSL_KEY_LOCATION belong together: "
            "set both or none."
        )
    if options.ssl_key_password and not key:
        raise ValueError("KAFKA_SSL_KEY_PASSWORD needs KAFKA_SSL_KEY_LOCATION.")

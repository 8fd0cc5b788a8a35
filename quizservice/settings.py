"""Settings, read top to bottom: environment, applications, database, Celery, API, admin.

What differs between deployments comes from the environment; the README lists every variable.
A missing or unusable value stops the start with a sentence that says what to set.
"""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError, validate

from quizservice import environment
from quizservice.navigation import NAVIGATION

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"
SERVICE_NAME = "Language Quiz Service"

# --- Environment ---

if os.environ.get("QUIZ_EMBEDDED", "").lower() in {"1", "true", "yes", "on"}:
    from quizservice import embedded

    try:
        embedded.provide(os.environ, detached=True)
    except embedded.EmbeddedError as error:
        raise ImproperlyConfigured(str(error)) from None


def _required(name: str, meaning: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set: set it to {meaning}. "
            "(To try the service without any set-up: python manage.py demo; "
            "with an embedded database and broker for development: QUIZ_EMBEDDED=1.)"
        )
    return value


env = Env(eager=False)
positive = validate.Range(min=1)
not_negative = validate.Range(min=0)

SECRET_KEY = _required("SECRET_KEY", "a long random string that stays the same between starts")
DATABASE_URL = _required(
    "DATABASE_URL", "the address of PostgreSQL, postgresql://user:password@host/name"
)
KAFKA_BOOTSTRAP_SERVERS = _required(
    "KAFKA_BOOTSTRAP_SERVERS", "the Kafka brokers, host:port,host:port"
)

DEBUG = env.bool("DEBUG", False)
LOG_LEVEL = env.str(
    "LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"])
)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
CORS_ALLOWED_ORIGINS: list[str] = env.list("CORS_ALLOWED_ORIGINS", [])
_trusted_proxies: list[str] = env.list("TRUSTED_PROXIES", [])
HTTPS_ONLY = env.bool("HTTPS_ONLY", False)

KAFKA_TOPIC_PREFIX = env.str(
    "KAFKA_TOPIC_PREFIX", "quiz.", validate=validate.Regexp(r"[a-zA-Z0-9._-]{1,200}$")
)
KAFKA_GROUP_ID = env.str("KAFKA_GROUP_ID", "quiz-workers")
KAFKA_GROUP_PROTOCOL = env.str(
    "KAFKA_GROUP_PROTOCOL", "consumer", validate=validate.OneOf(["consumer", "classic"])
)
KAFKA_PARTITIONS = env.int("KAFKA_PARTITIONS", 24, validate=positive)
KAFKA_REPLICATION_FACTOR = env.int("KAFKA_REPLICATION_FACTOR", -1)
KAFKA_PUBLISH_TIMEOUT = env.float("KAFKA_PUBLISH_TIMEOUT", 12.0, validate=validate.Range(min=1))
KAFKA_RETENTION_HOURS = env.int("KAFKA_RETENTION_HOURS", 168, validate=positive)
KAFKA_SECURITY_PROTOCOL = env.str(
    "KAFKA_SECURITY_PROTOCOL",
    "PLAINTEXT",
    validate=validate.OneOf(["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]),
)
KAFKA_SASL_MECHANISM = env.str(
    "KAFKA_SASL_MECHANISM",
    "",
    validate=validate.OneOf(["", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]),
)
KAFKA_USERNAME = env.str("KAFKA_USERNAME", "")
KAFKA_PASSWORD = env.str("KAFKA_PASSWORD", "")
KAFKA_SSL_CA_LOCATION = env.str("KAFKA_SSL_CA_LOCATION", "")
KAFKA_SSL_CERTIFICATE_LOCATION = env.str("KAFKA_SSL_CERTIFICATE_LOCATION", "")
KAFKA_SSL_KEY_LOCATION = env.str("KAFKA_SSL_KEY_LOCATION", "")
KAFKA_SSL_KEY_PASSWORD = env.str("KAFKA_SSL_KEY_PASSWORD", "")

OPENAI_API_KEY = env.str("OPENAI_API_KEY", "").strip()
OPENAI_BASE_URL = environment.base_url(env.str("OPENAI_BASE_URL", "").strip())
OPENAI_MODEL = env.str("OPENAI_MODEL", "gpt-4o-mini", validate=validate.Length(1, 100))
OPENAI_JUDGE_MODEL = env.str("OPENAI_JUDGE_MODEL", "", validate=validate.Length(max=100))
OPENAI_OUTPUT = env.str(
    "OPENAI_OUTPUT",
    "json_schema",
    validate=validate.OneOf(["json_schema", "json_object", "text"]),
)
OPENAI_TEMPERATURE: float | None = (
    None  # said to be empty: the server's own
    if os.environ.get("OPENAI_TEMPERATURE", "0.9").strip() == ""
    else env.float("OPENAI_TEMPERATURE", 0.9, validate=validate.Range(min=0, max=2))
)
OPENAI_TIMEOUT = env.float("OPENAI_TIMEOUT", 60.0, validate=validate.Range(min=1, max=3600))
OPENAI_CONNECT_TIMEOUT = env.float(
    "OPENAI_CONNECT_TIMEOUT", 5.0, validate=validate.Range(min=0.1, max=600)
)
OPENAI_MAX_CALLS = env.int("OPENAI_MAX_CALLS", 64, validate=positive)
OPENAI_MAX_TOKENS = env.int("OPENAI_MAX_TOKENS", 800, validate=validate.Range(min=100))
OPENAI_REWRITES = env.int("OPENAI_REWRITES", 2, validate=validate.Range(min=0, max=10))
OPENAI_JUDGE = env.bool("OPENAI_JUDGE", True)
OPENAI_PROBLEMS = env.str("OPENAI_PROBLEMS", "live", validate=validate.OneOf(["live", "review"]))
OPENAI_PRICES = environment.prices(
    env.str("OPENAI_PRICES", "").strip() or '{"gpt-4o-mini": [0.15, 0.60]}'
)
OPENAI_DAILY_TOKENS = env.int("OPENAI_DAILY_TOKENS", 0, validate=not_negative)
OPENAI_DAILY_COST = env.float("OPENAI_DAILY_COST", 0.0, validate=not_negative)
OPENAI_ORDER_TOKENS = env.int("OPENAI_ORDER_TOKENS", 0, validate=not_negative)
OPENAI_ORDER_COST = env.float("OPENAI_ORDER_COST", 0.0, validate=not_negative)

GENERATOR = env.str("GENERATOR", "openai" if OPENAI_API_KEY else "rules")
PUBLISH_WINDOW = env.int("PUBLISH_WINDOW", 500, validate=positive)
REPUBLISH_AFTER = env.float("REPUBLISH_AFTER", 60.0, validate=validate.Range(min=0.1))
ITEM_LEASE = env.float("ITEM_LEASE", 60.0, validate=validate.Range(min=0.5))
ITEM_TIME_LIMIT = env.float("ITEM_TIME_LIMIT", 600.0, validate=validate.Range(min=1))
ITEM_MAX_ATTEMPTS = env.int("ITEM_MAX_ATTEMPTS", 5, validate=positive)
REQUEST_TTL = env.float("REQUEST_TTL", 86400.0, validate=validate.Range(min=1))

API_KEY_CACHE_TTL = env.float("API_KEY_CACHE_TTL", 5.0, validate=validate.Range(min=0))
DATABASE_CONN_MAX_AGE = env.int("DATABASE_CONN_MAX_AGE", None)
DATABASE_POOL_SIZE = env.int("DATABASE_POOL_SIZE", 4, validate=positive)

try:
    env.seal()
except EnvError as error:
    messages = getattr(error, "error_messages", None) or {}
    named = "; ".join(
        f"{name} is {os.environ.get(name)!r}: {' '.join(map(str, texts))}"
        for name, texts in messages.items()
    )
    raise ImproperlyConfigured(f"Settings that cannot be used: {named or error}") from None

try:
    TRUSTED_PROXIES = [ipaddress.ip_network(text, strict=False) for text in _trusted_proxies]
except ValueError as error:
    raise ImproperlyConfigured(
        "TRUSTED_PROXIES takes addresses or networks such as 10.0.0.0/8, separated by commas: "
        f"{error}."
    ) from None

# --- Applications ---

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "corsheaders",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "quizservice",
    "verbs",
    "problems",
    "generation",
    "apikeys",
]

MIDDLEWARE = [
    "quizservice.middleware.RequestIdMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "quizservice.middleware.ApiPathMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "quizservice.urls"
WSGI_APPLICATION = "quizservice.wsgi.application"
APPEND_SLASH = False  # the API answers with and without the slash and never redirects

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = (
    True  # works without a collectstatic step; files are found once, at the start
)

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
if HTTPS_ONLY:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# --- Database ---

DATABASES = {"default": environment.database(DATABASE_URL, conn_max_age=DATABASE_CONN_MAX_AGE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Celery over Kafka ---

#: A topic for each priority, with workers of its own.
KAFKA_TOPICS = {name: f"{KAFKA_TOPIC_PREFIX}{name}" for name in ("interactive", "bulk")}


CELERY_BROKER_URL = environment.broker_url(
    KAFKA_BOOTSTRAP_SERVERS, username=KAFKA_USERNAME, password=KAFKA_PASSWORD
)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "bootstrap_servers": KAFKA_BOOTSTRAP_SERVERS,
    "group_id": KAFKA_GROUP_ID,
    "group_protocol": KAFKA_GROUP_PROTOCOL,
    "num_partitions": KAFKA_PARTITIONS,
    "replication_factor": KAFKA_REPLICATION_FACTOR,
    "publish_timeout": KAFKA_PUBLISH_TIMEOUT,
    "dead_letter_topic": f"{KAFKA_TOPIC_PREFIX}dead-letters",
    "topic_config": {
        "cleanup.policy": "delete",
        "retention.ms": str(KAFKA_RETENTION_HOURS * 3_600_000),
        # one of three brokers may be away, and what is confirmed is never on one broker alone
        **({"min.insync.replicas": "2"} if KAFKA_REPLICATION_FACTOR >= 3 else {}),
    },
    "security_protocol": KAFKA_SECURITY_PROTOCOL,
    "sasl_mechanism": KAFKA_SASL_MECHANISM,
    "ssl_ca_location": KAFKA_SSL_CA_LOCATION,
    "ssl_certificate_location": KAFKA_SSL_CERTIFICATE_LOCATION,
    "ssl_key_location": KAFKA_SSL_KEY_LOCATION,
    "ssl_key_password": KAFKA_SSL_KEY_PASSWORD,
    "kafka_common_config": environment.librdkafka(
        os.environ.get("KAFKA_CONFIG", "").strip() or "{}"
    ),
    "revoke_grace": 10.0,
    "commit_interval": 0.1,
    "shutdown_grace": 25.0,  # the threads pool would wait for ever for a task that hangs
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_DEFAULT_QUEUE = KAFKA_TOPICS["interactive"]
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False  # the producer retries by itself within its timeout
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # there is no fanout over Kafka
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE

# --- API ---

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apikeys.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["apikeys.permissions.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["apikeys.throttling.KeyRateThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["quizservice.formats.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["quizservice.formats.OrjsonParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "quizservice.formats.LenientNegotiation",
    "DEFAULT_SCHEMA_CLASS": "quizservice.openapi.ContractSchema",
    "EXCEPTION_HANDLER": "quizservice.errors.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}

SPECTACULAR_SETTINGS = {
    "TITLE": SERVICE_NAME,
    "DESCRIPTION": "French grammar quiz problems: order them, draw the next good one at once.",
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},  # asks no other host
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [],  # enumerations stand where they are used
}

CORS_URLS_REGEX = r"^/api/.*$"
CORS_ALLOW_HEADERS = [
    "accept",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-none-match",
    "x-api-key",
]
CORS_EXPOSE_HEADERS = ["ETag", "Location", "RateLimit", "RateLimit-Policy", "Retry-After"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576

# --- Logging ---

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},  # a line a call, with the address
    },
}

# --- Admin ---

UNFOLD = {
    "SITE_TITLE": SERVICE_NAME,
    "SITE_HEADER": "Language Quiz",
    "SITE_SYMBOL": "school",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SIDEBAR": {"navigation": NAVIGATION},
}

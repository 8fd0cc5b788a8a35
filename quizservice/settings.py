"""Settings, read top to bottom: environment, applications, security, database, Celery, API, admin.

What differs between deployments comes from the environment; the README lists every variable.
A missing or unusable value stops the start with a sentence that says what to set.
"""

from __future__ import annotations

import ipaddress
import os
from datetime import timedelta
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _
from environs import Env, EnvError, validate

from quizservice import environment, logs

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
#: Secrets of before, which still open what they have signed or keyed.
SECRET_KEY_FALLBACKS = environment.old_secrets(env.str("SECRET_KEY_FALLBACKS", ""))
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
LOG_FORMAT = env.str(
    "LOG_FORMAT",
    "",
    validate=validate.OneOf(
        ["", logs.JSON, logs.CONSOLE], error="Must be json or console, or be left out."
    ),
)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
CORS_ALLOWED_ORIGINS: list[str] = env.list("CORS_ALLOWED_ORIGINS", [])
_trusted_proxies: list[str] = env.list("TRUSTED_PROXIES", [])
WEB_THREADS = env.int("WEB_THREADS", 4, validate=positive)
HTTPS_ONLY = env.bool("HTTPS_ONLY", False)
HSTS_SECONDS = env.int("HSTS_SECONDS", 31_536_000, validate=not_negative)
HSTS_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", True)
LOGIN_ATTEMPTS = env.int("LOGIN_ATTEMPTS", 5, validate=positive)
LOGIN_COOL_OFF = env.float("LOGIN_COOL_OFF", 900.0, validate=positive)

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
ORDER_CONFIRM_ABOVE = environment.order_limit(env.str("ORDER_CONFIRM_ABOVE", "200,$1"))
TRACE_URL_TEMPLATE = environment.trace_template(env.str("TRACE_URL_TEMPLATE", "").strip())
TELEMETRY = environment.telemetry(os.environ)
APPINSIGHTS_CONNECTION_STRING = environment.app_insights(
    env.str("APPINSIGHTS_CONNECTION_STRING", "").strip()
)
IDEMPOTENCY_TTL = env.float(
    "IDEMPOTENCY_TTL", 86400.0, validate=validate.Range(min=1, max=31_536_000)
)

CACHE_TTL = env.float("CACHE_TTL", 60.0, validate=validate.Range(min=0, max=86_400))
DATABASE_CONN_MAX_AGE = env.int("DATABASE_CONN_MAX_AGE", None)
DATABASE_LISTEN_URL = env.str("DATABASE_LISTEN_URL", "").strip()
DATABASE_POOL_SIZE = env.int("DATABASE_POOL_SIZE", 4, validate=positive)
TRY_KEY = env.str("TRY_KEY", "").strip()

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
    "quizservice.apps.PeopleConfig",  # django.contrib.auth
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "corsheaders",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "quizservice",
    "verbs",
    "problems",
    "generation",
    "apikeys",
    # heavy, and it starts when it is loaded; with OTLP beside it quizservice.checks refuses the start
    *(["django_otel"] if APPINSIGHTS_CONNECTION_STRING and TELEMETRY is None else []),
]

MIDDLEWARE = [
    "quizservice.traced_requests.TracedRequests",  # left out without telemetry
    "quizservice.middleware.ArrivalMiddleware",
    "quizservice.middleware.QuickCorsMiddleware",
    "quizservice.middleware.ApiMiddleware",
    # what stands below is for pages: the API is led past it
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "quizservice.content_policy.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "quizservice.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it makes the page for who is locked out
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
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "quizservice" / "locale"]
FORMAT_MODULE_PATH = ["quizservice.local_formats"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = (
    True  # works without a collectstatic step; files are found once, at the start
)

# --- Security ---

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: who is locked out is not even looked at
    "django.contrib.auth.backends.ModelBackend",
]

LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"  # unfold's login page has no field for it

# name and address together: nobody locks a teacher out from elsewhere
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "quizservice.proxies.client_network"
AXES_USERNAME_CALLABLE = "quizservice.lockout.login_name"
AXES_FAILURE_LIMIT = LOGIN_ATTEMPTS
AXES_COOLOFF_TIME = timedelta(seconds=LOGIN_COOL_OFF)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the page says when it ends
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "quizservice.lockout.refusal"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False  # quizservice.admin has pages of ours
AXES_VERBOSE = False

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^(health|ready)/?$"]  # probes come from nearby
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
if TRUSTED_PROXIES:  # read only where one of them wrote it: quizservice.proxies
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if HTTPS_ONLY:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = HSTS_SECONDS
    SECURE_HSTS_INCLUDE_SUBDOMAINS = HSTS_SUBDOMAINS
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    # the prefix has browsers refuse them from another host, or without HTTPS
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    LANGUAGE_COOKIE_NAME = "__Host-language"
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # preloading is for the owner of the domain to decide

#: For every page; ``quizservice.content_policy`` says which ones need more.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

CORS_URLS_REGEX = r"^/api/.*$"
CORS_ALLOW_ALL_ORIGINS = "*" in CORS_ALLOWED_ORIGINS
CORS_ALLOWED_ORIGINS = [origin for origin in CORS_ALLOWED_ORIGINS if origin != "*"]
CORS_ALLOW_HEADERS = [
    "accept",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-none-match",
    "x-api-key",
]
CORS_EXPOSE_HEADERS = ["ETag", "Location", "RateLimit", "RateLimit-Policy", "Retry-After"]

#: Most bytes of a body, of whatever type.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576

# --- Database ---

DATABASES = {
    "default": environment.database(
        DATABASE_URL, conn_max_age=DATABASE_CONN_MAX_AGE, pooled=bool(DATABASE_LISTEN_URL)
    )
}
#: PostgreSQL itself, where DATABASE_URL leads to a transaction pooler before it.
LISTEN_DATABASE = (
    environment.database(DATABASE_LISTEN_URL, conn_max_age=0, name="DATABASE_LISTEN_URL")
    if DATABASE_LISTEN_URL
    else None
)
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
    "POSTPROCESSING_HOOKS": ["quizservice.openapi.tidy"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SERVERS": [{"url": "/", "description": "The host that serves this document"}],
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "TAGS": [
        {"name": "Problems", "description": "Draw problems, and say how they were answered"},
        {"name": "Generation", "description": "Order problems, and follow the order"},
        {
            "name": "Verbs",
            "description": "The verbs that problems are made of, with all their forms",
        },
        {"name": "API keys", "description": "Who may ask for what, how often and from where"},
        {"name": "Service", "description": "Whether the service is well"},
    ],
}

# --- Logging ---

LOGGING = logs.configuration(form=logs.form(LOG_FORMAT, debug=DEBUG), level=LOG_LEVEL)

# --- Admin ---

UNFOLD = {
    "SITE_TITLE": SERVICE_NAME,
    "SITE_HEADER": "Language Quiz",
    "SITE_SYMBOL": "school",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("console/favicon.svg"),
        }
    ],
    "STYLES": [lambda request: static("console/console.css")],
    "SCRIPTS": [lambda request: static("console/keyboard.js")],
    "SIDEBAR": {"navigation": "quizservice.navigation.sections"},
    "DASHBOARD_CALLBACK": "quizservice.console.home.dashboard",
}

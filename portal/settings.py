"""Settings, all by environment variables with safe defaults (see docs/settings.md).

Without any variable the portal is in production mode with nothing switched on and refuses to start without a secret
key. ``PORTAL_MODE=demo`` (``make run``) and ``PORTAL_MODE=test`` are for one machine.
"""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

MODE = env.str("PORTAL_MODE", default="production")
if MODE not in ("production", "demo", "test"):
    raise ImproperlyConfigured("PORTAL_MODE is production, demo or test")
DEMO = MODE == "demo"
DEBUG = False
VAR_DIR = Path(env.str("PORTAL_VAR_DIR", default=str(BASE_DIR / "var")))


def _local_secret() -> str:
    """A secret key of this machine for demo and test; made once, never in the repository."""
    from django.core.management.utils import get_random_secret_key

    path = VAR_DIR / "secret_key"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key(), encoding="utf-8")
    return path.read_text(encoding="utf-8")


SECRET_KEY = env.str("SECRET_KEY", default="") or (_local_secret() if MODE != "production" else "")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"] if MODE != "production" else []
)
if DEMO and env.bool("PORTAL_ANY_HOST", default=False):
    ALLOWED_HOSTS = ["*"]
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="http://localhost:8000")

INSTALLED_APPS = [
    "portal.accounts",
    "eligibility",
    "documents",
    "applications",
    "portal",
    "portal.api",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_tasks",
    "django_tasks_db",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "portal" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "portal.context.site",
            ]
        },
    }
]

# --- data ----------------------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    # Writers queue up at BEGIN instead of failing half-way; readers never wait (WAL).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(VAR_DIR / "files")},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if MODE != "test"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_USE_FINDERS = MODE == "test"
MAX_UPLOAD_BYTES = 10 * 1024 * 1024
"""Largest file that may be handed in; shown in the messages."""
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="")
"""Virus scanner (``host:port`` or a socket path). Without one, production refuses every upload."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

TASKS = {
    "default": {
        "BACKEND": env.str(
            "TASKS_BACKEND",
            default="django_tasks.backends.immediate.ImmediateBackend"
            if MODE == "test"
            else "django_tasks_db.DatabaseBackend",
        )
    }
}

# --- people --------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "after_login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_RATE_LIMITS = {} if MODE == "test" else {"login_failed": "10/m/ip,5/5m/key"}
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# --- language and time ---------------------------------------------------------------------------------------

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
USE_TZ = True

# --- mail ----------------------------------------------------------------------------------------------------

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="portal@example.invalid")

# --- security ------------------------------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if MODE == "production":
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "object-src": [NONE],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [SELF],
        "form-action": [SELF],
    }
}

# --- the engine ----------------------------------------------------------------------------------------------

RULES_DIR = Path(env.str("RULES_DIR", default=str(BASE_DIR / "rules")))
RULES_ENGINE = env.str("RULES_ENGINE", default="both")

# --- REST ----------------------------------------------------------------------------------------------------

API_MAX_JSON_BYTES = env.int("API_MAX_JSON_BYTES", default=1024 * 1024)
"""Largest JSON body of a request."""
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["portal.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portal.api.parsers.ExactJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "portal.api.openapi.ApiSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "portal.api.problems.handler",
    "URL_FORMAT_OVERRIDE": None,
    # Proxies whose X-Forwarded-For is believed; with 0 callers are told apart by the address of the connection alone.
    "NUM_PROXIES": env.int("API_PROXIES", default=int(env.bool("BEHIND_PROXY", default=False))),
    "DEFAULT_THROTTLE_CLASSES": [
        "portal.api.throttling.AnonymousThrottle",
        "portal.api.throttling.UserThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anon": env.str("API_RATE_ANONYMOUS", default="60/min"),
        "user": env.str("API_RATE_USER", default="600/min"),
        "determinations": env.str("API_RATE_DETERMINATIONS", default="30/min"),
    },
}
REST_KNOX = {"TOKEN_TTL": timedelta(days=env.int("API_TOKEN_DAYS", default=365)), "AUTH_HEADER_PREFIX": "Bearer"}
SPECTACULAR_SETTINGS = {
    "TITLE": "仙台市 経済支援制度ポータル API",
    "DESCRIPTION": "Schemes, determinations, cases, letters and KPI of the City of Sendai's subsidy portal. Numbers are "
    "exact; errors are problems of RFC 9457 in the language of Accept-Language (ja by default). Lists of problem types: "
    "GET /api/v1/problems/.\n\n"
    "制度、判定、案件、通知書、評価指標のAPI。数値は正確に扱います。エラーはRFC 9457の形式で、Accept-Languageの言語（既定は日本語）"
    "で返します。",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "AmountKind": "portal.api.rules.determination_shape.AMOUNT_KINDS",
        "InteractionKind": "portal.api.rules.combination_shape.INTERACTION_KINDS",
        "AmountStepKind": "portal.api.rules.determination_shape.STEP_KINDS",
        "OrganisationKind": "portal.api.views.account.KINDS_OF_ORGANISATIONS",
        "CaseState": "portal.api.cases.shapes.CASE_STATES",
        "FilingState": "portal.api.cases.shapes.FILING_STATES",
        "PathState": "portal.api.cases.shapes.PATH_STATES",
        "PaperState": "portal.api.cases.form_shapes.PAPER_STATES",
        "Standing": "portal.api.rules.terms.STATUSES",
        "HealthStatus": "portal.api.views.health.HEALTH",
        "Outcome": "portal.api.rules.determination_shape.OUTCOMES",
        "ItemOutcome": "portal.api.rules.determination_shape.ITEM_OUTCOMES",
        "FactType": "portal.api.rules.facts.TYPES",
        "Counts": "portal.api.kpi.COUNTS",
    },
    "PATH_CONVERTER_OVERRIDES": {
        "case": {"type": "string", "pattern": "^[A-Za-z0-9-]{1,20}$"},
        "slug": {"type": "string", "pattern": "^[-A-Za-z0-9_]+$"},
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "portal.api.openapi.add_problems",
    ],
    "TAGS": [
        {"name": "rules", "description": "The rule book as data / 規定"},
        {"name": "determinations", "description": "What the engine says / 判定"},
        {"name": "account", "description": "Account and applicants / アカウント"},
        {"name": "cases", "description": "Cases / 案件"},
        {"name": "filings", "description": "Filings: form, answers, papers, submission / 提出"},
        {"name": "letters", "description": "Letters / 通知書"},
        {"name": "kpi", "description": "Indicators / 評価指標"},
        {"name": "service", "description": "Health and problem types / 稼働状態・問題の種類"},
    ],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    # The level stands at the handler: the worker of the background tasks sets those of its own loggers.
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "level": env.str("LOG_LEVEL", default="WARNING" if MODE != "production" else "INFO"),
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"weasyprint": {"level": "WARNING"}},
}

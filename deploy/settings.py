"""Django's settings. Everything that differs between sites comes from `deploy.env`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from deploy import env, logs
from deploy.slow_lines import kept_for_good

SITE = env.site()
PROJECT = Path(__file__).resolve().parents[1]
LEGAJO_HOME = SITE.home

SECRET_KEY = SITE.secret_key
DEBUG = SITE.debug
ALLOWED_HOSTS = SITE.hosts
CSRF_TRUSTED_ORIGINS = [SITE.public_url] if SITE.public_url else []
DATABASES = SITE.databases
CACHES = SITE.caches
TASKS = SITE.tasks
STORAGE = SITE.storage
SEARCH = SITE.search
globals().update(SITE.email)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "records",
    "ingest",
    "search",
    "deploy",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "deploy.logs.RequestLog",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "deploy.slow_lines.CompressedPages",
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
ROOT_URLCONF = "deploy.urls"
WSGI_APPLICATION = "deploy.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Ours come before the sign-in pages that allauth brings.
        "DIRS": [PROJECT / "records" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "records.web.context.portal",
            ]
        },
    }
]

AUTH_USER_MODEL = "records.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "records.web.accounts.ClosedSignup"
ACCOUNT_LOGOUT_ON_GET = False
# https means that a proxy stands in front. Without its word for where a visitor comes from, all would be one to the
# limits of sign-in, and one of them could keep everybody out.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SITE.secure else 0
REST_KNOX = {"TOKEN_TTL": None, "AUTO_REFRESH": False, "AUTH_HEADER_PREFIX": "Token"}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE.secure
SESSION_COOKIE_AGE = 60 * 60 * 12
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SITE.secure else None
SECURE_HSTS_SECONDS = 31_536_000 if SITE.secure else 0
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "records.web.failures.csrf_failed"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LANGUAGE_CODE = SITE.language
LANGUAGES = [("es", _("Spanish")), ("en", _("English"))]
LOCALE_PATHS = [PROJECT / "records" / "locale"]
USE_I18N = True
TIME_ZONE = SITE.time_zone
USE_TZ = True

STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "deploy.slow_lines.StaticFilesByContent"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
WHITENOISE_IMMUTABLE_FILE_TEST = kept_for_good

DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_TEMP_DIR = str(SITE.home)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["records.api.bodies.JsonBody"],
    # No `?format=`: a name that is no parameter is refused as such.
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_SCHEMA_CLASS": "drf_standardized_errors.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "records.api.failures.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Legajo",
    "DESCRIPTION": "Records, their versions and pages; search; uploads and bulk imports.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # Swagger UI would otherwise ask a validator on the Internet.
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "AccessClass": "records.api.choices.ACCESS_CLASSES",
        "Action": "records.api.choices.ACTIONS",
        "BatchState": "ingest.api.choices.BATCH_STATES",
        "JobState": "ingest.api.choices.JOB_STATES",
        "NewVersionState": "ingest.api.choices.NEW_STATES",
        "ReadingState": "records.api.choices.READING_STATES",
        "SynonymKind": "search.synonyms.terms.KINDS",
        "UploadState": "ingest.api.choices.UPLOAD_STATES",
        "VersionState": "records.api.choices.VERSION_STATES",
    },
}

# Whose seats open the sessions held during them, and whether after the seat has ended.
LEGAJO_SESSION_ACCESS = {"capacities": SITE.session_capacities, "kept_after_leaving": SITE.sessions_kept}
LEGAJO_SEARCH_ORDER = SITE.search_order
# What is kept of questions, for how long, and how many seconds counts wait in a process before they are written down.
LEGAJO_SEARCH_LOG = {"kept": SITE.search_log, "days": SITE.search_log_days, "seconds": 5.0}
LEGAJO_READING = {
    "children": SITE.workers,
    "memory_bytes": SITE.read_memory_bytes,
    "wall_seconds": SITE.read_seconds,
}
# Where the language data for recognising pictures of text lies; empty where none are recognised.
LEGAJO_OCR_DATA = SITE.ocr_data
LEGAJO_MAX_FILE_BYTES = SITE.max_file_bytes
LEGAJO_PART_BYTES = 8 * 1024 * 1024
LEGAJO_WEB = {"workers": SITE.web_workers, "threads": SITE.web_threads}

LOGGING = logs.configure(SITE.log_level)

"""Settings: everything that differs between machines comes from the environment (docs/settings.md)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from kijk.environment import read, read_database, read_list

BASE_DIR = Path(__file__).resolve().parent.parent

ENVIRONMENT = read("KIJK_ENVIRONMENT", "development")
DEBUG = False
SECRET_KEY = read("SECRET_KEY")
ALLOWED_HOSTS = read_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = read_list("CSRF_TRUSTED_ORIGINS")
TRUSTED_PROXY_COUNT = int(read("TRUSTED_PROXY_COUNT", "0"))

INSTALLED_APPS = [
    "kijk.tenancy",
    "kijk.encryption",
    "kijk.audit",
    "kijk.personal_data",
    "kijk.pdf",
    "kijk.web",
    "licensing",
    "accounts",
    "observations",
    "monitoring",
    "privacy",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kijk.web.headers.SecurityHeadersMiddleware",
    "kijk.web.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kijk.web.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    # Last, so that views, error pages and lazily rendered templates all run inside its transaction.
    "kijk.web.request_scope.RequestScopeMiddleware",
]

ROOT_URLCONF = "kijk.urls"
WSGI_APPLICATION = "kijk.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kijk.web.context.page_context",
            ],
            "loaders": [("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])],
        },
    }
]

# One database under two names: the app's role for all work, the owner's for migrations alone (docs/decisions/0002).
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **read_database(read("DATABASE_URL")),
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    },
    "owner": read_database(read("DATABASE_OWNER_URL", read("DATABASE_URL"))),
}
DATABASE_ROUTERS = ["kijk.tenancy.router.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TENANT_MODEL = "licensing.Organisation"
# The module of the Celery app, which the ground floor may not import by name.
TASK_APP = "kijk.celery"

MASTER_KEYS = read("KIJK_MASTER_KEYS")
CHECKPOINT_DIR = Path(read("KIJK_CHECKPOINT_DIR", str(BASE_DIR / ".local" / "checkpoints")))

# Who runs this deployment and who else handles its data: what leaflet and processing register print (LIC-7, PRI-1).
# The list is usually given as a file: KIJK_SUBPROCESSORS_FILE.
PROCESSOR = read("KIJK_PROCESSOR", "")
SUBPROCESSORS = read("KIJK_SUBPROCESSORS", "")

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backend.PasswordBackend"]
PASSWORD_HASHERS = ["accounts.hashers.Argon2idHasher"]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "today"
CSRF_FAILURE_VIEW = "kijk.web.errors.csrf_denied"
# The web layer knows no app: these name the functions that fill the menu and say who is signed in.
NAVIGATION = "accounts.menu.navigation"
ACCOUNT = "accounts.menu.account"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_COOKIES = ENVIRONMENT == "production"
SESSION_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_SECURE = SECURE_COOKIES
# The prefix makes a browser refuse the cookie unless it is Secure and host-only; plain http on localhost cannot use it.
SESSION_COOKIE_NAME = "__Host-kijk-session" if SECURE_COOKIES else "kijk-session"
CSRF_COOKIE_NAME = "__Host-kijk-csrf" if SECURE_COOKIES else "kijk-csrf"
SECURE_SSL_REDIRECT = ENVIRONMENT == "production"
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = int(timedelta(days=730).total_seconds()) if ENVIRONMENT == "production" else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
    "object-src": ["'none'"],
    "manifest-src": ["'self'"],
    "worker-src": ["'self'"],
}

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "kijk-language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / ".local" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if ENVIRONMENT == "production"
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = ENVIRONMENT != "production"

SHOW_COMPONENT_GALLERY = ENVIRONMENT != "production"

REDIS_URL = read("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
# Longer than the longest task: else Redis hands a task that still runs to a second worker.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_BEAT_SCHEDULE = {
    "audit checkpoint": {"task": "kijk.audit.write_checkpoints", "schedule": timedelta(hours=1)},
    "expired sessions": {"task": "privacy.clear_expired_sessions", "schedule": timedelta(hours=1)},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # WeasyPrint's and fontTools' chatter says nothing an operator can act on.
    "loggers": {"fontTools": {"level": "WARNING"}, "weasyprint": {"level": "ERROR"}},
}

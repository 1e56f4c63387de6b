"""Settings: everything that differs between machines comes from the environment (docs/settings.md)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from celery.schedules import crontab

from kijk.environment import parse_mail_server, parse_public_url, parse_sender, read, read_database, read_list

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
    "kijk.drafts",
    "kijk.jobs",
    "kijk.mail",
    "kijk.pdf",
    "kijk.web",
    "licensing",
    "accounts",
    "observations",
    "monitoring",
    "privacy",
    "axes",
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
    "kijk.web.session_cookie.CheckedSessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kijk.web.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    # What follows, the views, error pages and lazily rendered templates all run inside its transaction.
    "kijk.web.request_scope.RequestScopeMiddleware",
    "accounts.middleware.SessionGuardMiddleware",
    "kijk.web.errors.RefusedMethodMiddleware",
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
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "accounts.backend.PasswordBackend"]
PASSWORD_HASHERS = ["accounts.hashers.Argon2idHasher"]
# A list of breached passwords beside the shipped one (ACC-3.4, docs/passwords.md); empty: the shipped one alone.
PASSWORD_LIST = read("KIJK_PASSWORD_LIST", "")
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "today"
# Asks who has not shown lately who they are to do so; the web layer knows no app.
STEP_UP = "accounts.views.step_up.ask_unless_fresh"
# The domain that passkeys belong to for good; "" is the host that was asked for (docs/decisions/0012).
PASSKEY_DOMAIN = read("KIJK_PASSKEY_DOMAIN", "")
CSRF_FAILURE_VIEW = "kijk.web.errors.csrf_denied"
# The web layer knows no app: these name the functions that fill the menu and say who is signed in.
NAVIGATION = "accounts.menu.navigation"
ACCOUNT = "accounts.menu.account"
# Says who can give a right, when a page refuses for want of one.
WHO_CAN_HELP = "accounts.domain.colleagues.who_can_help"
# Says that a right belongs to something the organisation has switched off, and where who may switches it on.
SWITCHED_OFF = "accounts.views.switched_off.switched_off"

# What the apps above accounts have to say of a colleague: on their page, and when they leave (accounts knows none of
# them). Each check returns what is tied to the person; each step does its part when the account closes.
COLLEAGUE_PANELS = ["observations.domain.children.group_staff.colleague_panel"]
LEAVER_CHECKS = [
    "accounts.domain.leaving.account_items",
    "observations.domain.children.leaving.group_items",
    "observations.domain.children.leaving.child_items",
    "observations.domain.children.leaving.registration_items",
]
LEAVER_STEPS = ["observations.domain.children.leaving.end_group_work"]

# axes counts wrong attempts per network address, over all accounts; the account's own three strikes are ours
# (docs/decisions/0012). The address typed is kept as a digest only.
AXES_LOCKOUT_PARAMETERS = ["ip_address"]
AXES_FAILURE_LIMIT = 30
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_CLIENT_IP_CALLABLE = "kijk.web.origin.origin_of"
AXES_USERNAME_CALLABLE = "accounts.backend.digest_for_axes"
AXES_USERNAME_FORM_FIELD = "email"
AXES_SENSITIVE_PARAMETERS = ["email", "next", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# The sign-in view gives the answer itself.
SILENCED_SYSTEM_CHECKS = ["axes.W002"]

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
# Files stay in memory, 2.5 MB of them unless a page says otherwise (accepts_upload): never in a folder in the clear.
FILE_UPLOAD_HANDLERS = ["kijk.web.uploads.LimitedMemoryHandler"]

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
SHOW_DEMO_ACCOUNTS = ENVIRONMENT != "production"

# The product's own address as links in mails have it: never taken from a request, which can claim any name.
PUBLIC_URL = parse_public_url(
    read("KIJK_PUBLIC_URL", None if ENVIRONMENT == "production" else "http://localhost:8000"),
    tls_only=ENVIRONMENT == "production",
)
DEFAULT_FROM_EMAIL = parse_sender(
    read("KIJK_MAIL_FROM", None if ENVIRONMENT == "production" else "Kijk <kijk@kijk.example>")
)
# Without a mail server, which production must have, mails go to a folder and can be read at /mail/.
SHOW_MAILBOX = ENVIRONMENT != "production"
MAIL_DIR = Path(read("KIJK_MAIL_DIR", str(BASE_DIR / ".local" / "mail")))
_mail_server = parse_mail_server(
    read("EMAIL_URL", None if ENVIRONMENT == "production" else ""), tls_only=ENVIRONMENT == "production"
)
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if _mail_server else "kijk.mail.backends.FolderBackend"
if _mail_server:
    EMAIL_HOST, EMAIL_PORT = _mail_server.host, _mail_server.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail_server.user, _mail_server.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail_server.starttls, _mail_server.tls
# Seconds for each step of the conversation with the mail server.
EMAIL_TIMEOUT = 20

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
    "old drafts": {"task": "kijk.drafts.erase_old_drafts", "schedule": timedelta(hours=1)},
    "sign-in history": {"task": "accounts.erase_sign_in_history", "schedule": timedelta(hours=1)},
    "expired sessions": {"task": "privacy.clear_expired_sessions", "schedule": timedelta(hours=1)},
    # What nobody took before the next one comes is thrown away, so that sweeps do not pile up.
    "mail that waits": {
        "task": "kijk.mail.send_waiting",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 55},
    },
    "jobs that wait": {
        "task": "kijk.jobs.look_after",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 55},
    },
    "old jobs": {"task": "kijk.jobs.erase_old_jobs", "schedule": timedelta(hours=1)},
    "old mail": {"task": "kijk.mail.delete_old_mail", "schedule": timedelta(hours=1)},
    # In the night: what is too late is on the first page in the morning.
    "signals about our view": {"task": "observations.look_for_signals", "schedule": crontab(hour=4, minute=20)},
    "leavers of a school year": {"task": "observations.archive_leavers", "schedule": crontab(hour=3, minute=40)},
    "home language and VVE in out-of-school care": {
        "task": "observations.empty_bso_fields",
        "schedule": crontab(hour=3, minute=50),
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    # Paths of links that work once have a token in them.
    "filters": {"tokens": {"()": "kijk.web.log_filter.HideTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["tokens"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # WeasyPrint's and fontTools' chatter says nothing an operator can act on.
    # axes tells of each sign-in what the trail tells better.
    "loggers": {
        "axes": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}

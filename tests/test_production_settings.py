"""What production insists on (SEC-5): read in a process of its own, as a server would."""

import json
import os
import subprocess
import sys

import pytest

# What production wants besides the settings that the tests have.
PRODUCTION = {
    "KIJK_ENVIRONMENT": "production",
    "KIJK_PUBLIC_URL": "https://kijk.example.nl",
    "KIJK_MAIL_FROM": "Kijk <kijk@example.nl>",
    "EMAIL_URL": "smtps://kijk:geheim@mail.example.nl",
}
READ = """
import json
from kijk import settings
names = ["SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
         "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "DEBUG", "SHOW_COMPONENT_GALLERY", "SHOW_MAILBOX",
         "EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_SSL", "EMAIL_USE_TLS"]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


@pytest.mark.requirement("SEC-5.1")
def test_production_is_tls_only() -> None:
    environment = {**os.environ, **PRODUCTION}
    done = subprocess.run([sys.executable, "-c", READ], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 63_072_000,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_NAME": "__Host-kijk-session",
        "CSRF_COOKIE_NAME": "__Host-kijk-csrf",
        "DEBUG": False,
        "SHOW_COMPONENT_GALLERY": False,
        "SHOW_MAILBOX": False,
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "mail.example.nl",
        "EMAIL_PORT": 465,
        "EMAIL_USE_SSL": True,
        "EMAIL_USE_TLS": False,
    }


@pytest.mark.parametrize(
    "missing",
    [
        "SECRET_KEY",
        "KIJK_MASTER_KEYS",
        "DATABASE_URL",
        "REDIS_URL",
        "KIJK_PUBLIC_URL",
        "KIJK_MAIL_FROM",
        "EMAIL_URL",
    ],
)
def test_start_names_the_setting_that_is_missing(missing: str) -> None:
    environment = {name: value for name, value in {**os.environ, **PRODUCTION}.items() if name != missing}
    command = [sys.executable, "-c", "import kijk.settings"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert f"Setting {missing}" in done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EMAIL_URL", "smtp://kijk:geheim@mail.example.nl"),
        ("EMAIL_URL", "smtps://kijk:geheim@mail.invalid:465"),
        ("KIJK_PUBLIC_URL", "http://kijk.example.nl"),
        ("KIJK_MAIL_FROM", "Kijk"),
    ],
)
@pytest.mark.requirement("SEC-5.1")
def test_production_refuses_mail_without_tls_or_sender(name: str, value: str) -> None:
    command = [sys.executable, "-c", "import kijk.settings"]
    environment = {**os.environ, **PRODUCTION, name: value}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert (name in last, "geheim" in done.stderr) == (True, False)

"""What production insists on (SEC-5): read in a process of its own, as a server would."""

import json
import os
import subprocess
import sys

import pytest

READ = """
import json
from kijk import settings
names = ["SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
         "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "DEBUG", "SHOW_COMPONENT_GALLERY"]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


@pytest.mark.requirement("SEC-5.1")
def test_production_is_tls_only() -> None:
    environment = {**os.environ, "KIJK_ENVIRONMENT": "production"}
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
    }


@pytest.mark.parametrize("missing", ["SECRET_KEY", "KIJK_MASTER_KEYS", "DATABASE_URL", "REDIS_URL"])
def test_start_names_the_setting_that_is_missing(missing: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != missing}
    environment["KIJK_ENVIRONMENT"] = "production"
    command = [sys.executable, "-c", "import kijk.settings"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert f"Setting {missing}" in done.stderr.strip().splitlines()[-1]

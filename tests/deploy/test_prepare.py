"""The script that makes the secrets of a server, run for real in a copy."""

from __future__ import annotations

import base64
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from kijk.environment import parse_mail_server

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


@pytest.fixture
def deploy(tmp_path: Path) -> Path:
    """A copy of the folder, without anything a real server would have in it."""
    folder = tmp_path / "deploy"
    folder.mkdir()
    for name in ("prepare.sh", "subprocessors.example.yaml"):
        shutil.copy(DEPLOY / name, folder)
    return folder


def prepare(deploy: Path) -> str:
    done = subprocess.run(["sh", deploy / "prepare.sh"], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout


def test_prepare_makes_secrets_that_belong_together(deploy: Path) -> None:
    prepare(deploy)

    found = {path.name: path.read_text().rstrip("\n") for path in (deploy / "secrets").iterdir()}
    passwords = [found[f"database_{role}_password"] for role in ("admin", "owner", "app", "backup")]
    passwords.append(found["redis_password"])
    assert {len(password) for password in passwords} == {40}
    assert len(set(passwords)) == 5
    assert found["database_url"] == f"postgresql://kijk_app:{found['database_app_password']}@postgres:5432/kijk"
    assert found["redis_url"] == f"redis://:{found['redis_password']}@redis:6379/0"
    assert found["redis_settings"].splitlines()[0] == f"requirepass {found['redis_password']}"
    number, _, key = found["master_keys"].partition(":")
    assert (number, len(base64.b64decode(key, validate=True))) == ("1", 32)
    assert len(found["secret_key"]) == 64


def test_prepare_asks_for_the_mail_server_until_it_is_there(deploy: Path) -> None:
    asked = "Put the address of your mail server in deploy/secrets/email_url"
    assert asked in prepare(deploy)
    secret = deploy / "secrets" / "email_url"
    with pytest.raises(ImproperlyConfigured, match="example's mail server"):
        parse_mail_server(secret.read_text().strip(), tls_only=True)

    secret.chmod(0o644)
    secret.write_text("smtps://kijk:geheim@mail.example.nl\n")
    assert asked not in prepare(deploy)
    assert secret.read_text() == "smtps://kijk:geheim@mail.example.nl\n"


def test_prepare_lets_nobody_else_into_the_folder(deploy: Path) -> None:
    prepare(deploy)

    assert stat.S_IMODE((deploy / "secrets").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (deploy / "secrets").iterdir()} == {0o444}


def test_prepare_changes_nothing_the_second_time(deploy: Path) -> None:
    first = prepare(deploy)
    before = {path: path.read_bytes() for path in deploy.rglob("*") if path.is_file()}
    second = prepare(deploy)

    assert {path: path.read_bytes() for path in deploy.rglob("*") if path.is_file()} == before
    assert first.count("made deploy/") == 14
    assert second.count("made deploy/") == 0

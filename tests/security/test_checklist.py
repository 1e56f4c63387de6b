"""Lines of the security checklist that no other test is about (docs/security/asvs.tsv)."""

import ast
import math
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse

from tests.conftest import SERVER
from tests.kijk.tenancy.world import rows_by_table
from tests.pages import PAGES, Page
from tests.security.access_table import ACCESS
from tests.security.personas import Stage
from tests.security.product import modules
from tests.security.situations import Forms, come_to
from tests.security.visits import address_of

SIGNED_IN = [
    pytest.param(page, id=page.name)
    for page in PAGES
    if page.role is not None and page.is_html and page.method == "get" and page.status == 200
]


def test_new_installation_has_no_account(django_db_setup: None) -> None:
    assert rows_by_table(SERVER.backup_url)["accounts_user"] == 0


def test_nobody_is_asked_for_hints_or_secret_questions(forms: Forms) -> None:
    asked = {
        field.name
        for name, found in forms.items()
        if name.startswith("accounts:")
        for form in found
        for field in form.fields
    }
    kept = {field.name for model in apps.get_app_config("accounts").get_models() for field in model._meta.fields}
    assert [
        name for name in asked | kept if any(word in name for word in ("hint", "question", "vraag", "maiden"))
    ] == []


def test_nobody_sets_the_password_of_another(forms: Forms) -> None:
    of_others = {name for name, access in ACCESS.items() if access.may is not None}
    kinds = {field.kind for name in of_others for form in forms.get(name, []) for field in form.fields}
    assert kinds
    assert "password" not in kinds


def test_chance_comes_from_the_operating_system() -> None:
    # The demonstration draws its children so that everybody gets the same ones.
    found = {name for name, module in modules() if "random" in _imported(module) and ".demo." not in name}
    assert found == set()


def _imported(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom):
            yield str(node.module).partition(".")[0]
        elif isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)


def test_session_key_has_128_bits_of_chance(on_stage: Stage) -> None:
    session = SessionStore()
    session.create()
    assert len(str(session.session_key)) * math.log2(len(VALID_KEY_CHARS)) >= 128


@pytest.mark.parametrize("page", SIGNED_IN)
def test_every_page_of_somebody_signed_in_has_the_way_out(page: Page, on_stage: Stage) -> None:
    address = address_of(page, on_stage.world)
    content = come_to(page, on_stage).get(address.url).content.decode()
    assert f'action="{reverse("accounts:sign_out")}"' in content

"""One stage for all tests of a module: see tests/security/personas.py."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.template import Template
from django.test.utils import _TestState

from tests.security.personas import Stage, make_stage, put_back
from tests.security.situations import Forms, find_forms


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """Make the stage, and take it away when the module is done."""
    with django_db_blocker.unblock(), put_back():
        yield make_stage()


@pytest.fixture
def on_stage(stage: Stage, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Give the stage to one test, which leaves nothing behind."""
    # Templates are drawn as in production: Django's tests copy the context of each part of a page, to be asked for.
    monkeypatch.setattr(Template, "_render", _TestState.saved_data.template_render)
    # Each refusal is logged with a traceback: thousands of them take more time than the refusing.
    caplog.set_level(logging.CRITICAL, "django")
    with put_back():
        yield stage
    assert [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR] == []


@pytest.fixture(scope="module")
def forms(stage: Stage) -> Forms:
    """Find the forms of all pages, by the view they lead to."""
    with put_back():
        return find_forms(stage)

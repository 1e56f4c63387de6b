"""Liveness and readiness (OPS-2)."""

import pytest
from django.conf import LazySettings
from django.test import Client


@pytest.mark.requirement("OPS-2.3")
def test_live_answers_without_any_server(client: Client) -> None:
    assert client.get("/health/live").json() == {"status": "ok"}


@pytest.mark.requirement("OPS-2.3")
def test_ready_answers_when_all_parts_are_there(client: Client, db: None) -> None:
    assert client.get("/health/ready").json() == {"status": "ok"}


@pytest.mark.requirement("OPS-2.3")
def test_ready_names_the_part_that_is_not_there(client: Client, db: None, settings: LazySettings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.MASTER_KEYS = "1:short"
    response = client.get("/health/ready")
    assert (response.status_code, response.json()) == (
        503,
        {"status": "unavailable", "failing": ["redis", "master_keys"]},
    )

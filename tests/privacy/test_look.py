import os
from pathlib import Path
import pytest
from django.test import Client
from kijk.tenancy.context import tenant_scope
from accounts.roles import Role
from tests import factories

def test_look(db, settings, monkeypatch):
    import accounts.menu as m
    monkeypatch.setattr(m, "ENTRIES", m.ENTRIES[-1:])
    org = factories.organisation(name="Stichting Kinderopvang De Regenboog")
    settings.SUBPROCESSORS = os.environ.get("LOOK_SUBS", "")
    with tenant_scope(org):
        user = factories.user(Role.QUALITY)
    client = Client()
    client.post("/inloggen/", {"email": user.email, "password": factories.PASSWORD})
    for name in ("bijsluiter", "verwerkingsregister"):
        r = client.get(f"/privacy/{name}/")
        assert r.status_code == 200, r.content
        Path(f"/tmp/look/{name}.html").write_bytes(r.content)
        r = client.get(f"/privacy/{name}.pdf")
        assert r.status_code == 200, r.content
        Path(f"/tmp/look/{name}.pdf").write_bytes(r.content)

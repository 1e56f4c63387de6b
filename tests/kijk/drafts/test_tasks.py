"""Background work of drafts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kijk.audit.models import AuditEvent
from kijk.celery import app
from kijk.drafts.domain import KEPT_FOR, save_draft
from kijk.drafts.models import Draft
from kijk.drafts.tasks import erase_old_drafts_everywhere
from kijk.encryption.models import OrganisationKey
from kijk.encryption.primitives import DecryptionError
from kijk.tenancy.context import tenant_scope
from tests import factories
from tests.database import TestDatabase


def test_old_drafts_of_all_organisations_are_erased(committed_db: TestDatabase) -> None:
    now = timezone.now()
    organisations = [factories.organisation() for _ in range(3)]
    for organisation_id, age in zip(organisations, [KEPT_FOR * 2, KEPT_FOR, KEPT_FOR / 2], strict=True):
        with tenant_scope(organisation_id):
            save_draft(user_id=factories.user().pk, key="note", fields={"text": ["Yara"]}, now=now - age)
    assert erase_old_drafts_everywhere() == 2
    left, told = [], []
    for organisation_id in organisations:
        with tenant_scope(organisation_id):
            left.append(Draft.objects.count())
            told.append(list(AuditEvent.objects.filter(action="drafts.erased").values_list("data", flat=True)))
    assert (left, told) == ([0, 0, 1], [[{"drafts": 1}], [{"drafts": 1}], []])


def test_organisation_without_its_audit_key_does_not_hold_up_the_others(committed_db: TestDatabase) -> None:
    now = timezone.now()
    broken, sound = factories.organisation(), factories.organisation()
    for organisation_id in (broken, sound):
        with tenant_scope(organisation_id):
            save_draft(user_id=factories.user().pk, key="note", fields={"text": ["Yara"]}, now=now - KEPT_FOR * 2)
    with tenant_scope(broken):
        OrganisationKey.objects.filter(purpose="audit").update(master_version=99)
    with pytest.raises(DecryptionError, match=str(broken)):
        erase_old_drafts_everywhere()
    with tenant_scope(sound):
        assert Draft.objects.count() == 0


def test_old_drafts_are_erased_every_hour() -> None:
    entry = app.conf.beat_schedule["old drafts"]
    assert (entry["task"], entry["schedule"]) == (erase_old_drafts_everywhere.name, timedelta(hours=1))

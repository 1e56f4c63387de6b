"""Sealed files: bytes as they are, bound to their row (SEC-2)."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from kijk.encryption.fields import SealedBytesField
from kijk.encryption.primitives import DecryptionError
from kijk.jobs.domain import start_job
from kijk.jobs.models import JobFile
from kijk.jobs.shown import JobBytes
from kijk.tenancy.context import tenant_scope
from tests import factories
from tests.kijk.jobs import kinds as _kinds  # noqa: F401 - declares one

CONTENT = b"\x00\xff%PDF-1.7\n" + bytes(range(256))


@pytest.fixture
def files(db: None) -> Iterator[list[JobFile]]:
    """Two files of a job, in the scope of their organisation."""
    with tenant_scope(factories.organisation()):
        given = [JobBytes("een.pdf", "application/pdf", CONTENT), JobBytes("twee.pdf", "application/pdf", b"")]
        start_job(kind="proef.copy", user_id=factories.user().pk, parameters={}, files=given, now=timezone.now())
        yield list(JobFile.objects.order_by("position"))


def stored(file: JobFile) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM jobs_jobfile WHERE id = %s", [file.pk])
        return bytes(cursor.fetchone()[0])


def store(file: JobFile, content: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE jobs_jobfile SET content = %s WHERE id = %s", [content, file.pk])


@pytest.mark.requirement("SEC-2.1")
def test_bytes_come_back_as_they_were(files: list[JobFile]) -> None:
    assert [file.content for file in files] == [CONTENT, b""]
    assert len(stored(files[0])) == len(CONTENT) + 32
    assert b"PDF" not in stored(files[0])


@pytest.mark.requirement("SEC-2.2")
def test_bytes_of_another_file_do_not_open(files: list[JobFile]) -> None:
    first, second = files
    store(second, stored(first))
    with pytest.raises(DecryptionError):
        _ = JobFile.objects.get(pk=second.pk).content


@pytest.mark.requirement("SEC-2.2")
def test_altered_bytes_do_not_open(files: list[JobFile]) -> None:
    sealed = stored(files[0])
    store(files[0], sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(DecryptionError):
        _ = JobFile.objects.get(pk=files[0].pk).content


def test_text_is_refused(files: list[JobFile]) -> None:
    file = files[0]
    file.content = "tekst"
    with pytest.raises(TypeError, match="takes a bytes"):
        file.save()
    with pytest.raises(ValidationError):
        SealedBytesField(label="proef").to_python("tekst")
    assert SealedBytesField(label="proef").to_python(b"x") == b"x"


def test_field_is_fit_to_be_a_models() -> None:
    assert JobFile._meta.get_field("content").check() == []

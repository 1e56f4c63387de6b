"""A text that is sent twice is kept once; another text from the same page is kept as well (OBS-3)."""

import pytest
from django.utils import timezone

from kijk.tenancy.ids import uuid7
from observations.domain.entries import entry_of
from observations.domain.notes.sensitive import withdraw_remark, write_remark
from observations.models import RemarkText, SensitiveRemark
from tests.observations.conftest import Nursery

ENTRY = uuid7()


def write(nursery: Nursery, text: str) -> bool:
    return write_remark(
        child=nursery.child, kind="home", text=text, entry_id=ENTRY, by=nursery.staff, now=timezone.now()
    )


@pytest.mark.requirement("OBS-3.1")
def test_text_from_a_page_gone_back_to_is_kept_and_once(in_nursery: Nursery) -> None:
    kept = [write(in_nursery, text) for text in ("Een.", "Een.", "Twee.", "Twee.", "Drie.", "Een.")]
    assert kept == [True, False, True, False, True, False]
    assert sorted(row.content.text for row in SensitiveRemark.objects.all()) == ["Drie.", "Een.", "Twee."]


def test_next_id_does_not_depend_on_the_text(in_nursery: Nursery) -> None:
    write(in_nursery, "Een.")
    rows = SensitiveRemark.objects.all()
    found = {entry_of(rows, ENTRY, RemarkText("home", text)) for text in ("Twee.", "Drie.")}
    assert [is_kept for _entry, is_kept in found] == [False]


def test_what_was_withdrawn_does_not_come_back(in_nursery: Nursery) -> None:
    write(in_nursery, "Een.")
    withdraw_remark(remark_id=SensitiveRemark.objects.get().pk, now=timezone.now())
    assert not write(in_nursery, "Een.")
    assert SensitiveRemark.objects.get().content is None

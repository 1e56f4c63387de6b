"""Both views side by side, and what is done about it (BSO-2)."""

from datetime import timedelta
from types import MappingProxyType

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.roles import Role
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.ids import uuid7
from observations.domain.bso.comparing import compare, comparison_of
from observations.domain.bso.follow_ups import MAX_TEXT, follow_ups_of, people_for, set_done, write_follow_up
from observations.domain.bso.measuring import BsoRefused, close_measurement, start_measurement
from observations.domain.bso.self_report import give_answer, open_with_code, start_self_report, statements_for
from observations.domain.instruments.catalogue import AreaContent, InstrumentContent, LineContent, MilestoneContent
from observations.models import BsoFollowUp, BsoRegistration
from tests import factories
from tests.clients import client_of
from tests.observations.bso.conftest import Bso
from tests.observations.bso.room import answer, bso_child, fill_in, today

# A busy machine is no fault of the comparison.
patient = settings(deadline=None)
values = st.none() | st.integers(0, 3)


def content(codes: list[str], said: str = "") -> InstrumentContent:
    """Make an instrument of one aspect with these statements, in memory."""
    items = tuple(
        MilestoneContent(uuid7(), uuid7(), "a", 0, code, said + code, "", "", 1, 2, ("C",), "low", n)
        for n, code in enumerate(codes, 1)
    )
    line = LineContent(uuid7(), uuid7(), "a", "Aspect", "", "", 1, MappingProxyType({0: items}))
    lines = MappingProxyType({"a": line})
    area = AreaContent(uuid7(), "g", "Gebied", (line,))
    by_id = MappingProxyType({item.id: item for item in items})
    return InstrumentContent(
        uuid7(), "x", "1", "X", "", "frequency_means", "frequency", (area,), MappingProxyType({}), (), lines, by_id
    )


def child_says(bso: Bso, *given_values: int | None) -> None:
    now = timezone.now()
    key = open_with_code(start_self_report(registration=bso.opened, by=bso.staff, now=now, today=today()), now=now)
    for number, value in enumerate(given_values, 1):
        give_answer(statements_for(key, now=now), number=number, value=value, now=now)


@patient
@given(st.dictionaries(st.sampled_from("abcdef"), values), st.dictionaries(st.sampled_from("abcdef"), values))
def test_views_that_change_places_differ_as_much(staff: dict[str, int | None], child: dict[str, int | None]) -> None:
    both = content(list("abcdef"))
    one, other = compare(both, staff, both, child), compare(both, child, both, staff)
    for pair, turned in zip(one.aspects[0].statements, other.aspects[0].statements, strict=True):
        assert (pair.steps, pair.differs, pair.unknown) == (turned.steps, turned.differs, turned.unknown)
        assert (pair.staff, pair.child) == (turned.child, turned.staff)
        assert not (pair.differs and pair.unknown)
    assert len(one.differing) == len(other.differing)


def test_statements_belong_together_by_code_whatever_their_order_or_version() -> None:
    shown = compare(
        content(["a", "b", "new"]), {"a": 3, "b": 0}, content(["gone", "b", "a"], "Ik "), {"a": 0, "gone": 3}
    )
    first, second, third = shown.aspects[0].statements
    assert (first.child_text, first.steps, first.higher, first.differs) == ("Ik a", 3, "staff", True)
    assert (second.child, second.steps, second.unknown) == ("", None, False)
    assert (third.child_text, third.staff) == ("", "")


@pytest.mark.requirement("BSO-2.1")
def test_differences_of_two_steps_or_more_stand_out_in_words(bso: Bso) -> None:
    with tenant_scope(bso.organisation_id):
        fill_in(bso.opened, bso.staff, value=2)
        child_says(bso, 0, 3, None)
        found = comparison_of(bso.opened)
        assert [pair.text for pair in found.differing] == ["Zoekt zelf andere kinderen op om iets mee te doen."]
        assert [pair.unknown for pair in found.aspects[0].statements] == [False, False, True]
    page = client_of(bso.staff).get(reverse("observations:bso_registration", args=[bso.opened.pk])).content.decode()
    assert "Over 1 uitspraak denken u en Noor duidelijk anders" in page
    assert page.count("bso-pair--differs") == page.count("2 stappen: u ziet het vaker") == 1
    assert page.count("niet te vergelijken") == 1
    assert "“Ik vraag of ik mee mag doen.”" in page


def test_without_the_child_s_view_there_is_nothing_beside_it(in_bso: Bso) -> None:
    answer(in_bso.opened, "contact-vriend", 1, in_bso.staff)
    found = comparison_of(in_bso.opened)
    assert not found.has_child
    assert found.differing == ()


def follow_up(bso: Bso, **changes: object) -> bool:
    known = {
        "registration": BsoRegistration.objects.select_related("child__mentor").get(pk=bso.opened.pk),
        "text": "Elke dinsdag een spel.",
        "responsible_id": bso.staff.pk,
        "due_on": today(),
        "entry_id": uuid7(),
        "by": bso.staff,
        "now": timezone.now(),
        "today": today(),
    }
    return write_follow_up(**(known | changes))  # type: ignore[arg-type]


def test_follow_up_typed_after_going_back_is_kept_beside_the_first(in_bso: Bso) -> None:
    entry = uuid7()
    kept = [follow_up(in_bso, entry_id=entry, text=text) for text in ("Eerst dit.", "Eerst dit.", "Dan dat.")]
    assert kept == [True, False, True]
    assert sorted(row.content.text for row in BsoFollowUp.objects.all()) == ["Dan dat.", "Eerst dit."]


@pytest.mark.requirement("BSO-2.1")
def test_follow_up_has_who_and_when_and_is_done_after_the_closing_too(in_bso: Bso) -> None:
    answer(in_bso.opened, "contact-vriend", 1, in_bso.staff)
    close_measurement(registration=in_bso.opened, by=in_bso.staff, now=timezone.now())
    assert follow_up(in_bso, due_on=today() + timedelta(days=7))
    [shown] = follow_ups_of(in_bso.opened, today=today() + timedelta(days=8))
    assert (shown.text, shown.responsible) == ("Elke dinsdag een spel.", in_bso.staff.get_full_name())
    assert (shown.is_late, shown.done_on) == (True, None)
    row = BsoFollowUp.objects.get()
    set_done(follow_up=row, done=True, by=in_bso.colleague, today=today())
    set_done(follow_up=row, done=True, by=in_bso.staff, today=today())
    [shown] = follow_ups_of(in_bso.opened, today=today() + timedelta(days=8))
    assert (shown.is_late, shown.done_on, shown.done_by) == (False, today(), in_bso.colleague.get_full_name())
    set_done(follow_up=row, done=False, by=in_bso.staff, today=today())
    assert BsoFollowUp.objects.get().done_on is None


def test_same_follow_up_sent_twice_is_kept_once(in_bso: Bso) -> None:
    entry_id = uuid7()
    assert follow_up(in_bso, entry_id=entry_id)
    assert not follow_up(in_bso, entry_id=entry_id)
    assert BsoFollowUp.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"text": "  "}, "Schrijf op"),
        ({"text": "a" * (MAX_TEXT + 1)}, "te lang"),
        ({"responsible_id": uuid7()}, "uit de lijst"),
        ({"due_on": today() - timedelta(days=1)}, "al voorbij"),
    ],
)
def test_follow_up_refuses_in_words(in_bso: Bso, changes: dict[str, object], message: str) -> None:
    with pytest.raises(BsoRefused, match=message):
        follow_up(in_bso, **changes)


def test_who_can_do_it_works_on_the_group_or_is_the_mentor(in_bso: Bso) -> None:
    mentor = factories.user(Role.GROUP_STAFF)
    in_bso.opened.child.mentor = mentor
    people = dict(people_for(in_bso.opened, today=today(), by=in_bso.colleague))
    assert set(people) == {in_bso.staff.pk, in_bso.colleague.pk, mentor.pk}


def test_follow_up_is_written_and_marked_on_pages(bso: Bso) -> None:
    client, url = client_of(bso.staff), reverse("observations:bso_follow_up_new", args=[bso.opened.pk])
    sent = {
        "text": "Samen een spel kiezen.",
        "responsible": str(bso.staff.pk),
        "due_on": today().isoformat(),
        "entry_id": str(uuid7()),
    }
    assert "Samen een spel kiezen." in client.post(url, sent, follow=True).content.decode()
    refused = client.post(url, sent | {"due_on": "2020-01-01", "entry_id": str(uuid7())})
    assert refused.status_code == 422
    assert "Samen een spel kiezen." in refused.content.decode()
    with tenant_scope(bso.organisation_id):
        row = BsoFollowUp.objects.get()
        other = start_measurement(child=bso_child(bso.group, "Sem"), today=today(), by=bso.staff)
    done = reverse("observations:bso_follow_up_done", args=[bso.opened.pk, row.pk])
    assert "Toch niet gedaan" in client.post(done, {"done": "yes"}, follow=True).content.decode()
    assert "Toch niet gedaan" not in client.post(done, {"done": "no"}, follow=True).content.decode()
    elsewhere = reverse("observations:bso_follow_up_done", args=[other.pk, row.pk])
    assert client.post(elsewhere, {"done": "yes"}).status_code == 404

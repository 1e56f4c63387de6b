"""How much was seen of a line at a closed registration, and why it was too little: one count everywhere (REG-5.3)."""

import re
from datetime import date
from uuid import UUID

import pytest
from django.urls import reverse

from kijk.tenancy.context import tenant_scope
from observations.domain.registering.results import results_of
from observations.domain.registering.seen import seen_of_line
from observations.models import Answer, LineResult, Registration
from tests.clients import client_of
from tests.observations.conftest import Nursery
from tests.observations.reports.conftest import AUTUMN, register
from tests.observations.signals.histories import closed as closed_history
from tests.observations.signals.histories import reaching, signals_of

VALUE = Answer.Value
# The child of the fixture is born on 20 September 2023: 38 months, so that bands 6, 7 and 8 are asked.
ON = date(2026, 11, 20)
S, E, N, X, LEFT = VALUE.SECURE, VALUE.EMERGING, VALUE.NOT_YET, VALUE.NOT_OBSERVED, None


def closed(nursery: Nursery, by_band: dict[int, list[int | None]]) -> tuple[Registration, LineResult, dict[UUID, int]]:
    """Return an unsaved registration of the drawing line with its result; each of its bands has three milestones."""
    bands = nursery.content.lines["tekenen"].bands
    given = {
        item.id: value
        for band, values in by_band.items()
        for item, value in zip(bands[band], values, strict=True)
        if value is not None
    }
    version = nursery.content.version_id
    made = Registration(child=nursery.child, group=nursery.group, registered_on=ON, version_id=version)
    (result,) = results_of(made, content=nursery.content, answers=given, corrects_age=True)
    return made, result, given


@pytest.mark.requirement("REG-5.3")
@pytest.mark.parametrize(
    ("by_band", "seen", "reason"),
    [
        ({6: [S, S, S], 7: [S, E, N], 8: [N, N, N]}, "9 van 9", ""),
        ({6: [S, S, S], 7: [S, E, X], 8: [N, N, LEFT]}, "7 van 9", ""),
        # Everything that was filled in was seen, and yet there is no number: the rule asks a younger band.
        ({6: [N, N, N], 7: [N, N, N], 8: [N, N, N]}, "9 van 12", "jongere fase niet ingevuld (2;0–2;6)"),
        ({6: [S, S, S], 7: [S, S, S]}, "6 van 9", "oudere fase niet ingevuld (3;6–4;0)"),
        ({6: [S, LEFT, LEFT]}, "1 van 9", "te weinig gezien in 2;6–3;0"),
        ({6: [S, S, S], 7: [S, X, X], 8: [X, X, X]}, "4 van 9", "te weinig gezien in 3;0–3;6"),
        ({6: [S, S, S], 7: [N, N, LEFT], 8: [X, X, X]}, "5 van 9", "te weinig gezien in 3;0–3;6 en 3;6–4;0"),
        ({6: [LEFT, X, LEFT]}, "0 van 9", "geen mijlpaal gezien"),
    ],
)
def test_number_is_of_what_was_asked_and_too_little_says_why(
    in_nursery: Nursery, by_band: dict[int, list[int | None]], seen: str, reason: str
) -> None:
    made, result, given = closed(in_nursery, by_band)
    found = seen_of_line(made, in_nursery.content.lines["tekenen"], result, given)
    assert (found.in_words, found.reason) == (seen, reason)
    assert (result.outcome == LineResult.Outcome.INSUFFICIENT) == bool(reason)


@pytest.mark.requirement("REG-5.3")
@pytest.mark.parametrize("stored", ["developmental_age 0.1", "iets_anders 1.0"])
def test_result_of_a_rule_that_is_not_kept_is_told_without_a_band(in_nursery: Nursery, stored: str) -> None:
    made, result, given = closed(in_nursery, {6: [N, N, N]})
    result.rule_version = stored
    found = seen_of_line(made, in_nursery.content.lines["tekenen"], result, given)
    assert found.reason == "te weinig mijlpalen gezien"


@pytest.mark.requirement("REG-5.3")
def test_closed_page_tells_one_number_and_lists_all_that_was_asked(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        made = register(nursery, nursery.child, AUTUMN, {6: N, 7: N, 8: N})
    page = client_of(nursery.staff).get(reverse("observations:registration", args=[made.pk])).content.decode()
    text = " ".join(page.split())
    cells = re.findall(r'data-label="Mijlpalen gezien">(\d+ van \d+)<br>', text)
    summaries = re.findall(r": (\d+ van \d+) mijlpalen gezien", text)
    assert cells == summaries
    assert len(cells) == len(nursery.content.lines)
    assert text.count("jongere fase niet ingevuld (2;0–2;6)") == 2 * len(cells)
    assert text.count("<dt>") == sum(int(words.split()[-1]) for words in cells)
    assert "100%" not in text


@pytest.mark.requirement("REG-5.3", "REG-7.6")
def test_signal_tells_the_same_number_as_the_registration(nursery: Nursery) -> None:
    with tenant_scope(nursery.organisation_id):
        made = closed_history(nursery, reaching(nursery.content, {"spel": 5}))
        (signal,) = signals_of(made)
    client = client_of(nursery.staff)
    pages = [
        " ".join(client.get(reverse(f"observations:{name}", args=[pk])).content.decode().split())
        for name, pk in (("registration", made.pk), ("signal", signal.pk))
    ]
    assert "Spel: 9 van 12 mijlpalen gezien" in pages[0]
    assert "<dt>Mijlpalen gezien</dt><dd>9 van 12</dd>" in pages[1]
    assert "100%" not in pages[1]

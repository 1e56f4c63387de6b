"""The commands: the figures for another program, and the PDF, for who has access to the server."""

import json
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from kijk.audit.models import AuditEvent
from kijk.tenancy.context import tenant_scope
from licensing.models import Organisation
from tests.monitoring.conftest import AUTUMN_DAY, BORN, SPRING_DAY, Centre, make_centre

AGE = (AUTUMN_DAY - BORN).days


def name_of(centre: Centre) -> str:
    with tenant_scope(centre.organisation_id):
        return Organisation.objects.get().name


def run(centre: Centre, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    capsys.readouterr()
    call_command("cross_section", "--organisation", name_of(centre), *options)
    return capsys.readouterr().out


def answered(centre: Centre) -> None:
    with tenant_scope(centre.organisation_id):
        for values in ({"p1": 2, "p2": 0}, {"p1": 2}, {"p1": 0}):
            centre.answer(centre.child(), values)
        centre.answer(centre.child(), {"p2": 2}, on=SPRING_DAY)


def registered(centre: Centre) -> None:
    with tenant_scope(centre.organisation_id):
        child = centre.child()
        centre.register(child, {"taal": "ahead"}, on=SPRING_DAY)
        centre.register(child, {"taal": "concern"})
        centre.register(centre.child(), {"taal": "on_course"})


# ------------------------------------------------------------------------------------------ cross_section


@pytest.mark.requirement("MON-1.5")
def test_items_are_printed_as_a_list_of_objects(centre: Centre, capsys: pytest.CaptureFixture[str]) -> None:
    answered(centre)
    # A second organisation of the same instrument, which must not count.
    answered(make_centre())
    window = f"{AGE}-{AGE}"
    printed = run(centre, capsys, "--instrument", "vragen", "--by", "item", "--age-days", window, "--format", "json")
    assert json.loads(printed) == [
        {"item": "p2", "assessed": 1, "passed": 0, "share": 0.0},
        {"item": "p1", "assessed": 3, "passed": 2, "share": 0.6667},
        {"item": "l1", "assessed": 0, "passed": 0, "share": None},
    ]


SQL_PER_ITEM = """
SELECT code, count(*), count(*) FILTER (WHERE value = 2) FROM (
    SELECT DISTINCT ON (r.child_id, a.milestone_id) m.code, a.value
    FROM observations_answer a
    JOIN observations_registration r ON r.id = a.registration_id
    JOIN observations_milestone m ON m.id = a.milestone_id
    WHERE r.status = 'closed' AND NOT r.superseded AND a.value <> 3
    ORDER BY r.child_id, a.milestone_id, r.registered_on DESC
) AS latest GROUP BY code
"""


@pytest.mark.requirement("DAT-1.3")
def test_items_are_what_sql_finds_in_the_stored_answers(centre: Centre, capsys: pytest.CaptureFixture[str]) -> None:
    answered(centre)
    printed = json.loads(run(centre, capsys, "--instrument", "vragen", "--by", "item", "--format", "json"))
    with tenant_scope(centre.organisation_id), connection.cursor() as cursor:
        cursor.execute(SQL_PER_ITEM)
        counted = {code: (assessed, passed) for code, assessed, passed in cursor.fetchall()}
    assert counted == {row["item"]: (row["assessed"], row["passed"]) for row in printed if row["assessed"]}
    assert sum(assessed for assessed, _ in counted.values()) == 5


def test_items_of_all_ages_are_printed_without_a_window(centre: Centre, capsys: pytest.CaptureFixture[str]) -> None:
    answered(centre)
    printed = json.loads(run(centre, capsys, "--instrument", "vragen", "--by", "item", "--format", "json"))
    assert [(row["item"], row["assessed"], row["passed"]) for row in printed] == [
        ("p2", 2, 1),
        ("p1", 3, 2),
        ("l1", 0, 0),
    ]


@pytest.mark.requirement("MON-1.1")
def test_lines_are_printed_for_the_newest_period(centre: Centre, capsys: pytest.CaptureFixture[str]) -> None:
    registered(centre)
    none = dict.fromkeys(["ahead", "attention", "insufficient", "no_class", "not_registered"], 0)
    printed = json.loads(run(centre, capsys, "--instrument", "proef", "--by", "line", "--format", "json"))
    assert printed == [
        {"line": "taal", "assessed": 2, "distribution": {"on_course": 1, "concern": 1} | none},
        {
            "line": "spel",
            "assessed": 0,
            "distribution": {"on_course": 0, "concern": 0} | none | {"not_registered": 2},
        },
    ]
    assert list(printed[0]["distribution"]) == [
        "ahead", "on_course", "attention", "concern", "insufficient", "no_class", "not_registered",
    ]  # fmt: skip


def test_lines_are_printed_for_a_named_period(centre: Centre, capsys: pytest.CaptureFixture[str]) -> None:
    registered(centre)
    options = ["--instrument", "proef", "--by", "line", "--period", "Voorjaar 2025", "--format", "json"]
    printed = json.loads(run(centre, capsys, *options))
    assert (printed[0]["assessed"], printed[0]["distribution"]["not_registered"]) == (1, 1)


def test_lines_of_pass_fail_items_have_a_mean_share(centre: Centre, capsys: pytest.CaptureFixture[str]) -> None:
    answered(centre)
    printed = json.loads(run(centre, capsys, "--instrument", "vragen", "--by", "line", "--format", "json"))
    assert printed == [
        {"line": "praten", "assessed": 4, "distribution": {}, "share_passed": 0.625},
        {"line": "lopen", "assessed": 0, "distribution": {}, "share_passed": None},
    ]


def test_text_is_a_table_in_columns(centre: Centre, capsys: pytest.CaptureFixture[str]) -> None:
    answered(centre)
    registered(centre)
    assert run(centre, capsys, "--instrument", "vragen", "--by", "item").splitlines() == [
        "item  assessed  passed   share",
        "p2           2       1  0.5000",
        "p1           3       2  0.6667",
        "l1           0       0       -",
    ]
    lines = run(centre, capsys, "--instrument", "proef", "--by", "line").splitlines()
    assert lines[0].split()[:4] == ["line", "assessed", "ahead", "on_course"]
    assert lines[1].split() == ["taal", "2", "0", "1", "0", "1", "0", "0", "4"]


def test_small_numbers_are_not_hidden_and_the_help_says_so(centre: Centre, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("cross_section", "--help")
    assert "small numbers are not hidden" in " ".join(capsys.readouterr().out.split())


def test_printing_leaves_an_event(centre: Centre, capsys: pytest.CaptureFixture[str]) -> None:
    run(centre, capsys, "--instrument", "proef", "--by", "line", "--age-days", "0-900")
    with tenant_scope(centre.organisation_id):
        event = AuditEvent.objects.order_by("-sequence")[0]
    assert (event.action, event.actor_id, event.origin) == ("monitoring.cross_section.printed", None, "command")
    assert event.data == {"instrument": "proef", "by": "line", "age_days": "0-900", "period": ""}


MISTAKES: dict[str, tuple[dict[str, str], str]] = {
    "organisation": ({"--organisation": "Nergens"}, "There is no organisation named 'Nergens'."),
    "instrument": ({"--instrument": "nee"}, "There is no published instrument with the code 'nee'."),
    "inverted": ({"--age-days": "10-9"}, "--age-days runs from a lower to a higher age, not from 10 to 9."),
    "words": ({"--age-days": "jong"}, "--age-days takes two whole numbers of days, such as 0-730, not 'jong'."),
    "negative": ({"--age-days": "-1-5"}, "--age-days takes two whole numbers of days, such as 0-730, not '-1-5'."),
    "period": ({"--period": "Ooit"}, "The organisation has no registration period named 'Ooit' that has begun."),
}


@pytest.mark.parametrize(("given", "message"), MISTAKES.values(), ids=MISTAKES)
@pytest.mark.parametrize("command", ["cross_section", "cross_section_pdf"])
def test_mistake_is_one_clear_line(
    centre: Centre, tmp_path: Path, command: str, given: dict[str, str], message: str
) -> None:
    options: dict[str, Any] = {"--organisation": name_of(centre), "--instrument": "proef", "--by": "line"} | given
    if command == "cross_section_pdf":
        options["--output"] = tmp_path / "x.pdf"
    with pytest.raises(CommandError) as raised:
        call_command(command, *(f"{name}={value}" for name, value in options.items()))
    assert str(raised.value) == message
    assert list(tmp_path.iterdir()) == []


# -------------------------------------------------------------------------------------- cross_section_pdf


@pytest.mark.requirement("MON-3.4")
@pytest.mark.parametrize(
    ("code", "by", "row"), [("vragen", "item", "p1 3 2 67%"), ("proef", "line", "1 (17%) 0 1 (17%)")]
)
def test_pdf_is_written_with_the_exact_figures(centre: Centre, tmp_path: Path, code: str, by: str, row: str) -> None:
    answered(centre)
    registered(centre)
    target = tmp_path / "uit.pdf"
    call_command("cross_section_pdf", organisation=name_of(centre), instrument=code, by=by, output=target, verbosity=0)
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(target).pages)
    assert row in " ".join(text.split())
    with tenant_scope(centre.organisation_id):
        assert AuditEvent.objects.order_by("-sequence")[0].action == "monitoring.cross_section.exported"


def test_pdf_that_cannot_be_written_is_one_clear_line(centre: Centre, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="The PDF could not be written"):
        call_command(
            "cross_section_pdf",
            organisation=name_of(centre),
            instrument="proef",
            by="line",
            output=tmp_path / "nergens" / "uit.pdf",
        )

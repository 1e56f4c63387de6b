"""The register of personal data: what is kept, of whom, and where it belongs (PRI-1)."""

from dataclasses import replace

import pytest

from kijk.personal_data import register
from kijk.personal_data.checks import check_model
from kijk.personal_data.register import Category, Purpose, Retention, Subject, entries, items, personal_items
from observations.models import Child, Note


def test_parts_of_a_sealed_value_have_their_own_category() -> None:
    found = {item.name: item.category for item in items() if item.model == "observations.Child" and item.sealed}
    assert found == {
        "file.first_name": Category.NAME,
        "file.infix": Category.NAME,
        "file.last_name": Category.NAME,
        "file.remarks": Category.REMARKS,
    }


@pytest.mark.requirement("PRI-1.1")
def test_part_left_out_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = {name: kind for name, kind in Child.personal_data.fields.items() if name != "file.remarks"}
    monkeypatch.setattr(Child, "personal_data", replace(Child.personal_data, fields=fields))
    assert [fault.msg for fault in check_model(Child)] == ["observations.Child.file.remarks declares no category."]
    with pytest.raises(ValueError, match=r"Child\.file\.remarks"):
        list(items())


@pytest.mark.parametrize("name", ["file.address", "shoe_size"])
def test_declaration_of_what_is_not_there_is_a_fault(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    fields = {**Child.personal_data.fields, name: Category.NAME}
    monkeypatch.setattr(Child, "personal_data", replace(Child.personal_data, fields=fields))
    assert [fault.id for fault in check_model(Child)] == ["personal_data.E003"]


def test_module_of_a_field_that_is_not_there_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    declaration = replace(Child.personal_data, field_modules={"shoe_size": "registration"})
    monkeypatch.setattr(Child, "personal_data", declaration)
    assert [fault.id for fault in check_model(Child)] == ["personal_data.E003"]


@pytest.mark.requirement("PRI-1.1")
def test_undeclared_model_stops_the_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Note, "personal_data")
    with pytest.raises(ValueError, match=r"observations\.Note does not declare"):
        list(items())


def test_reference_to_a_user_tells_of_that_user_too() -> None:
    told = {f"{item.model}.{item.name}" for item in items() if item.category is Category.AUTHORSHIP}
    assert told == {
        "drafts.Draft.user",
        "jobs.Job.user",
        "observations.Activity.author",
        "observations.Answer.author",
        "observations.BsoAnswer.author",
        "observations.BsoFollowUp.done_by",
        "observations.BsoFollowUp.responsible",
        "observations.BsoFollowUp.written_by",
        "observations.BsoRegistration.closed_by",
        "observations.BsoRegistration.concluded_by",
        "observations.BsoRegistration.started_by",
        "observations.BsoScore.author",
        "observations.Child.mentor",
        "observations.GroupPlan.created_by",
        "observations.ImportKey.user",
        "observations.Note.author",
        "observations.NoteAddendum.author",
        "observations.PlanCluster.changed_by",
        "observations.Registration.closed_by",
        "observations.Registration.concluded_by",
        "observations.Registration.started_by",
        "observations.ReportPreparation.words_by",
        "observations.ReportPreparation.written_by",
        "observations.ScaleScore.author",
        "observations.SchoolYearMove.started_by",
        "observations.SelfReport.started_by",
        "observations.SensitiveRemark.author",
        "observations.Signal.closed_by",
        "observations.Signal.taken_by",
        "observations.SignalNote.author",
        "observations.SignalRuleSetting.changed_by",
    }


def test_modules_that_are_off_take_their_data_out() -> None:
    gone = set(personal_items()) - set(personal_items(set()))
    assert {item.model for item in gone} == {
        "observations.Activity",
        "observations.Answer",
        "observations.BsoAnswer",
        "observations.BsoFollowUp",
        "observations.BsoRegistration",
        "observations.BsoScore",
        "observations.Child",
        "observations.ClusterActivity",
        "observations.ClusterMember",
        "observations.ExtraRegistration",
        "observations.GroupPlan",
        "observations.LineResult",
        "observations.Note",
        "observations.NoteAddendum",
        "observations.NoteLine",
        "observations.NoteMilestone",
        "observations.PlanCluster",
        "observations.PlanLine",
        "observations.Registration",
        "observations.ReportExample",
        "observations.ReportPreparation",
        "observations.ScaleScore",
        "observations.SelfReport",
        "observations.SensitiveRemark",
    }
    assert {item.name for item in gone if item.model == "observations.Child"} == {"gestation_weeks"}
    assert set(personal_items({"bso", "registration", "corrected_age", "sensitive"})) == set(personal_items())


def test_entries_stand_in_the_order_of_the_enumerations() -> None:
    found = [(entry.subject, entry.purpose, entry.retention) for entry in entries()]
    assert found == [
        (Subject.CHILD, Purpose.OBSERVATION, Retention.CHILD_FILE),
        (Subject.CHILD, Purpose.OBSERVATION, Retention.DRAFT),
        (Subject.CHILD, Purpose.OBSERVATION, Retention.JOB),
        (Subject.CHILD, Purpose.MONITORING, Retention.CHILD_FILE),
        (Subject.CHILD, Purpose.SECURITY, Retention.CHILD_FILE),
        (Subject.USER, Purpose.ACCESS, Retention.ACCOUNT),
        (Subject.USER, Purpose.ACCESS, Retention.SESSION),
        (Subject.USER, Purpose.ACCESS, Retention.ATTEMPTS),
        (Subject.USER, Purpose.ACCESS, Retention.SESSION_HISTORY),
        (Subject.USER, Purpose.ACCESS, Retention.MAIL),
        (Subject.USER, Purpose.ACCOUNTABILITY, Retention.CHILD_FILE),
        (Subject.USER, Purpose.ACCOUNTABILITY, Retention.AUDIT),
        (Subject.USER, Purpose.ACCOUNTABILITY, Retention.DRAFT),
        (Subject.USER, Purpose.ACCOUNTABILITY, Retention.JOB),
        (Subject.USER, Purpose.ACCOUNTABILITY, Retention.LICENCE),
    ]


def test_nothing_that_is_nobodys_is_in_the_register() -> None:
    kinds = {kind for entry in entries() for kind in entry.categories}
    assert kinds & {Category.REFERENCE, Category.ORGANISATION} == set()
    assert {Category.REFERENCE, Category.ORGANISATION} == register.NOT_PERSONAL

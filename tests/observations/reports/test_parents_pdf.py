"""The report for parents on paper: two pages whatever was written, readable by a screen reader, and only about the child."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import pypdf
import pytest
from django.utils import timezone, translation

from kijk.tenancy.context import tenant_scope
from observations.domain.reports.limits import BOUNDS, MOST_EXAMPLES
from observations.domain.reports.parents import ParentsReport, parents_report
from observations.domain.reports.preparing import Example, Preparation, Words
from observations.models import Answer, ReportTexts
from observations.report_pdf import FITS, FittedReport, ReportTooLong, merged_parents_pdf, parents_pdf
from tests import factories
from tests.observations.reports.conftest import AUTUMN, NOTE, OTHERS_NOTE, SPRING, Reported, register

TODAY = date(2026, 11, 3)
FORBIDDEN = (
    "ontwikkelingsleeftijd", "achterstand", "achter op", "voor op leeftijd", "op koers", "afwijk", "percentiel",
    "gemiddeld", "norm", "andere kinderen van", "zorg:", "risico", "signaal", "leeftijdsfase", "score", "dekking",
    "maanden achter", "maanden voor", "niveau van",
)  # fmt: skip
AN_AGE = re.compile(r"\b\d;\d{1,2}\b")


def long_text(name: str, letter: str = "") -> str:
    """Return the longest text its place takes: of words, or of one letter."""
    most = BOUNDS[name].characters
    return letter * most if letter else ("Yara bouwt graag een hoge toren. " * most)[:most].strip()


def full(reported: Reported, letter: str = "") -> Preparation:
    examples = tuple(
        Example(reported.note.pk, date(2026, 9, 3 + number), long_text("example", letter))
        for number in range(MOST_EXAMPLES)
    )
    texts = ReportTexts(long_text("likes", letter), long_text("conclusion", letter), long_text("agreements", letter))
    at = timezone.make_aware(datetime.combine(TODAY, time(16)))
    words = Words(long_text("words", letter), "parents", TODAY, "Sanne de Wit", at)
    return Preparation(texts, examples, words, 2, "Sanne de Wit", at)


def report_of(reported: Reported, preparation: Preparation | None = None) -> ParentsReport:
    with tenant_scope(reported.organisation_id), translation.override("nl"):
        return parents_report(reported.autumn, today=TODAY, preparation=preparation)


def text_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).split())


def structure(reader: pypdf.PdfReader) -> Iterator[str]:
    def walk(node: Any) -> Iterator[str]:
        found = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(found, list):
            for each in found:
                yield from walk(each)
        elif isinstance(found, dict):
            if "/S" in found:
                yield str(found["/S"])
            yield from walk(found.get("/K", []))

    root: Any = reader.trailer["/Root"]
    yield from walk(root["/StructTreeRoot"])


@pytest.fixture
def sparse(reported: Reported) -> ParentsReport:
    """A first registration with one answer, and nothing written."""
    with tenant_scope(reported.organisation_id), translation.override("nl"):
        child = factories.child(reported.nursery.group, "Ot", "", "Prins")
        registration = register(reported.nursery, child, AUTUMN, {})
        return parents_report(registration, today=TODAY)


@pytest.mark.requirement("REG-8.1")
@pytest.mark.parametrize("letter", ["", "W", "i"])
def test_the_fullest_report_is_two_pages_with_every_word(reported: Reported, letter: str) -> None:
    report = report_of(reported, full(reported, letter))
    content, _fitted = parents_pdf(report)
    assert len(pypdf.PdfReader(io.BytesIO(content)).pages) == 2
    printed = re.sub(r"\s", "", text_of(content))
    for text in (*report.conclusion, *report.likes, *report.agreements, *report.view.lines):  # type: ignore[union-attr]
        assert re.sub(r"\s", "", text) in printed


@pytest.mark.requirement("REG-8.1")
def test_the_sparsest_report_is_two_pages(sparse: ParentsReport) -> None:
    content, fitted = parents_pdf(sparse)
    assert len(pypdf.PdfReader(io.BytesIO(content)).pages) == 2
    assert fitted.fit == FITS[0]
    assert "Dit is het eerste verslag over Ot." in text_of(content)


def test_texts_of_many_short_lines_are_two_pages(reported: Reported) -> None:
    lines = {name: "\n".join(["Samen lezen"] * BOUNDS[name].lines) for name in ("likes", "conclusion", "agreements")}
    report = report_of(reported, replace(full(reported), texts=ReportTexts(**lines)))
    assert len(pypdf.PdfReader(io.BytesIO(parents_pdf(report)[0])).pages) == 2


def test_what_cannot_fit_is_refused_and_never_cut(reported: Reported) -> None:
    report = report_of(reported)
    endless = replace(report, conclusion=("Yara bouwt graag een hoge toren. " * 400,))
    with pytest.raises(ReportTooLong, match="past niet op twee bladzijden"):
        parents_pdf(endless)


@pytest.mark.requirement("REG-8.1")
def test_growth_is_against_the_child_itself(reported: Reported) -> None:
    report = report_of(reported)
    assert report.earlier_on == SPRING
    # Band 6 went from emerging to secure, band 7 from not yet to emerging: what is secure now is told first.
    assert {(step.then, step.now) for step in report.grown} == {("soms, of met hulp", "lukt goed")}
    text = text_of(parents_pdf(report)[0])
    assert "Toen 14 april 2026" in text
    assert "Nu 12 oktober 2026" in text
    assert all(step.text in text for step in report.grown)


@pytest.mark.requirement("REG-8.1")
def test_no_word_of_ages_norms_or_concern_is_in_it(reported: Reported) -> None:
    for report in (report_of(reported), report_of(reported, full(reported))):
        text = text_of(parents_pdf(report)[0]).casefold()
        assert [word for word in FORBIDDEN if word in text] == []
        assert AN_AGE.search(text) is None


@pytest.mark.requirement("REG-8.1")
@pytest.mark.parametrize("points", range(2, 11))
def test_well_being_and_involvement_are_told_in_words(reported: Reported, points: int) -> None:
    with tenant_scope(reported.organisation_id), translation.override("nl"):
        child = factories.child(reported.nursery.group, "Ot", "", "Prins")
        value = {6: Answer.Value.NOT_YET}
        registration = register(reported.nursery, child, AUTUMN, value, scales=points)
        told = parents_report(registration, today=TODAY).feelings
    assert len(told) == 2
    assert all("Ot" in sentence and not any(char.isdigit() for char in sentence) for sentence in told)
    assert [word for word in FORBIDDEN if word in " ".join(told).casefold()] == []


@pytest.mark.requirement("REG-8.1")
def test_professional_conclusion_and_other_children_stay_out(reported: Reported) -> None:
    text = text_of(parents_pdf(report_of(reported, full(reported)))[0])
    assert "Professionele conclusie" not in text
    assert "Mo" not in text.split()
    assert OTHERS_NOTE not in text
    # A note is read only where it was chosen.
    assert NOTE not in text


def test_pdf_is_tagged_titled_and_in_dutch(reported: Reported) -> None:
    content, _fitted = parents_pdf(report_of(reported, full(reported)))
    reader = pypdf.PdfReader(io.BytesIO(content))
    root: Any = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("nl", True)
    assert reader.metadata is not None
    assert reader.metadata.title == "Zo gaat het met Yara"
    assert reader.xmp_metadata is not None
    assert b"pdfuaid:part" in reader.xmp_metadata.stream.get_data()
    tags = list(structure(reader))
    assert tags.count("/H1") == 1
    assert tags.count("/Table") == 2
    assert {"/TH", "/TD", "/L", "/LI", "/H2"} <= set(tags)
    outline = reader.outline
    assert outline[0].title == "Zo gaat het met Yara"  # type: ignore[union-attr]


def test_english_screens_make_a_dutch_report(reported: Reported) -> None:
    report = report_of(reported)
    dutch = parents_pdf(report)[0]
    with translation.override("en"):
        assert parents_pdf(report)[0] == dutch


def test_merged_reports_are_a_sheet_each_with_a_bookmark_each(reported: Reported, sparse: ParentsReport) -> None:
    fitted: list[FittedReport] = [parents_pdf(report)[1] for report in (report_of(reported, full(reported)), sparse)]
    reader = pypdf.PdfReader(io.BytesIO(merged_parents_pdf(fitted, group="Sterren")))
    assert len(reader.pages) == 4
    texts = [page.extract_text() for page in reader.pages]
    assert ["Yara" in text for text in texts] == [True, True, False, False]
    assert ["Bladzijde 1 van 2" in text for text in texts] == [True, False, True, False]
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    assert titles == ["Zo gaat het met Yara", "Zo gaat het met Ot"]

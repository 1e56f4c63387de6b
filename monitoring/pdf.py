"""The PDF of a cross-section: the same view model as the page, drawn on paper (STYLE rule 18)."""

from kijk.pdf.render import render_pdf
from monitoring.report import Report


def cross_section_pdf(report: Report, *, language: str = "nl") -> bytes:
    """Return the report as a PDF that a screen reader can read. Raises PdfError when it would come out wrong."""
    context = {
        "report": report,
        "eyebrow": report.organisation,
        "subtitle": report.subtitle,
        "facts": report.facts,
        "source": report.organisation,
    }
    return render_pdf("monitoring/cross_section_pdf.html", context, title=report.title, language=language)

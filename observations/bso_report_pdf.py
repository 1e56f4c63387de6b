"""Reports of out-of-school care on paper (BSO-2.2). No transaction is open while these run, as in report_pdf."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _

from kijk.pdf.render import Pdf, render_counted
from observations.domain.bso.child_report import BsoChildReport
from observations.domain.bso.group_report import BsoGroupReport
from observations.report_pdf import LANGUAGE, PARENTS_PAGES, ReportTooLong


@dataclass(frozen=True)
class Fit:
    """A way to lay a child's report out: its size (letters and room to write), and how many agreements it shows."""

    size: str
    agreements: int


#: The first in which the report is two pages. What was agreed is never cut: what does not fit is counted.
FITS: Final = (Fit("roomy", 12), Fit("usual", 12), Fit("small", 12), Fit("small", 5), Fit("small", 2), Fit("small", 0))


# Characters of agreements that are certainly more than a layout takes, in usual and in small letters.
_MORE_THAN_USUAL: Final = 2000
_MORE_THAN_SMALL: Final = 3600


@dataclass(frozen=True, repr=False)
class FittedChild:
    """A child's report with the layout in which it is two pages; ``left_out`` agreements are not in it."""

    report: BsoChildReport
    size: str
    left_out: int


def child_pdf(report: BsoChildReport) -> tuple[bytes, FittedChild]:
    """Return a child's report as a PDF of exactly two pages, one sheet, and how it was laid out.

    Raises ReportTooLong where an instrument's own texts do not fit.
    """
    for fit in FITS[_first_fit(report) :]:
        fitted = _fitted(report, fit)
        made = _children([fitted], report.title)
        if made.pages == PARENTS_PAGES:
            return made.content, fitted
    raise ReportTooLong


def _first_fit(report: BsoChildReport) -> int:
    """Return which layout to try first: drawing costs a second, and of some it is sure that they are too roomy."""
    written = sum(len(line) for each in report.agreements for line in each.lines)
    return 3 if written > _MORE_THAN_SMALL else 2 if written > _MORE_THAN_USUAL else 0


def merged_children_pdf(reports: Sequence[FittedChild], *, group: str) -> bytes:
    """Return the reports one after the other as one PDF, to be printed on both sides: one sheet for each child."""
    with translation.override(LANGUAGE):
        title = _("BSO-verslagen, %(group)s") % {"group": group}
    return _children(reports, title).content


def group_pdf(report: BsoGroupReport) -> bytes:
    """Return the report of a group, on A4 lying down: one sheet for twenty children."""
    with translation.override(LANGUAGE):
        title = _("BSO-groepsverslag: %(group)s") % {"group": report.group}
        source = _("Intern: alleen voor het team van de groep")
    return _render("group_report_pdf", {"report": report, "source": source}, title).content


def _fitted(report: BsoChildReport, fit: Fit) -> FittedChild:
    # What is still to be done comes before what is done.
    ordered = sorted(report.agreements, key=lambda each: each.done_on is not None)
    kept = ordered[: fit.agreements]
    return FittedChild(replace(report, agreements=tuple(kept)), fit.size, len(ordered) - len(kept))


def _children(reports: Sequence[FittedChild], title: str) -> Pdf:
    return _render("child_report_pdf", {"reports": reports}, title)


def _render(template: str, context: dict[str, Any], title: str) -> Pdf:
    return render_counted(f"observations/bso/{template}.html", context, title=title, language=LANGUAGE)

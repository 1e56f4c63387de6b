"""Reports on paper: the same view models as on the screen, drawn as PDF (STYLE rule 18, REG-8).

No transaction is open while these run: what they draw holds all its values, and making a PDF takes a second or more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _

from kijk.pdf.render import Pdf, render_counted
from kijk.web.charts import distribution
from kijk.web.outcomes import outcome_categories
from kijk.web.tables import make_table
from observations.domain.reports.group import GroupReport
from observations.domain.reports.growth import AreaSteps
from observations.domain.reports.parents import ParentsReport
from observations.domain.reports.support import SupportReport
from observations.domain.reports.transfer import TransferReport

# A report is a document of the organisation: in Dutch, whatever language its maker works in.
LANGUAGE: Final = "nl"
PARENTS_PAGES: Final = 2
_FOLDER: Final = "observations/reports"


class ReportTooLong(Exception):
    """What was written does not fit two pages; the message says what to do, in the user's language."""

    def __init__(self) -> None:
        super().__init__(
            _("Dit verslag past niet op twee bladzijden. Maak de langste tekst korter, of kies een voorbeeld minder.")
        )


@dataclass(frozen=True)
class Fit:
    """A way to lay a report out: the size of its letters, whether its second page begins by itself, and how many
    milestones an area shows at most.
    """

    size: str
    flows: bool
    steps: int

    @property
    def css(self) -> str:
        """The classes of the style sheet."""
        return f"fit-{self.size}{' fit-flows' if self.flows else ''}"


# The largest letters that fit, with the second page beginning by itself where it can.
FITS: Final = (
    Fit("large", flows=False, steps=2),
    Fit("mixed", flows=False, steps=2),
    Fit("usual", flows=True, steps=2),
    Fit("usual", flows=True, steps=1),
    Fit("small", flows=True, steps=1),
)


# Characters that are certainly more than a layout takes, measured with letters of usual width: on the first page in
# large letters, there in usual ones, and on both pages with two milestones an area.
_MORE_THAN_LARGE: Final = 1700
_MORE_THAN_MIXED: Final = 2400
_MORE_THAN_USUAL: Final = 5300


@dataclass(frozen=True, repr=False)
class FittedReport:
    """A report for parents with the layout in which it is two pages."""

    report: ParentsReport
    fit: Fit


def parents_pdf(report: ParentsReport) -> tuple[bytes, FittedReport]:
    """Return a report for parents as a PDF of exactly two pages, and how it was laid out. Raises ReportTooLong."""
    for fit in FITS[_first_fit(report) :]:
        fitted = FittedReport(_with_fewer_steps(report, fit.steps), fit)
        made = _parents([fitted], title=_in_dutch(lambda: report.title))
        if made.pages == PARENTS_PAGES:
            return made.content, fitted
    raise ReportTooLong


def _first_fit(report: ParentsReport) -> int:
    """Return which layout to try first: drawing costs half a second, and of some it is sure that they are too roomy."""
    first = [*report.conclusion, *report.likes, *report.feelings]
    first += [step for area in report.areas for step in (*area.can, *area.learns)]
    second = [step.text for step in report.grown] + [example.text for example in report.examples]
    second += [*report.agreements, *(report.view.lines if report.view else ())]
    on_first, on_second = (sum(map(len, texts)) for texts in (first, second))
    if on_first + on_second > _MORE_THAN_USUAL:
        return 3
    return 2 if on_first > _MORE_THAN_MIXED else int(on_first > _MORE_THAN_LARGE)


def merged_parents_pdf(reports: Sequence[FittedReport], *, group: str) -> bytes:
    """Return the reports one after the other as one PDF, to be printed on both sides: one sheet for each child."""
    title = _in_dutch(lambda: _("Verslagen voor ouders, %(group)s") % {"group": group})
    return _parents(reports, title=title).content


def support_pdf(report: SupportReport) -> bytes:
    """Return the report for internal support."""
    title = _in_dutch(lambda: _("Verslag voor de interne begeleiding: %(name)s") % {"name": report.head.name})
    return _render("support_pdf", {"report": report}, title, report.head.organisation).content


def transfer_pdf(report: TransferReport) -> bytes:
    """Return the report for the next school, marked as a draft."""
    title = _in_dutch(lambda: _("Overdracht: %(name)s") % {"name": report.head.name})
    return _render("transfer_pdf", {"report": report}, title, report.head.organisation).content


def group_pdf(report: GroupReport) -> bytes:
    """Return the report of a group, on A4 lying down."""
    title = _in_dutch(lambda: _("Groepsverslag: %(group)s") % {"group": report.group})
    with translation.override(LANGUAGE):
        context = {"report": report, **_spread(report)}
    return _render("group_pdf", context, title, report.organisation).content


def _spread(report: GroupReport) -> dict[str, Any]:
    categories = outcome_categories()
    caption = _("Uitkomsten per ontwikkelingslijn")
    headings = [_("Ontwikkelingslijn"), *(category.label for category in categories), _("Kinderen")]
    rows: list[list[str | int]] = [
        [line.label, *(line.now.by_code.get(category.code, 0) for category in categories), line.now.total]
        for line in report.spread
    ]
    return {
        "chart": distribution("verdeling", caption, report.spread, categories),
        "table": make_table("verdeling-cijfers", caption, headings, rows),
    }


def _parents(reports: Sequence[FittedReport], *, title: str) -> Pdf:
    return _render("parents_pdf", {"reports": reports}, title, "")


def _render(template: str, context: dict[str, Any], title: str, source: str) -> Pdf:
    given = {**context, "source": source}
    return render_counted(f"{_FOLDER}/{template}.html", given, title=title, language=LANGUAGE)


def _with_fewer_steps(report: ParentsReport, most: int) -> ParentsReport:
    def fewer(area: AreaSteps) -> AreaSteps:
        return replace(area, can=area.can[:most], learns=area.learns[:most])

    return replace(report, areas=tuple(fewer(area) for area in report.areas))


def _in_dutch(words: Callable[[], str]) -> str:
    with translation.override(LANGUAGE):
        return words()

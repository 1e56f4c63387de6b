"""The overview of a group on one A3: letters as large as the number of children leaves room for (REG-7.8)."""

from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from kijk.pdf.render import render_pdf
from observations.domain.overviews.group import GroupOverview, OverviewChoice
from observations.models import Group

# The most children for each size of letters, as measured with 17 lines and the longest words in every cell; more than
# the last of these is without words. Where words are short, a cell says its outcome and its number, no sentence.
_SIZES = ((10, "large"), (15, "usual"), (20, "small"), (30, "dense"))
_FULL_WORDS = ("large", "usual")
# A previous outcome takes about this much more room; in the smallest letters it stands beside the number.
_WITH_PREVIOUS = 1.6


def overview_pdf(
    group: Group, overview: GroupOverview, choice: OverviewChoice, *, organisation: str, today: date
) -> bytes:
    """Return the overview as a PDF, in the language that is in force. ``group`` comes with its location."""
    size = size_for(len(overview.children), with_previous=choice.with_previous)
    context = {
        "group": group,
        "overview": overview,
        "choice": choice,
        "organisation": organisation,
        "source": organisation,
        "today": today,
        "size": size,
        "full_words": size in _FULL_WORDS,
    }
    title = _("Groepsoverzicht %(group)s") % {"group": group.name}
    language = translation.get_language() or "nl"
    return render_pdf("observations/overviews/group_pdf.html", context, title=title, language=language)


def size_for(children: int, *, with_previous: bool = False) -> str:
    """Return the name of the size of letters, as the style sheet knows it."""
    for most, size in _SIZES:
        taken = children * _WITH_PREVIOUS if with_previous and size != "dense" else children
        if taken <= most:
            return size
    return "bare"

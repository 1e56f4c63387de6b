"""How long a report for parents takes on paper, against a bare page of the engine of the same length (REG-8.1).

The ratio says more than the seconds: it hardly depends on the machine. A report has tables, tags and embedded fonts,
and may be laid out more than once until it is two pages; the bare one is two pages of plain text.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.timing import p95, times

if TYPE_CHECKING:
    from observations.domain.reports.parents import ParentsReport

AT_MOST_S = 5
ROUNDS = 10
DAY = date(2026, 10, 12)
SENTENCE = "Speelt graag in de bouwhoek en vertelt daar veel bij. "
AREAS = 7


def main() -> None:
    """Measure a sparse, a typical and a full report, and print them with their ratio to the bare page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kijk.settings")
    # No database is asked: a report holds all its values. The settings want to know of one all the same.
    os.environ.setdefault("DATABASE_URL", "postgresql://kijk_app@127.0.0.1:1/kijk")
    os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")
    os.environ.setdefault("SECRET_KEY", "only-for-measuring")
    os.environ.setdefault("KIJK_MASTER_KEYS", "1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
    import django

    django.setup()
    measure()


def measure() -> None:
    """Print best and p95 of each, and say whether the slowest stays under the limit."""
    from django.utils import translation

    from observations.report_pdf import FittedReport, merged_parents_pdf, parents_pdf

    with translation.override("nl"):
        bare = times(bare_pages, ROUNDS)
        print(f"bare, two pages      best {min(bare):6.0f} ms")
        fitted: list[FittedReport] = []
        slowest = 0.0
        for name, report in reports().items():
            taken = times(partial(parents_pdf, report), ROUNDS)
            fitted.append(parents_pdf(report)[1])
            slowest = max(slowest, p95(taken))
            print(
                f"{name:<20} best {min(taken):6.0f} ms, p95 {p95(taken):6.0f} ms, "
                f"{min(taken) / min(bare):4.1f} x bare ({fitted[-1].fit.size})"
            )
        many = times(lambda: merged_parents_pdf(fitted * 10, group="Sterren"), 1)
        print(f"30 in one file       best {min(many):6.0f} ms")
    print(f"slowest p95 {slowest / 1000:.1f} s (at most {AT_MOST_S} s)")


def bare_pages() -> bytes:
    """Return two pages of plain text by the engine alone, untagged and without our fonts."""
    from weasyprint import HTML

    words = f"<p>{SENTENCE * 30}</p>"
    page = f"<html lang=nl><title>Proef</title><body>{words}<div style='break-before: page'>{words}</div>"
    return bytes(HTML(string=page).write_pdf())


def reports() -> dict[str, ParentsReport]:
    """Return a report with little in it, one as most are, and one with all its places full."""
    from observations.domain.reports.growth import AreaSteps
    from observations.domain.reports.limits import BOUNDS, MOST_EXAMPLES
    from observations.domain.reports.parents import MOST_GROWN, Grown, ParentsReport, ParentsView, Seen
    from observations.domain.reports.sources import Head

    def text(name: str) -> tuple[str, ...]:
        return ((SENTENCE * 40)[: BOUNDS[name].characters],)

    head = Head("Yara van Dijk", "Yara", date(2023, 9, 20), "De Wilgen", "Noord", "Sterren", "Najaar", DAY, DAY)
    areas = tuple(AreaSteps(str(number), "Spelen", (SENTENCE,) * 2, (SENTENCE,) * 2, True) for number in range(AREAS))
    empty = tuple(AreaSteps(str(number), "Spelen", (), (), False) for number in range(AREAS))
    sparse = ParentsReport(head, (), (), (), empty, None, (), (), (), None)
    typical = replace(
        sparse,
        conclusion=(SENTENCE * 5,),
        likes=(SENTENCE,),
        feelings=(SENTENCE, SENTENCE),
        areas=areas,
        earlier_on=DAY,
        grown=(Grown(SENTENCE, "soms, of met hulp", "lukt goed"),) * 4,
        examples=(Seen(SENTENCE, DAY),) * 2,
        agreements=(SENTENCE,),
    )
    full = replace(
        typical,
        conclusion=text("conclusion"),
        likes=text("likes"),
        grown=typical.grown[:1] * MOST_GROWN,
        examples=(Seen(text("example")[0], DAY),) * MOST_EXAMPLES,
        agreements=text("agreements"),
        view=ParentsView(text("words"), "beide ouders", DAY, "Sanne de Wit"),
    )
    return {"sparse": sparse, "typical": typical, "full": full}


if __name__ == "__main__":
    main()

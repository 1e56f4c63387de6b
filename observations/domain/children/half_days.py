"""Half-days of the week in words."""

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from observations.models import HalfDay

_DAYS = (gettext_lazy("ma"), gettext_lazy("di"), gettext_lazy("wo"), gettext_lazy("do"), gettext_lazy("vr"))
_PARTS = (gettext_lazy("ochtend"), gettext_lazy("middag"))
_SHORT = {
    part: format_lazy("{day}-{half}", day=_DAYS[number // 2], half=_PARTS[number % 2])
    for number, part in enumerate(HalfDay)
}


def in_words(half_days: int) -> str:
    """Return a sum of half-days in words: "ma-ochtend, wo-ochtend en wo-middag". Nothing for none."""
    parts = [str(_SHORT[part]) for part in HalfDay.parts_of(half_days)]
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s en %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}

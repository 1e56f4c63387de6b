"""The rules that give signals, as data: what each means, its thresholds with their defaults, and who sees it.

Source: DOMAIN "Signals" (REG-5, REG-7). No threshold is a norm: an organisation may set each within its limits, outside
a registration period.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from observations.models import SignalRuleSetting

Audience = SignalRuleSetting.Audience


class About(StrEnum):
    """What a signal is about: a child, what to offer a child, or how well we see the child."""

    CHILD = "child"
    PLAN = "plan"
    OUR_VIEW = "our_view"


@dataclass(frozen=True)
class Threshold:
    """A number a rule goes by: whole, from ``low`` to ``high``, in ``unit``."""

    code: str
    label: Promise
    unit: Promise
    default: int
    low: int
    high: int


@dataclass(frozen=True)
class SignalRule:
    """A rule: its lasting code, what it is called, what it says, and what holds where nobody chose otherwise.

    ``priority``: what needs somebody first has the lowest. ``may_switch_off`` is False for what nobody may overlook.
    ``replaced_by``: of a rule that gives no signals any more, the one that came in its place.
    """

    code: str
    label: Promise
    meaning: Promise
    about: About
    priority: int
    thresholds: tuple[Threshold, ...] = ()
    audience: str = Audience.TEAM
    may_switch_off: bool = True
    replaced_by: str = ""


_MONTHS, _LINES, _WEEKS = _("maanden"), _("lijnen"), _("weken")

_RULES = (
    SignalRule(
        code="talk_wish",
        label=_("Wil met iemand praten"),
        meaning=_("Het kind vroeg zelf om een gesprek. Ga na wie dat het best kan doen, en doe het snel."),
        about=About.CHILD,
        priority=10,
        audience=Audience.MENTOR,
        may_switch_off=False,
    ),
    SignalRule(
        code="several_lines",
        label=_("Bespreken met de intern begeleider"),
        meaning=_(
            "Op meerdere lijnen tegelijk blijft de ontwikkeling achter bij de leeftijd. Kijk samen naar het hele kind."
        ),
        about=About.CHILD,
        priority=20,
        thresholds=(
            Threshold("lines", _("vanaf hoeveel lijnen met aandacht of zorg"), _LINES, 3, 2, 17),
            Threshold("language_lines", _("of vanaf hoeveel lijnen binnen taal"), _LINES, 2, 1, 4),
        ),
    ),
    SignalRule(
        code="low_well_being",
        label=_("Laag welbevinden"),
        meaning=_("Het kind lijkt zich niet prettig te voelen. Welbevinden gaat vóór al het andere."),
        about=About.CHILD,
        priority=25,
        thresholds=(
            Threshold("low", _("bij een score tot en met"), _("van 5"), 2, 1, 3),
            Threshold("average", _("of bij een gemiddelde van de laatste twee onder"), _("van 5"), 3, 2, 4),
        ),
    ),
    SignalRule(
        code="line_concern",
        label=_("Zorg op een lijn"),
        meaning=_("Op deze lijn is het verschil met de leeftijd groot. Kijk er samen naar."),
        about=About.CHILD,
        priority=30,
        thresholds=(Threshold("months", _("vanaf hoeveel maanden onder de leeftijd"), _MONTHS, 12, 6, 36),),
    ),
    SignalRule(
        code="low_involvement",
        label=_("Lage betrokkenheid"),
        meaning=_("Het kind gaat weinig op in wat het doet. Past het aanbod bij wat het kind kan en wil?"),
        about=About.CHILD,
        priority=35,
        thresholds=(
            Threshold("low", _("bij een score tot en met"), _("van 5"), 2, 1, 3),
            Threshold("average", _("of bij een gemiddelde van de laatste twee onder"), _("van 5"), 3, 2, 4),
        ),
    ),
    SignalRule(
        code="regression",
        label=_("Kan iets niet meer"),
        meaning=_("Wat het kind eerder beheerste, laat het nu niet meer zien. Ga na wat er aan de hand kan zijn."),
        about=About.CHILD,
        priority=40,
        thresholds=(Threshold("milestones", _("vanaf hoeveel mijlpalen op een lijn"), _("mijlpalen"), 1, 1, 6),),
    ),
    SignalRule(
        code="stagnation",
        label=_("Weinig groei"),
        meaning=_("Op deze lijn groeide het kind minder dan in deze tijd te verwachten is."),
        about=About.CHILD,
        priority=45,
        thresholds=(
            Threshold("growth", _("bij minder groei per half jaar dan"), _MONTHS, 3, 1, 6),
            Threshold("apart", _("tussen registraties met minstens zoveel tijd ertussen"), _MONTHS, 4, 4, 12),
        ),
    ),
    SignalRule(
        code="line_attention",
        label=_("Aandacht op een lijn"),
        meaning=_("Op deze lijn blijft de ontwikkeling achter bij de leeftijd. Kijk wat dit kind hier nodig heeft."),
        about=About.CHILD,
        priority=50,
        thresholds=(Threshold("months", _("vanaf hoeveel maanden onder de leeftijd"), _MONTHS, 6, 3, 24),),
    ),
    SignalRule(
        code="registration_overdue",
        label=_("Onvoldoende zicht: registratie te laat"),
        meaning=_("De registratie had er al moeten zijn. Dit zegt iets over ons zicht, niet over het kind."),
        about=About.OUR_VIEW,
        priority=60,
        thresholds=(Threshold("days", _("vanaf hoeveel dagen na de laatste dag"), _("dagen"), 1, 1, 90),),
    ),
    SignalRule(
        code="too_little_seen",
        label=_("Onvoldoende zicht: te weinig gezien"),
        meaning=_(
            "Bij de registratie is op meerdere lijnen te weinig gezien voor een uitkomst. "
            "Dit zegt iets over ons zicht, niet over het kind."
        ),
        about=About.OUR_VIEW,
        priority=65,
        thresholds=(Threshold("lines", _("vanaf hoeveel lijnen"), _LINES, 3, 1, 17),),
    ),
    SignalRule(
        # A note is about a line or two, so that most children miss some lines in half a year: measured on the
        # demonstration, three lines gave a signal for two children in three, and so said nothing.
        code="not_noted",
        label=_("Onvoldoende zicht: niets opgeschreven"),
        meaning=_(
            "Over één of meer lijnen is lang niets opgeschreven. Dit zegt iets over ons zicht, niet over het kind."
        ),
        about=About.OUR_VIEW,
        priority=70,
        thresholds=(
            Threshold("weeks", _("na hoeveel weken zonder notitie"), _WEEKS, 26, 4, 52),
            Threshold("lines", _("vanaf hoeveel lijnen"), _LINES, 12, 1, 17),
        ),
    ),
    SignalRule(
        # A milestone stands in the band by whose end three of four children show it: being some months ahead on a line
        # is what most children are, so that one line says nothing (docs/decisions/0018-signals-that-are-read.md).
        code="several_ahead",
        label=_("Voor op meerdere lijnen"),
        meaning=_(
            "Op meerdere lijnen tegelijk is het kind duidelijk verder dan bij de leeftijd te verwachten is. "
            "Er is niets mis: neem in het groepsplan op wat dit kind uitdaagt."
        ),
        about=About.PLAN,
        priority=90,
        thresholds=(
            Threshold("lines", _("vanaf hoeveel lijnen"), _LINES, 3, 1, 17),
            Threshold("months", _("een lijn telt mee vanaf hoeveel maanden boven de leeftijd"), _MONTHS, 6, 3, 24),
        ),
    ),
)

# Rules that give no signals any more. Those they gave are still there, and are still explained.
_RETIRED = (
    SignalRule(
        code="line_ahead",
        label=_("Voor op een lijn"),
        meaning=_(
            "Op deze lijn is het kind verder dan bij de leeftijd te verwachten is. "
            "Dit soort signaal komt er niet meer bij: één lijn zegt te weinig."
        ),
        about=About.PLAN,
        priority=80,
        replaced_by="several_ahead",
    ),
)

#: All rules, in the order of what needs somebody first.
RULES: Mapping[str, SignalRule] = MappingProxyType({rule.code: rule for rule in _RULES})

#: The rules that gave signals once, by code.
RETIRED: Mapping[str, SignalRule] = MappingProxyType({rule.code: rule for rule in _RETIRED})

#: Rules that a closed registration gives; a newer registration that looks at the same and gives none lets them fade.
AT_REGISTRATION = frozenset(
    {
        "several_lines", "low_well_being", "line_concern", "low_involvement", "regression", "stagnation",
        "line_attention", "too_little_seen", "several_ahead",
    }
)  # fmt: skip
#: Rules that the day gives, and that go by themselves when there is a note or a registration again.
DAILY = frozenset({"registration_overdue", "not_noted"})


def rule_of(code: str) -> SignalRule:
    """Return a rule that gives signals by its code. Raises ValueError for a code there is not."""
    found = RULES.get(code)
    if found is None:
        raise ValueError(f"there is no signal rule {code!r}")
    return found


def known_rule(code: str) -> SignalRule:
    """Return the rule that gave a signal, also one that gives none any more."""
    return RULES.get(code) or RETIRED[code]


def codes_of(code: str) -> list[str]:
    """Return a rule's code with those of the rules it replaced: what somebody who chooses the rule means."""
    return [code, *(old for old, rule in RETIRED.items() if rule.replaced_by == code)]


@dataclass(frozen=True)
class RuleChoice:
    """How a rule stands in an organisation: on or off, who sees it, and its numbers by code."""

    rule: SignalRule
    is_on: bool
    audience: str
    values: Mapping[str, int]

    @property
    def is_default(self) -> bool:
        """Say whether nothing differs from what the rule comes with."""
        return self.is_on and self.audience == self.rule.audience and self.values == defaults_of(self.rule)


def defaults_of(rule: SignalRule) -> dict[str, int]:
    """Return a rule's thresholds as they come, by code."""
    return {threshold.code: threshold.default for threshold in rule.thresholds}

"""What the events of signals are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kijk.audit.words import DetailWords, EventGroup, EventWords, declare
from observations.domain.signals.rules import RETIRED, RULES, Audience
from observations.models import Signal

SIGNAL = "observations.signal"


def _about(deed: Promise) -> EventWords:
    """Return the words of an event about a signal, which is about a child."""
    return EventWords(deed, EventGroup.REGISTRATIONS, thing=SIGNAL, child_content=True)


declare(
    {
        "signals.listed": EventWords(_("bekeek het bord met signalen"), EventGroup.OVERVIEWS),
        "signal.viewed": _about(_("opende een signaal over een kind")),
        "signal.discuss_form": _about(_("opende de pagina om een signaal te bespreken")),
        "signal.close_form": _about(_("opende de pagina om een signaal af te sluiten")),
        "signal.raised": _about(_("kreeg een signaal over een kind")),
        "signal.updated": _about(_("kreeg een signaal opnieuw, met nieuwe gegevens")),
        "signal.faded": _about(_("zag een signaal niet terug bij een nieuwe registratie")),
        "signal.resolved": _about(_("sloot een signaal dat vanzelf was opgelost")),
        "signal.taken": _about(_("nam een signaal in bespreking")),
        "signal.noted": _about(_("schreef op wat er over een signaal is besproken")),
        "signal.closed": _about(_("sloot een signaal af")),
        "signal_rules.viewed": EventWords(_("bekeek wanneer er een signaal komt"), EventGroup.OVERVIEWS),
        "signal_rule.form": EventWords(_("opende de instelling van een soort signaal"), EventGroup.OVERVIEWS),
        "signal_rule.changed": EventWords(_("veranderde wanneer er een signaal komt"), EventGroup.REGISTRATIONS),
    },
    details={
        "child": DetailWords(_("kind")),
        "rule": DetailWords(
            _("soort signaal"), {rule.code: rule.label for rule in (*RULES.values(), *RETIRED.values())}
        ),
        "outcome": DetailWords(_("uitkomst"), {outcome.value: outcome.label for outcome in Signal.Outcome}),
        "agreements": DetailWords(_("afspraken"), {each.value: each.label for each in Signal.Agreement}),
        "is_on": DetailWords(_("aan")),
        "audience": DetailWords(_("voor wie"), {audience.value: audience.label for audience in Audience}),
        # The thresholds of the rules, by their codes.
        **{threshold.code: DetailWords(threshold.label) for rule in RULES.values() for threshold in rule.thresholds},
    },
    things={SIGNAL: _("signaal")},
)

"""What the events of planning registrations are called."""

from django.utils.translation import gettext_lazy as _

from kijk.audit.words import DetailWords, EventGroup, EventWords, declare
from observations.models.periods import ExtraRegistration

PERIOD, AGE, EXTRA = (
    "observations.registrationperiod",
    "observations.plannedage",
    "observations.extraregistration",
)


declare(
    {
        "periods.listed": EventWords(_("bekeek de planning van registraties"), EventGroup.REGISTRATIONS),
        "periods.proposed": EventWords(_("liet registratieperioden voorstellen"), EventGroup.REGISTRATIONS),
        "period.form": EventWords(_("opende een registratieperiode"), EventGroup.REGISTRATIONS, thing=PERIOD),
        "period.planned": EventWords(_("plande een registratieperiode"), EventGroup.REGISTRATIONS),
        "period.changed": EventWords(_("wijzigde een registratieperiode"), EventGroup.REGISTRATIONS),
        "period.removed": EventWords(_("haalde een registratieperiode weg"), EventGroup.REGISTRATIONS),
        "period.closed": EventWords(_("sloot een registratieperiode"), EventGroup.REGISTRATIONS),
        "period.reopened": EventWords(_("opende een gesloten registratieperiode weer"), EventGroup.REGISTRATIONS),
        "planned_age.form": EventWords(
            _("opende een leeftijd waarop kinderen worden geregistreerd"), EventGroup.REGISTRATIONS, thing=AGE
        ),
        "planned_age.planned": EventWords(
            _("plande een leeftijd waarop kinderen worden geregistreerd"), EventGroup.REGISTRATIONS
        ),
        "planned_age.removed": EventWords(
            _("haalde een geplande leeftijd van registreren weg"), EventGroup.REGISTRATIONS
        ),
        "extra_registration.form": EventWords(_("opende een extra registratie"), EventGroup.REGISTRATIONS, thing=EXTRA),
        "extra_registration.planned": EventWords(_("plande een extra registratie"), EventGroup.REGISTRATIONS),
        "extra_registration.removed": EventWords(_("haalde een extra registratie weg"), EventGroup.REGISTRATIONS),
    },
    details={
        "name": DetailWords(_("naam")),
        "begins_on": DetailWords(_("eerste dag")),
        "ends_on": DetailWords(_("laatste dag")),
        "age": DetailWords(_("leeftijd")),
        "weeks": DetailWords(_("weken")),
        "lines": DetailWords(_("ontwikkelingslijnen")),
        "audience": DetailWords(
            _("voor wie"), {str(value): label for value, label in ExtraRegistration.Audience.choices}
        ),
    },
    things={PERIOD: _("registratieperiode"), AGE: _("geplande leeftijd"), EXTRA: _("extra registratie")},
)

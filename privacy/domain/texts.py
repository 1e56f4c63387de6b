"""What leaflet and processing register say beside the declarations of the models: only what is true of this version.

Each statement about the product names the promises of docs/requirements.md it rests on. A test holds them together: a
measure rests on promises that are due, and what is said not to be there yet goes as soon as its promise is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from licensing.modules import Module


@dataclass(frozen=True)
class Measure:
    """One way in which the data are protected.

    ``module`` is the one it belongs to; ``over_tls`` holds where the deployment itself enforces TLS.
    """

    title: str | Promise
    text: str | Promise
    promises: tuple[str, ...]
    module: Module | None = None
    over_tls: bool = False


@dataclass(frozen=True)
class NotYet:
    """Something a reader might expect, and that this version does not do."""

    text: str | Promise
    promises: tuple[str, ...]


@dataclass(frozen=True)
class NotKept:
    """A kind of data no model has; ``words`` are those of which no field's name may be made."""

    label: str | Promise
    words: tuple[str, ...]


MEASURES = (
    Measure(
        _("Elke organisatie apart"),
        _(
            "De database geeft alleen gegevens van de eigen organisatie vrij. Dat regelt de database zelf, ook als er "
            "in een scherm een fout zou zitten."
        ),
        ("SEC-1.1", "SEC-1.2"),
    ),
    Measure(
        _("Eigen account"),
        _(
            "Wie met Kijk werkt, logt in met een eigen e-mailadres en wachtwoord. Het wachtwoord is onleesbaar "
            "opgeslagen. Beheerders en medewerkers van Bazalt bewijzen daarna in een tweede stap wie zij zijn. Wie de "
            "browser sluit of 30 minuten niets doet, is uitgelogd."
        ),
        ("ACC-1.1", "ACC-3.6", "ACC-6.1", "ACC-6.4", "ACC-8.3"),
    ),
    Measure(
        _("Rollen"),
        _(
            "Wat iemand kan zien en doen, hangt af van de rol. Lezen, schrijven, afsluiten en ophalen zijn aparte rechten."
        ),
        ("ACC-9.1", "ACC-9.10"),
    ),
    Measure(
        _("Onleesbaar maken"),
        _(
            "Wordt de sleutel van een kind vernietigd, dan zijn de versleutelde teksten over dat kind niet meer te lezen."
        ),
        ("SEC-2.4",),
    ),
    Measure(
        _("Logboek"),
        _(
            "Kijk legt vast wie inlogt, wie welk dossier opent, wie iets wijzigt en wie een bestand ophaalt. Het "
            "logboek kan niet ongemerkt worden veranderd."
        ),
        ("AUD-1.1", "AUD-1.3", "AUD-1.4"),
    ),
    Measure(
        _("Afgesloten is afgesloten"),
        _("Een afgesloten registratie kan niet meer worden veranderd."),
        ("REG-6.1",),
        module=Module.REGISTRATION,
    ),
    Measure(
        _("Kleine aantallen"),
        _("Wie geen dossiers van kinderen mag lezen, ziet in overzichten geen aantallen onder de vijf."),
        ("MON-5.1",),
        module=Module.MONITORING,
    ),
    Measure(
        _("Extra afgeschermd"),
        _(
            "Bijzondere opmerkingen over gezondheid en thuissituatie kunnen alleen worden gelezen door de intern "
            "begeleider, de pedagogisch coach, de mentor van het kind en wie de opmerking schreef. Elke keer dat iemand "
            "er een leest, staat dat in het logboek."
        ),
        ("ACC-10.1", "ACC-10.2"),
        module=Module.SENSITIVE_REMARKS,
    ),
    Measure(
        _("Notities op het apparaat"),
        _(
            "Een notitie die zonder verbinding is geschreven, wacht versleuteld op het apparaat. De sleutel staat daar niet "
            "bij. Alleen wie de notitie schreef, kan haar na opnieuw inloggen versturen. Na zeven dagen is zij weg."
        ),
        ("OBS-2.2", "OBS-2.3"),
        module=Module.OFFLINE_NOTES,
    ),
    Measure(
        _("Geen andere partijen op het scherm"),
        _("De schermen halen niets op bij andere websites en geven daar niets aan door."),
        ("SEC-5.3",),
    ),
    Measure(
        _("Beveiligde verbinding"),
        _("Alle verkeer tussen browser en Kijk is versleuteld."),
        ("SEC-5.1",),
        over_tls=True,
    ),
)

# The sentence that names the sealed categories stands apart: which they are comes from the models.
SEALED_PROMISES = ("SEC-2.1", "SEC-2.5")

ERASURE_NOT_YET = NotYet(
    _(
        "Kijk wist gegevens nog niet vanzelf als een termijn voorbij is. De organisatie spreekt het wissen af met "
        "de beheerder van deze installatie."
    ),
    ("PRI-2.6",),
)
REQUESTS_NOT_YET = NotYet(
    _("Kijk houdt zulke vragen nog niet bij. De organisatie doet dat in haar eigen administratie."),
    ("PRI-3.1",),
)
PLACE_NOT_YET = NotYet(
    _("Kijk controleert nog niet zelf waar de servers staan. Daar zorgt de beheerder van deze installatie voor."),
    ("LIC-8.1",),
)
NOT_YET = (ERASURE_NOT_YET, REQUESTS_NOT_YET, PLACE_NOT_YET)

NOT_KEPT = (
    NotKept(_("een burgerservicenummer (BSN)"), ("bsn", "citizen")),
    NotKept(_("een adres of telefoonnummer"), ("address", "street", "postcode", "phone")),
    NotKept(_("een foto of video"), ("photo", "picture", "video", "image")),
    NotKept(_("een ECK iD of ander ketennummer uit het onderwijs"), ("eck", "eckid", "chain")),
    NotKept(_("gegevens van ouders of verzorgers"), ("parent", "parents", "mother", "father", "guardian", "family")),
)

MODULE_TEXTS: Mapping[Module, str | Promise] = {
    Module.REGISTRATION: _(
        "Observatienotities schrijven en de ontwikkeling van kinderen van 0 tot 7 jaar registreren."
    ),
    Module.MONITORING: _("Overzichten van groepen kinderen, zonder namen."),
    Module.BSO: _("Volgen hoe het met kinderen in de buitenschoolse opvang gaat."),
    Module.PUPIL_MONITOR: _("Vragenlijsten voor leerlingen over school en klas."),
    Module.CORRECTED_AGE: _(
        "Bij kinderen die te vroeg zijn geboren, tot twee jaar met de gecorrigeerde leeftijd rekenen."
    ),
    Module.SENSITIVE_REMARKS: _(
        "Opschrijven wat over gezondheid en thuissituatie nodig is voor de begeleiding. Dit zijn bijzondere "
        "persoonsgegevens (AVG artikel 9). De organisatie heeft dit onderdeel zelf aangezet."
    ),
    Module.OFFLINE_NOTES: _(
        "Notities schrijven als er even geen verbinding is. Zij wachten dan versleuteld op het apparaat, hooguit zeven dagen."
    ),
}

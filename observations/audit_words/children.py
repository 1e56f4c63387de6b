"""What the events of children and groups are called."""

from django.utils.translation import gettext_lazy as _

from kijk.audit.words import DetailWords, EventGroup, EventWords, declare
from observations.audit_words.things import CHILD, GROUP, child_words

declare(
    {
        "today.viewed": EventWords(_("opende de eerste pagina"), EventGroup.OVERVIEWS),
        "children.listed": child_words(_("bekeek de lijst van kinderen"), content=False),
        "child.viewed": child_words(_("opende het dossier van een kind")),
        "child.created": child_words(_("maakte een dossier van een kind aan")),
        "child.form": child_words(_("opende het formulier van een kind"), content=False),
        "child.changed": child_words(_("wijzigde de gegevens van een kind")),
        "child.placed": child_words(_("plaatste een kind in een groep")),
        "child.place_form": child_words(_("opende de pagina om een kind te plaatsen"), content=False),
        "placement.ended": child_words(_("beëindigde de plaatsing van een kind")),
        "placement.corrected": child_words(_("verbeterde een plaatsing van een kind")),
        "placement.removed": child_words(_("haalde een plaatsing van een kind weg")),
        "placement.form": child_words(_("opende een plaatsing van een kind"), content=False),
        "visit.added": child_words(_("liet een kind op vaste dagdelen een andere groep bezoeken")),
        "visit.form": child_words(_("opende de pagina voor een bezoek aan een andere groep"), content=False),
        "group.form": EventWords(_("opende het formulier van een groep"), EventGroup.CHILDREN),
        "group.changed": EventWords(_("wijzigde een groep"), EventGroup.CHILDREN, thing=GROUP),
        "group_staff.listed": EventWords(_("bekeek wie op welke groep werkt"), EventGroup.ACCOUNTS),
        "group.created": EventWords(_("maakte een groep aan"), EventGroup.CHILDREN),
        "group_staff.assigned": EventWords(_("koppelde een medewerker aan een groep"), EventGroup.ACCOUNTS),
        "group_staff.end_changed": EventWords(
            _("veranderde tot wanneer iemand op een groep werkt"), EventGroup.ACCOUNTS
        ),
        "group_staff.ended": EventWords(_("beëindigde iemands werk op een groep"), EventGroup.ACCOUNTS),
        "groups.listed": EventWords(_("bekeek de lijst van groepen"), EventGroup.CHILDREN),
        "group_staff.viewed": EventWords(_("bekeek wie op een groep werkt"), EventGroup.ACCOUNTS, thing=GROUP),
        "group_staff.form": EventWords(
            _("bekeek van wanneer tot wanneer iemand op een groep werkt"),
            EventGroup.ACCOUNTS,
            thing=GROUP,
        ),
    },
    details={
        "user": DetailWords(_("medewerker")),
        "begins_on": DetailWords(_("eerste dag")),
        "ends_on": DetailWords(_("laatste dag")),
        "child": DetailWords(_("kind")),
        "children": DetailWords(_("kinderen")),
        "group": DetailWords(_("groep")),
        "half_days": DetailWords(_("dagdelen")),
        "visit": DetailWords(_("te gast")),
        "fields": DetailWords(
            _("gewijzigd"),
            {
                "first_name": _("voornaam"),
                "infix": _("tussenvoegsel"),
                "last_name": _("achternaam"),
                "remarks": _("bijzonderheden"),
                "birth_date": _("geboortedatum"),
                "gender": _("geslacht"),
                "home_language": _("thuistaal"),
                "vve_from": _("VVE-kind vanaf"),
                "vve_until": _("VVE-kind tot"),
                "half_days_per_week": _("dagdelen per week"),
                "gestation_weeks": _("zwangerschapsduur"),
                "mentor_id": _("mentor"),
                "import_key": _("sleutel van het importbestand"),
                "name": _("naam"),
                "location": _("locatie"),
                "school_year": _("schooljaar"),
                "kind": _("soort"),
            },
        ),
    },
    things={CHILD: _("kind"), GROUP: _("groep")},
)

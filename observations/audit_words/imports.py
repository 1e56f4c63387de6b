"""What the events of imports and exports are called."""

from django.utils.translation import gettext_lazy as _

from kijk.audit.words import DetailWords, EventGroup, EventWords, declare

SOURCE = "observations.importsource"
_JOB = "jobs.job"

declare(
    {
        "imports.listed": EventWords(_("bekeek waaruit kinderen worden ingelezen"), EventGroup.CHILDREN),
        "import.form": EventWords(_("opende de pagina om een bestand in te lezen"), EventGroup.CHILDREN),
        "import.source_created": EventWords(_("voegde een bron voor het inlezen toe"), EventGroup.CHILDREN),
        "import.previewed": EventWords(_("liet zien wat een bestand zou veranderen"), EventGroup.CHILDREN),
        "import.preview_viewed": EventWords(
            _("bekeek wat een bestand zou veranderen"), EventGroup.CHILDREN, thing=_JOB, child_content=True
        ),
        "import.groups_viewed": EventWords(_("bekeek de groepen in een bestand"), EventGroup.CHILDREN, thing=_JOB),
        "import.columns_viewed": EventWords(_("bekeek de kolommen in een bestand"), EventGroup.CHILDREN, thing=_JOB),
        "import.confirm_viewed": EventWords(
            _("opende de pagina om het inlezen te bevestigen"), EventGroup.CHILDREN, thing=_JOB
        ),
        "import.result_viewed": EventWords(_("bekeek wat er is ingelezen"), EventGroup.CHILDREN, thing=_JOB),
        "import.saved": EventWords(
            _("las kinderen, groepen of medewerkers in"), EventGroup.CHILDREN, child_content=True
        ),
        "export.form": EventWords(_("opende de pagina om gegevens uit te voeren"), EventGroup.CHILDREN),
        "export.made": EventWords(_("haalde gegevens als bestand op"), EventGroup.CHILDREN, child_content=True),
    },
    details={
        "format": DetailWords(_("soort bestand"), {"edexml": "EDEXML", "csv": "CSV", "xlsx": "Excel"}),
        "rows": DetailWords(_("regels")),
        "file": DetailWords(_("vingerafdruk van het bestand")),
        "groups": DetailWords(_("nieuwe groepen")),
        "added": DetailWords(_("kinderen toegevoegd")),
        "changed": DetailWords(_("kinderen gewijzigd")),
        "moved": DetailWords(_("kinderen naar een andere groep")),
        "archived": DetailWords(_("kinderen naar het archief")),
        "group_work": DetailWords(_("medewerkers op een groep")),
        "linked": DetailWords(_("kinderen gekoppeld")),
        "waiting": DetailWords(_("nog niet besloten")),
        "refused": DetailWords(_("niet ingelezen")),
        "unchanged": DetailWords(_("niet veranderd")),
        "about": DetailWords(
            _("wat"),
            {"children": _("kinderen"), "groups": _("groepen"), "staff": _("medewerkers")},
        ),
        "location": DetailWords(_("locatie")),
    },
    things={SOURCE: _("een bron voor het inlezen")},
)

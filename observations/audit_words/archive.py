"""What the events of the archive are called."""

from django.utils.translation import gettext_lazy as _

from kijk.audit.words import DetailWords, EventGroup, EventWords, declare
from observations.audit_words.things import child_words
from observations.models import Child

declare(
    {
        "archive.listed": EventWords(_("bekeek het archief van kinderen"), EventGroup.CHILDREN),
        "archive.proposed": EventWords(_("bekeek over welke kinderen lang niets is vastgelegd"), EventGroup.CHILDREN),
        "archive.viewed": child_words(_("opende het dossier van een kind in het archief")),
        "archive.form": child_words(_("opende de pagina om een kind te archiveren"), content=False),
        "archive.return_form": child_words(_("opende de pagina om een kind terug te halen"), content=False),
        "child.archived": child_words(_("bracht een kind naar het archief")),
        "child.unarchived": child_words(_("haalde een kind terug uit het archief")),
    },
    details={
        "archived_on": DetailWords(_("sinds")),
        "next_education": DetailWords(_("gaat naar"), dict(Child.NextEducation.choices)),
    },
)

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
        "group.created": EventWords(_("maakte een groep aan"), EventGroup.CHILDREN),
        "group_staff.assigned": EventWords(_("koppelde een medewerker aan een groep"), EventGroup.ACCOUNTS),
        "group_staff.end_changed": EventWords(
            _("veranderde tot wanneer iemand op een groep werkt"), EventGroup.ACCOUNTS
        ),
        "group_staff.ended": EventWords(_("beëindigde iemands werk op een groep"), EventGroup.ACCOUNTS),
        "groups.listed": EventWords(_("bekeek wie op welke groep werkt"), EventGroup.ACCOUNTS),
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
    },
    things={CHILD: _("kind"), GROUP: _("groep")},
)

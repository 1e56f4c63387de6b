"""What the events of group plans and activities are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kijk.audit.words import DetailWords, EventGroup, EventWords, declare
from observations.audit_words.things import GROUP

PLAN, ACTIVITY = "observations.groupplan", "observations.activity"


def _plan(deed: Promise, thing: str = PLAN) -> EventWords:
    return EventWords(deed, EventGroup.OVERVIEWS, thing=thing, child_content=True)


def _activity(deed: Promise) -> EventWords:
    return EventWords(deed, EventGroup.OVERVIEWS, thing=ACTIVITY)


_CLUSTERS = {
    "support": _("extra steun"),
    "basis": _("basisaanbod"),
    "challenge": _("uitdaging"),
    "unseen": _("onvoldoende gezien"),
}

declare(
    {
        "plan.listed": EventWords(_("bekeek de groepsplannen van een groep"), EventGroup.OVERVIEWS, thing=GROUP),
        "plan.form": _plan(_("opende het formulier voor een groepsplan"), GROUP),
        "plan.created": _plan(_("maakte een groepsplan")),
        "plan.viewed": _plan(_("bekeek een groepsplan")),
        "plan.exported": _plan(_("haalde een groepsplan op als PDF")),
        "plan.arranging": _plan(_("opende de indeling van een groepsplan")),
        "plan.child_moved": _plan(_("zette een kind in een ander cluster")),
        "plan.step": _plan(_("koos een stap bij een groepsplan")),
        "plan.refreshed": _plan(_("werkte de clusters van een groepsplan bij")),
        "plan.activated": _plan(_("begon met een groepsplan")),
        "plan.evaluated": _plan(_("sloot een groepsplan af")),
        "plan.reopened": _plan(_("heropende een groepsplan")),
        "plan.deleted": _plan(_("gooide een concept van een groepsplan weg")),
        "plan.next_form": _plan(_("opende het formulier voor het volgende groepsplan")),
        "plan.effect_viewed": _plan(_("bekeek wat een groepsplan opleverde")),
        "plan.texts_form": _plan(_("opende de teksten van een cluster")),
        "plan.texts_changed": _plan(_("veranderde de teksten van een cluster")),
        "plan.activities_viewed": _plan(_("zocht activiteiten bij een cluster")),
        "plan.activity_added": _plan(_("zette een activiteit in een groepsplan")),
        "plan.activity_form": _plan(_("opende een activiteit in een groepsplan")),
        "plan.activity_adapted": _plan(_("paste een activiteit in een groepsplan aan")),
        "plan.activity_removed": _plan(_("haalde een activiteit uit een groepsplan")),
        "activity.listed": _activity(_("bekeek de activiteiten")),
        "activity.form": _activity(_("opende het formulier voor een activiteit")),
        "activity.created": _activity(_("maakte een activiteit")),
        "activity.change_form": _activity(_("opende een activiteit om die te veranderen")),
        "activity.changed": _activity(_("veranderde een activiteit")),
        "activity.withdrawn": _activity(_("haalde een activiteit uit de bibliotheek")),
    },
    details={
        "lines": DetailWords(_("ontwikkelingslijnen")),
        "line": DetailWords(_("ontwikkelingslijn")),
        "children": DetailWords(_("kinderen")),
        "child": DetailWords(_("kind")),
        "cluster": DetailWords(_("cluster"), _CLUSTERS),
        "before": DetailWords(_("eerst in"), _CLUSTERS),
        "changed": DetailWords(_("veranderd")),
        "parts": DetailWords(_("onderdelen")),
    },
    things={PLAN: _("groepsplan"), ACTIVITY: _("activiteit")},
)

"""What the events of the move to a new school year are called."""

from django.utils.translation import gettext_lazy as _

from kijk.audit.words import DetailWords, EventGroup, EventWords, declare

MOVE, STEP = "observations.schoolyearmove", "observations.schoolyearstep"

declare(
    {
        "school_year.viewed": EventWords(_("opende het nieuwe schooljaar"), EventGroup.CHILDREN),
        "school_year.step_viewed": EventWords(
            _("opende een groep in het nieuwe schooljaar"), EventGroup.CHILDREN, thing=STEP
        ),
        "school_year.started": EventWords(
            _("begon met het klaarzetten van een schooljaar"), EventGroup.CHILDREN, thing=MOVE
        ),
        "school_year.step_changed": EventWords(
            _("koos wat er met een groep gebeurt in het nieuwe schooljaar"), EventGroup.CHILDREN, thing=MOVE
        ),
        "school_year.children_chosen": EventWords(
            _("koos waar kinderen naartoe gaan in het nieuwe schooljaar"), EventGroup.CHILDREN, thing=MOVE
        ),
        "school_year.staff_chosen": EventWords(
            _("koos welke medewerkers meegaan naar het nieuwe schooljaar"), EventGroup.CHILDREN, thing=MOVE
        ),
        "school_year.discarded": EventWords(
            _("gooide de voorbereiding van een schooljaar weg"), EventGroup.CHILDREN, thing=MOVE
        ),
        "school_year.carried_out": EventWords(
            _("zette alle groepen over naar een nieuw schooljaar"), EventGroup.CHILDREN, thing=MOVE
        ),
        "school_year.undone": EventWords(_("maakte een nieuw schooljaar ongedaan"), EventGroup.CHILDREN, thing=MOVE),
    },
    details={
        "school_year": DetailWords(_("begint in")),
        "groups": DetailWords(_("groepen")),
        "group": DetailWords(_("groep")),
        "choice": DetailWords(
            _("keuze"),
            {
                "continue": _("gaat door"),
                "merge": _("gaat op in een andere groep"),
                "split": _("splitst"),
                "leave": _("kinderen vertrekken"),
                "stay": _("verandert niet"),
            },
        ),
        "children": DetailWords(_("kinderen")),
        "staff": DetailWords(_("medewerkers")),
        "moved": DetailWords(_("overgezet")),
        "left": DetailWords(_("vertrokken")),
        "begins_on": DetailWords(_("eerste dag")),
    },
    things={MOVE: _("schooljaar"), STEP: _("groep in het nieuwe schooljaar")},
)

"""What the events of notes and sensitive remarks are called."""

from django.utils.translation import gettext_lazy as _

from kijk.audit.words import DetailWords, EventGroup, EventWords, declare
from observations.audit_words.things import CHILD, REMARK, remark_words

declare(
    {
        "note.form": EventWords(_("opende het formulier voor een notitie"), EventGroup.NOTES),
        "note.written": EventWords(
            _("schreef een notitie over een kind"), EventGroup.NOTES, thing=CHILD, child_content=True
        ),
        "sensitive.viewed": EventWords(
            _("opende de bijzondere opmerkingen over een kind"), EventGroup.NOTES, thing=CHILD, child_content=True
        ),
        "sensitive.read": remark_words(_("las een bijzondere opmerking over een kind")),
        "sensitive.form": EventWords(
            _("opende het formulier voor een bijzondere opmerking"), EventGroup.NOTES, thing=CHILD
        ),
        "sensitive.written": remark_words(_("schreef een bijzondere opmerking over een kind")),
        "sensitive.withdraw_viewed": EventWords(
            _("opende de pagina om een bijzondere opmerking in te trekken"), EventGroup.NOTES, thing=CHILD
        ),
        "sensitive.withdrawn": remark_words(_("trok een bijzondere opmerking over een kind in")),
        "sensitive.settings_viewed": EventWords(_("bekeek of bijzondere opmerkingen aan staan"), EventGroup.PRIVACY),
    },
    details={
        "child": DetailWords(_("kind")),
        "note": DetailWords(_("notitie")),
        "notes": DetailWords(_("notities")),
    },
    things={REMARK: _("bijzondere opmerking")},
)

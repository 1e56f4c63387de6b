"""What the events of notes and sensitive remarks are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kijk.audit.words import DetailWords, EventGroup, EventWords, declare
from observations.audit_words.things import CHILD, GROUP, REMARK, remark_words

NOTE = "observations.note"


def _note_words(deed: Promise) -> EventWords:
    return EventWords(deed, EventGroup.NOTES, thing=NOTE, child_content=True)


def _child_note_words(deed: Promise) -> EventWords:
    return EventWords(deed, EventGroup.NOTES, thing=CHILD, child_content=True)


declare(
    {
        "note.form": EventWords(_("opende het formulier voor een notitie"), EventGroup.NOTES),
        "note.written": EventWords(
            _("schreef een notitie over een kind"), EventGroup.NOTES, thing=CHILD, child_content=True
        ),
        "note.viewed": _note_words(_("opende een notitie over een kind")),
        "note.change_form": _note_words(_("opende het formulier om een notitie te wijzigen")),
        "note.changed": _child_note_words(_("wijzigde een notitie over een kind")),
        "note.add_form": _note_words(_("opende het formulier om een notitie aan te vullen")),
        "note.added_to": _child_note_words(_("vulde een notitie over een kind aan")),
        "note.delete_form": _note_words(_("opende de pagina om een notitie te verwijderen")),
        "note.deleted": _child_note_words(_("verwijderde een notitie over een kind")),
        "note.tag_sent": _note_words(_("gaf aan waar een notitie bij hoort")),
        "note.tagged": _child_note_words(_("zette een ontwikkelingslijn of mijlpaal bij een notitie")),
        "notes.viewed": EventWords(
            _("bekeek of doorzocht de notities over kinderen"), EventGroup.NOTES, child_content=True
        ),
        "notes.viewed_of_child": _child_note_words(_("bekeek of doorzocht de notities over een kind")),
        "notes.viewed_of_group": EventWords(
            _("bekeek of doorzocht de notities over een groep"), EventGroup.NOTES, thing=GROUP, child_content=True
        ),
        "note.key_given": EventWords(_("maakte een apparaat klaar voor notities zonder verbinding"), EventGroup.NOTES),
        "note.late_sent": EventWords(_("verstuurde een notitie die op een apparaat wachtte"), EventGroup.NOTES),
        "note.offline_settings_viewed": EventWords(
            _("bekeek of notities zonder verbinding aan staan"), EventGroup.PRIVACY
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
        "typed_at": DetailWords(_("getypt op")),
        "reason": DetailWords(
            _("reden"),
            {
                "wrong_child": _("het gaat over een ander kind"),
                "twice": _("de notitie staat er dubbel"),
                "not_here": _("dit hoort niet in een notitie"),
                "asked": _("de ouders hebben erom gevraagd"),
            },
        ),
        "notes": DetailWords(_("notities")),
    },
    things={REMARK: _("bijzondere opmerking"), NOTE: _("notitie")},
)

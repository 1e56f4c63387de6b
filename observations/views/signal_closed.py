"""A form about a signal that somebody closed meanwhile: what was typed comes back, and can be kept after all (REG-7.7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.views.own_scope import user_of
from kijk.drafts.domain import discard_posted, draft_for
from kijk.drafts.offers import FormDraft, form_draft
from kijk.tenancy.ids import uuid7
from observations.domain.signals.board import cards_of
from observations.domain.signals.discussing import OUTCOMES, SignalRefused, add_after_closing, is_noted
from observations.forms.signals import AfterClosingForm
from observations.models import Signal

#: The button with which a text is kept beside a signal that is closed.
AFTER: Final = "achteraf"
_REFUSED, _WRONG = 409, 422


@dataclass(frozen=True, repr=False)
class _Typed:
    """What was filled in: a text, and how the signal was to end; of a form that came too late, or of its draft."""

    text: str
    entry_id: UUID
    outcome: str
    agreements: tuple[str, ...]

    @property
    def in_words(self) -> list[str]:
        """The outcome and the agreements that were chosen."""
        words = [Signal.Outcome(self.outcome).label] if self.outcome else []
        return [str(word) for word in (*words, *(Signal.Agreement(code).label for code in self.agreements))]

    def is_kept(self, signal: Signal) -> bool:
        """Say whether nothing of it is lost: nothing was filled in, or it was the same form sent twice."""
        same_ending = (self.outcome, set(self.agreements)) in (("", set()), (signal.outcome, set(signal.agreements)))
        closing = signal.texts.closing if signal.texts else ""
        same_text = not self.text or self.text == _plain(closing)
        return same_ending and (same_text or is_noted(text=self.text, entry_id=self.entry_id))


def closed_meanwhile(request: HttpRequest, found: Signal, *, form_name: str) -> HttpResponse:
    """Answer a form about a signal that is closed: give back what was typed, or keep it when that is asked.

    The outcome stays as it is. Where nothing was typed, or it was kept before, it only says that the signal is closed.
    """
    draft = form_draft(request, form=form_name, row=found.pk, shown={"text": ""})
    if request.method == "POST" and AFTER in request.POST:
        return _keep(request, found, draft)
    typed = _typed(request, draft)
    if typed is None or typed.is_kept(found):
        messages.info(request, _("Dit signaal is al afgesloten."))
        return redirect("observations:signal", pk=found.pk)
    form = AfterClosingForm(initial={"text": typed.text, "entry_id": typed.entry_id})
    return _page(request, found, {"form": form, "draft": draft, "chosen": typed.in_words}, status=_REFUSED)


def _keep(request: HttpRequest, found: Signal, draft: FormDraft) -> HttpResponse:
    form, by = AfterClosingForm(request.POST), user_of(request)
    if form.is_valid():
        data = form.cleaned_data
        try:
            is_new = add_after_closing(
                signal=found, text=data["text"], entry_id=data["entry_id"], by=by, now=timezone.now()
            )
        except SignalRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            discard_posted(user_id=by.pk, post=request.POST)
            told = _("Uw tekst staat nu bij dit signaal.") if is_new else _("Uw tekst was al bewaard.")
            messages.success(request, told)
            return redirect("observations:signal", pk=found.pk)
    return _page(request, found, {"form": form, "draft": draft, "chosen": []}, status=_WRONG)


def _page(request: HttpRequest, found: Signal, shown: dict[str, Any], *, status: int) -> HttpResponse:
    [card] = cards_of([found], on=timezone.localdate())
    context = {"signal": found, "card": card, "after": AFTER, **shown}
    return render(request, "observations/signals/closed_meanwhile.html", context, status=status)


def _typed(request: HttpRequest, draft: FormDraft) -> _Typed | None:
    """Return what the form holds that was sent, or else its draft: that was typed before the session ended."""
    if request.method == "POST":
        return _read({name: request.POST.getlist(name) for name in request.POST})
    saved = draft_for(user_id=user_of(request).pk, key=draft.key)
    return _read(saved.fields) if saved else None


def _read(fields: Mapping[str, Sequence[str]]) -> _Typed:
    outcome = next(iter(fields.get("outcome", ())), "")
    return _Typed(
        text=_plain(next(iter(fields.get("text", ())), "")),
        entry_id=_id(next(iter(fields.get("entry_id", ())), "")),
        outcome=outcome if outcome in OUTCOMES else "",
        agreements=tuple(code for code in Signal.Agreement.values if code in fields.get("agreements", ())),
    )


def _plain(text: str) -> str:
    """Return a text as it is compared and given back: without NUL, with the line ends of a script."""
    return text.replace("\x00", "").replace("\r\n", "\n").strip()


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid7()

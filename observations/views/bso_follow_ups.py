"""What is done after a measurement in out-of-school care: written, and marked as done (BSO-2)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.drafts.domain import discard_posted
from kijk.drafts.offers import form_draft
from kijk.web.page import page
from observations.access import get_bso_registration_for
from observations.domain.bso.follow_ups import people_for, set_done, write_follow_up, written_after
from observations.domain.bso.measuring import BsoRefused
from observations.forms.bso import FollowUpForm
from observations.models import BsoRegistration

_WRONG = 422


@page(right=Right.BSO_WRITE, action="bso.follow_up_form")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the form for a follow-up action, or keep it and return to the measurement."""
    found = get_bso_registration_for(request, pk, Right.BSO_WRITE)
    draft = form_draft(request, form="bso.follow_up", row=found.pk, shown={"text": ""})
    people = people_for(found, today=timezone.localdate(), by=user_of(request))
    initial = {name: draft.text(name) for name in ("text", "responsible", "due_on")}
    form = FollowUpForm(request.POST if request.method == "POST" else None, initial=initial, people=people)
    if form.is_bound and form.is_valid():
        try:
            return _keep(request, found, form.cleaned_data)
        except BsoRefused as refusal:
            form.add_error(None, str(refusal))
    context = {"registration": found, "child": found.child, "file": found.child.file, "form": form, "draft": draft}
    return render(request, "observations/bso/follow_up_new.html", context, status=_WRONG if form.errors else 200)


@page(right=Right.BSO_WRITE, action="bso.follow_up_step")
@require_POST
def done(request: HttpRequest, pk: UUID, follow_up_id: UUID) -> HttpResponse:
    """Mark a follow-up action as done, or (``done`` is "no") as not done after all."""
    found = get_bso_registration_for(request, pk, Right.BSO_WRITE)
    follow_up = written_after(found).filter(pk=follow_up_id).first()
    if follow_up is None:
        raise Http404
    is_done = request.POST.get("done") != "no"
    set_done(follow_up=follow_up, done=is_done, by=user_of(request), today=timezone.localdate())
    messages.success(request, _("De afspraak staat op gedaan.") if is_done else _("De afspraak staat weer open."))
    return redirect("observations:bso_registration", pk=pk)


def _keep(request: HttpRequest, found: BsoRegistration, data: dict[str, Any]) -> HttpResponse:
    by = user_of(request)
    is_new = write_follow_up(
        registration=found,
        text=data["text"],
        responsible_id=UUID(data["responsible"]),
        due_on=data["due_on"],
        entry_id=data["entry_id"],
        by=by,
        now=timezone.now(),
        today=timezone.localdate(),
    )
    discard_posted(user_id=by.pk, post=request.POST)
    messages.success(request, _("Afspraak opgeslagen.") if is_new else _("Deze afspraak was al opgeslagen."))
    return redirect("observations:bso_registration", pk=found.pk)

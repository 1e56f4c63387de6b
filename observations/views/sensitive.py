"""Especially sensitive remarks about a child, and whether the organisation has them at all (ACC-10)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.drafts.domain import discard_posted
from kijk.drafts.offers import form_draft
from kijk.web.page import MissingRight, page
from licensing.domain import current_organisation, switch_module
from licensing.modules import Module
from observations.access import get_child_for
from observations.domain.notes.sensitive import (
    RemarkRefused,
    count_kept,
    find_remark,
    read_remarks,
    reader_of,
    withdraw_remark,
    write_remark,
)
from observations.forms.sensitive import RemarkForm, SwitchOffRemarksForm, SwitchOnRemarksForm
from observations.models import Child


@page(right=Right.SENSITIVE_WRITE, action="sensitive.viewed")
@require_safe
def remarks(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the sensitive remarks about a child that the user may read; each of them is recorded as read."""
    child = get_child_for(request, pk, Right.SENSITIVE_WRITE)
    reader = reader_of(user_of(request), child, on=timezone.localdate())
    context = {"child": child, "file": child.file, "reader": reader, "remarks": read_remarks(child, reader=reader)}
    return render(request, "observations/sensitive.html", context)


@page(right=Right.SENSITIVE_WRITE, action="sensitive.form")
@require_http_methods(["GET", "POST"])
def remark_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the form for a sensitive remark about a child, or keep it and return to the child."""
    child = get_child_for(request, pk, Right.SENSITIVE_WRITE)
    # A draft of this child and no other: what is typed about one child is never offered at the next.
    draft = form_draft(request, form="sensitive", row=child.pk, shown={"text": ""})
    initial = {name: draft.text(name) for name in ("kind", "text")}
    form = RemarkForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            return _keep(request, child, form.cleaned_data)
        except RemarkRefused as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "child": child, "file": child.file, "draft": draft}
    return render(request, "observations/sensitive_new.html", context, status=422 if form.errors else 200)


def _keep(request: HttpRequest, child: Child, data: dict[str, Any]) -> HttpResponse:
    by = user_of(request)
    is_new = write_remark(
        child=child, kind=data["kind"], text=data["text"], entry_id=data["entry_id"], by=by, now=timezone.now()
    )
    discard_posted(user_id=by.pk, post=request.POST)
    messages.success(request, _("Opmerking opgeslagen.") if is_new else _("Deze opmerking was al opgeslagen."))
    return redirect("observations:child", pk=child.pk)


@page(right=Right.SENSITIVE_WRITE, action="sensitive.withdraw_viewed")
@require_http_methods(["GET", "POST"])
def remark_withdraw(request: HttpRequest, pk: UUID, remark_id: UUID) -> HttpResponse:
    """Ask whether a sensitive remark must go, or erase its text. The page does not show the text again."""
    child = get_child_for(request, pk, Right.SENSITIVE_WRITE)
    remark = find_remark(child, remark_id)
    if remark is None:
        raise Http404
    if not reader_of(user_of(request), child, on=timezone.localdate()).may_withdraw(remark.author_id):
        raise MissingRight(Right.SENSITIVE_DECIDE)
    if request.method == "POST":
        withdraw_remark(remark_id=remark.pk, now=timezone.now())
        messages.success(request, _("De opmerking is ingetrokken. De tekst is gewist."))
        return redirect("observations:sensitive", pk=child.pk)
    written_on, author = timezone.localdate(remark.written_at), remark.author.get_full_name()
    context = {"child": child, "file": child.file, "written_on": written_on, "author": author}
    return render(request, "observations/sensitive_withdraw.html", context)


@page(right=Right.MODULE_DECIDE, action="sensitive.settings_viewed", fresh=True)
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Say what sensitive remarks are, and switch them on or off for the organisation (ACC-10.1)."""
    is_on = current_organisation().has_module(Module.SENSITIVE_REMARKS)
    kind = SwitchOffRemarksForm if is_on else SwitchOnRemarksForm
    form = kind(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        switch_module(module=Module.SENSITIVE_REMARKS, on=not is_on)
        done = _("Bijzondere opmerkingen staan nu uit.") if is_on else _("Bijzondere opmerkingen staan nu aan.")
        messages.success(request, done)
        return redirect("observations:sensitive_settings")
    context = {"form": form, "is_on": is_on, "kept": count_kept()}
    return render(request, "observations/sensitive_settings.html", context, status=422 if form.errors else 200)

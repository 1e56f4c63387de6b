"""Inviting colleagues: one, or many from a list (ACC-11.1)."""

import hashlib
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.domain.invitations import AddressTaken, invite_user
from accounts.domain.invite_lists import AT_MOST, InviteLine, Verdict, as_text, invite_lines
from accounts.domain.role_changes import RoleRefused, give_role
from accounts.domain.users import AddressNotAllowed, RoleNotHere
from accounts.forms.invite import InviteForm, InviteListForm
from accounts.models import User
from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.web.page import MissingRight, page

INVITE = "uitnodigen"


@page(right=Right.ACCOUNT_WRITE, action="invite.form", fresh=True)
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Invite one colleague, with a role."""
    _need_roles(request)
    initial = {"begins_on": timezone.localdate(), "language": "nl"}
    form = InviteForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        invited = _invite_one(request, form)
        if invited is not None:
            return redirect("accounts:colleague", pk=invited.pk)
    return render(request, "accounts/invite.html", {"form": form}, status=422 if form.errors else 200)


@page(right=Right.ACCOUNT_WRITE, action="invite.list_form", fresh=True)
@require_http_methods(["GET", "POST"])
def invite_many(request: HttpRequest) -> HttpResponse:
    """Show what a list comes to, line by line, and invite who is right once that is confirmed."""
    _need_roles(request)
    if request.method != "POST":
        return _list_page(request, InviteListForm())
    form = InviteListForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list_page(request, form, status=422)
    lines = form.lines
    confirmed = request.POST.get("doe") == INVITE
    if not confirmed or request.POST.get("seen") != _fingerprint(lines):
        return _list_page(request, _box(lines), lines=lines, changed=confirmed)
    done = invite_lines(lines, by=user_of(request), now=timezone.now())
    _tell(request, lines, done)
    wrong = [line for line in done if line.verdict is Verdict.WRONG]
    if not wrong:
        return redirect("accounts:colleagues")
    return _list_page(request, _box(wrong), lines=wrong, mending=True)


def _need_roles(request: HttpRequest) -> None:
    """Who invites gives a role, which is a right of its own."""
    if not user_of(request).may(Right.ROLE_DECIDE):
        raise MissingRight(Right.ROLE_DECIDE)


def _invite_one(request: HttpRequest, form: InviteForm) -> User | None:
    """Invite who is in the form; None, with the reason in the form, when that cannot be. A second click does nothing."""
    cleaned, now = form.cleaned_data, timezone.now()
    try:
        with transaction.atomic():
            user = invite_user(
                email=cleaned["email"], name=form.name, language=cleaned["language"], by=user_of(request), now=now
            )
            give_role(user=user, **form.role_data())
    except AddressTaken as refusal:
        before = _invited_before(cleaned["email"], form)
        if before is not None:
            messages.info(request, _("Deze collega was al uitgenodigd."))
            return before
        form.add_error("email", str(refusal))
    except AddressNotAllowed as refusal:
        form.add_error("email", str(refusal))
    except ValidationError as refusal:
        form.add_error("email", refusal)
    except (RoleRefused, RoleNotHere) as refusal:
        form.add_error(None, str(refusal))
    else:
        messages.success(request, _("De uitnodiging is verstuurd. De link in de mail werkt 72 uur."))
        return user
    return None


def _invited_before(email: str, form: InviteForm) -> User | None:
    """Return the account of a form that was sent twice: the same address and name, invited, and no answer yet."""
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    same = user is not None and not user.has_usable_password() and user.name == form.name
    return user if same else None


def _box(lines: list[InviteLine]) -> InviteListForm:
    return InviteListForm(initial={"text": as_text(lines)})


def _fingerprint(lines: list[InviteLine]) -> str:
    """Return what tells one list from another: nobody is invited by a list whose preview was not shown."""
    return hashlib.sha256(as_text(lines).encode()).hexdigest()


def _tell(request: HttpRequest, before: list[InviteLine], after: list[InviteLine]) -> None:
    invited = sum(
        line.verdict is Verdict.DONE and was.verdict is Verdict.INVITE for was, line in zip(before, after, strict=True)
    )
    said = ngettext("%(count)d collega is uitgenodigd.", "%(count)d collega's zijn uitgenodigd.", invited)
    messages.success(request, said % {"count": invited} if invited else _("Er was niemand meer om uit te nodigen."))


def _list_page(
    request: HttpRequest,
    form: InviteListForm,
    *,
    lines: list[InviteLine] | None = None,
    changed: bool = False,
    mending: bool = False,
    status: int = 200,
) -> HttpResponse:
    shown = lines or []
    context: dict[str, Any] = {
        "form": form,
        "lines": shown,
        "seen": _fingerprint(shown) if shown else "",
        "ready": sum(line.verdict is Verdict.INVITE for line in shown),
        "wrong": sum(line.verdict is Verdict.WRONG for line in shown),
        "changed": changed,
        "mending": mending,
        "at_most": AT_MOST,
    }
    return render(request, "accounts/invite_many.html", context, status=status)

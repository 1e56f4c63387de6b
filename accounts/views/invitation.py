"""Accepting an invitation (ACC-11.1)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.invitations import accept_invitation, inviter_of
from accounts.domain.passwords import problems_with
from accounts.domain.policy import current_policy
from accounts.forms.passwords import InvitationForm
from accounts.models import OneTimeLink, User
from accounts.views.by_link import LinkIsOver, link_page, render_for_anybody
from licensing.domain import current_organisation


@link_page(OneTimeLink.Kind.INVITATION)
def invitation(request: HttpRequest, user: User, link: OneTimeLink) -> HttpResponse:
    """Welcome somebody who was invited, and take their name and password; then they sign in as always."""
    if user.has_usable_password():
        raise LinkIsOver
    named = {"first_name": user.name.first_name, "infix": user.name.infix, "last_name": user.name.last_name}
    form = InvitationForm(request.POST if request.method == "POST" else None, initial=named)
    if request.method == "POST" and form.is_valid() and _accepted(form, user, link):
        messages.success(request, _("Uw wachtwoord is bewaard. U kunt er nu mee inloggen."))
        return redirect("accounts:sign_in")
    context = {
        "form": form,
        "name": user.get_full_name(),
        "email": user.email,
        "organisation": current_organisation().name,
        "inviter": inviter_of(user),
        "minimum": current_policy().min_password_length,
    }
    return render_for_anybody(
        request, "accounts/invitation.html", context, status=422 if request.method == "POST" else 200
    )


def _accepted(form: InvitationForm, user: User, link: OneTimeLink) -> bool:
    """Set name and password; False with the problems in the form. Raises LinkIsOver when somebody else was first."""
    password, name = form.cleaned_data["password"], form.name()
    welcomed, user.name = user.name, name
    problems = problems_with(user=user, password=password)
    user.name = welcomed
    if problems:
        form.add_error("password", problems)
        return False
    if not accept_invitation(user=user, link=link, name=name, password=password, now=timezone.now()):
        raise LinkIsOver
    return True

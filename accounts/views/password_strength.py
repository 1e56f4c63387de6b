"""How strong a password is, for the meter beside the field (ACC-3)."""

import json
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from accounts.domain.passwords import password_context
from accounts.models import User
from accounts.passwords.context import MINIMUM_LENGTH, PasswordContext
from accounts.passwords.rules import strength_of
from kijk.web.page import public

# A password of 128 emoji fits as JSON; nothing longer is read at all.
_MOST_BYTES = 1024


@dataclass(frozen=True, repr=False)
class _Question:
    password: str
    minimum: int


@public
@sensitive_post_parameters("password")
@sensitive_variables()
@never_cache
@require_POST
def password_strength(request: HttpRequest) -> HttpResponse:
    """Say how strong a password is, and what is wrong with it. Keeps nothing, records nothing.

    Takes JSON or a form with ``password`` and ``minimum``, the length the page asks for; of somebody signed in name,
    organisation and length are known. For everybody: who opens an invitation is not signed in yet. Whether a password
    can be taken is decided where it is saved.
    """
    if int(request.headers.get("Content-Length") or 0) > _MOST_BYTES:
        return JsonResponse({"error": _("Dit is te lang voor een wachtwoord.")}, status=413)
    question = _read(request)
    if question is None:
        return JsonResponse({"error": _("Dit kunnen we niet als wachtwoord lezen.")}, status=400)
    user = request.user
    context = password_context(user) if isinstance(user, User) else PasswordContext(minimum_length=question.minimum)
    strength = strength_of(question.password, context)
    return JsonResponse(
        {
            "score": strength.score,
            "label": strength.label,
            "problems": [problem.text for problem in strength.problems],
            "unmet": strength.unmet,
        }
    )


def _read(request: HttpRequest) -> _Question | None:
    """Return what is asked, or None when it is not what a page would ask."""
    if request.content_type != "application/json":
        fields: object = request.POST.dict()
    else:
        try:
            fields = json.loads(request.body)
        except (ValueError, RecursionError):
            return None
    if not isinstance(fields, dict) or not isinstance(fields.get("password"), str):
        return None
    minimum = str(fields.get("minimum", ""))
    return _Question(fields["password"], int(minimum) if minimum.isdecimal() and len(minimum) < 4 else MINIMUM_LENGTH)

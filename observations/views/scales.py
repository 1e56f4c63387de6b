"""The five-point scales and the conclusion of a registration (REG-3). The form also works without JavaScript."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.drafts.domain import discard_posted, draft_for
from kijk.drafts.offers import FormDraft, form_draft
from kijk.web.page import page
from observations.access import get_registration_for
from observations.domain.registering.answering import Replaced, mark_of
from observations.domain.registering.page import RegistrationPage, registration_page_of
from observations.domain.registering.registrations import (
    ConclusionChanged,
    RegistrationRefused,
    has_scales,
    save_conclusion,
    save_scale,
)
from observations.models import Registration
from observations.views.seen import plain_text, point_of, seen_point, seen_text, told_as_answers

_FORM = "registration.scales"
_REFUSED = 409
_WRONG = 422
_POINTS = frozenset(map(str, range(2, 11)))


@page(right=Right.REGISTRATION_WRITE, action="registration.scales_viewed")
@require_http_methods(["GET", "POST"])
def scales(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show well-being, involvement and basic characteristics, and the conclusion; a POST keeps them all."""
    found = get_registration_for(request, pk, Right.REGISTRATION_WRITE)
    if not has_scales(found):
        return redirect("observations:registration", pk=pk)
    if found.status != Registration.Status.OPEN and request.method != "POST":
        return _closed(request, found)
    # A form that comes after a colleague closed it goes on: what was typed stands on the page that refuses it.
    if request.method == "POST":
        try:
            # All of it or nothing: the page that says what is wrong is an answer like others, and is committed.
            with transaction.atomic():
                replaced = _save(request, found)
        except ConclusionChanged as refusal:
            return _shown(request, found, problem=str(refusal), theirs=refusal.theirs)
        except (RegistrationRefused, ValueError) as refusal:
            known = str(refusal) if isinstance(refusal, RegistrationRefused) else _("Kies een punt van 1 tot en met 5.")
            return _shown(request, found, problem=known)
        discard_posted(user_id=user_of(request).pk, post=request.POST)
        return _kept(request, found, replaced)
    return _shown(request, found)


def _closed(request: HttpRequest, found: Registration) -> HttpResponse:
    """Show what was typed before the session ended and the registration was closed, or go to what was kept."""
    if draft_for(user_id=user_of(request).pk, key=f"{_FORM}:{found.pk}") is None:
        return redirect("observations:registration", pk=found.pk)
    return _shown(request, found, problem=_("Deze registratie is afgesloten en verandert niet meer."))


def _kept(request: HttpRequest, found: Registration, replaced: Mapping[UUID, Replaced]) -> HttpResponse:
    """Go on, unless a colleague's point was replaced: it is shown at once, as what was replaced is kept nowhere."""
    if replaced:
        messages.warning(request, _("Een collega had intussen anders gekozen. Kijk hieronder wat het moet zijn."))
        found.refresh_from_db(fields=["texts"])
        return _shown(request, found, replaced=replaced)
    if "restore" in request.POST:
        messages.success(request, _("Teruggezet."))
        return redirect("observations:registration_scales", pk=found.pk)
    messages.success(request, _("Opgeslagen."))
    return redirect("observations:registration", pk=found.pk)


def _save(request: HttpRequest, found: Registration) -> dict[UUID, Replaced]:
    """Keep the points and the conclusion; return the points of colleagues that were replaced, unseen.

    A colleague's point that is put back comes as ``restore``: the name of the field and the point.
    """
    user = user_of(request)
    chosen = {name: request.POST[name] for name in request.POST if name.startswith("s-") and request.POST[name]}
    field, _sign, point = request.POST.get("restore", "").partition("=")
    if field.startswith("s-"):
        chosen[field] = point
    found_replaced: dict[UUID, Replaced] = {}
    for name, value in chosen.items():
        scale_id, half_points = UUID(name[2:]), point_of(value)
        seen = seen_point(request, scale_id)
        if seen is not None and seen.value == half_points:
            # Not touched: what a colleague chose meanwhile stays.
            continue
        replaced = save_scale(registration=found, scale_id=scale_id, half_points=half_points, by=user, seen=seen)
        if replaced is not None:
            found_replaced[scale_id] = replaced
    text = plain_text(request, "conclusion")
    save_conclusion(registration=found, conclusion=text, by=user, seen=seen_text(request))
    return found_replaced


def _shown(
    request: HttpRequest,
    found: Registration,
    *,
    problem: str = "",
    theirs: str | None = None,
    replaced: Mapping[UUID, Replaced] | None = None,
) -> HttpResponse:
    conclusion = found.texts.conclusion if found.texts else ""
    overview = registration_page_of(found)
    points = {f"s-{scale.content.id}": str(scale.half_points or "") for scale in overview.scales}
    draft = form_draft(request, form=_FORM, row=found.pk, shown={"conclusion": conclusion} | points)
    context = {
        "registration": found,
        "child": found.child,
        "file": found.child.file,
        "page": _with_points(request, overview, draft, replaced or {}),
        "conclusion": request.POST.get("conclusion", draft.text("conclusion", conclusion)),
        # What the writer has now seen: their text, where a colleague's came in between.
        "mark": mark_of(conclusion if theirs is None else theirs),
        "theirs": theirs,
        "problem": problem,
        "draft": draft if draft.offers == () else _excerpt_of_text(draft),
    }
    status = _REFUSED if theirs is not None else _WRONG if problem else 200
    return render(request, "observations/registration_scales.html", context, status=status)


def _excerpt_of_text(draft: FormDraft) -> FormDraft:
    """Return a draft that is offered by its conclusion, and by no point of a scale."""
    is_point = all(offer.excerpt.isdecimal() for offer in draft.offers)
    return told_as_answers(draft) if is_point else draft


def _with_points(
    request: HttpRequest, overview: RegistrationPage, draft: FormDraft, replaced: Mapping[UUID, Replaced]
) -> RegistrationPage:
    """Return the page with the points of a draft, or of a form that comes back, in place of those that are kept."""
    if draft.resumed is None and request.method != "POST":
        return overview
    points = {
        scale.content.id: request.POST.get(f"s-{scale.content.id}", draft.text(f"s-{scale.content.id}"))
        for scale in overview.scales
    }
    known = {key: int(value) for key, value in points.items() if value in _POINTS}
    found = tuple(
        replace(
            scale,
            half_points=known.get(scale.content.id, scale.half_points),
            replaced=replaced.get(scale.content.id),
        )
        for scale in overview.scales
    )
    return replace(overview, scales=found)

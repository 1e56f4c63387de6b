"""The yearly review of access: begin, walk along all accounts, sign off."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.domain.exports import review_table
from accounts.domain.reviews import (
    ReviewLine,
    ReviewRefused,
    begin_review,
    decide,
    is_due,
    open_review,
    review_lines,
    sign_review,
    signed_reviews,
)
from accounts.forms.reviews import PREFIX, DecisionsForm
from accounts.models import AccessReview
from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.web.csv_export import csv_response
from kijk.web.page import page

PER_PAGE = 20


@dataclass(frozen=True)
class Row:
    """An account on the page, with its question."""

    line: ReviewLine
    field: BoundField


@page(right=Right.ACCESS_REVIEW_DECIDE, action="access_review.overview")
@require_safe
def access_review(request: HttpRequest) -> HttpResponse:
    """Show whether a review is due, the one under way, and the ones that were signed."""
    now = timezone.now()
    reviews, under_way = signed_reviews(), open_review()
    context = {"reviews": reviews, "under_way": under_way, "due": is_due(reviews, now) and under_way is None}
    return render(request, "accounts/reviews.html", context)


@page(right=Right.ACCESS_REVIEW_DECIDE, action="access_review.begin")
@require_POST
def access_review_begin(request: HttpRequest) -> HttpResponse:
    """Begin a review, or go on with the one under way."""
    try:
        review = begin_review(by=user_of(request), now=timezone.now())
    except ReviewRefused as refused:
        messages.info(request, str(refused))
        return redirect("accounts:access_review")
    return redirect("accounts:access_review_walk", pk=review.pk)


@page(right=Right.ACCESS_REVIEW_DECIDE, action="access_review.walked")
@require_http_methods(["GET", "POST"])
def access_review_walk(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show twenty accounts with their roles, and keep what is chosen of each."""
    review = get_object_or_404(AccessReview, pk=pk)
    lines = review_lines(review, now=timezone.now())
    shown = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    form = DecisionsForm((line.entry for line in shown.object_list), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _keep(request, review, form, shown.number, shown.paginator.num_pages)
    context = {
        "review": review,
        "page": shown,
        "form": form,
        "rows": [Row(line, form[f"{PREFIX}{line.entry.pk}"]) for line in shown.object_list],
        "done": sum(bool(line.entry.decision) for line in lines),
        "count": len(lines),
    }
    return render(request, "accounts/review_walk.html", context, status=422 if form.errors else 200)


@page(right=Right.ACCESS_REVIEW_DECIDE, action="access_review.sign", fresh=True)
@require_POST
def access_review_sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sign a review off, when each account was judged."""
    review = get_object_or_404(AccessReview, pk=pk)
    try:
        sign_review(review=review, by=user_of(request), now=timezone.now())
    except ReviewRefused as refused:
        messages.warning(request, str(refused))
        return redirect("accounts:access_review_walk", pk=pk)
    messages.success(request, _("De controle is afgetekend. U kunt de controle als bestand bewaren."))
    return redirect("accounts:access_review")


@page(right=Right.ACCOUNT_EXPORT, action="access_review.exported", fresh=True)
@require_safe
def access_review_csv(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give one review as a file."""
    review = get_object_or_404(AccessReview, pk=pk)
    table = review_table(review, now=timezone.now())
    return csv_response(f"controle-van-toegang-{timezone.localdate(review.begun_at)}.csv", table.header, table.rows)


def _keep(request: HttpRequest, review: AccessReview, form: DecisionsForm, number: int, pages: int) -> HttpResponse:
    try:
        count = decide(review=review, decisions=form.decisions(), by=user_of(request), now=timezone.now())
    except ReviewRefused as refused:
        messages.warning(request, str(refused))
        return redirect("accounts:access_review")
    if count:
        said = ngettext("%(count)s account beoordeeld.", "%(count)s accounts beoordeeld.", count)
        messages.success(request, said % {"count": count})
    following = number + 1 if number < pages else number
    return redirect(f"{reverse('accounts:access_review_walk', kwargs={'pk': review.pk})}?page={following}")

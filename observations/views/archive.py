"""The archive of children: bringing a child there, finding it, and taking it out again (CHD-5)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.web.page import MissingRight, page
from observations.access import get_child_for
from observations.domain.children.archive import count_quiet, list_archive, list_quiet
from observations.domain.children.groups import groups_now
from observations.domain.children.placements import PlacementRefused, archive_child, loses_in_bso, unarchive_child
from observations.forms.children import ArchiveFilterForm
from observations.forms.placements import ArchiveForm, ReturnForm
from observations.models import Child, Registration
from observations.rules import archived_in_reach
from observations.views.archived import tells_archived
from observations.views.searching import asked_page, leafing


@page(right=Right.ARCHIVE_READ, action="archive.listed")
@require_http_methods(["GET", "POST"])
def archive(request: HttpRequest) -> HttpResponse:
    """List the children in the archive that the user may read about, a page at a time, or by name."""
    user, is_search = user_of(request), request.method == "POST"
    form = ArchiveFilterForm(request.POST if is_search else None)
    query = form.query() if is_search else ""
    if is_search and not query and not form.errors:
        return redirect(request.path)
    found = list_archive(user, query=query, page=asked_page(request))
    may_archive = user.may(Right.ARCHIVE_WRITE)
    context = {
        "form": form,
        "query": query,
        "children": found.rows,
        "count": found.count,
        "leafing": leafing(found, address=None if is_search else ""),
        "quiet": count_quiet(user, today=timezone.localdate()) if may_archive else 0,
    }
    return render(request, "observations/archive/list.html", context, status=422 if form.errors else 200)


@page(right=Right.ARCHIVE_WRITE, action="archive.proposed")
@require_safe
def archive_proposals(request: HttpRequest) -> HttpResponse:
    """List the children nothing was registered about for 12 months."""
    quiet = list_quiet(user_of(request), today=timezone.localdate())
    return render(request, "observations/archive/proposals.html", {"children": quiet})


@page(right=Right.ARCHIVE_WRITE, action="archive.form")
@require_http_methods(["GET", "POST"])
@tells_archived
def child_archive(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask when a child left and where it goes, or bring it to the archive."""
    user, today = user_of(request), timezone.localdate()
    # The second of two presses on the button, or an old page: no role is lacking then.
    if request.method == "POST" and archived_in_reach(user).filter(pk=pk).exists():
        messages.info(request, _("Dit kind staat al in het archief."))
        return redirect("observations:archive")
    child = get_child_for(request, pk, Right.ARCHIVE_WRITE)
    form = ArchiveForm(request.POST if request.method == "POST" else None, today=today, initial={"on": today})
    if form.is_bound and form.is_valid():
        cleaned = form.cleaned_data
        try:
            archive_child(child=child, on=cleaned["on"], next_education=cleaned["next_education"], by=user)
        except PlacementRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s staat nu in het archief.") % {"name": child.file.first_name})
            return redirect("observations:archive")
    opened = Registration.objects.filter(child=child, status=Registration.Status.OPEN).count()
    context = {"form": form, "child": child, "file": child.file, "opened": opened}
    return render(request, "observations/archive/bring.html", context, status=422 if form.errors else 200)


@page(right=Right.ARCHIVE_WRITE, action="archive.return_form")
@require_http_methods(["GET", "POST"])
def child_return(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask into which group a child comes back, or take it out of the archive."""
    user, today = user_of(request), timezone.localdate()
    if request.method == "POST" and Child.objects.filter(pk=pk, archived_on__isnull=True).exists():
        get_child_for(request, pk, Right.CHILD_READ)
        messages.info(request, _("Dit kind staat niet in het archief."))
        return redirect("observations:child", pk=pk)
    child = _archived(request, pk)
    groups = list(groups_now(user, Right.CHILD_WRITE, today=today))
    form = ReturnForm(request.POST if request.method == "POST" else None, groups=groups, initial={"begins_on": today})
    if form.is_bound and form.is_valid():
        cleaned = form.cleaned_data
        try:
            unarchive_child(child=child, group=cleaned["group"], begins_on=cleaned["begins_on"], by=user, today=today)
        except PlacementRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s is terug uit het archief.") % {"name": child.file.first_name})
            return redirect("observations:child", pk=pk)
    context = {"form": form, "child": child, "file": child.file, "loses_in_bso": loses_in_bso(child, groups)}
    return render(request, "observations/archive/return.html", context, status=422 if form.errors else 200)


def _archived(request: HttpRequest, pk: UUID) -> Child:
    """Return a child in the archive: Http404 for one that is not there, MissingRight beyond the user's reach."""
    child = Child.objects.filter(pk=pk, archived_on__isnull=False).first()
    if child is None:
        raise Http404
    if not archived_in_reach(user_of(request)).filter(pk=pk).exists():
        raise MissingRight(Right.ARCHIVE_READ)
    return child

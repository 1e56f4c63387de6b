"""The board of signals, why one is there, discussing and closing it, and when a rule gives one."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.roles import Right
from accounts.views.own_scope import user_of
from kijk.drafts.domain import discard_posted
from kijk.drafts.offers import form_draft
from kijk.web.context import NavigationItem
from kijk.web.page import MissingRight, page
from observations.domain.periods.pinning import is_inside_open_period
from observations.domain.signals.board import (
    MOST_READ,
    BoardChoice,
    SignalCard,
    cards_of,
    children_with,
    chosen_signals,
    counts_shown,
    main_group_of,
    open_signals_of,
    signals_by_child,
    with_names,
)
from observations.domain.signals.choices import RuleRefused, chosen_rules, set_rule
from observations.domain.signals.discussing import (
    SignalClosed,
    SignalRefused,
    close_signals,
    take_up,
    write_signal_note,
)
from observations.domain.signals.explaining import explanation_of
from observations.domain.signals.reach import signals_in_reach
from observations.domain.signals.rules import About, known_rule
from observations.forms.signals import BoardFilterForm, CloseSignalForm, DiscussForm, RuleForm
from observations.models import Signal
from observations.rules import groups_in_reach
from observations.views.signal_closed import closed_meanwhile

DISCUSS, CLOSE = "signal.discuss", "signal.close"
PER_PAGE, CHILDREN_PER_PAGE = 25, 15


@page(right=Right.SIGNAL_READ, action="signals.listed")
@require_safe
def signals(request: HttpRequest) -> HttpResponse:
    """Show a part of the board: new, in discussion, or closed; what needs somebody first on top."""
    user, today = user_of(request), timezone.localdate()
    groups = groups_in_reach(user, Right.SIGNAL_READ, on=today).select_related("location")
    form = BoardFilterForm(request.GET, groups=list(groups.order_by("location__name", "name")))
    status = request.GET.get("stap", "")
    choice = form.choice(status if status in Signal.Status.values else Signal.Status.NEW)
    rows = signals_in_reach(user, Right.SIGNAL_READ, on=today)
    counts = counts_shown(rows, choice, on=today)
    context = {
        "form": form,
        "tabs": _parts(form.query, counts, choice.status),
        "status": choice.status,
        "query": "&".join(part for part in (f"stap={choice.status}", form.query) if part),
        "filtered": bool(form.query),
        "may_set": user.may(Right.SIGNAL_RULES_WRITE),
        **_shown(rows, choice, request.GET.get("page"), today),
    }
    return render(request, "observations/signals/board.html", context)


def _shown(rows: QuerySet[Signal], choice: BoardChoice, number: str | None, today: date) -> dict[str, Any]:
    """Return a page of the board: by child while something is to be done, and one by one what was closed."""
    if choice.status == Signal.Status.CLOSED:
        rows = with_names(chosen_signals(rows, choice, on=today))
        found = Paginator(rows[:MOST_READ], PER_PAGE).get_page(number)
        return {"page": found, "cards": cards_of(found.object_list, on=today), "children": ()}
    children, has_more = children_with(rows, choice, on=today)
    listed = Paginator(children, CHILDREN_PER_PAGE).get_page(number)
    return {
        "page": listed,
        "cards": (),
        "children": signals_by_child(rows, choice, listed.object_list, on=today),
        "has_more": has_more,
    }


def _parts(query: str, counts: dict[str, int], current: str) -> list[NavigationItem]:
    more = f"&{query}" if query else ""
    shown = {status: f"{MOST_READ}+" if count > MOST_READ else str(count) for status, count in counts.items()}
    return [
        NavigationItem(f"?stap={status}{more}", f"{str(label).capitalize()} ({shown[status]})", status == current)
        for status, label in Signal.Status.choices
    ]


@page(right=Right.SIGNAL_READ, action="signal.viewed")
@require_safe
def signal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Explain a signal: the rule, the numbers, the milestones, and what was done with it."""
    found = _signal_for(request, pk, Right.SIGNAL_READ)
    user, today = user_of(request), timezone.localdate()
    context = {
        "signal": found,
        "card": cards_of([found], on=today)[0],
        "why": explanation_of(found),
        "others": _others(request, found, Right.SIGNAL_READ),
        "may_write": _may_write(request, found),
        "may_read_registration": user.may(Right.REGISTRATION_READ),
        "may_note": user.may(Right.NOTE_WRITE),
        "may_set": user.may(Right.SIGNAL_RULES_WRITE),
        "plans_group": _plans_group(user, found, today),
    }
    return render(request, "observations/signals/signal.html", context)


@page(right=Right.SIGNAL_WRITE, action="signal.discuss_form")
@require_http_methods(["GET", "POST"])
def discuss(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a signal into discussion, or add to the discussion what was said."""
    found = _signal_for(request, pk, Right.SIGNAL_WRITE)
    if found.status == Signal.Status.CLOSED:
        return closed_meanwhile(request, found, form_name=DISCUSS)
    # The form that takes it up, sent twice or after a colleague's, still takes the others along.
    was_new, takes = found.status == Signal.Status.NEW, request.POST.get("neem") == "1"
    is_new = was_new or takes
    others = _others(request, found, Right.SIGNAL_WRITE)
    draft = form_draft(request, form=DISCUSS, row=found.pk, shown={"text": ""})
    form = DiscussForm(
        request.POST if request.method == "POST" else None,
        others=[other for other in others if takes or other.status == Signal.Status.NEW],
        is_new=is_new,
        initial={"text": draft.text("text")},
    )
    if form.is_bound and form.is_valid():
        try:
            _discuss(request, found, form.cleaned_data, is_new=is_new)
        except SignalRefused as refusal:
            if _closed_now(refusal, found):
                return closed_meanwhile(request, found, form_name=DISCUSS)
            form.add_error(None, str(refusal))
        else:
            discard_posted(user_id=user_of(request).pk, post=request.POST)
            messages.success(request, _taken(was_new=was_new, is_new=is_new))
            return redirect("observations:signal", pk=pk)
    return _form_page(request, "discuss", found, form, draft, is_new=is_new)


def _taken(*, was_new: bool, is_new: bool) -> str:
    if not is_new:
        return _("Opgeslagen bij dit signaal.")
    return _("In bespreking genomen.") if was_new else _("Dit signaal was al in bespreking.")


def _discuss(request: HttpRequest, found: Signal, data: dict[str, Any], *, is_new: bool) -> None:
    by, now = user_of(request), timezone.now()
    if is_new:
        chosen = [found, *_chosen(request, data)]
        take_up(signals=chosen, text=data["text"], entry_id=data["entry_id"], by=by, now=now)
    else:
        write_signal_note(signal=found, text=data["text"], entry_id=data["entry_id"], by=by, now=now)


@page(right=Right.SIGNAL_WRITE, action="signal.close_form")
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Close a signal with an outcome, and others about the same child with it."""
    found = _signal_for(request, pk, Right.SIGNAL_WRITE)
    if found.status == Signal.Status.CLOSED:
        return closed_meanwhile(request, found, form_name=CLOSE)
    draft = form_draft(request, form=CLOSE, row=found.pk, shown={"text": ""})
    form = CloseSignalForm(
        request.POST if request.method == "POST" else None,
        others=_others(request, found, Right.SIGNAL_WRITE),
        initial={"text": draft.text("text"), "outcome": draft.text("outcome")},
    )
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            close_signals(
                signals=[found, *_chosen(request, data)],
                outcome=data["outcome"],
                agreements=data["agreements"],
                text=data["text"],
                by=user_of(request),
                now=timezone.now(),
            )
        except SignalRefused as refusal:
            if _closed_now(refusal, found):
                return closed_meanwhile(request, found, form_name=CLOSE)
            form.add_error(None, str(refusal))
        else:
            discard_posted(user_id=user_of(request).pk, post=request.POST)
            agreed = _("Afgesloten. De afspraak staat bij het kind.")
            messages.success(request, agreed if data["agreements"] else _("Het signaal is afgesloten."))
            return redirect("observations:signals")
    return _form_page(request, "close", found, form, draft)


@page(right=Right.SIGNAL_RULES_WRITE, action="signal_rules.viewed")
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """List the rules as they stand, each with its numbers and who sees it."""
    context = {
        "choices": list(chosen_rules().by_code.values()),
        "waits": is_inside_open_period(timezone.localdate()),
    }
    return render(request, "observations/signals/rules.html", context)


@page(right=Right.SIGNAL_RULES_WRITE, action="signal_rule.form")
@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """Show one rule, or set it. Inside a registration period it is shown and not changed."""
    choice = chosen_rules().by_code.get(code)
    if choice is None:
        raise Http404
    form = RuleForm(request.POST if request.method == "POST" else None, choice=choice)
    waits = is_inside_open_period(timezone.localdate())
    if form.is_bound and form.is_valid():
        try:
            set_rule(
                rule=code,
                is_on=form.wants_on,
                audience=form.cleaned_data["audience"],
                thresholds=form.thresholds,
                by=user_of(request),
                now=timezone.now(),
            )
        except RuleRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Opgeslagen. Dit geldt vanaf de volgende registratie."))
            return redirect("observations:signal_rules")
    context = {"form": form, "choice": choice, "waits": waits}
    return render(request, "observations/signals/rule.html", context, status=422 if form.errors else 200)


def _signal_for(request: HttpRequest, pk: UUID, right: Right) -> Signal:
    """Return the signal with its child, line and registration: 404 when it is not this organisation's."""
    rows = Signal.objects.select_related("child", "line", "registration", "taken_by", "closed_by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    if not signals_in_reach(user_of(request), right, on=timezone.localdate()).filter(pk=pk).exists():
        raise MissingRight(right)
    return found


def _plans_group(user: User, found: Signal, today: date) -> UUID | None:
    """Return the child's group where a signal is for its plan and the user may read that."""
    if known_rule(found.rule).about != About.PLAN or not user.may(Right.PLAN_READ):
        return None
    group = main_group_of(found.child_id, on=today)
    if group is None or not groups_in_reach(user, Right.PLAN_READ, on=today).filter(pk=group).exists():
        return None
    return group


def _may_write(request: HttpRequest, found: Signal) -> bool:
    user = user_of(request)
    if found.status == Signal.Status.CLOSED or not user.may(Right.SIGNAL_WRITE):
        return False
    return signals_in_reach(user, Right.SIGNAL_WRITE, on=timezone.localdate()).filter(pk=found.pk).exists()


def _others(request: HttpRequest, found: Signal, right: Right) -> list[SignalCard]:
    """Return the other open signals about the same child that the right reaches."""
    today = timezone.localdate()
    rows = with_names(signals_in_reach(user_of(request), right, on=today))
    return cards_of(open_signals_of(found.child, rows).exclude(pk=found.pk), on=today)


def _chosen(request: HttpRequest, data: dict[str, Any]) -> list[Signal]:
    """Return the signals that were ticked to go along; the form took only what was offered."""
    return list(Signal.objects.filter(pk__in=data.get("also", [])).order_by("priority", "pk"))


def _closed_now(refusal: SignalRefused, found: Signal) -> bool:
    """Say whether this signal itself was closed in the moment before, and not another that was to go along."""
    if isinstance(refusal, SignalClosed):
        found.refresh_from_db(fields=["status", "outcome", "agreements", "closed_at", "closed_by", "texts"])
    return found.status == Signal.Status.CLOSED


def _form_page(request: HttpRequest, name: str, found: Signal, form: Any, draft: Any, **more: object) -> HttpResponse:
    card = cards_of([found], on=timezone.localdate())[0]
    context = {"signal": found, "card": card, "form": form, "draft": draft, **more}
    return render(request, f"observations/signals/{name}.html", context, status=422 if form.errors else 200)

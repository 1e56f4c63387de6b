"""How somebody comes to each form, signed in or between two steps, and which forms there are (SEC-4.1)."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from accounts.hashers import Argon2idHasher
from accounts.models import RecoveryCode, SignInPolicy, User
from accounts.roles import STAFF_ROLES
from kijk.tenancy.context import tenant_scope
from observations.models import Scale
from tests.accounts.factors import give_totp
from tests.factories import PASSWORD
from tests.pages import PAGES, STAFF, Page
from tests.security.access_table import ACCESS
from tests.security.page_forms import Field, Form, forms_in
from tests.security.personas import Persona, Stage, State, Where, give_password, put_back
from tests.security.visits import Address, address_of

_HINDERED = {
    "accounts:unlock": State.LOCKED,
    "accounts:unlock_by_passkey": State.LOCKED,
    "accounts:step_up": State.STALE,
}
# The device has been asked for a passkey; without that no answer is looked at.
_ASKED_BY = {
    "accounts:passkey_sign_in": "accounts:passkey_sign_in_options",
    "accounts:passkey_add": "accounts:passkey_add_options",
    "accounts:unlock_by_passkey": "accounts:passkey_options",
}
_BETWEEN_STEPS = {"accounts:second_step", "accounts:second_step_recovery", "accounts:second_step_options"}


def who_may(page: Page, state: State = State.IN_FORCE) -> Persona:
    """Return somebody who may open the page; nobody in particular where it is for everybody."""
    if page.role is None:
        return Persona("anonymous", state=State.NONE)
    where = Where.BAZALT if page.role in STAFF_ROLES else Where.HERE
    return Persona(page.role.value, where, page.role, _HINDERED.get(page.name, state))


def come_to(page: Page, stage: Stage, state: State = State.IN_FORCE) -> Client:
    """Return the browser of somebody who is about to send the page's form; makes what that takes."""
    persona = who_may(page, state)
    client = stage.browser(persona)
    if persona.state is not State.NONE:
        user = stage.user(persona)
        with tenant_scope(user.organisation_id):
            give_password(user, stage.cookies[user.pk], _hashed(), timezone.now())
            # Asking for the policy to change it makes the row.
            SignInPolicy.objects.get_or_create()
    elif page.name in _BETWEEN_STEPS:
        client.cookies[settings.SESSION_COOKIE_NAME] = _half_signed_in(stage.world.users[STAFF])
    if page.name in _ASKED_BY:
        client.post(reverse(_ASKED_BY[page.name]), {"name": "Proef", "own_device": "on"})
    if page.name == "accounts:totp_add":
        # The page itself makes the secret that waits for its first code.
        client.get(reverse(page.name))
    return client


class _QuickHasher(Argon2idHasher):
    """Hashes what is guessed at hundreds of times here, and does that in no time."""

    time_cost, memory_cost, parallelism = 1, 8, 1


@cache
def _hashed() -> str:
    return _QuickHasher().encode(PASSWORD, "zout-zout-zout")


def _half_signed_in(user: User) -> str:
    give_totp(user)
    with tenant_scope(user.organisation_id):
        RecoveryCode.objects.create(user=user, encoded=f"K${_hashed()}")
    session = SessionStore()
    session["signing_in"] = {"user": str(user.pk), "at": timezone.now().isoformat(), "following": ""}
    session.create()
    return str(session.session_key)


# ------------------------------------------------------------------------------------------------ forms

Forms = Mapping[str, list[Form]]

# Fields that scripts send, or that only show after a first mistake: no page that is opened has them.
_UNSEEN: Mapping[str, tuple[Field, ...]] = {
    "accounts:passkey_sign_in": (Field("credential", "hidden", "{}"), Field("next", "hidden", "/")),
    "accounts:passkey_add": (Field("credential", "hidden", "{}"),),
    "accounts:unlock_by_passkey": (Field("credential", "hidden", "{}"),),
    "accounts:second_step": (Field("credential", "hidden", "{}"),),
    "accounts:policy_networks": (Field("confirmed", "box", "on"),),
    "accounts:policy_emergency_end": (Field("confirmed", "box", "on"),),
    "accounts:invite_many": (Field("seen", "hidden", ""), Field("doe", "button", "uitnodigen")),
    "drafts:save": (Field("draft_page", "hidden", "a-1"), Field("draft_number", "hidden", "1")),
    "drafts:discard": (Field("key", "hidden", "note"), Field("next", "hidden", "/")),
}


def find_forms(stage: Stage) -> Forms:
    """Open every page and return the forms that lead to each view, one of each kind."""
    found: dict[str, list[Form]] = {}
    for page in PAGES:
        if "GET" not in ACCESS[page.name].methods or page.name.endswith(("_pdf", "_csv")):
            continue
        with put_back():
            address = address_of(page, stage.world)
            html = come_to(page, stage).get(address.url).content.decode(errors="replace")
        for form in forms_in(html):
            _keep(found, _view_at(form.action.partition("?")[0] or address.url), form)
    return found


def _keep(found: dict[str, list[Form]], name: str, form: Form) -> None:
    known = found.setdefault(name, [])
    if form.patterns not in {each.patterns for each in known if each.method == form.method}:
        known.append(form)


def _view_at(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def forms_of(page: Page, address: Address, forms: Forms) -> list[Form]:
    """Return the forms to send to a page: those that lead there, with the fields that are not seen, or one of these."""
    seen = [form for form in forms.get(page.name, []) if form.method == "post"] or [Form(address.url, "post")]
    data = tuple(Field(name, "text", _first(value)) for name, value in address.data.items())
    for form in seen:
        names = {each.name for each in form.fields}
        form.fields += [each for each in (*data, *_UNSEEN.get(page.name, ())) if each.name not in names]
    return [*seen, *_OTHERS[page.name]()] if page.name in _OTHERS else seen


def _first(value: Any) -> str:
    return str(value[0] if isinstance(value, list) else value)


def _answers() -> list[Form]:
    scale = Scale.objects.values_list("pk", flat=True)[0]
    return [
        Form("", "post", [Field(f"s-{scale}", "number", "6")]),
        Form("", "post", [Field("conclusion", "textarea", "Gaat goed.")]),
    ]


# A page that takes one of several things at a time.
_OTHERS: Mapping[str, Callable[[], list[Form]]] = {"observations:answer": _answers}

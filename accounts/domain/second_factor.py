"""The second factor as a whole: what somebody has, proving it, and what follows when it changes (ACC-8, ACC-12.2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy, override

from accounts.domain.attempts import lock_when_spent, reserve_attempt
from accounts.domain.messages import tell_account_locked, tell_second_factor_changed, tell_second_factor_reset
from accounts.domain.passkeys import RelyingParty, add_passkey
from accounts.domain.policy import current_policy, needs_second_factor
from accounts.domain.recovery import codes_left, find_code, is_right, make_recovery_codes, normalise, use_code
from accounts.domain.sessions import confirm_session, end_sessions
from accounts.domain.totp import confirm_totp, take_totp, waiting_totp
from accounts.models import Passkey, RecoveryCode, TotpDevice, User, UserSession
from kijk.audit.domain import record
from kijk.tenancy.context import tenant_scope


class CodeRefused(Exception):
    """The code is not the one the authenticator app shows now."""

    def __init__(self) -> None:
        super().__init__(_("Deze code klopt niet. Neem de code die nu in uw app staat."))


class LastFactor(Exception):
    """Somebody who may not do without a second factor would have none left."""

    def __init__(self) -> None:
        super().__init__(
            _("Voor uw account is een tweede stap verplicht. Voeg eerst een andere toe, dan kunt u deze verwijderen.")
        )


@dataclass(frozen=True)
class Factors:
    """What somebody has for the second step. Recovery codes stand in for a factor and are none themselves."""

    totp: bool
    passkeys: int
    recovery_left: int

    @property
    def any(self) -> bool:
        """Say whether the second step is asked of this person."""
        return self.totp or self.passkeys > 0

    @property
    def count(self) -> int:
        """How many factors there are."""
        return int(self.totp) + self.passkeys


def factors_of(user: User) -> Factors:
    """Return what the user has. Needs the scope; one query."""
    confirmed = TotpDevice.objects.filter(user=OuterRef("pk"), confirmed_at__isnull=False)
    asked = User.objects.filter(pk=user.pk).annotate(
        has_totp=Exists(confirmed),
        passkey_count=_count(Passkey.objects.filter(user=OuterRef("pk"))),
        recovery_count=_count(RecoveryCode.objects.filter(user=OuterRef("pk"), used_at=None)),
    )
    return Factors(*asked.values_list("has_totp", "passkey_count", "recovery_count").get())


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("user").annotate(found=Count("pk")).values("found")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


# --------------------------------------------------------------------------------------------- proving


def prove_by_totp(*, user: User, code: str, origin: str, by: User | None, now: datetime) -> bool:
    """Say whether the code is right, and use it up. Opens scopes of its own; none may be open.

    An attempt is reserved first, and stays taken: who calls forgets it once the person is in. ``by`` is who is signed
    in, None while signing in. A locked account's right code gets the answer of a wrong one.
    """
    reserved = reserve_attempt(user=user, origin=origin)
    with tenant_scope(user.organisation_id, actor_id=by.pk if by else None, origin=origin):
        if take_totp(user=user, code=code, now=now, reserved=reserved):
            return True
        _note_failure(user, "totp", origin, now)
    return False


def prove_by_recovery_code(*, user: User, code: str, origin: str, device: str, by: User | None, now: datetime) -> bool:
    """Say whether it is an unused recovery code, use it up, and tell its owner. As ``prove_by_totp`` otherwise.

    Evaluates one argon2 hash, whatever the answer.
    """
    wanted = normalise(code)
    reserved = reserve_attempt(user=user, origin=origin)
    with tenant_scope(user.organisation_id, origin=origin):
        row = find_code(user=user, code=wanted)
    right = is_right(row, wanted)
    with tenant_scope(user.organisation_id, actor_id=by.pk if by else None, origin=origin):
        if row is not None and right and reserved and use_code(row=row, now=now):
            left = codes_left(user)
            record("recovery_code.used", about=user, data={"left": left})
            _tell(user, _used_words(left), device, now)
            return True
        _note_failure(user, "recovery", origin, now)
    return False


def _note_failure(user: User, factor: str, origin: str, now: datetime) -> None:
    record("second_factor.failed", about=user, data={"factor": factor})
    if lock_when_spent(user=user, now=now):
        tell_account_locked(user=user, origin=origin, now=now)


# -------------------------------------------------------------------------------------------- changing


def enrol_totp(*, user: User, code: str, session: UserSession, now: datetime) -> list[str]:
    """Take the authenticator app that waits into use, by its first code. Needs the scope.

    Returns ten recovery codes to be shown this once, or none when the user has some already. Raises CodeRefused.
    """
    _hold(user)
    device = waiting_totp(user=user, session=session, now=now)
    replaces = TotpDevice.objects.filter(user=user, confirmed_at__isnull=False).exists()
    if device is None or not confirm_totp(device=device, code=code, now=now):
        raise CodeRefused
    what = (
        gettext_lazy("de authenticator-app is vervangen")
        if replaces
        else gettext_lazy("er is een authenticator-app bij")
    )
    return _enrolled(user, session, what, now)


def enrol_passkey(
    *, user: User, answer: str, challenge: bytes, party: RelyingParty, name: str, session: UserSession, now: datetime
) -> list[str]:
    """Take a passkey into use. Needs the scope. Returns as ``enrol_totp``; raises PasskeyRefused."""
    _hold(user)
    add_passkey(user=user, answer=answer, challenge=challenge, party=party, name=name)
    return _enrolled(user, session, gettext_lazy("er is een toegangssleutel bij"), now)


def renew_recovery_codes(*, user: User, session: UserSession, now: datetime) -> list[str]:
    """Make ten new recovery codes, to be shown this once, in place of the old ones. Needs the scope."""
    _hold(user)
    codes = make_recovery_codes(user=user)
    _tell(user, gettext_lazy("er zijn nieuwe herstelcodes"), session.device, now)
    return codes


def remove_totp(*, user: User, session: UserSession, now: datetime) -> None:
    """Take the authenticator app out of use. Needs the scope. Raises LastFactor."""
    _hold(user)
    in_use = TotpDevice.objects.filter(user=user, confirmed_at__isnull=False)
    if not in_use.exists():
        return
    _refuse_last(user)
    TotpDevice.objects.filter(user=user).delete()
    record("second_factor.removed", about=user, data={"factor": "totp"})
    _removed(user, session, gettext_lazy("de authenticator-app is verwijderd"), now)


def remove_passkey(*, passkey: Passkey, user: User, session: UserSession, now: datetime) -> None:
    """Take a passkey out of use. Needs the scope. Raises LastFactor."""
    _hold(user)
    _refuse_last(user)
    passkey.delete()
    record("passkey.removed", about=user)
    _removed(user, session, gettext_lazy("een toegangssleutel is verwijderd"), now)


def reset_second_factor(*, user: User, by: User, now: datetime) -> None:
    """Take away all a colleague has for the second step, who has lost it; every session of theirs ends (ACC-8.4).

    Needs the scope. Where it is obligatory, the next sign-in leads to enrolment. Who may do this is asked by the page.
    """
    _hold(user)
    had = factors_of(user)
    TotpDevice.objects.filter(user=user).delete()
    Passkey.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    record("second_factor.reset", about=user, data={"app": had.totp, "passkeys": had.passkeys})
    end_sessions(user=user, reason=UserSession.EndReason.FACTOR, now=now)
    with override(user.language):
        # The name of somebody of another organisation cannot be read here: that is Bazalt's secretariat.
        near = by.organisation_id == user.organisation_id
        by_whom = by.get_full_name() if near else _("Het secretariaat van Bazalt")
        tell_second_factor_reset(user=user, by_whom=by_whom, now=now)


def _hold(user: User) -> None:
    """Let changes to one user's factors wait for each other: two at once could take away the last two."""
    User.objects.select_for_update().filter(pk=user.pk).values_list("pk").get()


def _refuse_last(user: User) -> None:
    if factors_of(user).count <= 1 and needs_second_factor(user, current_policy()):
        raise LastFactor


def _enrolled(user: User, session: UserSession, what: str | Promise, now: datetime) -> list[str]:
    codes = [] if codes_left(user) else make_recovery_codes(user=user)
    confirm_session(session=session, second_factor=True, now=now)
    _changed(user, session, what, now)
    return codes


def _removed(user: User, session: UserSession, what: str | Promise, now: datetime) -> None:
    if not factors_of(user).any:
        # They open nothing any more.
        RecoveryCode.objects.filter(user=user).delete()
    _changed(user, session, what, now)


def _changed(user: User, session: UserSession, what: str | Promise, now: datetime) -> None:
    end_sessions(user=user, reason=UserSession.EndReason.FACTOR, now=now, but=session.pk)
    _tell(user, what, session.device, now)


def _tell(user: User, what: str | Promise, device: str, now: datetime) -> None:
    """Mail the owner, whose language may be another than the page's."""
    with override(user.language):
        tell_second_factor_changed(user=user, what=str(what), device=device, now=now)


def _used_words(left: int) -> Promise:
    words = ngettext_lazy(
        "er is een herstelcode gebruikt, u heeft er nog {left} over",
        "er is een herstelcode gebruikt, u heeft er nog {left} over",
        left,
    )
    return format_lazy(words, left=left)

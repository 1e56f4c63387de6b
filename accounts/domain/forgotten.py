"""Somebody says they forgot their password: how often that is heard, and what is sent to whom (ACC-5.2).

In the request the same happens for every address, so that neither the answer nor the time it takes tells whether
there is an account: one look-up, one event, one job handed over. What the job then sends, only the mailbox knows.
"""

from datetime import datetime, timedelta

from accounts.domain.invitations import is_invited, renew_invitation
from accounts.domain.messages import send_password_reset
from accounts.models import OneTimeLink, User
from kijk.audit.domain import record
from kijk.audit.models import AuditEvent
from kijk.tenancy.context import PLATFORM, tenant_scope

# Links an account is sent: more would fill a mailbox, and each makes the one before it worthless.
LINKS_AN_ACCOUNT = 3
ACCOUNT_WINDOW = timedelta(hours=1)
# Questions that are heard from one network address; a whole school can share one.
QUESTIONS_A_NETWORK = 30
NETWORK_WINDOW = timedelta(minutes=15)

ASKED = "password.forgotten"


def hear_question(*, address: str, origin: str, now: datetime) -> bool:
    """Write down that somebody asked; False when that came too often from this network, over all addresses.

    ``address`` is a digest of what was typed. In the platform's own trail, whether the address has an account or not:
    that trail is the counter too. Not a counter of axes: those would lock people out of signing in. Two questions at
    the same moment can both be the thirtieth, which does no harm. No scope may be open.
    """
    with tenant_scope(PLATFORM, origin=origin):
        asked = AuditEvent.objects.filter(action=ASKED, origin=origin, at__gt=now - NETWORK_WINDOW).count()
        if asked >= QUESTIONS_A_NETWORK:
            return False
        record(ASKED, data={"address": address})
        return True


def answer_question(*, user: User, now: datetime) -> str:
    """Send the owner of an account what helps, and return which mail that was, or "". Needs the scope.

    A link to a new password; to who was invited and has none yet, another invitation (what they want is to get in,
    and the mailbox is what an invitation trusts as well). Nothing to a closed account, to one whose invitation was
    withdrawn, nor when the account was sent three links within the hour.
    """
    # One at a time, so that no two count the same links.
    found = User.objects.select_for_update().filter(pk=user.pk, is_active=True).first()
    if found is None or _sent_lately(found, now) >= LINKS_AN_ACCOUNT:
        return ""
    if found.has_usable_password():
        send_password_reset(user=found, now=now)
        record("password.reset_sent", about=found)
        return "password_reset"
    if is_invited(found):
        renew_invitation(user=found, now=now)
        return "invitation"
    return ""


def _sent_lately(user: User, now: datetime) -> int:
    return OneTimeLink.objects.filter(user=user, created_at__gt=now - ACCOUNT_WINDOW).count()

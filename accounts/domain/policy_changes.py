"""Changing how an organisation's people sign in, and what its administrator weighs before (ACC-2, ACC-3, ACC-7, ACC-8)."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_network
from typing import Final
from uuid import UUID

from django.db.models import CharField, Count, Exists, F, Func, OuterRef, Q, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.domain.policy import hold_policy, is_suspended, listed_networks
from accounts.domain.sessions import ABSOLUTE, IDLE
from accounts.models import MINIMUM_PASSWORD_LENGTH, Passkey, SignInPolicy, TotpDevice, User, UserSession
from accounts.networks import ListedNetwork, Network, allows, shuts_out
from kijk.audit.domain import record
from kijk.web.addresses import read_address
from licensing.domain import EmailDomainInUse, remove_email_domain
from licensing.email_domains import DomainRefused
from licensing.models import EmailDomain

SHORTEST_MINIMUM: Final = MINIMUM_PASSWORD_LENGTH
LONGEST_MINIMUM: Final = 64

# What a provider hands out as one connection; within it a device changes its own address often.
_ONE_CONNECTION: Final = 64


class NetworksChangedMeanwhile(Exception):
    """The list is not the one that was shown to who saves; the message can be shown."""

    def __init__(self) -> None:
        super().__init__(
            _("De lijst is intussen veranderd. Uw lijst is nog niet bewaard. Kijk wat er nu staat en bewaar opnieuw.")
        )


class ShutsOutPresentAddress(Exception):
    """Who saves could not come back from where they are, and has not said to know that (ACC-7.3)."""

    def __init__(self, origin: str) -> None:
        """Take the address, "" where it could not be read."""
        text = _(
            "Uw adres van nu, %(address)s, staat niet in de lijst. U kunt hier dan niet meer inloggen. Zet het erbij, "
            "of vink aan dat u dit weet."
        )
        unread = _(
            "We zien niet vanaf welk adres u nu werkt. Met een lijst kunt u hier niet meer inloggen. Maak de lijst "
            "leeg, of vink aan dat u dit weet."
        )
        super().__init__(text % {"address": origin} if origin else unread)


class DomainHasAccounts(DomainRefused):
    """There are accounts with an address in the domain, closed ones included: those can be opened again."""

    def __init__(self, accounts: int) -> None:
        """Take how many there are."""
        super().__init__(
            ngettext(
                "Er is nog %(count)d account met een adres in dit domein. Ook een afgesloten account telt mee.",
                "Er zijn nog %(count)d accounts met een adres in dit domein. Ook afgesloten accounts tellen mee.",
                accounts,
            )
            % {"count": accounts}
        )


@dataclass(frozen=True)
class NetworksChange:
    """How many networks came, went, and got another description; ``is_change`` also when only the order differs."""

    is_change: bool
    added: int = 0
    removed: int = 0
    described: int = 0


@dataclass(frozen=True)
class DomainUse:
    """An e-mail domain of the organisation with the accounts that have an address in it; ``closed`` of those."""

    pk: UUID
    domain: str
    accounts: int
    closed: int


# --------------------------------------------------------------------------------- passwords and second factor


def change_password_length(*, length: int) -> bool:
    """Ask for at least this many characters of passwords chosen from now on (ACC-3.2); False when it was so already."""
    policy = hold_policy()
    before = policy.min_password_length
    if before == length:
        return False
    policy.min_password_length = length
    policy.save(update_fields=["min_password_length"])
    record("sign_in_policy.changed", about=policy, data={"min_password_length": length, "length_before": before})
    return True


def change_second_factor_for_all(*, for_all: bool) -> bool:
    """Ask a second factor of everybody, or only of whom the rules ask it anyway (ACC-8.3); False for no change."""
    policy = hold_policy()
    if policy.second_factor_for_all == for_all:
        return False
    policy.second_factor_for_all = for_all
    policy.save(update_fields=["second_factor_for_all"])
    record("sign_in_policy.changed", about=policy, data={"second_factor_for_all": for_all})
    return True


def count_without_factor() -> int:
    """Return how many open accounts have neither authenticator app nor passkey. One query."""
    app = TotpDevice.objects.filter(user=OuterRef("pk"), confirmed_at__isnull=False)
    passkey = Passkey.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(~Exists(app), ~Exists(passkey), is_active=True).count()


# ------------------------------------------------------------------------------------------------- networks


def change_networks(
    *, networks: Iterable[ListedNetwork], seen: str, origin: str, confirmed: bool = False
) -> NetworksChange:
    """Keep another list of networks (ACC-7.1); an empty one lets in from everywhere.

    ``seen`` is the mark of the list that was shown to who saves (``mark_of``): raises NetworksChangedMeanwhile when it
    is another one by now. Raises ShutsOutPresentAddress when ``origin`` is outside the new list, unless ``confirmed``.
    """
    policy, rows = hold_policy(), rows_of(networks)
    present, wanted = listed_networks(policy), listed_networks(SignInPolicy(networks=rows))
    if wanted == present:
        return NetworksChange(is_change=False)
    if seen != mark_of(policy):
        raise NetworksChangedMeanwhile
    if not confirmed and shuts_out((listed.network for listed in wanted), origin):
        raise ShutsOutPresentAddress(origin)
    change = _compare(present, wanted)
    policy.networks = rows
    policy.save(update_fields=["networks"])
    counts = {"added": change.added, "removed": change.removed, "described": change.described}
    record("sign_in_policy.networks_changed", about=policy, data={**counts, "networks": len(rows)})
    return change


def end_emergency(*, origin: str, now: datetime, confirmed: bool = False) -> bool:
    """Apply the list again at once, before the emergency route ends by itself; False when it was not in force.

    Raises ShutsOutPresentAddress when ``origin`` is outside the list, unless ``confirmed``.
    """
    policy = hold_policy()
    if not is_suspended(policy, now):
        return False
    if not confirmed and shuts_out((listed.network for listed in listed_networks(policy)), origin):
        raise ShutsOutPresentAddress(origin)
    policy.networks_suspended_until = None
    policy.save(update_fields=["networks_suspended_until"])
    record("sign_in_policy.emergency_ended", about=policy)
    return True


def rows_of(networks: Iterable[ListedNetwork]) -> list[dict[str, str]]:
    """Return a list as it is kept; blanks that stood around signs nobody sees are single ones then."""
    return [{"network": str(each.network), "description": " ".join(each.description.split())} for each in networks]


def mark_of(policy: SignInPolicy) -> str:
    """Return what a list of networks is known by: the same for the same networks and descriptions in the same order."""
    rows = [[str(listed.network), listed.description] for listed in listed_networks(policy)]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def lines_of(policy: SignInPolicy) -> list[str]:
    """Return the list as one writes it, a network a line; ``parse_networks`` reads it back as it was."""
    return [f"{written(listed.network)} {listed.description}".rstrip() for listed in listed_networks(policy)]


def written(network: Network) -> str:
    """Return a network as one writes it: a single address without its length."""
    single = network.prefixlen == network.max_prefixlen
    return str(network.network_address) if single else str(network)


def suggested_for(origin: str) -> str:
    """Return what to put in the list for an address: of IPv6 the connection's whole block; "" for no address. Pure."""
    address = read_address(origin)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _ONE_CONNECTION), strict=False))
    return "" if address is None else str(address)


def sessions_outside(networks: Iterable[ListedNetwork], *, but: User, now: datetime) -> int:
    """Return how many open sessions of others began at an address outside a list. One query."""
    listed = [each.network for each in networks]
    begun = Q(last_active_at__gt=now - IDLE, started_at__gt=now - ABSOLUTE)
    rows = UserSession.objects.filter(begun, ended_at=None).exclude(user=but).values_list("origin")
    by_origin: Mapping[str, int] = dict(rows.annotate(found=Count("pk")).order_by("origin"))
    return sum(found for origin, found in by_origin.items() if not allows(listed, origin))


def _compare(before: list[ListedNetwork], after: list[ListedNetwork]) -> NetworksChange:
    old = {listed.network: listed.description for listed in before}
    new = {listed.network: listed.description for listed in after}
    both = old.keys() & new.keys()
    return NetworksChange(
        is_change=True,
        added=len(new.keys() - old.keys()),
        removed=len(old.keys() - new.keys()),
        described=sum(old[network] != new[network] for network in both),
    )


# ------------------------------------------------------------------------------------------- e-mail domains


def domains_in_use() -> list[DomainUse]:
    """Return the organisation's e-mail domains with how many accounts each has, in their order. Two queries."""
    counts = {domain: (accounts, closed) for domain, accounts, closed in _accounts_by_domain()}
    rows = EmailDomain.objects.order_by("domain").values_list("pk", "domain")
    return [DomainUse(pk, domain, *counts.get(domain, (0, 0))) for pk, domain in rows]


def remove_unused_domain(*, domain_id: UUID) -> None:
    """Take an e-mail domain away (ACC-2).

    Raises DomainRefused for the last one and for one that an account has its address in, closed accounts included;
    EmailDomain.DoesNotExist for one that is not the organisation's.
    """
    try:
        # Counted when it is this removal's turn, not before.
        remove_email_domain(domain_id=domain_id, is_used=lambda domain: _accounts_in(domain) > 0)
    except EmailDomainInUse as refusal:
        raise DomainHasAccounts(_accounts_in(EmailDomain.objects.get(pk=domain_id).domain)) from refusal


def _accounts_in(domain: str) -> int:
    return User.objects.filter(email__endswith=f"@{domain}").count()


def _accounts_by_domain() -> list[tuple[str, int, int]]:
    """Return each domain of the accounts' addresses, with how many accounts there are and how many are closed."""
    # A quoted part before the "@" can hold one too.
    behind_the_last_at = Func(F("email"), Value("^.*@"), Value(""), function="regexp_replace", output_field=CharField())
    rows = User.objects.annotate(domain=behind_the_last_at).values_list("domain")
    closed = Count("pk", filter=Q(is_active=False))
    return list(rows.annotate(accounts=Count("pk"), closed=closed).order_by("domain"))

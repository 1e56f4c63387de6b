"""What an organisation asks of those who sign in, and whom it lets in from where (ACC-3, ACC-7, ACC-8)."""

from datetime import datetime

from accounts.models import SignInPolicy, User
from accounts.networks import ListedNetwork, allows, parse_network
from accounts.roles import ALWAYS_SECOND_FACTOR


def current_policy() -> SignInPolicy:
    """Return the policy of the organisation in scope; the defaults where it has set none. One query."""
    return SignInPolicy.objects.first() or SignInPolicy()


def hold_policy() -> SignInPolicy:
    """Return the policy to change it, made when there is none, with its lock until the transaction ends."""
    rows = SignInPolicy.objects.select_for_update()
    found = rows.first()
    if found is not None:
        return found
    # Somebody else may be making it at this moment.
    SignInPolicy.objects.bulk_create([SignInPolicy()], ignore_conflicts=True)
    return rows.get()


def listed_networks(policy: SignInPolicy) -> list[ListedNetwork]:
    """Return the networks of the list with their descriptions, in the order they were written in."""
    return [ListedNetwork(parse_network(entry["network"]), entry["description"]) for entry in policy.networks]


def is_suspended(policy: SignInPolicy, now: datetime) -> bool:
    """Say whether the emergency route is in force: the list is then not applied."""
    return policy.networks_suspended_until is not None and now < policy.networks_suspended_until


def lets_in(policy: SignInPolicy, origin: str, now: datetime) -> bool:
    """Say whether the organisation's people may work from this network address now (ACC-7)."""
    if not policy.networks or is_suspended(policy, now):
        return True
    return allows([listed.network for listed in listed_networks(policy)], origin)


def needs_second_factor(user: User, policy: SignInPolicy) -> bool:
    """Say whether this person may not do without a second factor (ACC-8.3); up to two queries, cached on the user."""
    if policy.second_factor_for_all:
        return True
    return any(assignment.role in ALWAYS_SECOND_FACTOR for assignment in user.access.assignments)

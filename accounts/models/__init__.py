"""The models of accounts."""

from accounts.models.credentials import Passkey, PasswordHistory, RecoveryCode, TotpDevice, TotpSecret
from accounts.models.links import OneTimeLink
from accounts.models.policy import MAXIMUM_PASSWORD_LENGTH, MINIMUM_PASSWORD_LENGTH, SignInPolicy
from accounts.models.reviews import AccessReview, AccessReviewEntry
from accounts.models.roles import RoleAssignment
from accounts.models.sessions import UserSession
from accounts.models.users import PersonName, User, UserManager

__all__ = [
    "MAXIMUM_PASSWORD_LENGTH",
    "MINIMUM_PASSWORD_LENGTH",
    "AccessReview",
    "AccessReviewEntry",
    "OneTimeLink",
    "Passkey",
    "PasswordHistory",
    "PersonName",
    "RecoveryCode",
    "RoleAssignment",
    "SignInPolicy",
    "TotpDevice",
    "TotpSecret",
    "User",
    "UserManager",
    "UserSession",
]

"""Declarations for the tables that come with Django: they are ours to account for too (PRI-1)."""

from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject, declare

_NOTHING_PERSONAL = PersonalData(
    subject=Subject.NONE,
    purpose=Purpose.ADMINISTRATION,
    retention=Retention.PERMANENT,
    export=Export.NEVER,
    erase=Erasure.KEEP,
    default=Category.TECHNICAL,
)


def declare_third_party() -> None:
    """Declare the models of Django's own apps and of axes."""
    for label in ("contenttypes.ContentType", "auth.Permission", "auth.Group", "auth.Group_permissions"):
        declare(label, _NOTHING_PERSONAL)
    declare(
        "sessions.Session",
        PersonalData(
            subject=Subject.USER,
            purpose=Purpose.ACCESS,
            retention=Retention.SESSION,
            export=Export.NEVER,
            erase=Erasure.DELETE,
            default=Category.SESSION,
        ),
    )
    # Of an attempt axes keeps the network address, the browser's own description and a digest of what was typed.
    for label in ("AccessAttempt", "AccessAttemptExpiration", "AccessFailureLog", "AccessLog"):
        declare(
            f"axes.{label}",
            PersonalData(
                subject=Subject.USER,
                purpose=Purpose.ACCESS,
                retention=Retention.ATTEMPTS,
                export=Export.NEVER,
                erase=Erasure.DELETE,
                default=Category.LOGGING,
            ),
        )

"""Two tenants with at least one row in every tenant table: a leak test needs the row that could leak."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import psycopg
from django.test import Client
from django.utils import timezone
from psycopg import sql

from accounts.domain.links import create_link
from accounts.domain.reviews import begin_review, decide, sign_review
from accounts.domain.sessions import begin_session
from accounts.domain.totp import new_secret
from accounts.models import (
    AccessReviewEntry,
    OneTimeLink,
    Passkey,
    PasswordHistory,
    RecoveryCode,
    SignInPolicy,
    TotpDevice,
    User,
    UserSession,
)
from accounts.roles import Role
from kijk.drafts.domain import save_draft
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.guards import tenant_tables
from kijk.tenancy.ids import uuid7
from observations.models import (
    Answer,
    Area,
    Child,
    Group,
    Instrument,
    InstrumentVersion,
    Line,
    LineResult,
    Milestone,
    Note,
    NoteLine,
    NoteText,
    Registration,
    RegistrationPeriod,
    RegistrationText,
    RemarkText,
    Scale,
    ScaleScore,
    SensitiveRemark,
)
from tests import factories
from tests.clients import client_of
from tests.mails import waiting_mail

DAY = date(2026, 10, 5)


@dataclass(frozen=True)
class Content:
    """The smallest instrument, shared by all tenants."""

    version: InstrumentVersion
    line: Line
    milestone: Milestone
    scale: Scale


@dataclass(frozen=True)
class Tenant:
    """One organisation with its rows."""

    id: UUID
    user: User
    group: Group
    child: Child
    note: Note
    registration: Registration


def content() -> Content:
    """Make one line with one milestone and one scale, not published."""
    instrument = Instrument.objects.create(code="proef")
    version = InstrumentVersion.objects.create(
        instrument=instrument, version="1", name="Proef", scoring_rule="item_shares", response_scale="pass_fail",
        content_hash=b"0",
    )  # fmt: skip
    area = Area.objects.create(version=version, code="gebied", name="Gebied", position=1)
    line = Line.objects.create(version=version, area=area, code="lijn", name="Lijn", position=1)
    milestone = Milestone.objects.create(
        line=line, code="mijlpaal", text="Lacht.", example="", caution="", typical_from=1, typical_to=3,
        confidence="low", position=1,
    )  # fmt: skip
    scale = Scale.objects.create(version=version, code="schaal", kind="well_being", name="S", question="?", position=1)
    return Content(version, line, milestone, scale)


def tenant(shared: Content) -> Tenant:
    """Make an organisation with a row in each of its tables."""
    organisation_id = factories.organisation()
    with tenant_scope(organisation_id):
        user = factories.user(Role.ADMINISTRATOR, password=None)
        group = factories.group(staff=user)
        child = factories.child(group)
        note = Note(child=child, author=user, entry_id=uuid7(), observed_on=DAY)
        note.content = NoteText("Bouwde samen een toren.", "in de bouwhoek")
        note.save()
        NoteLine.objects.create(note=note, line=shared.line)
        waiting_mail(user)
        _sign_in_rows(user)
        save_draft(user_id=user.pk, key=f"note:{uuid7()}", fields={"text": ["Bouwde sa"]}, now=timezone.now())
        _remark(child, user)
        registration = _registration(shared, child, group, user)
    return Tenant(organisation_id, user, group, child, note, registration)


def _remark(child: Child, user: User) -> None:
    remark = SensitiveRemark(child=child, author=user, entry_id=uuid7(), written_at=timezone.now())
    remark.content = RemarkText(SensitiveRemark.Kind.HEALTH, "Heeft een notenallergie.")
    remark.save()


def _sign_in_rows(user: User) -> None:
    now = timezone.now()
    SignInPolicy.objects.create()
    PasswordHistory.objects.create(user=user, encoded="!")
    create_link(user=user, kind=OneTimeLink.Kind.RESET, expires_at=now, now=now)
    device = TotpDevice(user=user, confirmed_at=now)
    device.secret = new_secret()
    device.save()
    RecoveryCode.objects.create(user=user, encoded="!")
    Passkey.objects.create(user=user, credential_id=user.pk.bytes, public_key=b"-", name="Telefoon")
    begin_session(
        user=user,
        session_key=str(user.pk),
        device="Safari op iPad",
        origin="127.0.0.1",
        method=UserSession.Method.TOTP,
        second_factor=True,
        now=now,
    )
    review = begin_review(by=user, now=now)
    entries = AccessReviewEntry.objects.values_list("pk", flat=True)
    decide(review=review, decisions=dict.fromkeys(entries, "keep"), by=user, now=now)
    sign_review(review=review, by=user, now=now)


def _registration(shared: Content, child: Child, group: Group, user: User) -> Registration:
    period = RegistrationPeriod.objects.create(name="Najaar", begins_on=DAY, ends_on=DAY)
    made = Registration(
        child=child, version=shared.version, period=period, group=group, registered_on=DAY, started_by=user
    )
    made.texts = RegistrationText("Gaat goed.")
    made.save()
    Answer.objects.create(registration=made, milestone=shared.milestone, value=2, answered_on=DAY, author=user)
    ScaleScore.objects.create(registration=made, scale=shared.scale, half_points=8)
    LineResult.objects.create(
        registration=made, child=child, line=shared.line, period=period, location=group.location, group=group,
        registered_on=DAY, age_days=1000, vve=False, gender="girl", coverage=1, rule_version="1",
    )  # fmt: skip
    return made


def two_tenants() -> tuple[Tenant, Tenant]:
    """Make two of them, ours and theirs."""
    shared = content()
    return tenant(shared), tenant(shared)


def column_of(table: str) -> str:
    """Return the column that names the organisation."""
    return "id" if table == "licensing_organisation" else "organisation_id"


def rows_by_table(url: str, organisation_id: UUID | None = None) -> dict[str, int]:
    """Count the rows of each tenant table as the role of ``url`` sees them, of one organisation or of all."""
    found = {}
    with psycopg.connect(url) as connection:
        for table in sorted(tenant_tables()):
            statement = sql.SQL("SELECT count(*) FROM {} WHERE %(id)s::uuid IS NULL OR {} = %(id)s").format(
                sql.Identifier(table), sql.Identifier(column_of(table))
            )
            row = connection.execute(statement, {"id": organisation_id}).fetchone()
            found[table] = row[0] if row else 0
    return found


def signed_in(user: User, **options: bool) -> Client:
    """Return a client with a session of the user; no scope may be open."""
    return client_of(user, client=Client(**options))  # type: ignore[arg-type]

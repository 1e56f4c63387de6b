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
from kijk.jobs.domain import start_job
from kijk.jobs.shown import JobBytes
from kijk.tenancy.context import tenant_scope
from kijk.tenancy.guards import tenant_tables
from kijk.tenancy.ids import uuid7
from observations.models import (
    Activity,
    ActivityText,
    AddendumText,
    Answer,
    Area,
    BsoAnswer,
    BsoFollowUp,
    BsoRegistration,
    BsoScore,
    BsoSettings,
    BsoText,
    Child,
    ClusterActivity,
    ClusterMember,
    ClusterText,
    ExampleText,
    ExtraRegistration,
    FollowUpText,
    Group,
    GroupPlan,
    ImportKey,
    ImportPreview,
    ImportRow,
    ImportSource,
    Instrument,
    InstrumentVersion,
    Line,
    LineResult,
    Milestone,
    Note,
    NoteAddendum,
    NoteLine,
    NoteMilestone,
    NoteText,
    ParentsWords,
    PlanCluster,
    PlanLine,
    PlannedAge,
    PreviewDetails,
    Registration,
    RegistrationPeriod,
    RegistrationText,
    RemarkText,
    ReportExample,
    ReportPreparation,
    ReportTexts,
    RowText,
    Scale,
    ScaleScore,
    SchoolYearChild,
    SchoolYearMove,
    SchoolYearStaff,
    SchoolYearStep,
    SelfReport,
    SensitiveRemark,
    Signal,
    SignalNote,
    SignalNoteText,
    SignalRuleSetting,
    SignalText,
)
from tests import factories
from tests.clients import client_of
from tests.kijk.jobs import kinds as _kinds  # noqa: F401 - declares the kind of the job below
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
        note = _note(shared, child, user)
        waiting_mail(user)
        _sign_in_rows(user)
        save_draft(user_id=user.pk, key=f"note:{uuid7()}", fields={"text": ["Bouwde sa"]}, now=timezone.now())
        _job(user)
        _import(child, group, user)
        _remark(child, user)
        _signal(child, user)
        _report(child, note, user)
        registration = _registration(shared, child, group, user)
        _plan(shared, child, group, user)
        _school_year(child, group, user)
        _bso(shared, child, group, user)
    return Tenant(organisation_id, user, group, child, note, registration)


def _bso(shared: Content, child: Child, group: Group, user: User) -> None:
    made = BsoRegistration(child=child, version=shared.version, group=group, observed_on=DAY, started_by=user)
    made.texts = BsoText("Gaat goed.")
    made.save()
    BsoAnswer.objects.create(
        registration=made, view="staff", milestone=shared.milestone, value=2, author=user, answered_at=timezone.now()
    )
    BsoScore.objects.create(registration=made, scale=shared.scale, half_points=8, author=user)
    BsoSettings.objects.create()
    follow_up = BsoFollowUp(
        registration=made, child=child, entry_id=uuid7(), responsible=user, due_on=DAY, written_by=user,
        written_at=timezone.now(), done_on=DAY, done_by=user,
    )  # fmt: skip
    follow_up.content = FollowUpText("Elke dinsdag een spel.")
    follow_up.save()
    SelfReport.objects.create(
        registration=made, version=shared.version, code_hash="0", started_by=user, made_at=timezone.now()
    )


def _school_year(child: Child, group: Group, user: User) -> None:
    move = SchoolYearMove.objects.create(school_year=2027, begins_on=DAY, started_by=user)
    step = SchoolYearStep.objects.create(move=move, group=group, name=group.name, kind=group.kind)
    SchoolYearStaff.objects.create(step=step, user=user, target="stay")
    SchoolYearChild.objects.create(move=move, child=child, target="stay")


def _plan(shared: Content, child: Child, group: Group, user: User) -> None:
    plan = GroupPlan.objects.create(group=group, begins_on=DAY, ends_on=DAY, created_by=user)
    plan_line = PlanLine.objects.create(plan=plan, line=shared.line)
    cluster = PlanCluster(plan_line=plan_line, level="basis", changed_by=user, changed_at=timezone.now())
    cluster.texts = ClusterText(goal="Speelt samen.")
    cluster.save()
    ClusterMember.objects.create(plan_line=plan_line, child=child, level="basis", proposed="unseen")
    own = Activity.objects.create(
        title="Winkel", description="Speel winkel.", lines=["lijn"], from_months=0, until_months=12, author=user
    )
    activity = ClusterActivity(cluster=cluster, source=str(own.pk))
    activity.content = ActivityText("Winkel")
    activity.save()


def _note(shared: Content, child: Child, user: User) -> Note:
    note = Note(child=child, author=user, entry_id=uuid7(), observed_on=DAY)
    note.content = NoteText("Bouwde samen een toren.", "in de bouwhoek")
    note.save()
    NoteLine.objects.create(note=note, line=shared.line)
    NoteMilestone.objects.create(note=note, milestone=shared.milestone, shows=NoteMilestone.Shows.SECURE)
    addendum = NoteAddendum(note=note, child=child, author=user, entry_id=uuid7(), written_at=timezone.now())
    addendum.content = AddendumText("Later ook met Mo.")
    addendum.save()
    return note


def _job(user: User) -> None:
    file = JobBytes("Yara.csv", "text/csv", b"Yara;van Dijk")
    start_job(kind="proef.copy", user_id=user.pk, parameters={}, files=[file], now=timezone.now())


def _import(child: Child, group: Group, user: User) -> None:
    file = JobBytes("Yara.csv", "text/csv", b"Yara;van Dijk")
    job = start_job(kind="proef.copy", user_id=user.pk, parameters={}, files=[file], now=timezone.now())
    source = ImportSource.objects.create(name="Administratie", format="csv", location=group.location)
    ImportKey.objects.create(source=source, kind=ImportKey.Kind.CHILD, digest=child.pk.bytes, child=child)
    ImportKey.objects.create(source=source, kind=ImportKey.Kind.GROUP, digest=group.pk.bytes, group=group)
    ImportKey.objects.create(source=source, kind=ImportKey.Kind.STAFF, digest=user.pk.bytes, user=user)
    preview = ImportPreview(job=job, source=source, fingerprint=b"-")
    preview.details = PreviewDetails()
    preview.save()
    row = ImportRow(preview=preview, position=0, kind=ImportRow.Kind.CHILD, outcome=ImportRow.Outcome.ADDED)
    row.text = RowText("Yara van Dijk")
    row.save()


def _report(child: Child, note: Note, user: User) -> None:
    prepared = ReportPreparation(
        child=child, kind=ReportPreparation.Kind.PARENTS, registered_on=DAY, written_by=user, written_at=timezone.now()
    )
    prepared.texts = ReportTexts(conclusion="Gaat graag naar de groep.")
    prepared.words, prepared.talk_on = ParentsWords("Thuis vertelt ze veel.", "parent"), DAY
    prepared.words_by, prepared.words_at = user, timezone.now()
    prepared.save()
    example = ReportExample(preparation=prepared, child=child, note=note)
    example.text = ExampleText("Bouwde een toren.")
    example.save()


def _signal(child: Child, user: User) -> None:
    now = timezone.now()
    signal = Signal(child=child, rule="talk_wish", priority=10, raised_at=now, updated_at=now)
    signal.texts = SignalText("Heeft gepraat met de mentor.")
    signal.save()
    note = SignalNote(signal=signal, child=child, author=user, entry_id=uuid7(), written_at=now)
    note.content = SignalNoteText("Wil graag over thuis praten.")
    note.save()
    SignalRuleSetting.objects.create(rule="line_attention", audience="team", changed_at=now, changed_by=user)


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
    PlannedAge.objects.create(months=27, planned_on=DAY)
    ExtraRegistration.objects.create(
        name="Nulmeting", lines=["lijn"], audience="child", child=child, begins_on=DAY, ends_on=DAY
    )
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

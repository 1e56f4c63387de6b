"""The outbox: mails that wait for being sent, and for a month the fact that they were."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from kijk.encryption.fields import SealedField
from kijk.personal_data.register import Category, Erasure, Export, PersonalData, Purpose, Retention, Subject
from kijk.tenancy.models import GroundTenantModel


@dataclass(frozen=True, repr=False)
class MailContent:
    """What is sent and to which address: one sealed value, for it may hold a link that opens an account."""

    recipient: str
    subject: str
    text: str
    html: str


class OutboxMessage(GroundTenantModel):
    """One mail to one user. Its content is there while it waits, and emptied the moment it no longer does.

    While a worker is sending it, ``next_attempt_at`` stands in the future, so that no other worker takes it up.
    """

    class State(models.TextChoices):
        """What has become of it."""

        WAITING = "waiting", _("wacht")
        SENT = "sent", _("verstuurd")
        FAILED = "failed", _("niet gelukt")
        EXPIRED = "expired", _("verlopen")

    kind = models.CharField(max_length=40)
    # No reference: the ground floor knows no users.
    to_user_id = models.UUIDField()
    language = models.CharField(max_length=2)
    content = SealedField(MailContent, label="mail.outbox_message.content", null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    # The kind of error and the mail server's number, such as "SMTPDataError 451"; never its words.
    last_error = models.CharField(max_length=64, blank=True)

    personal_data = PersonalData(
        subject=Subject.USER,
        purpose=Purpose.ACCESS,
        retention=Retention.MAIL,
        export=Export.FILE,
        erase=Erasure.DELETE,
        default=Category.TECHNICAL,
        fields=dict.fromkeys(("content", "kind", "to_user_id", "state", "sent_at"), Category.MAIL),
    )

    class Meta(GroundTenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="mail_content_while_waiting",
                condition=models.Q(state="waiting", content__isnull=False)
                | models.Q(state__in=["sent", "failed", "expired"], content__isnull=True),
            ),
            models.CheckConstraint(
                name="mail_sent_at_when_sent",
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation_id", "next_attempt_at"], name="mail_due", condition=models.Q(state="waiting")
            ),
            models.Index(fields=["organisation_id", "created_at"], name="mail_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

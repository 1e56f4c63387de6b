"""``manage.py verify_audit``: is every organisation's trail whole?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kijk.audit.organisations import organisations_with_trail
from kijk.audit.verify import organisations_with_checkpoints, verify_organisation, write_checkpoint


class Command(BaseCommand):
    """Verify all chains; exits with 1 and one line per fault when anything was altered, removed or inserted."""

    help = "Verify the audit trail of every organisation (AUD-1)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the option to write checkpoints after a clean run."""
        parser.add_argument("--checkpoint", action="store_true", help="write a signed checkpoint of each whole chain")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, and write checkpoints where asked."""
        faulty = 0
        for organisation_id in sorted({*organisations_with_trail(), *organisations_with_checkpoints()}):
            events, faults = verify_organisation(organisation_id)
            faulty += len(faults)
            for fault in faults:
                self.stderr.write(f"{fault.organisation_id} event {fault.sequence}: {fault.reason}")
            if not faults:
                self.stdout.write(f"{organisation_id}: {events} events, whole")
                if options["checkpoint"]:
                    write_checkpoint(organisation_id)
        if faulty:
            raise CommandError(f"{faulty} faults in the audit trail.")

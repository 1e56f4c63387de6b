"""Start-up of the personal-data register."""

from django.apps import AppConfig
from django.core.checks import Tags, register


class PersonalDataConfig(AppConfig):
    """Declares third-party tables and registers the check."""

    name = "kijk.personal_data"
    label = "personal_data"

    def ready(self) -> None:
        """Make the register complete and have it checked with every start."""
        from kijk.personal_data.checks import check_declarations
        from kijk.personal_data.third_party import declare_third_party

        declare_third_party()
        register(check_declarations, Tags.models)

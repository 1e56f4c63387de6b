"""What leaflet and processing register are made from: one organisation, its deployment, and the register of the code."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from accounts.roles import Right
from kijk.personal_data.register import Entry, Item, entries, items, personal_items
from licensing.domain import current_organisation
from licensing.modules import Module
from licensing.subprocessors import Subprocessor, subprocessors


@dataclass(frozen=True)
class Facts:
    """The controller, the processor, the modules that are on, and who else handles the data, on a day."""

    on: date
    organisation: str
    identifier: str
    modules: tuple[Module, ...]
    processor: str
    subprocessors: tuple[Subprocessor, ...]
    over_tls: bool

    def has(self, module: Module | None) -> bool:
        """Say whether a module is on; what belongs to none always is."""
        return module is None or module in self.modules

    def items(self) -> list[Item]:
        """Return what is kept of people with the modules that are on."""
        return list(personal_items(self._codes()))

    def entries(self) -> list[Entry]:
        """Return the same, put together by data subject, purpose and retention."""
        return entries(self._codes())

    def rights(self) -> list[Right]:
        """Return the rights that exist with the modules that are on."""
        return [right for right in Right if self.has(right.module)]

    def _codes(self) -> set[str]:
        return {module.value for module in self.modules}


def facts_of_organisation(*, on: date) -> Facts:
    """Return the facts about the organisation in scope; one query."""
    organisation = current_organisation()
    return Facts(
        on=on,
        organisation=organisation.name,
        identifier=f"{organisation.get_identifier_kind_display()} {organisation.identifier}",
        modules=tuple(module for module in Module if organisation.has_module(module)),
        processor=settings.PROCESSOR,
        subprocessors=subprocessors(),
        over_tls=settings.SECURE_SSL_REDIRECT,
    )


def keeps_something(module: Module) -> bool:
    """Say whether a module keeps data of its own; monitoring, for one, only reads those of others."""
    return any(item.module == module.value for item in items())

"""A model field whose value is sealed in the database and opened when it is read on an instance (SEC-2).

A plain field does not know the row it is in, but a sealed value is bound to its organisation, its column's label
and its row. So the instance holds the bytes, and a descriptor opens them with the instance's own context.
"""

import base64
import json
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload
from uuid import UUID

from django.core.checks import CheckMessage, Error
from django.core.exceptions import FieldError, ValidationError
from django.db import models

from kijk.encryption.keyring import keyring
from kijk.encryption.primitives import DecryptionError, key_version_of, seal, unseal

T = TypeVar("T")

if TYPE_CHECKING:
    _Field = models.Field[Any, Any]
else:
    # Django's Field takes no type arguments at run time.
    _Field = models.Field


class SealedValue:
    """The bytes of a sealed value as the database has them. Shows nothing of what is inside."""

    __slots__ = ("content",)

    def __init__(self, content: bytes) -> None:
        self.content = content

    def __repr__(self) -> str:
        return "<sealed>"

    def __reduce__(self) -> Any:
        raise TypeError("A sealed value does not travel: not into sessions, caches or task arguments.")


class _Open(Generic[T]):
    """A value in the clear, on its way to the database or just read from it.

    It does not keep its sealed form: every write seals anew, for the row it is written to and with the newest key.
    """

    __slots__ = ("value",)

    def __init__(self, value: T) -> None:
        self.value = value

    def __repr__(self) -> str:
        return "<sealed>"

    def __reduce__(self) -> Any:
        raise TypeError("A sealed value does not travel: not into sessions, caches or task arguments.")


class SealedAttribute(Generic[T]):
    """Opens the field's value with the context of the instance it is read on."""

    def __init__(self, field: "SealedField[T]") -> None:
        self.field = field

    @overload
    def __get__(self, instance: None, owner: Any) -> "SealedAttribute[T]": ...
    @overload
    def __get__(self, instance: models.Model, owner: Any) -> T: ...
    def __get__(self, instance: models.Model | None, owner: Any) -> Any:
        """Return the value in the clear; raises DecryptionError rather than ever handing out ciphertext."""
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        held = instance.__dict__[name]
        if isinstance(held, SealedValue):
            held = instance.__dict__[name] = _Open(self.field.open(instance, held))
        return held.value if isinstance(held, _Open) else held

    def __set__(self, instance: models.Model, value: Any) -> None:
        """Hold a value: sealed as it came from the database, or in the clear until it is saved."""
        if value is not None and not isinstance(value, SealedValue | _Open):
            value = _Open(value)
        instance.__dict__[self.field.attname] = value


class SealedField(_Field, Generic[T]):
    """A sealed value of type ``structure``: text, or a frozen dataclass of texts kept as one value.

    ``label`` names table and column for good (it is part of what the value is bound to, so it survives renames).
    ``subject`` is the attribute that holds the child's id, whose key seals the value; "" seals with the
    organisation's own key. Lookups, ordering and aggregates raise FieldError.
    """

    sealed = True
    empty_strings_allowed = False

    def __init__(self, structure: type[T] | None = None, *, label: str = "", subject: str = "", **kwargs: Any) -> None:
        self.structure = structure or str
        self.label = label
        self.subject = subject
        kwargs["editable"] = False
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        """Keep label and subject for migrations; the structure is the code's own affair."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, args, {**kwargs, "label": self.label, "subject": self.subject}

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        """Put the opening descriptor on the model."""
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, SealedAttribute(self))

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Refuse what a sealed value cannot do."""
        faults = super().check(**kwargs)
        if not self.label:
            faults.append(Error("A sealed field needs a label.", obj=self, id="encryption.E001"))
        if "__repr__" in vars(self.structure) and self.structure not in {str, bytes}:
            message = f"{self.structure.__name__} would show its content in a log: give it repr=False."
            faults.append(Error(message, obj=self, id="encryption.E004"))
        if self.unique or vars(self)["db_index"] or self.has_default():
            faults.append(
                Error("A sealed field cannot be unique, indexed or defaulted.", obj=self, id="encryption.E002")
            )
        return faults

    def get_internal_type(self) -> str:
        """Store as PostgreSQL's bytea."""
        return "BinaryField"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> SealedValue | None:
        """Hand the stored bytes on, closed."""
        return None if value is None else SealedValue(bytes(value))

    def get_lookup(self, lookup_name: str) -> Any:
        """Allow ``isnull`` alone; raises FieldError on any comparison."""
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is sealed: it cannot be compared in the database.")

    def get_transform(self, lookup_name: str) -> Any:
        """Allow none: raises FieldError."""
        raise FieldError(f"{self.name} is sealed: it cannot be compared in the database.")

    def pre_save(self, model_instance: models.Model, add: bool) -> SealedValue | None:
        """Seal a value for its row; hand one that was not read on as it is, if it is this row's."""
        held = model_instance.__dict__.get(self.attname)
        if held is None:
            return None
        if isinstance(held, _Open):
            return self.close(model_instance, held.value)
        if add:
            raise FieldError(f"{self.name}: a sealed value belongs to its row; read it, and assign what was read.")
        self.open(model_instance, held)
        return cast(SealedValue, held)

    def get_prep_value(self, value: Any) -> bytes | None:
        """Accept what was sealed for a row; raises FieldError on a clear value (as bulk_update() would pass)."""
        if value is None:
            return None
        if isinstance(value, SealedValue):
            return value.content
        raise FieldError(f"{self.name} is sealed: set it on an instance and save that.")

    def to_python(self, value: Any) -> T | None:
        """Accept a value of the field's type; raises ValidationError on any other, such as a serialised one."""
        if value is None or isinstance(value, self.structure):
            return cast("T | None", value)
        raise ValidationError(f"{self.name} takes a {self.structure.__name__}; what is sealed cannot be loaded.")

    def value_to_string(self, obj: models.Model) -> str:
        """Serialise as base64 of the sealed bytes, never the clear value. It is not meant to be loaded again."""
        value = self.pre_save(obj, add=False)
        return base64.b64encode(value.content).decode() if value else ""

    def open(self, instance: models.Model, sealed: SealedValue) -> T:
        """Decrypt a stored value of ``instance``; raises DecryptionError."""
        version = key_version_of(sealed.content)
        key = self._key(instance, version)[1]
        return self.decode(unseal(key, sealed.content, context=self._context(instance)))

    def decode(self, content: bytes) -> T:
        """Return the value that ``encode`` made these bytes of; raises DecryptionError when it is not the code's."""
        text = content.decode()
        if self.structure is str:
            return cast(T, text)
        try:
            return cast(T, self.structure(**json.loads(text)))
        except (TypeError, ValueError):
            # Without its cause, which would show the text.
            raise DecryptionError(f"{self.label}: the stored structure is not the code's.") from None

    def close(self, instance: models.Model, value: T) -> SealedValue:
        """Encrypt ``value`` for the row of ``instance``; raises TypeError when it is not of the field's type."""
        if not isinstance(value, self.structure):
            raise TypeError(f"{self.name} takes a {self.structure.__name__}, not a {type(value).__name__}.")
        version, key = self._key(instance, None)
        return SealedValue(seal(key, self.encode(value), context=self._context(instance), key_version=version))

    def encode(self, value: T) -> bytes:
        """Return the bytes that are sealed: the text, or the structure as JSON."""
        if is_dataclass(value) and not isinstance(value, type):
            return json.dumps(asdict(value), ensure_ascii=False, separators=(",", ":")).encode()
        return str(value).encode()

    def _key(self, instance: models.Model, version: int | None) -> tuple[int, bytes]:
        if not self.subject:
            return keyring().organisation_key(version=version)
        subject_id: UUID = getattr(instance, self.subject)
        return keyring().subject_key(subject_id, version)

    def _context(self, instance: models.Model) -> str:
        organisation_id: UUID = instance.organisation_id  # type: ignore[attr-defined]
        return f"{organisation_id}|{self.label}|{instance.pk}"


class SealedBytesField(SealedField[bytes]):
    """The sealed content of a file, as it is: no text around it, so that it takes 32 bytes more and not a third more."""

    def __init__(
        self, structure: type[bytes] | None = None, *, label: str = "", subject: str = "", **kwargs: Any
    ) -> None:
        super().__init__(structure or bytes, label=label, subject=subject, **kwargs)

    def decode(self, content: bytes) -> bytes:
        """Return the bytes themselves."""
        return content

    def encode(self, value: bytes) -> bytes:
        """Return the bytes themselves."""
        return value

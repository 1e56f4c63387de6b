"""Row identifiers."""

from kijk.tenancy.ids import uuid7


def test_uuid7_has_version_and_variant_of_rfc_9562() -> None:
    found = uuid7()
    assert (found.version, found.variant) == (7, "specified in RFC 4122")


def test_uuid7_orders_by_time() -> None:
    milliseconds = [uuid7().int >> 80 for _ in range(1000)]
    assert milliseconds == sorted(milliseconds)


def test_uuid7_never_repeats() -> None:
    assert len({uuid7() for _ in range(10_000)}) == 10_000

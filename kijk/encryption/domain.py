"""What happens to an organisation's keys (SEC-2). Both leave their event in the organisation's trail."""

from kijk.audit.domain import record
from kijk.encryption.keyring import keyring, master_keys


def rewrap_organisation_keys() -> int:
    """Wrap all keys of the organisation in scope with the newest master key; return how many were behind.

    Raises DecryptionError when a master key that still wraps one of them is missing or wrong; nothing is changed then.
    """
    behind = keyring().rewrap()
    if behind:
        record("keys.rewrapped", data={"keys": behind, "master_version": max(master_keys())})
    return behind


def rotate_organisation_key() -> int:
    """Give the organisation in scope a new data key, wrap every child's key with it, and return its version."""
    version = keyring().rotate_organisation_key()
    record("keys.rotated", data={"version": version})
    return version

"""The exact bytes that are hashed; the trigger in migration 0002 computes the same, and the verifier trusts neither.

Suite INTL: SHA-256, Ed25519. Every field is prefixed with its length in four bytes (minus one for an absent field), so
that no two different rows share their bytes; instants are whole microseconds since 1970 UTC; the body is RFC 8785 JSON.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import jcs
from django.utils.functional import Promise

SUITE = "INTL"
#: What stands before the first link.
GENESIS = bytes(32)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Integers beyond this are not exact in JSON (RFC 7493), so they travel as text.
EXACT_IN_JSON = 2**53 - 1


def canonical(value: Any) -> Any:
    """Turn a value into what JSON can carry without loss; a float or an unknown type is a TypeError.

    Decimals, UUIDs, dates and instants (as UTC) become text; sets become sorted lists.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return canonical(value.value)
    if isinstance(value, int):
        return value if abs(value) <= EXACT_IN_JSON else str(value)
    if isinstance(value, Mapping):
        return {str(key): canonical(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [canonical(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((canonical(item) for item in value), key=str)
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, str | UUID | Promise):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("a journal instant must be aware")
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"the journal cannot carry {type(value).__name__} exactly")


def canonical_bytes(value: Any) -> bytes:
    """Return RFC 8785 bytes of a value."""
    encoded: bytes = jcs.canonicalize(canonical(value))
    return encoded


def microseconds(at: datetime) -> int:
    """Return whole microseconds since 1970 UTC."""
    return (at - EPOCH) // timedelta(microseconds=1)


def _field(value: str | bytes | None) -> bytes:
    if value is None:
        return (-1).to_bytes(4, "big", signed=True)
    encoded = value.encode() if isinstance(value, str) else value
    return len(encoded).to_bytes(4, "big") + encoded


def content_hash(
    *,
    suite: str,
    id: UUID,
    at: datetime,
    actor_id: UUID | None,
    actor_label: str,
    action: str,
    subject: str,
    case_id: UUID | None,
    ok: bool,
    body: bytes,
) -> bytes:
    """Hash one journal entry over all its fields."""
    fields: tuple[str | bytes | None, ...] = (
        suite,
        str(id),
        str(microseconds(at)),
        str(actor_id) if actor_id else None,
        actor_label,
        action,
        subject,
        str(case_id) if case_id else None,
        "true" if ok else "false",
        body,
    )
    return hashlib.sha256(b"".join(map(_field, fields))).digest()


def link_hash(*, prev: bytes, seq: int, content: bytes) -> bytes:
    """Hash one link of the chain: the link before, the place, the entry."""
    return hashlib.sha256(prev + seq.to_bytes(8, "big") + content).digest()


def salted_hash(salt: bytes, value: Any) -> str:
    """Hash a piece of personal data; without the salt it cannot be guessed back."""
    return "sha256:" + hashlib.sha256(salt + canonical_bytes(value)).hexdigest()

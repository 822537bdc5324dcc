"""The simple way: one key of the platform, in a file outside the database, from which each lot's secret follows.

Whoever holds the machine and this file can open early; the page says so. For venture and small procedures only.
"""

from __future__ import annotations

from uuid import UUID

from nacl.encoding import RawEncoder
from nacl.hash import blake2b

from procurement.privacy.keyfiles import read_or_create
from procurement.sealing.keys import SECRET_BYTES, new_secret

KEY = "sealing-platform.key"


def lot_secret(lot_id: UUID) -> bytes:
    """16 bytes that depend on the platform's key and the lot."""
    master = bytes.fromhex(read_or_create(KEY, _new).decode().strip())
    return bytes(
        blake2b(lot_id.bytes, digest_size=SECRET_BYTES, key=master, person=b"portal platform1", encoder=RawEncoder)
    )


def _new() -> bytes:
    return (new_secret() + new_secret()).hex().encode() + b"\n"

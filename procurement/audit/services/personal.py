"""Personal data behind the journal: check it, erase it (R-292, PIPL art. 47)."""

from typing import Any

from procurement.audit.canonical import salted_hash
from procurement.audit.models import AuditEvent, Salt
from procurement.audit.services.journal import PERSONAL


def erase_personal(subject: str) -> int:
    """Delete the salts (and kept addresses) of a subject and return how many; the chain stays valid.

    What the journal still holds are hashes nobody can guess back.
    """
    deleted, _ = Salt.objects.filter(subject=subject).delete()
    return deleted


def matches_personal(event: AuditEvent, *, field: str, value: Any) -> bool:
    """Tell whether a claimed value is the one recorded; False once its salt is erased."""
    salt = event.salts.filter(field=field).first()
    hashed = event.content.get(PERSONAL, {}).get(field)
    return salt is not None and salted_hash(bytes(salt.salt), value) == hashed

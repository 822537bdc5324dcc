"""Writing to the journal."""

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from procurement.audit import origin
from procurement.audit.canonical import canonical_bytes, salted_hash
from procurement.audit.models import AuditEvent, Salt

#: The key under which hashed personal data stands in a body.
PERSONAL = "personal"


def record(
    *,
    action: str,
    subject: str,
    actor_id: UUID | None = None,
    actor_label: str = "",
    case_id: UUID | None = None,
    ok: bool = True,
    body: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
    personal_subject: str | None = None,
    ip: str | None = None,
) -> AuditEvent:
    """Write one entry inside the caller's transaction; it enters the chain when that transaction commits (R-291).

    `body` may hold text, whole numbers, Decimals, UUIDs, dates, aware instants, lists and dicts; a float is a
    TypeError. `personal` values are stored only as salted hashes; `personal_subject` (default: `subject`) is whom
    `erase_personal` will be asked about. `ip` defaults to the address of the current request and is erased with
    `access.user:<actor_id>`. The instant is the database's own and cannot be given.
    """
    if body and PERSONAL in body:
        raise ValueError(f"{PERSONAL!r} is not a body key: pass personal=")
    ip = ip or origin.address.get()
    salts = [
        Salt(subject=personal_subject or subject, field=field, salt=secrets.token_bytes(32)) for field in personal or {}
    ]
    values = dict(personal or {})
    if ip:
        values["ip"] = ip
        salts.append(Salt(subject=f"access.user:{actor_id}", field="ip", salt=secrets.token_bytes(32), value=ip))
    content = dict(body or {})
    if salts:
        content[PERSONAL] = {salt.field: salted_hash(bytes(salt.salt), values[salt.field]) for salt in salts}
    with transaction.atomic():
        event = AuditEvent.objects.create(
            actor_id=actor_id,
            actor_label=str(actor_label),
            action=action,
            subject=subject,
            case_id=case_id,
            ok=ok,
            body=canonical_bytes(content),
        )
        for salt in salts:
            salt.event = event
        Salt.objects.bulk_create(salts)
    return event


def seal_pending() -> None:
    """Seal the entries of the open transaction now instead of at commit, so that it can read its own links.

    From here to its end the transaction holds the chain's lock: call it last.
    """
    with connection.cursor() as cursor:
        cursor.execute("set constraints audit_event_seal immediate; set constraints audit_event_seal deferred")

"""The journal: `from procurement.audit import record, verify, make_checkpoint, sign, verify_signature`.

Names are resolved on first use, because Django imports this package before models may be.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from procurement.audit.services.checkpoints import JournalBroken, make_checkpoint
    from procurement.audit.services.journal import record, seal_pending
    from procurement.audit.services.personal import erase_personal, matches_personal
    from procurement.audit.services.signing import sign, verify_signature
    from procurement.audit.services.verification import status, verify

_HOMES = {
    "JournalBroken": "checkpoints",
    "make_checkpoint": "checkpoints",
    "record": "journal",
    "seal_pending": "journal",
    "erase_personal": "personal",
    "matches_personal": "personal",
    "sign": "signing",
    "verify_signature": "signing",
    "status": "verification",
    "verify": "verification",
}

#: Which code carries out which rule; the roof registers it with the rule registry, which this room cannot import.
IMPLEMENTS = {
    "R-291": "procurement.audit.services.journal.record",
    "R-284": "procurement.audit.views.journal",
}

__all__ = [
    "IMPLEMENTS",
    "JournalBroken",
    "erase_personal",
    "make_checkpoint",
    "matches_personal",
    "record",
    "seal_pending",
    "sign",
    "status",
    "verify",
    "verify_signature",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"procurement.audit.services.{_HOMES[name]}"), name)

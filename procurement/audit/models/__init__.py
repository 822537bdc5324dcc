from procurement.audit.models.checkpoint import Checkpoint
from procurement.audit.models.journal import AuditChain, AuditEvent
from procurement.audit.models.personal import Salt

__all__ = ["AuditChain", "AuditEvent", "Checkpoint", "Salt"]

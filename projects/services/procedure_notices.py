"""Which official form each act of a procedure goes out on; the publicity service fills in, counts and publishes it."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.lifecycle.engine import Attempt, system_actor
from projects.models import Addendum, Procedure, ProcurementDocument
from projects.selectors.official_notices import address_of
from projects.selectors.procedures import BY_INVITATION, TENDERS
from projects.services import official_notices


def publish_call(attempt: Attempt) -> None:
    """招标公告, or the notice of a negotiation or consultation; who is invited by name needs no call to everybody."""
    procedure: Procedure = attempt.obj
    if procedure.kind in BY_INVITATION:
        return
    document = ProcurementDocument.objects.get(procedure=procedure)
    issued = timezone.localtime(attempt.at).date().isoformat()
    until = document.available_until.isoformat() if document.available_until else ""
    _publish(
        attempt,
        "guide" if procedure.kind in TENDERS else "negotiation",
        {
            "special_conditions": "\n".join(document.conditions),
            "joint_bids": _("接受") if document.allows_joint_bids else _("不接受"),
            "document_time": _("%(issued)s至%(until)s") % {"issued": issued, "until": until},
            "other": _("采购文件内容 SHA-256：%(hash)s") % {"hash": document.content_sha256},
        },
    )


def publish_source(attempt: Attempt, *, argument: str, opinions: str) -> None:
    """单一来源公示, with the supplier, the argument and the specialists' opinions (R-097)."""
    supplier = attempt.obj.invited.select_related("organization__region").get().organization
    _publish(
        attempt,
        "single_source",
        {
            "reason": f"{argument}\n{opinions}",
            "supplier_name": supplier.name,
            "supplier_address": address_of(supplier),
        },
    )


def publish_change(attempt: Attempt, addendum: Addendum) -> None:
    """澄清（修改）公告: what changed, for everybody."""
    changes = addendum.changed
    if addendum.new_deadline_at:
        when = timezone.localtime(addendum.new_deadline_at).strftime("%Y-%m-%d %H:%M")
        changes = f"{changes}\n" + _("截止时间延长至 %(when)s") % {"when": when}
    official_notices.publish(
        actor=system_actor(),  # issued by the checker, who publishes nothing else
        kind="clarification",
        procedure=addendum.procedure,
        fields={"changes": changes},
        at=attempt.at,
    )


def publish_end(attempt: Attempt, *, cause: str) -> None:
    """废标公告 for a tender, 终止公告 for the others."""
    is_tender = attempt.obj.kind in TENDERS and attempt.transition.name == "procedure.fail"
    reason = f"{cause}。{attempt.reason}" if attempt.reason else cause
    _publish(attempt, "failed" if is_tender else "termination", {"reason": reason})


def _publish(attempt: Attempt, kind: str, fields: dict[str, str]) -> None:
    notice = official_notices.publish(
        actor=attempt.actor, kind=kind, procedure=attempt.obj, fields=fields, at=attempt.at
    )
    attempt.kept["notice"] = notice.number

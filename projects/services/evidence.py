"""Files that prove what the closing stage claims: photos, ledgers, vouchers, working papers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement import documents
from procurement.access import Actor, Role
from procurement.documents.models import Document
from procurement.rules import Refusal, RuleViolation, implements
from projects.models import OPEN_ACCEPTANCE_STATES, Acceptance, Closeout, FinancialAudit, Refund
from projects.selectors.closeouts import accepts, is_contractor
from projects.services.closeouts import EDITABLE_STATES

Thing = Closeout | Acceptance | FinancialAudit | Refund


class Kind(NamedTuple):
    """A kind of proof, and who may add it to a thing as it stands now."""

    code: str
    label: str | Promise
    allowed: Callable[[Actor, Any], bool]


def _writes_closeout(actor: Actor, closeout: Closeout) -> bool:
    return closeout.status in EDITABLE_STATES and is_contractor(actor, closeout.application)


def _works_on_site(actor: Actor, acceptance: Acceptance) -> bool:
    return acceptance.status in OPEN_ACCEPTANCE_STATES and accepts(actor, acceptance.application)


def _objects(actor: Actor, acceptance: Acceptance) -> bool:
    return acceptance.status in ("notice_sent", "objected") and is_contractor(actor, acceptance.application)


def _puts_right(actor: Actor, acceptance: Acceptance) -> bool:
    waiting = acceptance.rectify_due_on is not None and acceptance.rectified_at is None
    return acceptance.status == "final" and waiting and is_contractor(actor, acceptance.application)


def _audits(actor: Actor, audit: FinancialAudit) -> bool:
    return audit.status in ("fieldwork", "draft_sent", "responded") and actor.holds(Role.TPE, audit.firm_id)


def _answers_the_audit(actor: Actor, audit: FinancialAudit) -> bool:
    return audit.status == "draft_sent" and is_contractor(actor, audit.application)


def _gives_back(actor: Actor, refund: Refund) -> bool:
    return refund.status in ("due", "returned") and is_contractor(actor, refund.application)


KINDS: dict[type[Any], tuple[Kind, ...]] = {
    Closeout: (
        Kind("closeout_photo", gettext_lazy("活动照片"), _writes_closeout),
        Kind("closeout_ledger", gettext_lazy("服务台账和签到"), _writes_closeout),
        Kind("closeout_accounts", gettext_lazy("资金明细和凭证"), _writes_closeout),
        Kind("closeout_recipients", gettext_lazy("服务对象确认材料"), _writes_closeout),
    ),
    Acceptance: (
        Kind("acceptance_photo", gettext_lazy("现场照片"), _works_on_site),
        Kind("acceptance_record", gettext_lazy("现场核验材料"), _works_on_site),
        Kind("acceptance_objection", gettext_lazy("异议证据"), _objects),
        Kind("rectification_proof", gettext_lazy("整改佐证"), _puts_right),
    ),
    FinancialAudit: (
        Kind("audit_paper", gettext_lazy("审计底稿"), _audits),
        Kind("audit_response", gettext_lazy("承接主体说明材料"), _answers_the_audit),
    ),
    Refund: (Kind("refund_voucher", gettext_lazy("退款凭证"), _gives_back),),
}


def kinds_for(actor: Actor, thing: Thing) -> list[Kind]:
    """The kinds of proof this person may add now."""
    return [kind for kind in KINDS[type(thing)] if kind.allowed(actor, thing)]


@implements("R-246")
def attach_evidence(*, actor: Actor, thing: Thing, kind: str, upload: UploadedFile[Any], title: str = "") -> Document:
    """Keep one file with the thing it proves. Raises UploadRefused for the file, RuleViolation for the person."""
    wanted = next((one for one in kinds_for(actor, thing) if one.code == kind), None)
    if wanted is None:
        raise RuleViolation([Refusal("S-02", _("现在不能由您补充这类材料"))])
    return documents.store(
        actor=actor,
        upload=upload,
        subject=thing.subject,
        case_id=thing.case_id,
        kind=kind,
        title=(title.strip() or f"{wanted.label} {upload.name or ''}".strip())[:200],
    )

"""One module per step of the case; each says what was handed in, found, counted or decided in it."""

from __future__ import annotations

from collections.abc import Callable

from procurement.dossier.blocks import Section
from procurement.dossier.chapters import (
    acceptance,
    application,
    approval,
    archive,
    assessment,
    audit,
    closeout,
    contract,
    decision,
    delivery,
    endorsement,
    guide,
    payments,
    precheck,
    publicity,
    reports,
    review,
)
from procurement.dossier.file import CaseFile

Chapter = Callable[[CaseFile], list[Section]]

#: Step code → what its chapter tells beyond its acts. A step without an entry is told by its acts alone.
CHAPTERS: dict[str, Chapter] = {
    "publish_guide": guide.told,
    "apply_online": application.told,
    "responsible_unit_endorse": endorsement.told,
    "precheck": precheck.told,
    "expert_review": review.told,
    "leading_group_decide": decision.told,
    "publicise_list": publicity.told,
    "approve_project": approval.told,
    "sign_contract": contract.told,
    "release_first_tranche": payments.told,
    "launch": delivery.told,
    "quarterly_report": reports.told,
    "midterm_evaluation": assessment.midterm,
    "submit_closeout": closeout.told,
    "responsible_unit_acceptance": acceptance.told,
    "financial_audit": audit.told,
    "final_evaluation": assessment.final,
    "close_and_archive": archive.told,
}

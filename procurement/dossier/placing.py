"""Which chapter an act is told in. Every act of a case is told in exactly one."""

from __future__ import annotations

from procurement.dossier.file import Act, CaseFile

#: Aggregates that belong to one step whatever they do.
_BY_LIFECYCLE = {
    "guide": "publish_guide",
    "rubric": "publish_guide",
    "envelope": "publish_guide",
    "panel": "expert_review",
    "seat": "expert_review",
    "sheet": "expert_review",
    "publicity": "publicise_list",
    "objection": "publicise_list",
    "contract": "sign_contract",
    "payment": "release_first_tranche",
    "plan": "launch",
    "rectification": "launch",
    "warning": "launch",
    "change": "launch",
    "closeout": "submit_closeout",
    "acceptance": "responsible_unit_acceptance",
    "financial_audit": "financial_audit",
    "survey": "final_evaluation",
    "refund": "close_and_archive",
}
_BY_KIND = {
    "quarterly": "quarterly_report",
    "closeout": "submit_closeout",
    "midterm": "midterm_evaluation",
    "final": "final_evaluation",
}
#: Rows of the project itself that end no step, and those told with the step they led to.
_BY_TRANSITION = {
    "application.return_for_supplement": "precheck",
    "application.resubmit": "precheck",
    "application.precheck_fail": "precheck",
    "application.decline_endorsement": "responsible_unit_endorse",
    "application.assign_panel": "expert_review",
    "application.release_panel": "expert_review",
    "application.propose": "leading_group_decide",
    "application.not_select": "leading_group_decide",
    "application.refuse_funds": "leading_group_decide",
    "application.publicise": "publicise_list",
    "application.object": "publicise_list",
    "application.resume_publicity": "publicise_list",
    "application.withdraw_award": "publicise_list",
    "application.revise": "sign_contract",
    "application.suspend": "launch",
    "application.resume": "launch",
    "application.order_rectification": "launch",
    "application.rectified": "launch",
    "application.terminate": "launch",
    "application.fail_midterm": "midterm_evaluation",
    "application.begin_closeout": "submit_closeout",
    "application.fail_closeout": "responsible_unit_acceptance",
    "application.resume_closeout": "responsible_unit_acceptance",
    "application.close": "close_and_archive",
    "application.close_failed": "close_and_archive",
}
#: Where the project stood when a row that may come at any time was performed.
_BY_STATE = {
    "draft": "apply_online",
    "submitted": "responsible_unit_endorse",
    "endorsed": "precheck",
    "supplement": "precheck",
    "prechecked": "expert_review",
    "under_review": "expert_review",
    "scored": "leading_group_decide",
    "proposed": "leading_group_decide",
    "funds_confirmed": "publicise_list",
    "in_publicity": "publicise_list",
    "objected": "publicise_list",
    "publicised": "approve_project",
    "approved": "sign_contract",
    "ready_to_sign": "sign_contract",
}


def step_of(act: Act, file: CaseFile) -> str:
    """The code of the step an act is told under; "" when its template has no such step."""
    record = act.record
    if record.lifecycle == "application":
        code = _BY_TRANSITION.get(record.transition) or record.step or _BY_STATE.get(record.from_state, "")
    else:
        code = _BY_LIFECYCLE.get(record.lifecycle) or _BY_KIND.get(file.kinds.get(record.object_id, ""), record.step)
    return code if file.step(code) is not None else ""

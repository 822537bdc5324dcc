"""What must hold before a procedure's document is sent to be checked, approved and announced."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from catalogs.models import ProcurementMethod
from catalogs.selectors.procedures import method_refusals, recommend_for
from procurement.lifecycle.engine import Attempt
from procurement.money import format_yuan
from procurement.rules import Refusal, guard
from projects.guards.guide import forbidden_phrases
from projects.selectors.procedures import (
    BY_INVITATION,
    FOR_ONE,
    available_until,
    earliest_deadline_for,
    response_period,
    rule_of_response,
)
from projects.selectors.procurement_documents import (
    CHECK_STATEMENTS,
    document_faults,
    document_of,
    lowest_limits,
    scored_by_rubric,
    scored_conditions,
    words_of,
)
from projects.selectors.sealing import keys_ready

M = ProcurementMethod


@guard("R-019")
def plan_is_published(attempt: Attempt) -> str | None:
    plan = attempt.obj.plan
    if plan.status == "published":
        return None
    return _("购买计划“%(title)s”未公开采购意向或者已经办结") % {"title": plan.title}


@guard("R-018")
def money_fits_plan(attempt: Attempt) -> list[str]:
    """The budget stays within the plan, and the lots make up the budget."""
    procedure = attempt.obj
    found = []
    if procedure.budget > procedure.plan.amount:
        words = {"budget": format_yuan(procedure.budget), "plan": format_yuan(procedure.plan.amount)}
        found.append(_("预算金额%(budget)s超过购买计划%(plan)s") % words)
    total = sum((lot.budget for lot in procedure.lots.all()), Decimal(0))
    if total != procedure.budget:
        words = {"total": format_yuan(total), "budget": format_yuan(procedure.budget)}
        found.append(_("各采购包预算合计%(total)s，与预算金额%(budget)s不符") % words)
    return found


@guard(
    "R-090", "R-024", "R-091", "R-094", "R-095", "R-096", "R-097", "R-099", "R-100", "R-102", "R-103", "R-104", "R-106"
)
def method_is_allowed(attempt: Attempt) -> list[Refusal]:
    """The plan's rule sets judge the method again: a repeated procedure may have chosen another."""
    procedure, plan = attempt.obj, attempt.obj.plan
    return method_refusals(
        recommend_for(plan),
        amount=plan.amount,
        method=procedure.kind,
        ground=procedure.method_ground,
        reason=procedure.method_reason,
        approval=procedure.method_approval,
        other=plan.other_rule_set,
        is_major=plan.budget_line.is_major,
    )


@guard("R-118")
def another_method_is_approved(attempt: Attempt) -> str | None:
    """After a failure: the same method again, or another one that was approved."""
    procedure = attempt.obj
    before = procedure.retender_of
    if before is None or before.kind == procedure.kind or procedure.method_approval.strip():
        return None
    words = {"before": before.get_kind_display(), "now": procedure.get_kind_display()}
    return _("原采用“%(before)s”，现改用“%(now)s”，须填写采购方式批准文号") % words


@guard("R-110", "R-104", "R-116", "R-120", "R-189")
def document_is_complete(attempt: Attempt) -> list[Refusal]:
    return document_faults(attempt.obj)


@guard("R-057")
def no_hidden_barriers(attempt: Attempt) -> list[str]:
    what = {"place": _("注册地址"), "age": _("成立年限")}
    text = f"{attempt.obj.title}\n{words_of(document_of(attempt.obj))}"
    return [
        _("采购文件不得对%(what)s作硬性规定：“%(phrase)s”") % {"what": what[kind], "phrase": phrase}
        for kind, phrase in dict.fromkeys(forbidden_phrases(text))
    ]


@guard("R-020")
def no_lowest_limit(attempt: Attempt) -> list[str]:
    found = lowest_limits(words_of(document_of(attempt.obj)))
    return [_("可以设最高限价，不得设最低限价：“%(phrase)s”") % {"phrase": phrase} for phrase in found]


@guard("R-130")
def conditions_are_not_scored(attempt: Attempt) -> list[str]:
    found = scored_conditions(document_of(attempt.obj))
    return [_("资格条件不得作为评审因素：“%(text)s”") % {"text": text} for text in found]


@guard("R-110")
def every_point_was_stated(attempt: Attempt) -> list[str]:
    """What a machine cannot see, the checker states."""
    stated = attempt.data.get("stated") or ()
    return [
        _("请核对并确认：%(point)s") % {"point": text} for code, text in CHECK_STATEMENTS.items() if code not in stated
    ]


@guard("R-102")
def two_people_approve(attempt: Attempt) -> str | None:
    """A direct purchase is approved by two different people."""
    procedure = attempt.obj
    if procedure.kind != M.DIRECT_PURCHASE:
        return None
    checked = procedure.history.filter(transition="procedure.check").last()
    if checked is None or checked.actor_id != attempt.actor.id:
        return None
    return _("小额直接委托须经两人审批，您已复核过本采购文件")


@guard("R-131", "R-110")
def rubric_is_attached(attempt: Attempt) -> str | None:
    procedure = attempt.obj
    if procedure.rubric_digest or not scored_by_rubric(procedure, document_of(procedure)):
        return None
    return _("评审标准须随采购文件一并发出，请先设置评分办法并定稿")


@guard("R-117")
def bids_can_be_sealed(attempt: Attempt) -> str | None:
    if keys_ready(attempt.obj):
        return None
    return _("投标密钥尚未就绪：须由三名保管人分持并逐一核对")


@guard("R-094", "R-097", "R-102", "R-103")
def the_invited_are_named(attempt: Attempt) -> Refusal | None:
    """Invited tender: enough of them, drawn at random. One supplier: exactly one, named."""
    procedure = attempt.obj
    if procedure.kind not in BY_INVITATION:
        return None
    invited = procedure.invited.count()
    if procedure.kind in FOR_ONE:
        rule = {M.SINGLE_SOURCE: "R-097", M.DIRECTED_COMMISSION: "R-103"}.get(procedure.method, "R-102")
        return None if invited == 1 else Refusal(rule, _("请指明唯一的供应商"))
    fewest: Any = procedure.rule_set.value("invited_suppliers")
    if invited >= fewest and not procedure.invited.filter(place__isnull=True).exists():
        return None
    return Refusal("R-094", _("邀请招标须从符合资格条件的供应商中随机抽取至少 %(fewest)s 家") % {"fewest": fewest})


@guard("R-097")
def single_source_was_shown(attempt: Attempt) -> str | None:
    """At the open-tender threshold, the only supplier is shown to everybody first."""
    procedure = attempt.obj
    if not must_be_shown(procedure):
        return None
    return _("达到公开招标数额标准、只能从唯一供应商处采购的，须先公示不少于规定的工作日")


def must_be_shown(procedure: Any) -> bool:
    if procedure.kind != M.SINGLE_SOURCE or procedure.method_ground != "only_supplier":
        return False
    threshold: Any = procedure.plan.rule_set.value("open_tender_threshold")
    return bool(procedure.budget >= threshold)


@guard("R-111", "R-114")
def deadline_leaves_enough_time(attempt: Attempt) -> Refusal | None:
    procedure, deadline = attempt.obj, attempt.data.get("deadline_at")
    rule = rule_of_response(procedure)
    if deadline is None:
        return Refusal(rule, _("请填写投标（响应）截止时间"))
    earliest = earliest_deadline_for(procedure, attempt.at)
    if deadline >= earliest:
        return None
    words = {
        "kind": procedure.get_kind_display(),
        "period": response_period(procedure),
        "earliest": timezone.localtime(earliest).strftime("%Y-%m-%d %H:%M"),
    }
    text = _("%(kind)s自文件发出至截止不得少于 %(period)s，最早可定为 %(earliest)s") % words
    return Refusal(rule, text)


@guard("R-112")
def document_is_handed_out_long_enough(attempt: Attempt) -> str | None:
    """It may be handed out longer than the law asks, up to the deadline."""
    wanted, deadline = attempt.data.get("available_until"), attempt.data.get("deadline_at")
    least = available_until(attempt.obj, attempt.at)
    if deadline is not None:
        least = min(least, timezone.localtime(deadline).date())
    if wanted is None or wanted >= least:
        return None
    return _("采购文件的提供期限不得少于规定的工作日，至少到 %(day)s") % {"day": least.isoformat()}

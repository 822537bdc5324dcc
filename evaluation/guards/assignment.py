"""What must hold before many panels are dealt at once (R-131, R-151, R-153, R-160)."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext as _

from evaluation.models import AssignmentRun
from evaluation.selectors.assignment import field_of, groups_wanted, quota_of
from evaluation.selectors.panels import reviewable
from evaluation.selectors.rubrics import rubric_of
from orgs.models import ExpertKind
from procurement.lifecycle.engine import Attempt
from procurement.rules import guard


@guard("R-131")
def scheme_is_frozen(attempt: Attempt) -> str | None:
    return None if rubric_of(attempt.obj.guide) else _("指南没有定稿的评分办法，不能组织评审")


@guard("R-153")
def applications_wait(attempt: Attempt) -> str | None:
    return None if reviewable(attempt.obj.guide).exists() else _("没有待评审的申报项目，不能抽取专家")


@guard("R-151")
def size_is_lawful(attempt: Attempt) -> list[str]:
    run: AssignmentRun = attempt.obj
    least = int(attempt.value("panel_min_members"))
    biggest = reviewable(run.guide).aggregate(amount=Max("requested_amount"))["amount"] or Decimal(0)
    if biggest >= Decimal(attempt.value("panel_large_amount")):
        least = max(least, int(attempt.value("panel_min_large")))
    found = []
    if run.size < least:
        found.append(_("每组 %(have)s 人，不得少于 %(least)s 人") % {"have": run.size, "least": least})
    if sum(number for _kind, number in quota_of(run)) != run.size:
        found.append(_("各类专家人数之和须等于评审组人数"))
    return found


@guard("R-160")
def every_kind_sits(attempt: Attempt) -> str | None:
    missing = [str(ExpertKind(k).label) for k in attempt.value("panel_kinds") if not attempt.obj.quota.get(k)]
    return _("评审组缺少%(kinds)s专家") % {"kinds": "、".join(missing)} if missing else None


@guard("R-153")
def pool_is_large_enough(attempt: Attempt) -> list[str]:
    """By number of heads; whether colleagues can be kept apart shows at the draw."""
    run: AssignmentRun = attempt.obj
    pool, groups = field_of(run).pool, groups_wanted(run)
    found = []
    for kind, number in quota_of(run):
        have = sum(1 for one in pool if one.kind == kind)
        if have < number * groups:
            words = {"kind": ExpertKind(kind).label, "groups": groups, "want": number * groups, "have": have}
            found.append(
                _("分 %(groups)s 组需%(kind)s专家 %(want)s 人，可供抽取的只有 %(have)s 人，请提高每组上限") % words
            )
    return found


@guard("R-153")
def witness_is_another_person(attempt: Attempt) -> str | None:
    if attempt.obj.locked_by_id != attempt.actor.id:
        return None
    return _("抽取须由锁定专家名单以外的人员见证")


@guard("R-153")
def work_has_stopped(attempt: Attempt) -> str | None:
    job = attempt.obj.job
    return _("正在计算，请稍候") if job is not None and job.is_active else None


@guard("R-153")
def somebody_was_placed(attempt: Attempt) -> str | None:
    if attempt.obj.places.filter(group__isnull=False).exists():
        return None
    return _("没有任何申报项目分派到评审组")


@guard("R-153")
def group_was_drawn(attempt: Attempt) -> str | None:
    """For panels that come out of a central draw instead of one of their own."""
    if hasattr(attempt.obj, "group") and hasattr(attempt.obj, "draw"):
        return None
    return _("该评审组没有集中抽取的记录")

"""What must hold before an evaluation may go on (R-260 … R-266)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from evaluation.models import THREE_PARTIES, AssessmentKind, FeePayer, Party
from evaluation.selectors import assessments as selectors
from procurement.calendars import CalendarNotAnnounced, Period
from procurement.lifecycle.engine import Attempt
from procurement.rules import guard


@guard("R-260")
def project_is_at_this_stage(attempt: Attempt) -> str | None:
    assessment = attempt.obj
    if assessment.application.status == selectors.STAGE[assessment.kind]:
        return None
    return _("项目当前为“%(state)s”，不能办理%(kind)s") % {
        "state": assessment.application.state.label,
        "kind": assessment.get_kind_display(),
    }


@guard("R-260")
def not_ordered_by_finance(attempt: Attempt) -> str | None:
    if attempt.obj.reevaluates_id is None:
        return None
    return _("财政部门决定的重新评价不能由主办单位取消")


@guard("R-265")
def evaluator_is_qualified(attempt: Attempt) -> list[str] | str:
    evaluator = attempt.data.get("evaluator")
    if evaluator is None:
        return _("须选定一家第三方评估机构")
    return selectors.qualification_gaps(evaluator, attempt.today)


@guard("R-265")
def evaluator_is_independent(attempt: Attempt) -> list[str]:
    evaluator = attempt.data.get("evaluator")
    if evaluator is None:
        return []
    return selectors.independence_grounds(attempt.obj.application, evaluator, attempt.today)


@guard("R-265")
def evaluator_is_still_independent(attempt: Attempt) -> list[str]:
    """Checked again at each act: a tie may come to light after the choice."""
    assessment = attempt.obj
    if assessment.evaluator is None:
        return []
    return selectors.independence_grounds(assessment.application, assessment.evaluator, attempt.today)


@guard("R-265")
def fee_is_not_the_contractors(attempt: Attempt) -> str | None:
    if attempt.data.get("fee_paid_by") in FeePayer.values:
        return None
    return _("评估费用由购买方承担，不得由承接主体支付")


@guard("R-265")
def declares_independence(attempt: Attempt) -> str | None:
    """Every statement must be confirmed; who cannot steps aside instead."""
    if attempt.data.get("declared"):
        return None
    return _("独立性声明须逐项确认；有任何一项不符的，应当退出评估")


@guard("R-262")
def eight_contents_covered(attempt: Attempt) -> str | None:
    missing = selectors.missing_contents(attempt.obj)
    return _("评价内容尚未写全：%(names)s") % {"names": "、".join(missing)} if missing else None


@guard("R-263")
def both_sides_covered(attempt: Attempt) -> list[str]:
    assessment = attempt.obj
    missing = []
    if not assessment.purchaser_performance.strip():
        missing.append(_("尚未评价购买主体的资金使用绩效"))
    if not assessment.contractor_performance.strip():
        missing.append(_("尚未评价承接主体的服务绩效"))
    return missing


@guard("R-262")
def measures_verified(attempt: Attempt) -> list[str]:
    """Every figure verified; one that differs from the ledger says why."""
    assessment = attempt.obj
    rows = list(assessment.measures.all())
    missing = [row.name for row in rows if row.actual is None]
    unexplained = [row.name for row in rows if row.differs and not row.note.strip()]
    found = []
    if not rows:
        found.append(_("尚未建立指标核实表"))
    if missing:
        found.append(_("指标尚未核实：%(names)s") % {"names": "、".join(missing)})
    if assessment.spent_verified is None:
        found.append(_("尚未核定项目支出"))
    if unexplained:
        found.append(_("核定数与台账不一致，须说明理由：%(names)s") % {"names": "、".join(unexplained)})
    return found


@guard("R-265")
def papers_gone_through(attempt: Attempt) -> str | None:
    open_rows = [
        row.label for row in attempt.obj.checklist.all() if row.seen is None or (not row.seen and not row.note)
    ]
    if not open_rows:
        return None
    return _("材料清单尚未逐项查阅（未见到的须说明）：%(names)s") % {"names": "、".join(open_rows)}


@guard("R-265")
def site_was_visited(attempt: Attempt) -> str | None:
    """By this evaluator: what a replaced one saw stays on file but does not count."""
    assessment = attempt.obj
    visits = assessment.site_visits.all()
    if assessment.selected_at is not None:
        visits = visits.filter(recorded_at__gte=assessment.selected_at)
    return None if visits.exists() else _("尚无实地走访记录")


@guard("R-266", warning=False)
def survey_was_held(attempt: Attempt) -> str | None:
    """Every project is surveyed before it closes; a mid-term may do without, but an open survey is waited for."""
    assessment = attempt.obj
    survey = getattr(assessment, "survey", None)
    if survey is not None and survey.status == "open":
        return _("满意度测评尚未截止")
    if assessment.kind == AssessmentKind.MIDTERM:
        return None
    if survey is None or survey.status != "closed" or not survey.answers.exists():
        return _("结项评估须先完成满意度测评，且收到有效答卷")
    return None


@guard("R-262")
def conclusion_is_written(attempt: Attempt) -> str | None:
    return None if attempt.obj.summary.strip() else _("尚未写明评估结论")


@guard("R-305", warning=False)
def calendar_is_announced(attempt: Attempt) -> str | None:
    """Time for feedback is a counted period: without the calendar it cannot begin."""
    try:
        Period.parse(str(attempt.value("evaluation_feedback_days"))).due(attempt.today)
    except CalendarNotAnnounced as unknown:
        return str(unknown)
    return None


@guard("R-260")
def contractor_has_not_spoken(attempt: Attempt) -> str | None:
    return _("承接主体的意见已经提交") if selectors.opinion_of(attempt.obj, Party.CONTRACTOR) else None


@guard("R-261")
def purchaser_has_not_spoken(attempt: Attempt) -> str | None:
    return _("购买主体的意见已经提交") if selectors.opinion_of(attempt.obj, Party.PURCHASER) else None


@guard("R-260")
def feedback_is_in_time(attempt: Attempt) -> str | None:
    due = attempt.obj.feedback_due_on
    if due is None or attempt.today <= due:
        return None
    return _("反馈期限至 %(day)s 24 时，已经届满") % {"day": due}


@guard("R-260")
def an_objection_is_open(attempt: Attempt) -> str | None:
    if any(opinion.is_open for opinion in attempt.obj.opinions.all()):
        return None
    return _("没有待答复的异议")


@guard("R-261")
def three_parties_heard(attempt: Attempt) -> list[str]:
    """Purchaser, recipients and third party: an evaluation of a public service without one of them is none."""
    heard = {opinion.party for opinion in attempt.obj.opinions.all() if opinion.text.strip()}
    return [
        _("缺少%(party)s的评价意见") % {"party": party.label} for party in THREE_PARTIES if party.value not in heard
    ]


@guard("R-260")
def objections_are_answered(attempt: Attempt) -> list[str]:
    return [
        _("%(party)s的异议尚未答复") % {"party": opinion.get_party_display()}
        for opinion in attempt.obj.opinions.all()
        if opinion.is_open
    ]


@guard("R-260")
def feedback_time_was_given(attempt: Attempt) -> str | None:
    """Final before the last day only when the contractor has already spoken."""
    assessment = attempt.obj
    if selectors.opinion_of(assessment, Party.CONTRACTOR) is not None:
        return None
    if assessment.feedback_due_on is not None and attempt.today > assessment.feedback_due_on:
        return None
    return _("承接主体的反馈期限至 %(day)s 24 时，尚未届满") % {"day": assessment.feedback_due_on}

"""What must hold before experts are drawn, before they sit, and before their report counts (R-150 … R-160)."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from evaluation.drawing import orders_of, select
from evaluation.models import Finding, ReviewPanel
from evaluation.selectors.panels import (
    asked_long_ago,
    before_panel,
    conflicting_duty,
    draw_is_early,
    field_for,
    fresh_grounds,
    kinds_wanted,
    least_members,
    next_in_order,
    open_recusals,
    quota_pairs,
    seats_missing,
)
from evaluation.selectors.scoring import current_report, unsigned_seats
from orgs.models import ExpertKind
from procurement.calendars import Period, add_working_days
from procurement.lifecycle.engine import Attempt
from procurement.lifecycle.steps import local_day
from procurement.rules import Refusal, guard

#: Silence counts as agreement only after this long (R-158).
SILENCE_DAYS = 3


@guard("R-151")
def size_is_lawful(attempt: Attempt) -> list[str]:
    panel: ReviewPanel = attempt.obj
    least = least_members(panel)
    found = []
    if panel.size < least:
        found.append(_("评审组 %(have)s 人，不得少于 %(least)s 人") % {"have": panel.size, "least": least})
    if panel.size % 2 == 0:
        found.append(_("评审组 %(have)s 人，须为单数") % {"have": panel.size})
    if sum(number for _kind, number in quota_pairs(panel)) + panel.representatives != panel.size:
        found.append(_("各类专家人数之和须等于评审组人数"))
    return found


@guard("R-160")
def every_kind_sits(attempt: Attempt) -> str | None:
    wanted = kinds_wanted(attempt.obj)
    missing = [str(ExpertKind(kind).label) for kind in wanted if not attempt.obj.quota.get(kind)]
    return _("评审组缺少%(kinds)s专家") % {"kinds": "、".join(missing)} if missing else None


@guard("R-153")
def entries_wait(attempt: Attempt) -> str | None:
    """Bids are known only when they are opened; a panel for them may be drawn before."""
    panel: ReviewPanel = attempt.obj
    if panel.procedure_id or before_panel(panel):
        return None
    return _("没有待评审的申报项目，不能抽取专家")


@guard("R-131")
def scheme_is_frozen(attempt: Attempt) -> str | None:
    return None if attempt.obj.rubric.frozen_at else _("评分办法尚未定稿")


@guard("R-153")
def pool_is_large_enough(attempt: Attempt) -> list[str]:
    """Counted with the employers in mind: two colleagues fill one seat."""
    panel: ReviewPanel = attempt.obj
    pool, quota = field_for(panel).pool, quota_pairs(panel)
    taken, _passed = select(orders_of("00" * 32, pool, quota), pool, quota)
    found = []
    for kind, number in quota:
        have = sum(1 for pick in taken if pick.kind == kind)
        if have < number:
            words = {"kind": ExpertKind(kind).label, "want": number, "have": have}
            found.append(_("%(kind)s专家需 %(want)s 人，排除回避情形后只有 %(have)s 人可供抽取") % words)
    return found


@guard("R-153")
def witness_is_another_person(attempt: Attempt) -> str | None:
    commitment = getattr(attempt.obj, "commitment", None)
    if commitment is None or commitment.made_by_id != attempt.actor.id:
        return None
    return _("抽取须由锁定专家库以外的人员见证")


@guard("R-153")
def drawn_once_only(attempt: Attempt) -> str | None:
    if getattr(attempt.obj, "draw", None) is None:
        return None
    return _("本评审组已抽取过专家，每个评审组只抽取一次")


@guard("R-153")
def witness_gives_words(attempt: Attempt) -> str | None:
    if len(str(attempt.data.get("words", "")).strip()) >= 6:
        return None
    return _("请见证人输入至少 6 个字符，用于共同生成随机种子")


@guard("R-153")
def nothing_was_drawn(attempt: Attempt) -> str | None:
    return _("抽取结果不得作废；只有备选专家用尽时由纪检监察人员解散") if hasattr(attempt.obj, "draw") else None


@guard("R-153")
def order_is_used_up(attempt: Attempt) -> str | None:
    """A drawn panel is dissolved only when it cannot be filled, so that nobody redraws until it suits."""
    panel: ReviewPanel = attempt.obj
    if seats_missing(panel) and next_in_order(panel, "") is None:
        return None
    return _("抽取顺位尚有备选专家或席位已满，不得解散评审组")


@guard("R-151")
def every_seat_is_confirmed(attempt: Attempt) -> str | None:
    panel: ReviewPanel = attempt.obj
    confirmed = panel.seats.confirmed().count()
    if confirmed == panel.size:
        return None
    return _("评审组应到 %(size)s 人，已确认 %(have)s 人") % {"size": panel.size, "have": confirmed}


@guard("R-155")
def no_recusal_is_open(attempt: Attempt) -> str | None:
    count = open_recusals(attempt.obj).count()
    return _("有 %(count)s 件回避申请尚未决定") % {"count": count} if count else None


@guard("R-153", warning=True)
def drawn_shortly_before(attempt: Attempt) -> str | None:
    lead = Period.parse(str(attempt.obj.value("panel_draw_lead")))
    drawn_on = local_day(attempt.obj.draw.drawn_at)
    if not draw_is_early(attempt.obj, lead.n, drawn_on):
        return None
    return _("专家于 %(day)s 抽取，早于评审日前 %(lead)s 个工作日") % {"day": drawn_on.isoformat(), "lead": lead.n}


@guard("R-160")
def kinds_are_mixed(attempt: Attempt) -> str | None:
    present = set(attempt.obj.seats.confirmed().values_list("kind", flat=True))
    missing = [str(ExpertKind(kind).label) for kind in kinds_wanted(attempt.obj) if kind not in present]
    return _("评审组没有%(kinds)s专家") % {"kinds": "、".join(missing)} if missing else None


@guard("R-154", "R-156")
def member_has_no_ties(attempt: Attempt) -> list[Refusal]:
    seat = attempt.obj
    found = [Refusal(rule_id, sentence) for rule_id, sentence in fresh_grounds(seat, attempt.today)]
    clash = conflicting_duty(seat)
    if clash is not None:
        sentence = _("您在本批项目中已承担“%(duty)s”，不得参加评审") % {"duty": clash[0].label}
        found.append(Refusal("R-156" if clash[1] not in ("R-154", "R-156") else clash[1], sentence))
    return found


@guard("R-154")
def member_declares(attempt: Attempt) -> str | None:
    if attempt.data.get("declared"):
        return None
    return _("请先声明与各申报单位（供应商）没有应当回避的情形；如有，请选择申请回避")


@guard("R-153")
def review_is_not_over(attempt: Attempt) -> str | None:
    if attempt.obj.panel.status in ("drawn", "confirmed", "in_session"):
        return None
    return _("评分已经结束，评审组成员不再变动")


@guard("R-153")
def absence_is_real(attempt: Attempt) -> str | None:
    """The office may not set a drawn expert aside at will (R-153): only for silence or absence."""
    seat = attempt.obj
    if seat.status == "invited" and not asked_long_ago(seat, attempt.today):
        return _("邀请发出不足一个工作日，专家尚未答复前不得替换")
    if seat.status == "confirmed" and attempt.today < seat.panel.review_on:
        return _("专家已确认参加，评审日之前不得以缺席为由替换")
    return None


@guard("R-139")
def every_sheet_is_handed_in(attempt: Attempt) -> list[str]:
    panel: ReviewPanel = attempt.obj
    found = []
    if panel.seats.confirmed().count() != panel.size:
        found.append(_("有席位正在替补，评审组尚不完整"))
    waiting = panel.sheets.counted().exclude(status="locked")
    if "sheet" in attempt.data:
        waiting = waiting.exclude(pk=attempt.data["sheet"])
    if count := waiting.count():
        found.append(_("还有 %(count)s 份评分表未提交") % {"count": count})
    return found


@guard("R-140", "R-141")
def findings_are_settled(attempt: Attempt) -> list[Refusal]:
    rows = attempt.obj.findings.filter(settled_at__isnull=True).with_subjects()
    ask = {
        Finding.Kind.OUTLIER: ("R-141", _("等待专家说明")),
        Finding.Kind.ASKED: ("R-141", _("等待专家说明")),
        Finding.Kind.OBJECTIVE: ("R-140", _("须退回成员更正")),
    }
    found = []
    for row in rows:
        rule_id, what = ask.get(Finding.Kind(row.kind), ("R-141", _("须退回成员更正")))
        found.append(Refusal(rule_id, f"{row.sheet.entry}：{row.detail}（{what}）"))
    return found


@guard("R-141")
def ground_is_legal(attempt: Attempt) -> list[str]:
    data: Mapping[str, object] = attempt.data
    found = []
    if not data.get("ground"):
        found.append(_("只有四种法定情形可以重新评审，请选择其中一种"))
    if not data.get("sheets"):
        found.append(_("请选择要退回的评分表"))
    return found


@guard("R-158")
def report_awaits_this_member(attempt: Attempt) -> str | None:
    seat = attempt.obj
    if seat.panel.status == "signed":
        return _("评审报告已全体签署生效")
    report = current_report(seat.panel) if seat.panel.status == "reported" else None
    if report is None:
        return _("评审报告尚未形成")
    if report.signatures.filter(seat=seat).exists():
        return _("该成员已签署本版评审报告")
    return None


@guard("R-158")
def silence_has_lasted(attempt: Attempt) -> str | None:
    panel = attempt.obj.panel
    report = current_report(panel) if panel.status == "reported" else None
    if report is None:
        return None
    due = add_working_days(local_day(report.drawn_up_at), SILENCE_DAYS)
    if attempt.today > due:
        return None
    return _("报告送签后满 %(days)s 个工作日（%(due)s）仍未签署也未提出书面不同意见的，方可视为同意") % {
        "days": SILENCE_DAYS,
        "due": due.isoformat(),
    }


@guard("R-158")
def dissent_has_words(attempt: Attempt) -> str | None:
    if attempt.data.get("stance") == "dissents" and not str(attempt.data.get("opinion", "")).strip():
        return _("有不同意见的须写明理由")
    return None


@guard("R-158")
def all_have_signed(attempt: Attempt) -> str | None:
    waiting = unsigned_seats(attempt.obj)
    if "seat" in attempt.data:
        waiting = [seat for seat in waiting if seat.pk != attempt.data["seat"]]
    return _("还有 %(count)s 名成员未签署") % {"count": len(waiting)} if waiting else None

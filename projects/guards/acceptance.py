"""What must hold at each step of an acceptance (R-240 … R-247)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from procurement.calendars import CalendarNotAnnounced, Period
from procurement.lifecycle.engine import Attempt
from procurement.lifecycle.steps import local_day
from procurement.rules import Refusal, guard


@guard("R-084")
def unit_is_not_the_contractor(attempt: Attempt) -> str | None:
    application = attempt.obj.application
    if application.hub_id != application.applicant_id:
        return None
    return _("主责单位与承接主体为同一单位，不得验收自己的项目")


@guard("R-241")
def enough_recipients(attempt: Attempt) -> str | None:
    wanted = attempt.value("min_recipients_notified")
    named = attempt.obj.recipients.count()
    if named >= wanted:
        return None
    return _("须通知不少于 %(want)s 名服务对象参与监督，现登记 %(have)s 名") % {"want": wanted, "have": named}


@guard("S-04")
def visit_is_dated(attempt: Attempt) -> str | None:
    if not attempt.data.get("visited_on") or not attempt.data.get("place"):
        return _("请填写现场验收的日期和地点")
    if attempt.data["visited_on"] > attempt.today:
        return _("现场验收日期不能晚于今天")
    called = attempt.obj.recipients.order_by("notified_at").first()
    if called is not None and attempt.data["visited_on"] < local_day(called.notified_at):
        return _("现场验收日期不能早于通知服务对象的日期")
    return None


@guard("R-240")
def every_standard_is_judged(attempt: Attempt) -> str | None:
    standards = attempt.obj.standards
    if not standards.exists():
        return _("验收书须逐条载明合同约定的标准")
    pending = standards.filter(met__isnull=True).count()
    return _("还有 %(n)s 条标准未逐条验收") % {"n": pending} if pending else None


@guard("R-241", "R-242")
def recipients_have_spoken(attempt: Attempt) -> list[Refusal]:
    recipients = attempt.obj.recipients
    wanted = attempt.value("min_recipient_opinions")
    found = []
    if recipients.filter(present__isnull=True).exists():
        found.append(Refusal("R-241", _("请记录每名服务对象是否到场")))
    if recipients.exclude(opinion="").count() < wanted:
        found.append(Refusal("R-242", _("须有不少于 %(n)s 份服务对象书面意见") % {"n": wanted}))
    return found


@guard("R-240")
def opinion_is_reasoned(attempt: Attempt) -> list[str]:
    missing = []
    if not str(attempt.data.get("opinion") or "").strip():
        missing.append(_("请写明验收意见"))
    if attempt.data.get("result") not in ("pass", "fail", "rectify"):
        missing.append(_("请选择验收结论"))
    if attempt.data.get("result") == "pass" and attempt.obj.standards.filter(met=False).exists():
        missing.append(_("有标准未达到，不能作出验收通过的结论"))
    return missing


@guard("R-244", warning=True)
def notice_is_prompt(attempt: Attempt) -> str | None:
    """A late notice is still sent; why it is late goes on record."""
    drafted_at = attempt.obj.drafted_at
    if drafted_at is None:
        return None
    try:
        due = Period.parse(str(attempt.value("assessment_notice_days"))).due(local_day(drafted_at))
    except CalendarNotAnnounced:
        return None
    if attempt.today <= due:
        return None
    return _("验收意见已于 %(day)s 拟定，书面通报的期限 %(due)s 已过") % {"day": local_day(drafted_at), "due": due}


@guard("R-240")
def correction_fits_the_standards(attempt: Attempt) -> str | None:
    """An answer may lower a result or raise it, but not to a pass that a judged standard contradicts."""
    if attempt.data.get("result") == "pass" and attempt.obj.standards.filter(met=False).exists():
        return _("有标准未达到，不能更正为通过；异议涉及标准核验的，请选择“异议成立，重新核验”")
    return None


@guard("R-245")
def objection_in_time(attempt: Attempt) -> str | None:
    due = attempt.obj.objection_due_on
    if due is None or attempt.today <= due:
        return None
    return _("异议期已于 %(day)s 届满") % {"day": due}


@guard("R-245")
def answered_by_another(attempt: Attempt) -> str | None:
    if attempt.actor.id is not None and attempt.actor.id == attempt.obj.drafted_by_id:
        return _("异议须由验收经办人以外的人核实答复")
    return None


@guard("R-245")
def objection_period_is_over(attempt: Attempt) -> str | None:
    """Nothing is final while the contractor may still object; it is once the objection is answered or waived."""
    acceptance = attempt.obj
    if acceptance.status != "notice_sent" or acceptance.objection_due_on is None:
        return None
    if attempt.today > acceptance.objection_due_on:
        return None
    return _("承接主体的异议期至 %(day)s，期满后方可定案") % {"day": acceptance.objection_due_on}

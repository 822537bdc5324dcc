"""What must hold before an application is handed in, recommended, sent back, corrected or passed (steps 2 to 4)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from orgs.models import OrganizationKind, RegistrationStatus
from orgs.models.legal_form import BRANCH_ENDINGS
from orgs.selectors.standing import EligibilityFacts
from procurement.lifecycle.engine import Attempt
from procurement.money import format_yuan
from procurement.rules import Refusal, guard
from projects.guards.proxy import letter_covers_the_application
from projects.models import BudgetItem, BudgetVersion
from projects.sections import answer, progress_of
from projects.selectors.applications import (
    bought_elsewhere,
    checklist,
    counted_applications,
    facts_about,
)
from projects.selectors.budget_norms import forbidden_expenses, volunteers_paid_twice
from projects.selectors.deadlines import second
from projects.selectors.prices import unexplained
from projects.selectors.proxies import carried_out_by
from projects.selectors.radar import funded_already, resemblances


def facts(attempt: Attempt) -> EligibilityFacts:
    """Standing of the applicant on the day of the act; read once per attempt."""
    found: EligibilityFacts | None = attempt.__dict__.get("eligibility")
    if found is None:
        found = attempt.__dict__["eligibility"] = facts_about(attempt.obj, attempt.today)
    return found


# --- the window -------------------------------------------------------------------------------------------------


@guard("S-05")
def within_window(attempt: Attempt) -> str | None:
    """Judged by the attempt's instant, which is the database clock read after the row lock; no grace."""
    guide = attempt.obj.guide
    if guide.closes_at is None or guide.opens_at is None:
        return _("指南尚未公布申报起止时间")
    if attempt.at >= guide.closes_at:
        return _("申报已于 %(closed)s 截止（北京时间，以平台服务器时间为准），本次提交到达时间为 %(now)s") % {
            "closed": second(guide.closes_at),
            "now": second(attempt.at),
        }
    if attempt.at < guide.opens_at:
        return _("申报自 %(opens)s 开始受理") % {"opens": second(guide.opens_at)}
    if guide.status != "open":
        return _("指南当前状态为“%(state)s”，不受理申报") % {"state": guide.state.label}
    return None


@guard("S-04")
def every_section_complete(attempt: Attempt) -> list[str]:
    return [
        _("“%(section)s”未完成：%(what)s") % {"section": row.section.title, "what": "；".join(row.problems)}
        for row in progress_of(attempt.obj)
        if not row.done
    ]


# --- money ------------------------------------------------------------------------------------------------------


@guard("R-018")
def budget_adds_up(attempt: Attempt) -> str | None:
    application = attempt.obj
    total = application.budget_lines.filter(version=BudgetVersion.REQUESTED).aggregate(sum=Sum("amount"))["sum"]
    if not total:
        return _("预算合计须大于 0 元")
    if total != application.requested_amount:
        return _("预算明细合计 %(total)s，与申请资金 %(asked)s 不一致") % {
            "total": format_yuan(total),
            "asked": format_yuan(application.requested_amount),
        }
    envelope = application.guide.envelope
    if envelope is not None and total > envelope.amount:
        return _("预算合计 %(total)s 超过指南资金额度 %(limit)s") % {
            "total": format_yuan(total),
            "limit": format_yuan(envelope.amount),
        }
    return None


@guard("R-016")
def budget_within_norms(attempt: Attempt) -> list[str]:
    """Caps of the rule set as warnings: whoever goes beyond says why (domain §7.7)."""
    application = attempt.obj
    lines = list(application.budget_lines.filter(version=BudgetVersion.REQUESTED))
    total = sum((line.amount for line in lines), Decimal(0))
    if not total:
        return []
    social_work = answer(application, "budget", "work_type") == "social_work"
    caps = (
        (BudgetItem.STAFF, attempt.value("staff_share_social_work" if social_work else "staff_share_activity")),
        (BudgetItem.MANAGEMENT, attempt.value("management_share")),
    )
    found = []
    for item, cap in caps:
        share = sum((line.amount for line in lines if line.item == item), Decimal(0)) / total
        if share > cap:
            found.append(
                _("%(item)s占预算 %(share)s，超过 %(cap)s 的上限") % {
                    "item": item.label, "share": percent(share), "cap": percent(cap),
                }
            )  # fmt: skip
    daily = attempt.value("volunteer_daily_allowance")
    found += [
        _("志愿者补贴“%(what)s”单价 %(price)s，超过每人每日 %(cap)s 的上限")
        % {"what": line.description, "price": format_yuan(line.unit_price), "cap": format_yuan(daily)}
        for line in lines
        if line.item == BudgetItem.VOLUNTEER and line.unit_price > daily
    ]
    if volunteers_paid_twice(lines):
        found.append(_("已列志愿者补贴的，同一志愿者不再报销交通费"))
    return found + forbidden_expenses(lines, fixed_assets_allowed=attempt.value("fixed_assets_allowed"))


@guard("R-016")
def unusual_prices_are_explained(attempt: Attempt) -> list[str]:
    """Unit prices outside what contracts of the place paid; the reason may stand in the budget already."""
    return [hint.text for hint in unexplained(attempt.obj, attempt.today)]


def percent(share: Decimal) -> str:
    return f"{(share * 100).quantize(Decimal('0.1')).normalize():f}%"


# --- the applicant ----------------------------------------------------------------------------------------------


@guard("R-010")
def is_social_organization(attempt: Attempt) -> str | None:
    applicant = attempt.obj.applicant
    if applicant.is_social or applicant.kind == OrganizationKind.COMMUNITY:
        return None
    if not attempt.value("social_organizations_only"):
        return None
    return _("专项资金面向社会组织，%(org)s为%(kind)s") % {"org": applicant.name, "kind": applicant.kind_label}


@guard("R-070")
def is_registered(attempt: Attempt) -> str | None:
    if attempt.obj.applicant.kind != OrganizationKind.COMMUNITY:
        return None
    return _("%(org)s为备案的社区社会组织，尚未登记，须通过社会组织联合会、主责单位或街道申报") % {
        "org": attempt.obj.applicant.name
    }


@guard("R-065")
def is_no_branch(attempt: Attempt) -> str | None:
    applicant = attempt.obj.applicant
    if applicant.kind != OrganizationKind.ASSOCIATION or not applicant.name.endswith(BRANCH_ENDINGS):
        return None
    return _("%(org)s是社会团体的分支机构或代表机构，不具有法人资格，须由其所属社会团体申报") % {"org": applicant.name}


@guard("R-062")
def code_is_valid(attempt: Attempt) -> Iterator[str]:
    if attempt.obj.applicant.kind == OrganizationKind.COMMUNITY:
        return
    yield from facts(attempt).uscc_problems
    if facts(attempt).registration_status == RegistrationStatus.REVOKED:
        yield _("申报单位的登记状态为“%(status)s”") % {"status": RegistrationStatus.REVOKED.label}


@guard("R-053")
def no_recent_penalty(attempt: Attempt) -> list[str]:
    years = attempt.value("penalty_lookback_years")
    found = [
        _("近%(years)s年内受到行政处罚：%(authority)s %(number)s（%(day)s），%(reason)s")
        % {
            "years": years,
            "authority": record.authority,
            "number": record.document_number,
            "day": record.starts_on.isoformat(),
            "reason": record.reason,
        }
        for record in facts(attempt).penalties_within(years)
    ]
    if facts(attempt).under_investigation:
        found.append(_("申报单位正在接受立案调查"))
    return found


@guard("R-055")
def inspection_passed(attempt: Attempt) -> str | None:
    """A body registered too late to have been inspected may apply; the page flags it."""
    known = facts(attempt)
    if known.inspection_passed or (known.inspection is None and known.is_new):
        return None
    if known.inspection is None:
        return _("没有 %(year)s 年度年检（年报）结论") % {"year": known.inspection_year}
    return _("%(year)s 年度年检结论为“%(result)s”") % {
        "year": known.inspection_year,
        "result": known.inspection.get_result_display(),
    }


@guard("R-056")
def not_on_lists(attempt: Attempt) -> Iterator[Refusal]:
    if facts(attempt).on_serious_list:
        yield Refusal("R-056", _("申报单位已列入严重违法失信名单"))
    if facts(attempt).on_abnormal_list:
        yield Refusal("R-056", _("申报单位已列入活动异常名录"), warning=not attempt.value("abnormal_list_blocks"))


@guard("R-280")
def not_banned(attempt: Attempt) -> str | None:
    return _("申报单位在禁止参加政府采购活动的期限内") if facts(attempt).is_banned else None


@guard("R-060")
def within_cap(attempt: Attempt) -> str | None:
    application, cap = attempt.obj, attempt.value("application_cap")
    used = counted_applications(application.guide, carried_out_by(application).pk).exclude(pk=application.pk).count()
    if used < cap:
        return None
    return _("本单位在本指南下已申报 %(used)s 项，上限 %(cap)s 项") % {"used": used, "cap": cap}


@guard("R-042")
def not_funded_twice(attempt: Attempt) -> list[str]:
    return [
        _("本单位相同或相近的项目“%(title)s”（%(number)s）已获资助，实施期至 %(until)s")
        % {"title": other.title, "number": other.number, "until": other.ends_on}
        for other in funded_already(attempt.obj)
    ]


@guard("R-050")
def certificates_in_date(attempt: Attempt) -> list[str]:
    return [
        _("证书“%(what)s”（%(number)s）已于 %(day)s 到期，请更换有效证书")
        % {"what": held.get_kind_display(), "number": held.number, "day": held.expires_on}
        for held in attempt.obj.qualifications.all()
        if held.expires_on is not None and held.expires_on < attempt.today
    ]


@guard("R-067")
def conditions_declared(attempt: Attempt) -> list[str]:
    """Beijing's conditions as ticked by the applicant; one not ticked is explained, not hidden."""
    labels = (
        ("has_office", _("固定办公场所")),
        ("lawful_income", _("合法稳定的收入来源")),
        ("nonprofit_accounting", _("执行民间非营利组织会计制度")),
        ("own_account", _("独立银行账户")),
    )
    absent = [str(label) for name, label in labels if not answer(attempt.obj, "profile", name)]
    if not answer(attempt.obj, "profile", "staff_count"):
        absent.append(_("专职工作人员"))
    return [_("未确认具备：%(what)s") % {"what": "、".join(absent)}] if absent else []


@guard("R-069")
def leaders_disclosed(attempt: Attempt) -> str | None:
    if answer(attempt.obj, "profile", "leaders_in_office") != "yes":
        return None
    return _("申报单位披露：负责人在购买主体任职（%(who)s），须说明回避安排") % {
        "who": answer(attempt.obj, "profile", "leaders_note") or "—"
    }


# --- the hub ----------------------------------------------------------------------------------------------------


@guard("R-061")
def hub_is_chosen(attempt: Attempt) -> str | None:
    hub = attempt.obj.hub
    if hub is None:
        return _("尚未选择主责单位")
    return None if hub.is_hub else _("%(org)s不是枢纽型社会组织，不能作为主责单位") % {"org": hub.name}


@guard("R-084")
def hub_is_another_body(attempt: Attempt) -> str | None:
    if attempt.obj.hub_id != attempt.obj.applicant_id:
        return None
    return _("主责单位不得审核本单位申报的项目，请选择其他主责单位")


# --- the office's check -----------------------------------------------------------------------------------------


@guard("S-06")
def not_sent_back_before(attempt: Attempt) -> str | None:
    return _("本项目已退回补正过一次，不能再次退回") if attempt.obj.supplement_used else None


@guard("S-06")
def supplement_in_time(attempt: Attempt) -> str | None:
    due = attempt.obj.supplement_due_on
    if due is None or attempt.today <= due:
        return None
    return _("补正期限为 %(due)s，现已逾期") % {"due": due}


@guard("S-06")
def supplement_expired(attempt: Attempt) -> str | None:
    """What was sent back may be failed only once the term for correcting it has run out."""
    if attempt.obj.status != "supplement":
        return None
    due = attempt.obj.supplement_due_on
    if due is not None and attempt.today > due:
        return None
    return _("补正期限至 %(due)s，期满前不能以未补正为由不予通过") % {"due": due}


@guard("S-04")
def checklist_passed(attempt: Attempt) -> list[str]:
    found = []
    for item in checklist(attempt.obj):
        if item.passed is False:
            found.append(_("初审清单“%(what)s”未通过：%(note)s") % {"what": item.label, "note": item.note or "—"})
        elif item.passed is None and item.code != "civil":
            found.append(_("初审清单“%(what)s”尚未核对") % {"what": item.label})
    return found


@guard("R-050", warning=True)
def civil_has_confirmed(attempt: Attempt) -> str | None:
    if attempt.obj.precheck_items.filter(code="civil", passed__isnull=False).exists():
        return None
    return _("民政部门尚未确认申报单位资质")


@guard("R-041")
def not_bought_by_others(attempt: Attempt) -> list[str]:
    there = bought_elsewhere(attempt.obj)
    named = {other.pk for other in there}
    alike = [hit for hit in resemblances(attempt.obj) if hit.is_funded and not hit.same_body]
    return [
        _("同一地点、同类服务、同一人群已有“%(title)s”（%(org)s，至 %(until)s）")
        % {"title": other.title, "org": other.applicant.name, "until": other.ends_on}
        for other in there
    ] + [
        _("与“%(title)s”（%(org)s）相近：%(why)s")
        % {"title": hit.other.title, "org": hit.other.applicant.name, "why": "，".join(hit.reasons)}
        for hit in alike
        if hit.other.pk not in named
    ]


#: Standing of the applicant: asked at submission and again when a correction is handed in.
STANDING = (
    is_social_organization, is_registered, is_no_branch, code_is_valid, no_recent_penalty, inspection_passed,
    not_on_lists, not_banned, certificates_in_date, not_funded_twice, letter_covers_the_application,
)  # fmt: skip
CONTENT = (every_section_complete, hub_is_chosen, hub_is_another_body, budget_adds_up)
EXPLAINED = (budget_within_norms, unusual_prices_are_explained, conditions_declared, leaders_disclosed)

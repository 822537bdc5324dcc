"""Reads about official notices: the period a form runs for, the public list, what the blanks begin with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Organization
from procurement.calendars import Period
from procurement.money import format_yuan
from procurement.rules import implements
from procurement.rules.models import RuleSet
from procurement.rules.parameters import parameter
from projects.models import OfficialNotice, Procedure
from projects.notice_forms import notice_form


@implements("R-112", "R-097", "R-171", "R-285")
def period_of(notice: OfficialNotice) -> Period | None:
    """The counted period of a notice in the rule set of its procedure; None where none is counted."""
    return counted_period(notice.kind, notice.procedure.rule_set if notice.procedure else None)


def counted_period(kind: str, rule_set: RuleSet | None) -> Period | None:
    code = notice_form(kind).period
    if not code:
        return None
    value = rule_set.value(code) if rule_set is not None else parameter(code).default
    return Period.parse(str(value))


def public_notices(*, q: str = "", kind: str = "", year: int | None = None) -> QuerySet[OfficialNotice]:
    """Everything published, newest first, narrowed by what stands in the address."""
    rows = OfficialNotice.objects.public().select_related("issuer", "procedure").defer("fields")
    if kind:
        rows = rows.filter(kind=kind)
    if year:
        rows = rows.filter(published_at__year=year)
    text = q.strip()
    if text:
        rows = rows.filter(
            Q(number__iexact=text)
            | Q(title__icontains=text)
            | Q(procedure__number__iexact=text)
            | Q(issuer__name__icontains=text)
        )
    return rows


def notice_years() -> list[int]:
    """Years in which notices came out, newest first."""
    return [day.year for day in OfficialNotice.objects.public().datetimes("published_at", "year", order="DESC")]


def standard_fields(kind: str, procedure: Procedure, at: datetime) -> dict[str, Any]:
    """What the procedure itself answers of a form's blanks; whoever publishes adds the rest."""
    wanted = {field.name for field in notice_form(kind).fields}
    known = {**_project_fields(procedure), **_contact_fields(procedure), **_period_fields(kind, procedure, at)}
    return {name: value for name, value in known.items() if name in wanted}


def _project_fields(procedure: Procedure) -> dict[str, Any]:
    plan = procedure.plan
    deadline = timezone.localtime(procedure.deadline_at) if procedure.deadline_at else None
    moment = f"{deadline:%Y-%m-%d %H:%M}" if deadline else ""
    here = _("本平台“采购项目”页面")
    return {
        "project_number": procedure.number,
        "project_title": procedure.title,
        "method": str(procedure.get_kind_display()),
        "budget": format_yuan(procedure.budget),
        "price_ceiling": format_yuan(procedure.price_ceiling) if procedure.price_ceiling else "",
        "requirement": plan.requirements or plan.need,
        "term": f"{plan.starts_on} — {plan.ends_on}",
        "joint_bids": _("不接受"),
        "legal_conditions": _("具有独立承担民事责任的能力等《政府采购法》第二十二条规定的条件"),
        "policy_conditions": _("按国家有关促进中小企业、监狱企业、残疾人福利性单位发展的政策执行"),
        "document_place": here,
        "document_way": _("登录本平台，登记参与后下载"),
        "document_price": _("免费"),
        "deadline": moment,
        "submission_place": here,
        "opening_time": moment,
        "opening_place": here,
        "reason": procedure.method_reason,
        "finance_name": procedure.finance.name,
        "agency_fee": _("无") if procedure.agent is None else _("按委托协议"),
    }


def _contact_fields(procedure: Procedure) -> dict[str, str]:
    purchaser, agent = procedure.purchaser, procedure.agent
    contact = agent or purchaser
    return {
        "purchaser_name": purchaser.name,
        "purchaser_address": address_of(purchaser),
        "purchaser_contact": contact_of(purchaser),
        "agent_name": agent.name if agent else "",
        "agent_address": address_of(agent) if agent else "",
        "agent_contact": contact_of(agent) if agent else "",
        "contact_person": contact.contact_name or contact.name,
        "contact_phone": contact_of(contact),
    }


def _period_fields(kind: str, procedure: Procedure, at: datetime) -> dict[str, str]:
    code = notice_form(kind).period
    today = timezone.localdate(at)
    return {
        "period_text": parameter(code).show(procedure.rule_set.value(code)) if code else "",
        "changed_on": today.isoformat(),
        "document_time": _("自%(day)s起") % {"day": today.isoformat()},
    }


def address_of(body: Organization) -> str:
    return body.address or body.region.name


def contact_of(body: Organization) -> str:
    """The body's telephone, or the way everybody has: the page of the procedure."""
    return body.contact_phone or _("通过本平台采购项目页面联系")

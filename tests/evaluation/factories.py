"""Applications as they are when the panel gets them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from orgs.models import Organization
from procurement.demo.stage import local
from procurement.lifecycle import steps
from projects.models import Application, BudgetLine, Guide, GuideCategory, Indicator
from tests.factories import make_social_organization

TITLES = (
    "心目影院社区行",
    "“爱心传递”热线",
    "京昆艺术进社区",
    "山野应急救援培训",
    "残疾人社区体育健身",
    "居民心理健康教育",
)


def prechecked(guide: Guide, *, number: int = 1, applicant: Organization | None = None, **fields: Any) -> Application:
    """One application that passed the precheck, with a case, money and indicators."""
    applicant = applicant or make_social_organization(name=f"测试社会组织{number}号")
    code = f"SB2026{number:04d}"
    title = TITLES[(number - 1) % len(TITLES)]
    values = {
        "title": title,
        "summary": "为视障居民讲述电影，每月两场。",
        "place": "朝外街道",
        "beneficiary_groups": ["disabled"],
        "beneficiary_count": 300,
        "leader_name": "郑晓洁",
        "starts_on": date(2026, 5, 1),
        "ends_on": date(2026, 11, 30),
        "answers": {"scheme": {"need": "辖区内视障居民三百余人，缺少无障碍文化服务。", "plan": "每月两场，共十四场。"}},
        "requested_amount": Decimal("156000.00"),
        "co_funding_amount": Decimal("40000.00") + 1000 * number,
        "submitted_at": local(2026, 2, 10, 9, number),
        **fields,
    }
    application = Application(
        number=code,
        guide=guide,
        category=GuideCategory.objects.filter(area__guide=guide).first(),
        applicant=applicant,
        status="prechecked",
        **values,
    )
    application.case = steps.open_case(
        number=code,
        title=title,
        template_code="beijing_special_fund_18",
        rule_set=guide.rule_set,
        at=values["submitted_at"],
        subject=application.subject,
    )
    application.save()
    for part, body in (("office", guide.office), ("applicant", applicant), ("finance", guide.finance)):
        steps.set_party(application.case, part, body.pk, body.name)
    BudgetLine.objects.create(
        application=application, item="activity", description="讲述员劳务", unit="场",
        quantity=14, unit_price=Decimal("1000.00"), amount=Decimal("14000.00"),
    )  # fmt: skip
    Indicator.objects.create(application=application, kind="output", name="放映场次", unit="场", target=14)
    return application

"""A group that works through its union: filed, its letter signed, its first money received and spent."""

from __future__ import annotations

from datetime import datetime, timedelta

from orgs.models import CommunityFiling, HubAffiliation, Organization
from orgs.services.filings import apply_for_filing
from procurement.access import actor_for
from procurement.access.models import User
from procurement.demo import hubs
from procurement.demo.stage import Stage, local
from procurement.demo.steps import applying, contracting, deciding, guiding, proxying, reviewing
from projects.models import VoucherKind

OTHER_GROUP = "海淀区一品香山青年社"


def seed(now: datetime) -> None:
    """Safe to repeat: a world with filings is left as it is."""
    if CommunityFiling.objects.exists():
        return
    stage = Stage(
        now=local(2026, 2, 2),
        applicant="union",
        script={
            "title": proxying.TITLE,
            "place": "朝阳区建外街道永安里社区",
            "summary": "由社区银龄互助队结对陪伴高龄独居老人，联合会代为签约和管理资金。",
            "starts_on": "2026-07-01",
            "ends_on": "2027-06-30",
        },
    )
    HubAffiliation.objects.get_or_create(
        hub=Organization.objects.get(recognitions__field=hubs.FIELD),
        member=Organization.objects.get(name=proxying.UNION),
        field="社区社会组织培育",
        defaults={"valid_from": hubs.APPLIED.date()},
    )
    proxying.file_group(stage)
    proxying.give_letter(stage)
    guiding.publish_guide(stage, title="北京市朝阳区2026年社区社会组织服务项目申报指南", open_days=20)
    proxying.begin(stage)
    applying.fill_in(stage)
    applying.submit(stage)
    applying.endorse(stage)
    applying.precheck(stage)
    reviewing.review(stage)
    deciding.decide_and_publicise(stage)
    deciding.expire(stage)
    deciding.approve(stage)
    contracting.revise(stage)
    contracting.contract(stage)
    contracting.first_tranche(stage)
    _spend(stage)
    apply_for_filing(
        actor=actor_for(User.objects.get(username="union")),
        keeper=Organization.objects.get(name=proxying.UNION),
        group=Organization.objects.get(name=OTHER_GROUP),
        activity="青年志愿者周末清山净滩、自然观察。",
        member_count=31,
    )


def _spend(stage: Stage) -> None:
    """Two expenses and the fee paid, a third that waits for the head."""
    proxying.approve_and_pay(stage, proxying.ask_for(stage, "6800.00", "探访手册印制"))
    stage.later(days=20)
    proxying.approve_and_pay(stage, proxying.ask_for(stage, "12400.00", "志愿者保险和补贴"))
    proxying.approve_and_pay(stage, proxying.ask_for(stage, "1000.00", "联合会服务费", kind=VoucherKind.FEE))
    stage.now += timedelta(days=9)
    proxying.ask_for(stage, "5200.00", "月度活动物资")

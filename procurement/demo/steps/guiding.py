"""Step 1: the office writes a guide, the leading group approves it, the office publishes it."""

from __future__ import annotations

from datetime import timedelta

from catalogs.models import FundEnvelope
from evaluation.services.rubrics import attach_from_library
from orgs.models import Organization, Region
from procurement.demo.stage import Stage
from procurement.lifecycle.engine import perform
from procurement.rules.models import RuleSet
from projects.models import Guide
from projects.services.guides import start_guide

OFFICE = "北京市朝阳区社会建设工作领导小组办公室"
FINANCE = "北京市朝阳区财政局"
CIVIL = "北京市朝阳区民政局"

SUMMARY = """一、服务标准：项目须明确服务对象、服务内容、服务频次和质量要求，服务过程留有记录，可以核查。
二、服务要求：坚持问需于民，成果惠及社区居民；项目资金专款专用、单独核算；项目过程在本平台公开。
三、评价方式：专家评审、季度报告、中期评估、主责单位验收、财务审计和第三方结项评估，满意度测评全覆盖。"""
REQUIREMENTS = """一、依法登记、能够独立承担民事责任的社会组织；未登记的社区社会组织可由社会组织联合会代为申报。
二、治理结构健全，内部管理和监督制度完善，独立核算，具有开展项目所需的设备和专业能力。
三、上年度年检合格，近两年内未受行政处罚，无不良信用记录，依法缴纳税收和社会保险费。
四、每家单位原则上申报不超过两项，须经主责单位同意；已获其他部门资助且仍在实施期内的项目不再重复资助。"""


def draft_guide(stage: Stage, *, year: int, title: str, open_days: int = 50) -> Guide:
    """The office's draft with areas, dates, envelope and rubric, ready to be sent up."""
    office = Organization.objects.get(name=OFFICE)
    region = Region.objects.get(code="110105")
    finance = Organization.objects.get(name=FINANCE)
    guide = start_guide(
        actor=stage.actor("office"),
        office=office,
        jurisdiction=region,
        rule_set=demo_rule_set(stage),
        finance=finance,
        treasury=finance,
        civil=Organization.objects.get(name=CIVIL),
        preset="guide_demo",
        at=stage.now,
        title=title,
        year=year,
        envelope=FundEnvelope.objects.approved().filter(fiscal_year=year).first(),
        summary=SUMMARY,
        requirements=REQUIREMENTS,
        contact="朝阳区社会建设工作领导小组办公室 010-8500 0000",
        opens_at=stage.now + timedelta(days=5),
        closes_at=(stage.now + timedelta(days=5 + open_days)).replace(hour=17, minute=0, second=0, microsecond=0),
    )
    stage.put("guide", guide)
    attach_from_library(actor=stage.actor("office"), occasion=guide, code="beijing_special_fund", at=stage.now)
    guide.refresh_from_db()
    return guide


def send_up(stage: Stage) -> None:
    perform(stage.guide, "guide.submit", actor=stage.actor("office"), at=stage.later(hours=2))


def approve(stage: Stage) -> None:
    perform(stage.guide, "guide.approve", actor=stage.actor("leader"), at=stage.later(working_days=2))


def publish(stage: Stage) -> None:
    perform(stage.guide, "guide.publish", actor=stage.actor("office"), at=stage.later(working_days=1))


def publish_guide(stage: Stage, *, year: int = 2026, title: str = "", open_days: int = 50) -> None:
    """Step 1 whole."""
    heading = title or f"北京市朝阳区{year}年使用社会建设专项资金购买社会组织服务项目申报指南"
    draft_guide(stage, year=year, title=heading, open_days=open_days)
    send_up(stage)
    approve(stage)
    publish(stage)


def demo_rule_set(stage: Stage) -> RuleSet:
    """The Beijing grant rules in force on the stage's day."""
    day = stage.now.date()
    return RuleSet.objects.filter(
        regime="grant_application", jurisdiction__startswith="11", valid_from__lte=day, approved_at__isnull=False
    ).order_by("-valid_from")[0]

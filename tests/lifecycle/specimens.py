"""One real object of every lifecycle: a whole case played by its people, and what a smooth case does not produce."""

from __future__ import annotations

from decimal import Decimal

from catalogs.services.envelopes import propose_adjustment
from procurement.demo import budget, people
from procurement.demo.stage import Stage, local
from procurement.demo.steps import (
    applying,
    closing,
    contracting,
    deciding,
    delivering,
    evaluating,
    guiding,
    reviewing,
)
from procurement.lifecycle.engine import perform
from procurement.lifecycle.models import LifecycleModel
from projects.services import changes, rectifications, warnings
from tests.factories import awards, budgets, hubs, market, procedures, procurement, registrations, remedies
from tests.factories.assignments import assignment_specimen
from tests.factories.guidance import guidance_specimens
from tests.factories.network import admission_specimen, consortium_specimens
from tests.factories.standing import standing_specimens


def play() -> dict[str, LifecycleModel]:
    """The objects of one case after everything has happened to them, by the name of their lifecycle."""
    opened = local(2026, 1, 12)
    people.seed(opened)
    budget.seed(opened)
    stage = Stage(now=opened, script={"starts_on": "2026-05-06", "ends_on": "2026-09-30", "decline": True})
    _until_the_contract(stage)
    found = {**_troubles(stage), **_delivery_and_end(stage), **budgets.specimens()}
    found |= hubs.specimens() | registrations.specimens()
    found |= guidance_specimens()
    found |= market.specimens()
    found |= standing_specimens(stage)
    found |= consortium_specimens() | admission_specimen()
    found |= procedures.specimens()
    found |= awards.specimens(found["procedure"], found["bid"])
    found |= assignment_specimen(stage)
    found |= procurement.specimens(found["procedure"])
    found |= remedies.specimens()
    for thing in found.values():
        thing.refresh_from_db()
    return found


def _until_the_contract(stage: Stage) -> None:
    guiding.publish_guide(stage, open_days=20)
    applying.apply_online(stage)
    applying.endorse(stage)
    applying.precheck(stage)
    reviewing.review(stage)
    deciding.decide_and_publicise(stage)
    deciding.object_and_recheck(stage)
    deciding.expire(stage)
    deciding.approve(stage)
    contracting.revise(stage)
    contracting.contract(stage)
    contracting.first_tranche(stage)
    delivering.launch(stage)


def _troubles(stage: Stage) -> dict[str, LifecycleModel]:
    """An adjustment of the envelope, a change asked for, a warning, and a rectification carried out."""
    application = stage.application
    adjustment = propose_adjustment(
        actor=stage.actor("office"), envelope=stage.guide.envelope, delta=Decimal("100000.00"), grounds="年中追加"
    )
    change = changes.save_change(
        actor=stage.actor("org"),
        application=application,
        kind="place",
        reason="原定场地修缮，改在相邻社区开展活动，服务对象和场次不变。",
        values={"place": "朝阳区八里庄街道文化服务中心"},
        at=stage.later(days=1),
    )
    perform(change, "change.submit", actor=stage.actor("org-head"), at=stage.later(hours=1))
    warning = warnings.report_incident(
        actor=stage.actor("hub"),
        application=application,
        rule="complaint_upheld",
        facts="居民投诉活动临时取消未告知，经核实属实，已补办一场。",
        at=stage.later(hours=3),
    )
    order = rectifications.issue(
        actor=stage.actor("hub"),
        application=application,
        finding="现场无障碍通道被物资占用。",
        requirement="清理通道并设专人引导，完善现场安全预案。",
        contract_term="合同第五条 服务质量标准",
        at=stage.later(days=1),
    )
    perform(
        order,
        "rectification.respond",
        actor=stage.actor("org-head"),
        at=stage.later(days=2),
        response="通道已清理，增设引导员两名，预案已修订并培训全体志愿者。",
    )
    perform(
        order, "rectification.verify", actor=stage.actor("hub"), at=stage.later(days=1), reason="现场复查，整改到位。"
    )
    return {"adjustment": adjustment, "change": change, "warning": warning, "rectification": order}


def _delivery_and_end(stage: Stage) -> dict[str, LifecycleModel]:
    delivering.activities(stage)
    delivering.quarterly_report(stage)
    evaluating.midterm(stage)
    contracting.tranche(stage, 2)
    closing.submit_closeout(stage)
    closing.accept(stage)
    closing.audit(stage)
    evaluating.final(stage)
    contracting.tranche(stage, 3)
    closing.close_and_archive(stage)
    application = stage.application
    seat = stage.panel.seats.filter(status="confirmed").first()
    return {
        "envelope": stage.guide.envelope,
        "guide": stage.guide,
        "application": application,
        "rubric": stage.panel.rubric,
        "panel": stage.panel,
        "seat": seat,
        "sheet": seat.sheets.first(),
        "publicity": stage.publicity,
        "objection": stage.objection,
        "contract": stage.contract,
        "payment": stage.payment_1,
        "plan": application.plan,
        "report": application.reports.order_by("due_on").first(),
        "assessment": stage.final,
        "survey": stage.final.survey,
        "closeout": stage.closeout,
        "acceptance": stage.acceptance,
        "financial_audit": stage.financial_audit,
        "refund": stage.refund,
    }

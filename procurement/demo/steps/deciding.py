"""Steps 6–8: the leading group decides, finance confirms the money, the list is publicised, the project approved."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from procurement.access import ANONYMOUS
from procurement.calendars import end_of_day
from procurement.demo.stage import Stage
from procurement.lifecycle.engine import perform, system_actor
from projects.models import Publicity
from projects.services.decisions import Verdict, decide_list
from projects.services.objections import file_objection
from projects.services.publicity import draft_publicity


def decide(stage: Stage) -> None:
    """Grant less than asked, so that the budget has to be revised before signing (R-179)."""
    application = stage.application
    granted = stage.script.get("granted") or (application.requested_amount * Decimal("0.9")).quantize(Decimal("1"))
    outcomes = decide_list(
        actor=stage.actor("leader"),
        verdicts={application.pk: Verdict(granted, "同意立项，按专家意见压减活动物资。")},
        at=stage.later(working_days=4),
    )
    refused = [str(r) for outcome in outcomes for r in outcome.refusals]
    if refused:
        raise AssertionError("；".join(refused))


def confirm_funds(stage: Stage) -> None:
    perform(
        stage.application, "application.confirm_funds", actor=stage.actor("finance"), at=stage.later(working_days=2)
    )


def publicise(stage: Stage) -> None:
    notice = draft_publicity(actor=stage.actor("office"), guide=stage.guide, at=stage.later(working_days=1))
    stage.put("publicity", notice)
    perform(notice, "publicity.publish", actor=stage.actor("office"), at=stage.later(hours=1))


def object_and_recheck(stage: Stage) -> None:
    """An unnamed neighbour objects; the office rechecks, finds nothing, and publicity goes on (R-175)."""
    objection = file_objection(
        actor=ANONYMOUS,
        publicity=stage.publicity,
        application=stage.application,
        text="该项目内容与街道现有助残服务相近，请核实是否重复购买。",
        at=stage.later(days=1, hours=2),
    )
    stage.put("objection", objection)
    perform(
        objection,
        "objection.dismiss",
        actor=stage.actor("office"),
        at=stage.later(days=1),
        reason="经核对街道购买清单，服务对象和内容不同，不构成重复购买，异议不成立。",
    )


def expire(stage: Stage) -> None:
    notice: Publicity = stage.publicity
    stage.now = max(stage.now, end_of_day(notice.ends_on) + timedelta(minutes=1))
    perform(notice, "publicity.expire", actor=system_actor(), at=stage.now)


def approve(stage: Stage) -> None:
    perform(stage.application, "application.approve", actor=stage.actor("office"), at=stage.later(working_days=2))


def decide_and_publicise(stage: Stage) -> None:
    decide(stage)
    confirm_funds(stage)
    publicise(stage)

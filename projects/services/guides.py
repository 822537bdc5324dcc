"""Preparing, publishing and closing guides."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogs.models import GuideCategoryPreset
from orgs.models import Organization, Region
from procurement import audit
from procurement.access import Actor, Role
from procurement.lifecycle import steps
from procurement.lifecycle.engine import Attempt, database_now, perform, system_actor
from procurement.lifecycle.numbering import next_number
from procurement.rules import Refusal, RuleViolation
from procurement.rules.models import RuleSet
from projects.models import Guide, GuideAddendum, GuideArea, GuideCategory

TEMPLATE = "beijing_special_fund_18"
#: What an office may still change while the guide is a draft.
EDITABLE = (
    "title", "year", "envelope", "summary", "requirements", "contact", "opens_at", "closes_at", "project_ends_by",
)  # fmt: skip


@transaction.atomic
def start_guide(
    *,
    actor: Actor,
    office: Organization,
    jurisdiction: Region,
    rule_set: RuleSet,
    finance: Organization,
    treasury: Organization,
    civil: Organization,
    preset: str = "",
    at: datetime | None = None,
    **content: Any,
) -> Guide:
    """A new draft with its own case; areas and categories are copied from ``preset`` when one is named."""
    _require_office(actor, office.pk)
    moment = at or database_now()
    number = next_number("guide", prefix="ZN", year=content["year"])
    guide = Guide(
        number=number,
        jurisdiction=jurisdiction,
        office=office,
        purchaser=office,
        finance=finance,
        treasury=treasury,
        civil=civil,
        rule_set=rule_set,
        **content,
    )
    guide.case = steps.open_case(
        number=number, title=guide.title, template_code=TEMPLATE, rule_set=rule_set, at=moment, subject=guide.subject
    )
    guide.save()
    for part, body in (("office", office), ("finance", finance), ("purchaser", office)):
        steps.set_party(guide.case, part, body.pk, body.name)
    steps.open_step(guide.case, "publish_guide", at=moment)
    _projects_have_their_own_cases(guide)
    if preset:
        copy_categories(guide, preset)
    _journal(actor, guide, "guide.start", {"number": number, "title": guide.title})
    return guide


@transaction.atomic
def revise_guide(*, actor: Actor, guide: Guide, at: datetime | None = None, **content: Any) -> Guide:
    """Change a draft; anything later changes only by an addendum."""
    locked = Guide.objects.select_for_update(no_key=True).get(pk=guide.pk)
    _require_office(actor, locked.office_id)
    if locked.status != "draft":
        raise RuleViolation([Refusal("R-131", _("指南已送审或发布，不能直接修改；发布后只能发补充通知"))])
    for name in EDITABLE:
        if name in content:
            setattr(locked, name, content[name])
    locked.save()
    _journal(actor, locked, "guide.revise", {"fields": sorted(set(content) & set(EDITABLE))})
    return locked


def copy_categories(guide: Guide, preset: str) -> int:
    """Give the guide its own copy of a preset's areas and categories; returns how many categories."""
    areas: dict[str, GuideArea] = {}
    copied = []
    for row in GuideCategoryPreset.objects.filter(preset=preset):
        area = areas.get(row.area_code) or GuideArea.objects.create(guide=guide, code=row.area_code, name=row.area_name)
        areas[row.area_code] = area
        copied.append(GuideCategory(area=area, code=row.code, name=row.name, is_example=row.is_demo))
    GuideCategory.objects.bulk_create(copied)
    return len(copied)


@transaction.atomic
def attach_rubric(*, guide_id: UUID, rubric_id: UUID, title: str, total: Decimal, digest: str) -> Guide:
    """Evaluation reports which rubric belongs to the guide; an open guide keeps the one it was published with (R-131)."""
    guide = Guide.objects.select_for_update(no_key=True).get(pk=guide_id)
    if guide.status not in ("draft", "checking", "approved"):
        raise RuleViolation([Refusal("R-131", _("指南已发布，评分办法不得更改"))])
    guide.rubric_id, guide.rubric_title, guide.rubric_total, guide.rubric_digest = rubric_id, title, total, digest
    guide.save()
    return guide


def publish(attempt: Attempt) -> None:
    """Effect of guide.publish: from now on the content is frozen and the call is public."""
    guide = attempt.obj
    guide.published_at = attempt.at
    if guide.opens_at is None or guide.opens_at < attempt.at:
        guide.opens_at = attempt.at
    attempt.kept["rubric_digest"] = guide.rubric_digest


@transaction.atomic
def issue_addendum(
    *, actor: Actor, guide: Guide, text: str, new_closes_at: datetime | None = None, at: datetime | None = None
) -> GuideAddendum:
    """The only change to an open guide; a deadline may only move later (domain §6)."""
    locked = Guide.objects.select_for_update(no_key=True).get(pk=guide.pk)
    moment = at or database_now()
    _require_office(actor, locked.office_id)
    if locked.status != "open":
        raise RuleViolation([Refusal("S-01", _("只有受理申报中的指南可以发补充通知"))])
    if new_closes_at is not None and (locked.closes_at is None or new_closes_at <= locked.closes_at):
        raise RuleViolation([Refusal("R-113", _("申报截止时间只能延长，不能提前"))])
    addendum = GuideAddendum.objects.create(
        guide=locked, text=text.strip(), new_closes_at=new_closes_at, published_at=moment
    )
    if new_closes_at is not None:
        locked.closes_at = new_closes_at
        locked.save()
        _move_deadline(locked)
    _journal(actor, locked, "guide.addendum", {"text": addendum.text, "closes_at": str(new_closes_at or "")})
    return addendum


def close_due(now: datetime) -> int:
    """Close the guides whose deadline has passed; swept every minute."""
    due = list(Guide.objects.filter(status="open", closes_at__lte=now))
    for guide in due:
        perform(guide, "guide.close", actor=system_actor(), at=max(now, guide.closes_at or now))
    return len(due)


def _move_deadline(guide: Guide) -> None:
    day = timezone.localtime(guide.closes_at).date() if guide.closes_at else None
    for application in guide.applications.filter(status="draft").select_related("case"):
        if application.case is not None:
            application.case.steps.filter(step__code="apply_online").update(due_on=day)


def _projects_have_their_own_cases(guide: Guide) -> None:
    case = guide.case
    if case is not None:
        for row in case.steps.exclude(step__code="publish_guide").select_related("step"):
            steps.skip_step(case, row.step.code)


def _require_office(actor: Actor, office_id: UUID) -> None:
    if not actor.holds(Role.LGO, office_id):
        raise RuleViolation([Refusal("S-02", _("指南由领导小组办公室编制和维护"))])


def _journal(actor: Actor, guide: Guide, action: str, body: dict[str, Any]) -> None:
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action=action,
        subject=guide.subject,
        case_id=guide.case_id,
        body=body,
    )

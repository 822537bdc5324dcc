"""Bring the number of generated projects up to a given one, round by round, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalogs.models import EntryKind, EnvelopeEntry, FundEnvelope, FundSource
from orgs.models import Region
from procurement import audit
from procurement.access import Role
from procurement.bench.scale.cast import COUNTY, Cast, assemble
from procurement.bench.scale.copying import copy_in
from procurement.bench.scale.plans import Plan, Round, plan, round_at
from procurement.bench.scale.rows import Batch, Scene, rows_of
from procurement.demo import people
from procurement.demo.steps.guiding import REQUIREMENTS, SUMMARY
from procurement.lifecycle.models import LifecycleModel, WorkflowStep, WorkflowTemplate
from procurement.rules.models import RuleSet
from projects.models import Application, Guide, GuideCategory, Publicity, PublicityItem
from projects.services.guides import TEMPLATE, copy_categories
from projects.services.publicity import public_line

NUMBERS = "SB-S"
#: Projects under one guide: few enough for one transaction, enough for lists that must be paged.
LEAST, MOST = 20, 2000
FLUSH_EVERY = 500
#: Tables whose statistics the planner needs afterwards.
GROWN = (
    "projects_application", "projects_contract", "projects_payment", "projects_publicityitem", "lifecycle_case",
    "lifecycle_caseparty", "lifecycle_casestep", "lifecycle_transitionrecord", "orgs_organization", "orgs_membership",
)  # fmt: skip

Progress = Callable[[int, int], None]


class ScaleRefused(Exception):
    """Generated projects would be taken for real ones anywhere but in a demo."""


@dataclass(frozen=True)
class Growth:
    """What was there, what was added, and how long it took."""

    before: int
    added: int
    rows: int
    seconds: float


def grow(total: int, *, now: datetime, tell: Progress = lambda done, wanted: None) -> Growth:
    """Make sure that ``total`` generated projects exist; those already there count, so a second call adds none.

    Raises ScaleRefused outside a demo.
    """
    if not settings.PORTAL["DEMO"]:
        raise ScaleRefused(_('本平台未启用演示环境（PORTAL["DEMO"]），不能写入规模数据。'))
    began = monotonic()
    before = generated().count()
    if before >= total:
        return Growth(before, 0, 0, 0.0)
    with transaction.atomic():
        people.seed(now)
        cast = assemble(max(20, total // 12))
    written, first = 0, before
    size = min(MOST, max(LEAST, (total - before) // 10))
    while first < total:
        last = min(first + size, total)
        index = Guide.objects.filter(number__startswith="ZN-S").count()
        round_ = round_at(index, now)
        written += play_round(range(first, last), index, round_, cast, now, lambda n: tell(n - before, total - before))
        first = last
    return Growth(before, total - before, written, monotonic() - began)


def generated() -> QuerySet[Application]:
    return Application.objects.filter(number__startswith=NUMBERS)


def analyse(cursor: Any) -> None:
    """Fresh statistics for the planner; only the tables' owner may, so the caller brings a cursor of that role."""
    cursor.execute(f"ANALYZE {', '.join(GROWN)}")


@contextmanager
def own_dates(models: list[type[LifecycleModel]]) -> Iterator[None]:
    """Let generated rows say when they were created: a project of 2019 was not created today."""
    fields = [field for model in models for field in model._meta.fields if getattr(field, "auto_now_add", False)]
    for field in fields:
        field.auto_now_add = False  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for field in fields:
            field.auto_now_add = True  # type: ignore[attr-defined]


def play_round(
    serials: range,
    index: int,
    round_: Round,
    cast: Cast,
    now: datetime,
    tell: Callable[[int], None] = lambda done: None,
) -> int:
    """One guide with its money, its projects and its list, in one transaction; returns how many rows."""
    with transaction.atomic(), own_dates(LifecycleModel.__subclasses__()):
        return _round(serials, index, round_, cast, now, tell)


def _round(serials: range, index: int, round_: Round, cast: Cast, now: datetime, tell: Callable[[int], None]) -> int:
    plans = [plan(serial, round_, cast, now) for serial in serials]
    guide = _guide(index, round_, cast, plans)
    scene = Scene(
        guide=guide,
        categories=list(GuideCategory.objects.filter(area__guide=guide)),
        steps=list(WorkflowStep.objects.filter(template=_template())),
        cast=cast,
        now=now,
    )
    batch, written = Batch(), 0
    for number, each in enumerate(plans, start=1):
        batch.add(rows_of(each, scene))
        if number % FLUSH_EVERY == 0 or number == len(plans):
            written += batch.write()
            tell(serials.start + number)
    written += _publicity(guide, round_, plans)
    audit.record(
        action="scale.generate",
        subject=guide.subject,
        body={"guide": guide.number, "first": serials.start, "count": len(plans), "rows": written},
    )
    return written


def _template() -> WorkflowTemplate:
    return WorkflowTemplate.objects.filter(code=TEMPLATE).order_by("-version")[0]


def _guide(index: int, round_: Round, cast: Cast, plans: list[Plan]) -> Guide:
    office, finance, civil = (cast.bodies[key] for key in ("office", "finance", "civil"))
    guide = Guide.objects.create(
        number=f"ZN-S{round_.year}-{index + 1:03d}",
        title=f"北京市朝阳区{round_.year}年社会组织服务项目申报指南（{round_.label}示例第{index + 1}批）",
        year=round_.year,
        jurisdiction=Region.objects.get(pk=COUNTY),
        office=office,
        purchaser=office,
        finance=finance,
        treasury=finance,
        civil=civil,
        envelope=_envelope(index, round_, cast, plans),
        rule_set=_rules(round_),
        summary=SUMMARY,
        requirements=REQUIREMENTS,
        contact="规模测试示例，不受理咨询",
        opens_at=round_.opens_at,
        closes_at=round_.closes_at,
        published_at=round_.published_at,
        created_at=round_.published_at,
        status="decided" if round_.label == "年度" else "closed",
    )
    copy_categories(guide, "guide_demo")
    return guide


def _rules(round_: Round) -> RuleSet:
    """The grant rules of that day; the oldest there are for rounds before them."""
    rules = RuleSet.objects.filter(regime="grant_application", jurisdiction__startswith="11", approved_at__isnull=False)
    day = round_.published_at.date()
    return rules.filter(valid_from__lte=day).order_by("-valid_from").first() or rules.order_by("valid_from")[0]


def _envelope(index: int, round_: Round, cast: Cast, plans: list[Plan]) -> FundEnvelope:
    """Approved money, a tenth more than is promised, with an entry for every promise."""
    promised = sorted(
        (each.moments["application.propose"], each.serial, each.granted) for each in plans if each.granted is not None
    )
    total = sum((amount for _at, _serial, amount in promised), Decimal(0))
    amount = (total * Decimal("1.1")).quantize(Decimal("10000")) + Decimal("10000.00")
    envelope = FundEnvelope.objects.create(
        fiscal_year=round_.year,
        title=f"{round_.year}年度购买社会组织服务资金（示例第{index + 1}批）",
        source=FundSource.SPECIAL_FUND,
        jurisdiction_id=COUNTY,
        office=cast.bodies["office"],
        finance=cast.bodies["finance"],
        amount=amount,
        committed_total=total,
        approved_amount=amount,
        approval_number=f"示例预〔{round_.year}〕{index + 1}号",
        approved_at=round_.published_at,
        basis="规模测试示例。",
        created_at=round_.published_at,
        status="approved",
    )
    entries, after = [], Decimal(0)
    for at, serial, granted in promised:
        after += granted
        entries.append(
            EnvelopeEntry(
                envelope=envelope, kind=EntryKind.COMMIT, amount=granted, committed_after=after, at=at,
                subject=f"{NUMBERS}{round_.year}-{serial:06d}", actor=cast.officials[Role.LG].user,
            )
        )  # fmt: skip
    copy_in(EnvelopeEntry, entries)
    return envelope


def _publicity(guide: Guide, round_: Round, plans: list[Plan]) -> int:
    """The list of everything that was publicised, past its last day."""
    listed = {
        f"{NUMBERS}{round_.year}-{each.serial:06d}": each
        for each in plans
        if "application.end_publicity" in each.standing.entries
    }
    if not listed:
        return 0
    ended_at = max(each.moments["application.end_publicity"] for each in listed.values())
    began_at = min(each.moments["application.publicise"] for each in listed.values())
    notice = Publicity.objects.create(
        number=f"GS-{guide.number.removeprefix('ZN-')}",
        guide=guide,
        title=f"{guide.title}拟立项名单公示",
        contact="规模测试示例，不受理异议",
        starts_on=began_at.date(),
        ends_on=ended_at.date(),
        published_at=began_at,
        created_at=began_at,
        status="effective",
    )
    applications = Application.objects.filter(guide=guide, number__in=listed).select_related(
        "applicant", "category", "hub"
    )
    items = [
        PublicityItem(
            publicity=notice,
            application=application,
            position=position,
            snapshot=public_line(application),
        )
        for position, application in enumerate(applications.order_by("number"), start=1)
    ]
    return copy_in(PublicityItem, items) + 1

"""Guides that accept applications, and applications at a named point, brought there by the people who do so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from orgs.models import (
    AnnualInspection,
    HubAffiliation,
    InspectionResult,
    Organization,
    OrganizationKind,
    Qualification,
    QualificationKind,
)
from procurement.access import Actor, Role
from procurement.demo.steps.applying import CINEMA, UPLOADS, sample, typed
from procurement.documents import store_generated
from procurement.lifecycle.engine import database_now, perform
from procurement.rules.models import RuleSet
from projects.forms.sections import check
from projects.models import Application, Guide, GuideArea, GuideCategory, SectionDraft
from projects.selectors.applications import CHECKLIST, file_kind
from projects.services.applications import start_application
from projects.services.drafts import save_section
from projects.services.prechecks import Verdict, record_check
from tests.factories.hubs import make_recognition
from tests.factories.money import make_envelope
from tests.factories.people import make_actor, make_organization, make_social_organization


def make_guide(
    *,
    status: str = "open",
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    amount: str = "1000000.00",
    **fields: Any,
) -> Guide:
    """A guide of the Beijing special fund in ``status`` with one category, open for a month unless told otherwise."""
    now = timezone.now()
    office = fields.pop("office", None) or make_organization()
    finance = fields.pop("finance", None) or make_organization(OrganizationKind.AUTHORITY)
    guide = Guide.objects.create(
        number=f"ZN-TEST-{Guide.objects.count() + 1:04d}",
        title="测试申报指南",
        year=now.year,
        jurisdiction=office.region,
        office=office,
        purchaser=fields.pop("purchaser", office),
        finance=finance,
        treasury=finance,
        civil=fields.pop("civil", None) or make_organization(OrganizationKind.AUTHORITY),
        envelope=make_envelope(amount, office=office, finance=finance, fiscal_year=now.year),
        rule_set=fields.pop("rule_set", None) or beijing_rules(),
        opens_at=opens_at or now - timedelta(days=10),
        closes_at=closes_at or now + timedelta(days=30),
        published_at=now - timedelta(days=12),
        status=status,
        **fields,
    )
    area = GuideArea.objects.create(guide=guide, code="B", name="社会公益服务")
    GuideCategory.objects.create(area=area, code="B6", name="助盲等残障融合")
    return guide


def beijing_rules() -> RuleSet:
    return RuleSet.objects.get(jurisdiction="110000", regime="grant_application", version=2)


def make_hub(**fields: Any) -> Organization:
    """A body a leading group has recognised; the database marks it as a hub."""
    hub = make_organization(OrganizationKind.ASSOCIATION, **fields)
    make_recognition(hub)
    hub.refresh_from_db()
    return hub


def make_applicant(*, hub: Organization | None = None, **fields: Any) -> Organization:
    """A social organisation in good standing, with a certificate and a hub."""
    applicant = make_social_organization(**fields)
    year = timezone.localdate().year
    AnnualInspection.objects.create(organization=applicant, year=year - 1, result=InspectionResult.PASSED)
    Qualification.objects.create(
        organization=applicant,
        kind=QualificationKind.REGISTRATION,
        status="verified",
        number=f"登字第{applicant.uscc}号",
        issued_on=date(year - 2, 1, 1),
        expires_on=date(year + 2, 1, 1),
    )
    HubAffiliation.objects.create(
        hub=hub or make_hub(), member=applicant, field="助残", valid_from=date(year - 2, 1, 1)
    )
    return applicant


@dataclass
class Applying:
    """An application with the people around it."""

    application: Application
    operator: Actor
    head: Actor

    @property
    def guide(self) -> Guide:
        return self.application.guide

    def actor(self, role: Role, organization: Organization | None = None) -> Actor:
        body = organization or {
            Role.LGO: self.guide.office,
            Role.RU: self.application.hub,
            Role.CIV: self.guide.civil,
        }.get(role)
        return make_actor(role, body)


def make_applying(
    *, guide: Guide | None = None, applicant: Organization | None = None, filled: bool = True, **script: Any
) -> Applying:
    """A draft, complete unless told otherwise; ``script`` changes what is typed (see demo CINEMA)."""
    chosen = guide or make_guide()
    body = applicant or make_applicant()
    operator, head = make_actor(Role.ORG, body), make_actor(Role.ORG_H, body)
    application = start_application(actor=operator, guide=chosen, applicant=body)
    applying = Applying(application, operator, head)
    if filled:
        fill(applying, **script)
    return applying


def fill(applying: Applying, **script: Any) -> None:
    application = applying.application
    texts = {**CINEMA, **script}
    today = timezone.localdate()
    texts.setdefault("starts_on", (today + timedelta(days=60)).isoformat())
    texts.setdefault("ends_on", (today + timedelta(days=360)).isoformat())
    for code in ("basic", "scheme", "budget", "co_funding", "indicators", "profile", "hub", "declaration"):
        type_in(applying, code, typed(application, code, texts))
    attach_samples(applying)
    application.refresh_from_db()


def type_in(applying: Applying, code: str, raw: dict[str, Any], *, version: int = 2**31) -> SectionDraft:
    application = applying.application
    saved = save_section(
        actor=applying.operator,
        application=application,
        code=code,
        raw=raw,
        check=lambda values: check(application, code, values),
        version=version,
        reviewed=True,
    )
    application.refresh_from_db()
    return saved.draft


def attach_samples(applying: Applying) -> None:
    """The required files, without the inspection an upload goes through (that has tests of its own)."""
    for kind, name in UPLOADS:
        store_generated(
            actor=applying.operator,
            content=sample(name),
            filename=name,
            subject=applying.application.subject,
            case_id=applying.application.case_id,
            kind=kind,
            title=str(file_kind(kind).label),
        )


def make_submitted(**script: Any) -> Applying:
    applying = make_applying(**script)
    perform(applying.application, "application.submit", actor=applying.head)
    return applying


def make_endorsed(**script: Any) -> Applying:
    applying = make_submitted(**script)
    application = applying.application
    perform(
        application,
        "application.endorse",
        actor=applying.actor(Role.RU),
        opinion="情况属实，同意推荐该项目申报。",
        seal=application.hub.name if application.hub else "",
    )
    return applying


def make_prechecked(**script: Any) -> Applying:
    applying = make_endorsed(**script)
    application, office = applying.application, applying.actor(Role.LGO)
    record_check(actor=applying.actor(Role.CIV), application=application, verdicts={"civil": Verdict(True)})
    record_check(actor=office, application=application, verdicts={code: Verdict(True) for code, _ in CHECKLIST})
    perform(application, "application.precheck_pass", actor=office)
    return applying


def make_plain_application(guide: Guide, applicant: Organization, **fields: Any) -> Application:
    """A row for lists: no case, no sections, whatever state is asked for."""
    number = Application.objects.count() + 1
    values = {
        "number": f"SB-TEST-{number:04d}",
        "title": f"测试项目{number}",
        "status": "submitted",
        "requested_amount": Decimal("100000.00"),
        "submitted_at": database_now() - timedelta(days=1),
    }
    return Application.objects.create(guide=guide, applicant=applicant, **{**values, **fields})

"""Part one of the demo world: regions, organisations, accounts with their seats, experts, standing."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from orgs import regions
from orgs.models import (
    AnnualInspection,
    CreditList,
    EmploymentHistory,
    Expert,
    ExpertKind,
    HubAffiliation,
    HubTier,
    InspectionResult,
    KinDeclaration,
    KinRelation,
    Membership,
    Organization,
    Position,
    Qualification,
    QualificationKind,
    Region,
)
from orgs.selectors.standing import years_before
from orgs.services import credit, memberships
from procurement.access import actor_for
from procurement.access.models import User
from procurement.demo import hubs
from procurement.demo.accounts import ACCOUNTS, PASSWORD
from procurement.demo.bodies import BODIES, FIELDS, Body
from procurement.lifecycle.engine import system_actor

#: Seats of the demo world begin before its oldest case.
SINCE = date(2024, 1, 1)

_KINDS = (
    *[ExpertKind.BUSINESS] * 3,
    *[ExpertKind.MANAGEMENT] * 2,
    *[ExpertKind.FINANCE] * 2,
    *[ExpertKind.PRACTICE] * 2,
)
_SPECIALTIES = (
    ["社会工作", "为老服务"],
    ["残障融合", "公共文化"],
    ["心理健康", "青少年服务"],
    ["项目管理"],
    ["公共管理", "绩效管理"],
    ["财务管理", "非营利会计"],
    ["审计", "内部控制"],
    ["社区治理", "应急管理"],
    ["社区服务", "志愿服务"],
)
_EMPLOYERS = (
    "某高校社会工作系",
    "某研究院公共文化研究所",
    "某大学心理学院",
    "某管理咨询机构",
    "某党校公共管理教研部",
    "某会计学会",
    "某职业学院财会系",
    "某区应急管理协会",
    "某街道社区服务中心（退休）",
)


def seed(now: datetime) -> None:
    """Safe to repeat: what is there already is left as people have changed it since."""
    if not Region.objects.exists():
        regions.load(Region)
    bodies = {body.key: _organization(body, serial) for serial, body in enumerate(BODIES, start=1)}
    _accounts(bodies)
    if not bodies["hub"].recognitions.exists():
        hubs.recognise(bodies["hub"], HubTier.DISTRICT, hubs.FIELD, applicant=User.objects.get(username="hub"))
        bodies["hub"].refresh_from_db()
    _hub_ties(bodies)
    _experts(bodies, timezone.localtime(now).date())
    _standing(bodies, timezone.localtime(now).date())


def _organization(body: Body, serial: int) -> Organization:
    region = Region.objects.get(pk=body.region)
    code = body.uscc(serial)
    organization, _created = Organization.objects.get_or_create(
        name=body.name,
        defaults={
            "short_name": body.short_name,
            "kind": body.kind,
            "uscc": code,
            "is_synthetic_code": code is not None,
            "region": region,
            "street_id": body.street or None,
            "legal_representative": body.head,
            "introduction": body.introduction,
            "address": f"{region.full_name}示例路{serial}号" if body.published else "",
            "contact_name": body.head,
            "contact_phone": f"010-8500{serial:04d}",
            "bank_name": "示例银行北京分行营业部",
            "bank_account": f"110905{serial:010d}",
            "registered_on": date.fromisoformat(body.registered_on) if body.registered_on else None,
            "is_published": body.published,
        },
    )
    return organization


def _accounts(bodies: dict[str, Organization]) -> None:
    appointer = system_actor()
    password = make_password(PASSWORD)
    for account in ACCOUNTS:
        person, _created = User.objects.get_or_create(
            username=account.username,
            defaults={
                "name": account.name,
                "email": f"{account.username}@demo.invalid",
                "password": password,
            },
        )
        for role, key in account.seats:
            organization = bodies[key]
            if not Membership.objects.filter(person=person, organization=organization, role=role).exists():
                memberships.grant(
                    actor=appointer, person=person, organization=organization, role=role, valid_from=SINCE
                )


def _hub_ties(bodies: dict[str, Organization]) -> None:
    for key, field in FIELDS.items():
        HubAffiliation.objects.get_or_create(
            hub=bodies["hub"], member=bodies[key], field=field, defaults={"valid_from": SINCE}
        )


def _experts(bodies: dict[str, Organization], today: date) -> None:
    """Expert 2 left org2 two years ago and expert 5 is kin of org3's head, so that recusal can be seen."""
    for number, kind in enumerate(_KINDS, start=1):
        Expert.objects.get_or_create(
            person=User.objects.get(username=f"expert{number}"),
            defaults={
                "kind": kind,
                "specialties": _SPECIALTIES[number - 1],
                "employer_text": _EMPLOYERS[number - 1],
                "phone": f"1390010{number:04d}",
                "joined_on": SINCE,
            },
        )
    EmploymentHistory.objects.get_or_create(
        expert=Expert.objects.get(person__username="expert2"),
        organization=bodies["org2"],
        position=Position.EMPLOYEE,
        defaults={"started_on": years_before(today, 5), "ended_on": years_before(today, 2)},
    )
    KinDeclaration.objects.get_or_create(
        expert=Expert.objects.get(person__username="expert5"),
        organization=bodies["org3"],
        relation=KinRelation.SPOUSE,
        defaults={"declared_on": SINCE},
    )


def _standing(bodies: dict[str, Organization], today: date) -> None:
    """Inspections of the last years, a grade and a certificate each, and one body on the abnormal list."""
    for key in ("hub", "union", "support", *FIELDS, "evaluator"):
        for year in range(today.year - 3, today.year):
            result = InspectionResult.BASIC if key == "org5" else InspectionResult.PASSED
            AnnualInspection.objects.get_or_create(
                organization=bodies[key],
                year=year,
                defaults={"result": result, "decided_on": date(year + 1, 6, 30)},
            )
    for key in (*FIELDS, "union"):
        _certificates(bodies[key], today)
    if not bodies["bicycle"].credit_records.exists():
        credit.record(
            actor=actor_for(User.objects.get(username="civil")),
            organization=bodies["bicycle"],
            credit_list=CreditList.ABNORMAL,
            authority="北京市朝阳区民政局",
            document_number=f"朝民社异〔{today.year}〕3号",
            reason="未按规定报送上年度工作报告，通过登记的住所无法取得联系。",
            remedy="补报年度工作报告、变更登记住所后，可向登记管理机关申请移出。",
            starts_on=today - timedelta(days=120),
            is_published=True,
        )


def _certificates(organization: Organization, today: date) -> None:
    Qualification.objects.get_or_create(
        organization=organization,
        kind=QualificationKind.REGISTRATION,
        number=f"示例登字第{organization.uscc}号",
        defaults={
            "issuer": "登记管理机关",
            "issued_on": years_before(today, 3),
            "expires_on": years_before(today, -2),
        },
    )
    Qualification.objects.get_or_create(
        organization=organization,
        kind=QualificationKind.GRADE,
        number=f"示例评字第{str(organization.uscc)[8:17]}号",
        defaults={
            "title": "4A",
            "issuer": "登记管理机关",
            "issued_on": years_before(today, 2),
            "expires_on": years_before(today, -3),
        },
    )

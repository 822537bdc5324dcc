"""Who plays in generated projects: the demo's officials, and social organisations made up for the purpose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from random import Random
from uuid import UUID

from django.contrib.auth.hashers import make_password
from pypinyin import lazy_pinyin

from orgs.models import (
    AnnualInspection,
    HubAffiliation,
    InspectionResult,
    Membership,
    Organization,
    OrganizationKind,
    Qualification,
    QualificationKind,
    Region,
)
from procurement.access import Role
from procurement.access.models import User
from procurement.demo import people
from procurement.demo.bodies import BODIES
from procurement.demo.codes import synthetic_code
from procurement.lifecycle.engine import system_actor

#: Serial numbers of made-up credit codes; the demo's own bodies stay far below.
FIRST_SERIAL = 20_000
COUNTY = "110105"
DEMO_APPLICANTS = ("org1", "org2", "org3", "org4", "org5", "org6")

_SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗"
_GIVEN = (
    "建国",
    "秀英",
    "志强",
    "桂兰",
    "晓明",
    "丽华",
    "海涛",
    "雪梅",
    "文斌",
    "雅琴",
    "思远",
    "佳宁",
    "立新",
    "玉珍",
)
_FIELDS = (
    "社会工作", "为老服务", "助残", "心理健康", "青少年", "志愿服务", "社区治理", "公益文化", "法律援助", "应急减灾",
    "家庭发展", "绿色生活",
)  # fmt: skip
_FORMS = (
    ("事务所", OrganizationKind.SOCIAL_SERVICE_AGENCY),
    ("服务中心", OrganizationKind.SOCIAL_SERVICE_AGENCY),
    ("促进会", OrganizationKind.ASSOCIATION),
    ("发展中心", OrganizationKind.SOCIAL_SERVICE_AGENCY),
    ("协会", OrganizationKind.ASSOCIATION),
)


@dataclass(frozen=True)
class Player:
    """A person in a seat, as a record of theirs names them."""

    user: User
    organization: Organization | None = None


@dataclass
class Cast:
    """Officials by role, applicants with their heads, and the streets projects take place in."""

    bodies: dict[str, Organization]
    officials: dict[Role, Player]
    applicants: list[Player]
    streets: list[str]
    organization_ids: set[UUID] = field(default_factory=set)

    def player(self, role: Role, applicant: Player) -> Player:
        return applicant if role in (Role.ORG, Role.ORG_H) else self.officials[role]


def assemble(applicants: int) -> Cast:
    """The demo's bodies and officials, and that many social organisations beside the demo's own six."""
    bodies = {
        body.key: organization
        for body in BODIES
        if (organization := Organization.objects.filter(name=body.name).first()) is not None
    }
    demo = [Player(User.objects.get(username=f"{key}-head"), bodies[key]) for key in DEMO_APPLICANTS]
    return Cast(
        bodies=bodies,
        officials=_officials(bodies),
        applicants=[*_applicants(applicants, bodies["hub"]), *demo],
        streets=[street.name for street in Region.objects.streets_of(COUNTY)],
    )


def _officials(bodies: dict[str, Organization]) -> dict[Role, Player]:
    found: dict[Role, Player] = {}
    for seat in Membership.objects.filter(organization__in=bodies.values()).select_related("person", "organization"):
        found.setdefault(Role(seat.role), Player(seat.person, seat.organization))
    found[Role.SYS] = Player(_system())
    return found


def _system() -> User:
    return User.objects.get(pk=system_actor().id or "")


def _applicants(wanted: int, hub: Organization) -> list[Player]:
    """Made once; a later call finds them and adds what is missing."""
    known = _known_applicants()
    fresh = [_organization(serial) for serial in range(len(known), wanted)]
    Organization.objects.bulk_create(fresh, batch_size=1000)
    heads = [
        User(username=f"scale{organization.uscc}", name=organization.legal_representative, password=make_password(None))
        for organization in fresh
    ]
    User.objects.bulk_create(heads, batch_size=1000)
    _seat(fresh, heads, hub)
    return [*known, *(Player(user, organization) for organization, user in zip(fresh, heads, strict=True))]


def _known_applicants() -> list[Player]:
    seats = Membership.objects.filter(person__username__startswith="scale", role=Role.ORG_H)
    return [
        Player(seat.person, seat.organization)
        for seat in seats.select_related("person", "organization").order_by("organization__uscc")
    ]


def _seat(organizations: Iterable[Organization], heads: Iterable[User], hub: Organization) -> None:
    appointer = _system()
    pairs = list(zip(organizations, heads, strict=True))
    Membership.objects.bulk_create(
        [
            Membership(person=head, organization=body, role=Role.ORG_H, valid_from=people.SINCE, appointed_by=appointer)
            for body, head in pairs
        ],
        batch_size=1000,
    )
    Qualification.objects.bulk_create(
        [
            Qualification(
                organization=body,
                kind=QualificationKind.REGISTRATION,
                status="verified",
                number=f"示例登字第{body.uscc}号",
                issuer="登记管理机关",
                issued_on=date(2023, 7, 1),
                expires_on=date(2028, 6, 30),
            )
            for body, _head in pairs
        ],
        batch_size=1000,
    )
    HubAffiliation.objects.bulk_create(
        [HubAffiliation(hub=hub, member=body, field="综合服务", valid_from=people.SINCE) for body, _head in pairs],
        batch_size=1000,
    )
    AnnualInspection.objects.bulk_create(
        [
            AnnualInspection(
                organization=body, year=year, result=InspectionResult.PASSED, decided_on=date(year + 1, 6, 30)
            )
            for body, _head in pairs
            for year in (2024, 2025)
        ],
        batch_size=1000,
    )


def _organization(serial: int) -> Organization:
    chance = Random(serial)  # noqa: S311  made-up names, the same on every machine
    form, kind = _FORMS[serial % len(_FORMS)]
    name = f"北京{chance.choice('和睦安泰清宁惠远博雅同春晨曦明德')}{chance.choice('心安乐善慧众泽康信诚')}{_FIELDS[serial % len(_FIELDS)]}{form}（示例{serial + 1:04d}）"
    return Organization(
        name=name,
        kind=kind,
        uscc=synthetic_code("51" if kind == OrganizationKind.ASSOCIATION else "52", COUNTY, FIRST_SERIAL + serial),
        is_synthetic_code=True,
        region_id=COUNTY,
        legal_representative=chance.choice(_SURNAMES) + chance.choice(_GIVEN),
        introduction="为规模测试生成的示例单位。",
        bank_name="示例银行北京分行营业部",
        bank_account=f"110906{serial:010d}",
        registered_on=date(2005 + serial % 15, 1 + serial % 12, 1 + serial % 28),
        # bulk_create does not call save(), which would fill this in
        sort_key=" ".join(lazy_pinyin(name)).lower()[:400],
    )

"""Users, seats, organisations and experts."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from orgs.models import Expert, ExpertKind, Membership, Organization, OrganizationKind, Region
from procurement.access import Actor, Role, actor_for
from procurement.access.models import User
from procurement.demo.codes import synthetic_code
from procurement.lifecycle.engine import system_actor

_number = count(1)
PREFIX_OF = {
    OrganizationKind.ASSOCIATION: "51",
    OrganizationKind.SOCIAL_SERVICE_AGENCY: "52",
    OrganizationKind.FOUNDATION: "53",
    OrganizationKind.UNION: "51",
    OrganizationKind.PURCHASER: "11",
    OrganizationKind.AUTHORITY: "11",
    OrganizationKind.EVALUATOR: "52",
    OrganizationKind.AUDIT_FIRM: "91",
    OrganizationKind.ENTERPRISE: "91",
}
SINCE = date(2020, 1, 1)


def a_region(code: str = "110105", name: str = "朝阳区") -> Region:
    return Region.objects.get_or_create(code=code, defaults={"name": name, "level": 3})[0]


def make_user(username: str = "", *, name: str = "", **fields: Any) -> User:
    number = next(_number)
    return User.objects.create_user(
        username=username or f"user{number}", password="demo-2026", name=name or f"张{number}", **fields
    )


def make_organization(kind: str = OrganizationKind.PURCHASER, **fields: Any) -> Organization:
    """A body of ``kind`` with a well-formed code of its registry."""
    number = next(_number)
    region = fields.pop("region", None) or a_region()
    prefix = PREFIX_OF.get(OrganizationKind(kind))
    code = synthetic_code(prefix, region.pk[:6], 10_000 + number) if prefix else None
    values = {
        "name": f"测试单位{number}",
        "uscc": code,
        "is_synthetic_code": code is not None,
        "legal_representative": f"负责人{number}",
        "registered_on": date(2010, 5, 1),
    }
    return Organization.objects.create(kind=kind, region=region, **{**values, **fields})


def make_social_organization(**fields: Any) -> Organization:
    return make_organization(OrganizationKind.SOCIAL_SERVICE_AGENCY, **fields)


def make_seat(
    role: Role,
    organization: Organization | None = None,
    *,
    user: User | None = None,
    valid_from: date = SINCE,
    valid_to: date | None = None,
) -> Membership:
    return Membership.objects.create(
        person=user or make_user(),
        organization=organization or make_organization(),
        role=role,
        valid_from=valid_from,
        valid_to=valid_to,
        appointed_by=system_actor().user,
    )


def make_actor(role: Role, organization: Organization | None = None, *, user: User | None = None) -> Actor:
    """A person holding ``role``, as the portal would see them at the next request."""
    return actor_for(make_seat(role, organization, user=user).person)


def make_expert(*, kind: str = ExpertKind.BUSINESS, **fields: Any) -> Expert:
    values = {"employer_text": "某高校社会工作系", "joined_on": SINCE, "phone": "13900100001"}
    return Expert.objects.create(person=fields.pop("person", None) or make_user(), kind=kind, **{**values, **fields})

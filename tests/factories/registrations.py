"""Applications for registration at each of their states."""

from __future__ import annotations

from typing import Any

from orgs.models import LegalForm, Organization, OrganizationKind, Registration
from orgs.selectors.authorities import civil_authority_for
from orgs.services import merging, registrations
from procurement.access import Actor, Role, actor_for
from procurement.access.models import User
from procurement.demo.codes import synthetic_code
from procurement.lifecycle.engine import perform
from procurement.lifecycle.models import LifecycleModel
from tests.factories.people import _number, a_region, make_actor, make_organization, make_social_organization, make_user


def civil_of(region: str = "110105") -> Actor:
    """Somebody in the civil affairs authority of the place."""
    body = make_organization(OrganizationKind.AUTHORITY, region=a_region(region), name=f"{region}民政局")
    return make_actor(Role.CIV, body)


def draft(applicant: User | None = None, **fields: Any) -> Registration:
    """A complete application of a social service agency in Chaoyang, written by its operator."""
    serial = 20_000 + next(_number)
    values = {
        "name": f"朝阳区新芽社区服务中心{serial}",
        "kind": OrganizationKind.SOCIAL_SERVICE_AGENCY,
        "legal_form": LegalForm.SOCIAL_ORGANIZATION,
        "uscc": synthetic_code("52", "110105", serial),
        "region": a_region(),
        "head_name": "林晓",
        "head_email": "linxiao@example.org",
        "contact_name": "何静",
        "contact_phone": "13900100001",
        "contact_email": "hejing@example.org",
    }
    actor = actor_for(applicant or make_user())
    return registrations.save(actor=actor, registration=Registration(**{**values, **fields}))


def submitted(applicant: User | None = None, **fields: Any) -> Registration:
    asked = draft(applicant, **fields)
    perform(asked, "registration.submit", actor=actor_for(asked.applicant))
    return asked


def registered(**fields: Any) -> Organization:
    """An organisation that came in by the front door; its head has been invited."""
    if civil_authority_for(a_region()) is None:
        civil_of()
    asked = submitted(**fields)
    perform(asked, "registration.register", actor=make_actor(Role.CIV, asked.authority))
    return asked.organization


def specimens() -> dict[str, LifecycleModel]:
    """A registration by somebody of the demo world, and a merge of a record into that person's organisation."""
    asked = registered(applicant=User.objects.get(username="org1-head")).registration
    target = Organization.objects.filter(memberships__person__username="org1-head", name__contains="红丹丹").get()
    twin = make_social_organization(name=f"{target.name}（旧记录）")
    merge = merging.propose(
        actor=make_actor(Role.CIV, asked.authority), source=twin, target=target, grounds="登记证书编号相同。"
    )
    return {"registration": asked, "merge": merge}

"""The network of hubs in the demo world: recognised by the people who do so, and one request that still waits."""

from __future__ import annotations

from datetime import datetime, timedelta

from orgs.models import HubAffiliation, HubRecognition, HubTier, Organization, OrganizationKind, Requirement
from orgs.services.recognitions import apply_for
from procurement.access import Actor, Role, Seat, actor_for
from procurement.access.models import User
from procurement.calendars import add_working_days
from procurement.demo.codes import synthetic_code
from procurement.demo.stage import local
from procurement.lifecycle.engine import perform

#: The field in which the demo's hub is recognised; it leads its members in theirs.
FIELD = "志愿服务、公益慈善"
APPLIED = local(2024, 1, 2)
#: Other district hubs: name, field, and whether the group recognised them or the request still waits.
OTHERS = (
    ("北京市朝阳区社会工作者协会", "社会工作"),
    ("北京市朝阳区文化艺术界联合会", "文化艺术"),
)


def seed(now: datetime) -> None:
    """More hubs of the district with their yearly reviews, a tie below the first, and a request of the union that waits for its check."""
    hub = Organization.objects.get(recognitions__field=FIELD)
    for number, (name, field) in enumerate(OTHERS, start=1):
        body = _body(hub, name, serial=900 + number)
        if not body.recognitions.exists():
            recognise(body, HubTier.DISTRICT, field, applicant=_account("hub"))
    union = Organization.objects.filter(kind=OrganizationKind.UNION, memberships__isnull=False).first()
    if union is not None and not union.recognitions.exists():
        apply_for(
            actor=actor_for(_account("union")),
            organization=union,
            tier=HubTier.DISTRICT,
            field="社区社会组织培育",
            office=_office(),
            grounds="联系在街道备案的社区社会组织，为其提供孵化、代管资金和代理签约服务；设有党支部，章程和财务制度健全。",
            at=now - timedelta(days=3),
        )
    for recognition in HubRecognition.objects.review_due(now.date()).select_related("office"):
        _review_until(recognition, now)
    street = _body(hub, "北京市朝阳区建外街道社会组织联合服务中心", serial=950)
    HubAffiliation.objects.get_or_create(hub=hub, member=street, field=FIELD, defaults={"valid_from": APPLIED.date()})


def recognise(
    body: Organization, tier: str, field: str, *, applicant: User, office: Organization | None = None
) -> HubRecognition:
    """The whole way, from the request to the decision, by the accounts of the demo, in January 2024."""
    leading, doing = actor_for(_account("leader")), actor_for(_account("office"))
    recognition = apply_for(
        actor=_for(applicant, body),
        organization=body,
        tier=tier,
        field=field,
        office=office or _office(),
        grounds="在本领域联系和服务社会组织，代表性强，党组织和管理制度健全。",
        at=APPLIED,
    )
    checklist = [{"code": one.value, "passed": True, "note": ""} for one in Requirement]
    perform(recognition, "hub_recognition.check", actor=doing, at=APPLIED + timedelta(days=1), checklist=checklist)
    perform(recognition, "hub_recognition.review", actor=leading, at=APPLIED + timedelta(days=2))
    perform(recognition, "hub_recognition.publicise", actor=doing, at=APPLIED + timedelta(days=3))
    decided = datetime.combine(add_working_days(recognition.publicity_until, 1), APPLIED.timetz())
    number = HubRecognition.objects.in_force().count() + 1
    perform(
        recognition,
        "hub_recognition.recognise",
        actor=leading,
        at=decided,
        document_number=f"朝社领〔2024〕{number}号",
    )
    return recognition


def _review_until(recognition: HubRecognition, now: datetime) -> None:
    """The yearly reviews since, each on the day it was due."""
    leading = actor_for(_account("leader"))
    while recognition.review_due_on and recognition.review_due_on <= now.date():
        day = datetime.combine(recognition.review_due_on, APPLIED.timetz())
        perform(recognition, "hub_recognition.renew", actor=leading, at=day, note="履职良好，继续认定。")


def _for(person: User, body: Organization) -> Actor:
    """The person as head of the body; demo bodies without accounts are spoken for by a neighbour's head."""
    own = actor_for(person)
    if body.pk in own.organization_ids():
        return own
    return Actor(user=person, seats=(Seat(Role.ORG_H, body.pk, body.name),))


def _account(username: str) -> User:
    return User.objects.get(username=username)


def _office() -> Organization:
    return Organization.objects.get(memberships__person__username="leader", memberships__role="LG")


def _body(like: Organization, name: str, *, serial: int) -> Organization:
    body, _created = Organization.objects.get_or_create(
        name=name,
        defaults={
            "kind": OrganizationKind.ASSOCIATION,
            "uscc": synthetic_code("51", like.region_id, serial),
            "is_synthetic_code": True,
            "region": like.region,
            "registered_on": like.registered_on,
        },
    )
    return body

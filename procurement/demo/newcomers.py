"""Part of the demo world: who registers just now, an invitation on its way, and two records that look alike."""

from __future__ import annotations

from datetime import datetime, timedelta

from orgs.models import LegalForm, Membership, Organization, OrganizationKind, Registration
from orgs.services import duplicates, invitations, merging, registrations
from procurement.access import Role, actor_for
from procurement.access.models import User
from procurement.demo.accounts import PASSWORD
from procurement.demo.codes import synthetic_code
from procurement.lifecycle.engine import perform

SERIAL = 9_001
#: Account, person, organisation, kind, registry prefix, and how far its application has come.
NEWCOMERS = (
    ("newcomer", "孔秀梅", "北京市朝阳区晨光助老服务中心", OrganizationKind.SOCIAL_SERVICE_AGENCY, "52", "submitted"),
    ("returned", "侯志刚", "北京市朝阳区邻里互助促进会", OrganizationKind.ASSOCIATION, "51", "returned"),
)
TWIN = "北京红丹丹教育文化交流中心（分部）"


def seed(now: datetime) -> None:
    """Safe to repeat."""
    for number, newcomer in enumerate(NEWCOMERS):
        _register(now, SERIAL + number, *newcomer)
    _twins(now)
    _invite(now)


def _register(
    now: datetime, serial: int, username: str, name: str, body: str, kind: OrganizationKind, prefix: str, state: str
) -> None:
    person = User.objects.filter(username=username).first()
    if person is None:
        person = User.objects.create_user(username, PASSWORD, name=name, email=f"{username}@demo.invalid")
    if Registration.objects.filter(applicant=person).exists():
        return
    actor = actor_for(person)
    asked = registrations.save(
        actor=actor,
        registration=Registration(
            name=body,
            kind=kind,
            legal_form=LegalForm.SOCIAL_ORGANIZATION,
            uscc=synthetic_code(prefix, "110105", serial),
            region_id="110105",
            street_id="110105001",
            origin_id="110105",
            address="示例路20号",
            head_name=name,
            applicant_is_head=True,
            contact_name=name,
            contact_phone=f"010-8600{serial}",
            contact_email=person.email,
        ),
    )
    perform(asked, "registration.submit", actor=actor, at=now - timedelta(days=3))
    if state == "returned":
        reason = "章程须加盖公章；住所须与登记证书一致，请一并补正。"
        civil = actor_for(User.objects.get(username="civil"))
        perform(asked, "registration.return", actor=civil, at=now - timedelta(days=1), reason=reason)


def _twins(now: datetime) -> None:
    """An old record of org1 under its former head, found alike by phone, account and head; its merge is proposed."""
    standing = Membership.objects.filter(person__username="org1-head", role=Role.ORG_H)[0].organization
    if Organization.objects.filter(name=TWIN).exists():
        return
    twin = Organization.objects.create(
        name=TWIN,
        kind=standing.kind,
        uscc=synthetic_code("52", "110105", SERIAL + 50),
        is_synthetic_code=True,
        region=standing.region,
        legal_representative=standing.legal_representative,
        contact_name=standing.contact_name,
        contact_phone=standing.contact_phone,
        bank_name=standing.bank_name,
        bank_account=standing.bank_account,
    )
    duplicates.refresh(now)
    merging.propose(
        actor=actor_for(User.objects.get(username="civil")),
        source=twin,
        target=standing,
        grounds="登记证书编号、负责人、账户均相同，系迁移旧台账时重复建立。",
    )


def _invite(now: datetime) -> None:
    seat = Membership.objects.filter(person__username="org2-head", role=Role.ORG_H)[0]
    if not seat.organization.invitations.exists():
        invitations.invite(
            actor=actor_for(seat.person),
            organization=seat.organization,
            name="汪洋",
            email="wangyang@demo.invalid",
            role=Role.ORG,
        )

"""Reads about contracts and money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from orgs.models import Organization
from procurement.access import Actor
from projects.models import Application, Award, Contract, Payment


@dataclass(frozen=True)
class Difference:
    """One point at which a contract is compared with what was approved (R-201)."""

    label: str
    approved: str
    contract: str

    @property
    def differs(self) -> bool:
        return self.approved != self.contract


def differences(contract: Contract) -> list[Difference]:
    if contract.award is not None:
        return _differences_from_award(contract, contract.award)
    application = contract.origin_application
    return [
        Difference(_("项目名称"), application.title, contract.subject_matter),
        Difference(_("承接主体"), application.applicant.name, contract.contractor.name),
        Difference(_("金额（元）"), f"{application.granted_amount or Decimal(0):,.2f}", f"{contract.amount:,.2f}"),
        Difference(_("开始日期"), str(application.starts_on), str(contract.starts_on)),
        Difference(_("结束日期"), str(application.ends_on), str(contract.ends_on)),
        Difference(_("服务内容"), application.summary, contract.scope),
    ]


def _differences_from_award(contract: Contract, award: Award) -> list[Difference]:
    plan = award.procedure.plan
    return [
        Difference(_("标的名称"), award.lot.title, contract.subject_matter),
        Difference(_("承接主体"), award.supplier.name, contract.contractor.name),
        Difference(_("金额（元）"), f"{award.amount:,.2f}", f"{contract.amount:,.2f}"),
        Difference(_("开始日期"), str(plan.starts_on), str(contract.starts_on)),
        Difference(_("结束日期"), str(plan.ends_on), str(contract.ends_on)),
        Difference(_("服务内容"), plan.requirements or plan.need, contract.scope),
    ]


def announced_contracts() -> QuerySet[Contract]:
    return Contract.objects.announced().select_related("purchaser", "contractor", "application")


def money_of(application: Application, actor: Actor) -> dict[str, object]:
    """One page of a project's money: asked, granted, contracted, paid, and every tranche."""
    contract = application.contracts.visible_to(actor).exclude(status="cancelled").order_by("-created_at").first()
    payments = Payment.objects.visible_to(actor).filter(contract=contract).order_by("tranche") if contract else ()
    return {"application": application, "contract": contract, "payments": payments}


def signature_parties(contract: Contract) -> list[dict[str, object]]:
    """Both sides as the signature block shows them, signed or not yet."""
    made = {row.side: row for row in contract.signatures.select_related("person")}
    sides = (
        ("purchaser", _("购买主体"), contract.purchaser.name),
        ("contractor", _("承接主体"), contract.contractor.name),
    )
    return [
        {
            "part": label,
            "organisation": name,
            "signer": str(made[side].person) if side in made else "",
            "signed_at": made[side].signed_at if side in made else None,
        }
        for side, label, name in sides
    ]


def money_signed(year: int) -> tuple[Decimal, Decimal]:
    """(all contract money signed in the year, that with social organisations), for the share of R-012."""
    social = Q(contractor__kind__in=Organization.SOCIAL_KINDS)
    found = Contract.objects.filter(signed_at__year=year).aggregate(
        total=Sum("amount"), social=Sum("amount", filter=social)
    )
    return found["total"] or Decimal(0), found["social"] or Decimal(0)

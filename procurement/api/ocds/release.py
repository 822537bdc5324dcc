"""What is public of a guide and its projects, in the words of OCDS 1.1.5.

One contracting process is one guide. Applications stay out (they are bids, not yet public, or lost ones); approved
projects are awards, announced contracts are contracts with what was paid and reported. Organisations only: no person
is ever named (R-286, R-293).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from orgs.models import Organization
from procurement.rules import implements
from projects.models import Application, Contract, Guide, Payment, Report

Json = dict[str, Any]
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
TENDER_STATUS = {"open": "active", "closed": "active", "decided": "complete", "archived": "complete"}
CONTRACT_STATUS = {"completed": "terminated", "terminated": "cancelled"}


def published_guides() -> QuerySet[Guide]:
    """Guides with everything a release tells; as many queries for one as for a page of them."""
    announced = Contract.objects.announced().select_related("purchaser", "contractor", "treasury")
    paid = Payment.objects.filter(paid_at__isnull=False).order_by("tranche")
    projects = (
        Application.objects.public()
        .select_related("applicant")
        .order_by("number")
        .prefetch_related(
            Prefetch("contracts", queryset=announced.prefetch_related(Prefetch("payments", queryset=paid))),
            Prefetch("reports", queryset=Report.objects.published().order_by("period_end")),
        )
    )
    return (
        Guide.objects.published()
        .select_related("office", "purchaser", "finance", "jurisdiction", "envelope")
        .prefetch_related(Prefetch("applications", queryset=projects, to_attr="public_projects"))
        .order_by("-published_at", "-id")
    )


def ocid_of(guide: Guide) -> str:
    return f"{settings.PORTAL['OCID_PREFIX']}-{guide.number}"


def number_in(ocid: str) -> str:
    """The guide's number in an ocid of this publisher; empty for a foreign one."""
    prefix = f"{settings.PORTAL['OCID_PREFIX']}-"
    return ocid[len(prefix) :] if ocid.startswith(prefix) else ""


@implements("R-285")
def release_of(guide: Guide) -> Json:
    """The present state; any change gives another id, because the instant of the last change is part of it."""
    projects: list[Application] = guide.public_projects  # type: ignore[attr-defined]
    contracts = [contract for project in projects for contract in project.contracts.all()]
    changed = max(_changes(guide, projects, contracts))
    parts = {"awards": [_award(project) for project in projects], "contracts": [_contract(one) for one in contracts]}
    spent = any("implementation" in contract for contract in parts["contracts"])
    tags = ["tender", *(["award"] if projects else []), *(["contract"] if contracts else [])]
    return {
        "ocid": ocid_of(guide),
        "id": f"{ocid_of(guide)}-{changed.astimezone(timezone.get_default_timezone()):%Y%m%d%H%M%S%f}",
        "date": _instant(changed),
        "tag": [*tags, *(["implementation"] if spent else [])],
        "initiationType": "tender",
        "language": "zh",
        "parties": _parties(guide, projects, contracts),
        "buyer": _reference(guide.purchaser),
        "tender": _tender(guide),
        **{name: rows for name, rows in parts.items() if rows},
    }


def release_package(guides: Iterable[Guide], *, uri: str) -> Json:
    return {**_package(uri), "releases": [release_of(guide) for guide in guides]}


def record_package(guides: Iterable[Guide], *, uri: str) -> Json:
    records = []
    for guide in guides:
        release = release_of(guide)
        compiled = {**release, "tag": ["compiled"]}
        records.append({"ocid": release["ocid"], "releases": [release], "compiledRelease": compiled})
    return {**_package(uri), "records": records}


def _package(uri: str) -> Json:
    return {
        "uri": uri,
        "version": "1.1",
        "publishedDate": _instant(timezone.now()),
        "publisher": {"name": str(settings.PORTAL["SITE_NAME"])},
        "license": LICENCE,
    }


def _changes(guide: Guide, projects: list[Application], contracts: list[Contract]) -> Iterable[datetime]:
    yield guide.updated_at
    for project in projects:
        yield project.updated_at
        yield from (report.updated_at for report in project.reports.all())
    for contract in contracts:
        yield contract.updated_at
        yield from (payment.updated_at for payment in contract.payments.all())


def _tender(guide: Guide) -> Json:
    tender: Json = {
        "id": guide.number,
        "title": guide.title,
        "status": TENDER_STATUS[guide.status],
        "procuringEntity": _reference(guide.office),
        "mainProcurementCategory": "services",
        "procurementMethod": "open",
        "procurementMethodDetails": "专项资金项目申报",
        "awardCriteria": "ratedCriteria",
        "submissionMethod": ["electronicSubmission"],
    }
    texts = {"description": guide.summary, "eligibilityCriteria": guide.requirements}
    tender |= {name: text for name, text in texts.items() if text.strip()}
    if guide.opens_at and guide.closes_at:
        tender["tenderPeriod"] = {"startDate": _instant(guide.opens_at), "endDate": _instant(guide.closes_at)}
    if guide.envelope is not None:
        tender["value"] = _value(guide.envelope.amount)
    return tender


def _award(project: Application) -> Json:
    return {
        "id": project.number,
        "title": project.title,
        "status": "active",
        "suppliers": [_reference(project.applicant)],
        **({"value": _value(project.granted_amount)} if project.granted_amount is not None else {}),
        **({"description": project.summary} if project.summary.strip() else {}),
    }


def _contract(contract: Contract) -> Json:
    project = contract.application
    told: Json = {
        "id": contract.number,
        "awardID": project.number,
        "title": contract.subject_matter,
        "status": CONTRACT_STATUS.get(contract.status, "active"),
        "value": _value(contract.amount),
        "period": {"startDate": _day(contract.starts_on), "endDate": _day(contract.ends_on)},
    }
    if contract.signed_at:
        told["dateSigned"] = _instant(contract.signed_at)
    done = {
        "transactions": [_transaction(contract, payment) for payment in contract.payments.all()],
        "milestones": [_milestone(report) for report in _reports(contract)],
    }
    if any(done.values()):
        told["implementation"] = {name: rows for name, rows in done.items() if rows}
    return told


def _reports(contract: Contract) -> list[Report]:
    """Reports fall into the term of one contract even where a project has had several."""
    return [r for r in contract.application.reports.all() if contract.starts_on <= r.period_end <= contract.ends_on]


def _transaction(contract: Contract, payment: Payment) -> Json:
    return {
        "id": f"{contract.number}-{payment.tranche}",
        "date": _instant(payment.paid_at),
        "value": _value(payment.amount),
        "payer": _reference(contract.purchaser),
        "payee": _reference(contract.contractor),
    }


def _milestone(report: Report) -> Json:
    return {
        "id": str(report.pk),
        "title": str(report),
        "type": "reporting",
        "status": "met",
        **({"dueDate": _day(report.due_on)} if report.due_on else {}),
        **({"dateMet": _instant(report.accepted_at)} if report.accepted_at else {}),
    }


def _parties(guide: Guide, projects: list[Application], contracts: list[Contract]) -> list[Json]:
    roles: dict[Organization, list[str]] = {}
    named = [(guide.purchaser, "buyer"), (guide.office, "procuringEntity"), (guide.finance, "funder")]
    named += [(project.applicant, "supplier") for project in projects]
    for contract in contracts:
        named += [(contract.purchaser, "payer"), (contract.contractor, "payee")] if contract.payments.all() else []
        named += [(contract.purchaser, "buyer"), (contract.contractor, "supplier")]
    for body, role in named:
        if role not in roles.setdefault(body, []):
            roles[body].append(role)
    return [{**_party(body), "roles": held} for body, held in roles.items()]


def _party(body: Organization) -> Json:
    party = _reference(body)
    if body.uscc:
        party["identifier"] = {"scheme": "CN-USCI", "id": body.uscc, "legalName": body.name}
    return party


def _reference(body: Organization) -> Json:
    return {"id": f"CN-USCI-{body.uscc}" if body.uscc else str(body.pk), "name": body.name}


def _value(amount: Decimal) -> Json:
    """JSON knows no decimals; yuan and cents below ten trillion survive as a number."""
    return {"amount": float(amount), "currency": "CNY"}


def _instant(at: datetime | None) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds") if at else ""


def _day(day: date) -> str:
    return _instant(timezone.make_aware(datetime.combine(day, time())))

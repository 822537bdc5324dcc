"""Needs, demands, offers, budget lines, prices, policies and hub ties come in by a sheet, as drafts and through their rules."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from catalogs.models import (
    BeneficiaryGroup,
    BudgetLine,
    DemandItem,
    Need,
    PolicyDocument,
    PriceStandard,
    ServiceField,
    SupplyItem,
)
from catalogs.models.policy import PolicyKind
from orgs.models import HubAffiliation, OrganizationKind
from procurement.access import Actor, Role
from procurement.documents.services import run_job
from procurement.registers.models import ImportRun, Outcome
from procurement.registers.registry import registers
from procurement.registers.services.importing import start_import
from tests.factories import make_actor, make_expert, make_organization, make_social_organization
from tests.factories.demand import a_street, an_office
from tests.factories.hubs import make_recognition
from tests.factories.money import make_envelope
from tests.registers import sheets

pytestmark = pytest.mark.django_db
FIELD, KIND = ServiceField.values[0], PolicyKind.values[0]


def bring(actor: Actor, register: str, *rows: dict[str, Any]) -> ImportRun:
    """Upload rows given by column name, under the template's own headings."""
    one = registers()[register]
    columns = [column for column in one.import_columns if any(column.name in row for row in rows)]
    headings = [f"{column.label}{'*' if column.required else ''}" for column in columns]
    table = [headings, *([row.get(column.name, "") for column in columns] for row in rows)]
    run = start_import(actor=actor, register=one, upload=sheets.upload(sheets.workbook(table)))
    assert run.job is not None
    run_job(job_id=run.job.pk)
    run.refresh_from_db()
    return run


def comes_in_once(actor: Actor, register: str, *rows: dict[str, Any]) -> None:
    """All rows, and the same file again changes nothing."""
    first = bring(actor, register, *rows)
    assert (first.outcome, first.created) == (Outcome.APPLIED, len(rows)), (first.problems, first.reason)
    again = bring(actor, register, *rows)
    assert (again.outcome, again.created) == (Outcome.UNCHANGED, 0), again.problems


def test_a_community_files_the_needs_it_collected() -> None:
    a_street()
    an_office()
    community = make_actor(Role.REC, make_organization(OrganizationKind.COMMUNITY))
    groups = "、".join(str(label) for _value, label in reversed(BeneficiaryGroup.choices[:2]))
    row = {"title": "夜间助餐", "field": FIELD, "groups": groups, "street": "建外街道", "urgency": "急需"}
    comes_in_once(community, "needs", row, {**row, "title": "周末陪诊", "street": "110105001"})
    need = Need.objects.get(title="夜间助餐")
    assert (need.status, need.filed_by, need.groups) == ("filed", community.user, BeneficiaryGroup.values[:2])
    refused = bring(community, "needs", {**row, "urgency": "一般"})
    assert refused.outcome == Outcome.REJECTED
    assert "不能以导入更改" in refused.problems[0]
    nowhere = bring(community, "needs", {**row, "title": "另一项", "street": "不存在街道"}, {**row, "title": "第三项"})
    assert (nowhere.outcome, nowhere.wrong) == (Outcome.REJECTED, 1)
    assert not Need.objects.filter(title="第三项").exists()


def test_demands_become_drafts_of_the_own_office_only() -> None:
    street, office = a_street(), an_office()
    author = make_actor(Role.PU_DEM, office)
    row = {"title": "社区助餐", "office": office.name, "street": street.pk, "field": FIELD, "estimated_amount": 500000}
    comes_in_once(author, "demands", row)
    item = DemandItem.objects.get()
    assert (item.status, item.office, item.estimated_amount) == ("draft", office, Decimal("500000.00"))
    assert bring(author, "demands", {**row, "estimated_amount": 600000}).updated == 1
    DemandItem.objects.filter(pk=item.pk).delete()
    stranger = make_actor(Role.PU_DEM, make_organization(OrganizationKind.PURCHASER))
    assert "只能填写您编制需求的单位" in bring(stranger, "demands", row).problems[0]


def test_offers_become_drafts_with_their_areas() -> None:
    street = a_street()
    supplier = make_social_organization()
    civil = make_organization(OrganizationKind.AUTHORITY)
    make_actor(Role.CIV, civil)
    row = {
        "title": "上门助浴", "organization": supplier.uscc, "verifier": civil.name, "areas": f"110105、{street.pk}",
        "field": FIELD, "description": "两人一组上门。",
        "unit_price": 120, "unit": "人次", "capacity": 800,
    }  # fmt: skip
    head = make_actor(Role.ORG_H, supplier)
    comes_in_once(head, "supplies", row)
    item = SupplyItem.objects.get()
    assert item.status == "draft"
    assert set(item.areas.values_list("pk", flat=True)) == {"110105", street.pk}
    assert "没有代码为“999999”的区划" in bring(head, "supplies", {**row, "areas": "999999"}).problems[0]


def test_budget_lines_become_drafts_and_an_approved_one_is_left_alone() -> None:
    envelope = make_envelope(status="approved")
    preparer = make_actor(Role.LGO, envelope.office)
    row = {
        "title": "社区矫正服务", "department": envelope.office.name, "year": envelope.fiscal_year,
        "envelope": envelope.title, "budget_subject": "2080208", "category": "社会治理",
        "service_class": "public_service", "amount": 300000,
    }  # fmt: skip
    comes_in_once(preparer, "budget-lines", row)
    assert BudgetLine.objects.get().status == "draft"
    assert bring(preparer, "budget-lines", {**row, "amount": 310000}).updated == 1
    wrong = bring(preparer, "budget-lines", {**row, "title": "另一项", "year": envelope.fiscal_year - 1})
    assert "该年度没有或不止一个这个名称的资金额度" in wrong.problems[0]


def test_official_prices_are_added_and_never_changed() -> None:
    body = make_organization(OrganizationKind.AUTHORITY)
    finance = make_actor(Role.FIN, body)
    row = {
        "name": "社工服务",
        "unit": "人·月",
        "price": 8500,
        "region": body.region_id,
        "year": 2026,
        "document": "京民社发〔2026〕12号",
    }
    comes_in_once(finance, "price-standards", row)
    assert "须以新的文件登记" in bring(finance, "price-standards", {**row, "price": 9000}).problems[0]
    assert PriceStandard.objects.get().price == Decimal("8500.00")


def test_policies_are_kept_by_their_keepers() -> None:
    keeper = make_actor(Role.LGO)
    row = {"slug": "test-2026-1", "title": "测试办法", "number": "测〔2026〕1号", "kind": KIND, "validity": "现行"}
    comes_in_once(keeper, "policies", row)
    assert PolicyDocument.objects.get(slug="test-2026-1").added_by == keeper.user
    with pytest.raises(PermissionError):
        bring(make_actor(Role.ORG), "policies", row)


def test_a_hub_takes_members_in_only_in_its_own_field() -> None:
    hub, member = make_social_organization(), make_social_organization()
    recognition = make_recognition(hub)
    leader = make_actor(Role.RU, hub)
    row = {"hub": hub.uscc, "member": member.uscc, "field": recognition.field, "valid_from": date(2026, 3, 1)}
    refused = bring(leader, "affiliations", {**row, "field": "别的领域"})
    assert refused.outcome == Outcome.REJECTED
    assert "R-083" in refused.problems[0]
    assert "未被认定" in refused.problems[0]
    comes_in_once(leader, "affiliations", row)
    assert HubAffiliation.objects.get(hub=hub, member=member).valid_from == date(2026, 3, 1)


def test_the_pool_goes_out_only_to_those_who_may_know_it(client: Any) -> None:
    expert = make_expert()
    address = "/registers/experts/export.csv"
    for actor, reads in ((make_actor(Role.LGO), True), (make_actor(Role.ORG), False)):
        client.force_login(actor.user)
        answer = client.get(address)
        text = b"".join(answer).decode("utf-8-sig") if answer.streaming else answer.content.decode("utf-8-sig")
        assert (str(expert) in text) is reads

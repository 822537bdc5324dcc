"""Credit records and certificates as registers: in from a spreadsheet, out with what one sees."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs import uscc
from orgs.forms.credit import CreditFilterForm
from orgs.models import CreditRecord, Organization, Qualification
from orgs.models.credit import KEEPER_ROLES, CreditList, lists_kept_by
from orgs.models.standing import PUBLIC_KINDS, QualificationKind
from orgs.selectors.credit import rows_of
from orgs.services import credit, dossier
from procurement import registers
from procurement.access import Actor, Role
from procurement.registers import Column, Kind, Line, Register, replace_by_lookup
from procurement.rules import RuleViolation

if TYPE_CHECKING:
    from django.http import QueryDict

BODY = (
    Column(
        "organization", heading=gettext_lazy("统一社会信用代码"), kind=Kind.CODE, width=22,
        example="52110105MJ010006X3", clean=lambda text: uscc.normalise(text), shown=lambda row: row.organization.uscc,
    ),
    Column(
        "organization_name", heading=gettext_lazy("单位名称"), width=36, shown=lambda row: row.organization.name,
        help=gettext_lazy("填写时须与名录一致，用于核对。"),
    ),
)  # fmt: skip


def place_bodies(lines: Sequence[Line], actor: Actor) -> list[Line]:
    """Codes become organisations; returns the lines that are still right."""
    replace_by_lookup(
        lines,
        "organization",
        Organization.objects.visible_to(actor).filter(merged_into__isnull=True),
        by="uscc",
        missing=_("名录中没有这个代码的单位，请先登记单位"),
    )
    for line in lines:
        body, name = line.values.get("organization"), line.values.get("organization_name")
        if line.is_right and name and name != body.name:
            line.refuse("organization_name", _("与名录中的“%s”不一致") % body.name)
    return [line for line in lines if line.is_right]


class CreditRegister(Register[CreditRecord]):
    """Decisions as their authorities keep them; what comes in still waits for a second person (R-281)."""

    name = "credit"
    label = gettext_lazy("信用记录")
    model = CreditRecord
    list_url_name = "credit-list"
    introduction = gettext_lazy("由各名录的管理岗位导入；导入后须由另一人复核才生效。已复核的记录不能经导入修改。")
    key = ("organization", "credit_list", "document_number")
    order = ("-starts_on", "id")
    select_related = ("organization",)
    columns = (
        *BODY,
        Column("credit_list", width=18),
        Column("severity", required=False),
        Column("authority", width=24, example="北京市朝阳区民政局"),
        Column("document_number", width=24, example="朝民罚〔2026〕12号"),
        Column("reason", width=40),
        Column("remedy", required=True, width=40),
        Column("starts_on", example="2026-03-01"),
        Column("ends_on", example="2027-02-28"),
        Column(
            "state", heading=gettext_lazy("状态"), kind=Kind.TEXT, imported=False, shown=lambda row: row.state.label
        ),
    )
    refusals = {"credit_is_fixed": gettext_lazy("该记录已经复核，不能修改；有误的，撤销后重新登记")}

    def may_import(self, actor: Actor) -> bool:
        return any(actor.holds(role) for role in KEEPER_ROLES)

    def narrow(self, rows: QuerySet[CreditRecord], params: QueryDict, actor: Actor) -> QuerySet[CreditRecord]:
        shown = rows_of(params.get("tab", ""), actor)
        narrowed: QuerySet[CreditRecord] = CreditFilterForm(params).narrow(rows.filter(pk__in=shown.values("pk")))
        return narrowed

    def check(self, lines: Sequence[Line], actor: Actor) -> None:
        kept = lists_kept_by(actor)
        for line in place_bodies(lines, actor):
            values = line.values
            if values["credit_list"] not in kept:
                line.refuse("credit_list", _("您的岗位不管理这一类记录"))
            if values.get("ends_on") and values["ends_on"] < values["starts_on"]:
                line.refuse("ends_on", _("终止日期不得早于起始日期。"))
            try:
                credit.require_term(CreditList(values["credit_list"]), values["starts_on"], values.get("ends_on"))
            except RuleViolation as violation:
                line.refuse("ends_on", str(violation.refusals[0]))

    def existing(self, lines: Sequence[Line]) -> dict[Hashable, CreditRecord]:
        """A revoked entry is no longer there: the same decision may be entered anew."""
        numbers = {line.values["document_number"] for line in lines}
        bodies = {line.values["organization"].pk for line in lines}
        stored = CreditRecord.objects.filter(organization__in=bodies, document_number__in=numbers)
        return {
            (row.organization_id, row.credit_list, row.document_number): row for row in stored.exclude(status="revoked")
        }

    def write(
        self,
        *,
        actor: Actor,
        created: Sequence[CreditRecord],
        updated: Sequence[tuple[CreditRecord, set[str]]],
    ) -> None:
        for row in created:
            credit.record(
                actor=actor,
                organization=row.organization,
                credit_list=CreditList(row.credit_list),
                severity=row.severity,
                authority=row.authority,
                document_number=row.document_number,
                reason=row.reason,
                remedy=row.remedy,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
            )
        for row, _changed in updated:
            if row.status == "recorded":
                credit.correct(actor=actor, entry=row)
            else:
                row.save()  # the database refuses, and the sheet says which line


class CertificateRegister(Register[Qualification]):
    """Certificates as the registry itself keeps them: its own list needs no scan to be believed."""

    name = "certificates"
    label = gettext_lazy("登记和资质证书")
    model = Qualification
    list_url_name = "qualification-queue"
    introduction = gettext_lazy("由民政部门导入本机关颁发或核准的证书，导入即为已核验；同类旧证书随之替换。")
    key = ("organization", "kind", "number", "issued_on")
    order = ("organization__sort_key", "kind", "-issued_on", "id")
    select_related = ("organization",)
    columns = (
        *BODY,
        Column("kind", width=18, example="社会组织评估等级"),
        Column("title", example="4A"),
        Column("number", kind=Kind.CODE, width=24, max_length=64, example="京评2025-18"),
        Column("issuer", width=24, example="北京市民政局"),
        Column("issued_on", example="2025-01-08"),
        Column("expires_on", example="2030-01-07"),
        Column(
            "state", heading=gettext_lazy("状态"), kind=Kind.TEXT, imported=False, shown=lambda row: row.state.label
        ),
    )
    refusals = {"paper_is_fixed": gettext_lazy("该证书已经核验，不能修改；换证的，按新证书登记")}

    def may_import(self, actor: Actor) -> bool:
        return actor.holds(Role.CIV)

    def narrow(self, rows: QuerySet[Qualification], params: QueryDict, actor: Actor) -> QuerySet[Qualification]:
        return rows.filter(~Q(status="withdrawn"))

    def check(self, lines: Sequence[Line], actor: Actor) -> None:
        today = timezone.localdate()
        for line in place_bodies(lines, actor):
            values = line.values
            if QualificationKind(values["kind"]) not in PUBLIC_KINDS:
                line.refuse("kind", _("由单位自行登记、逐件核验的材料不能导入"))
            if values["issued_on"] > today:
                line.refuse("issued_on", _("颁发日期不能晚于今天。"))
            if values.get("expires_on") and values["expires_on"] < values["issued_on"]:
                line.refuse("expires_on", _("有效期截止日不得早于颁发日期。"))

    def existing(self, lines: Sequence[Line]) -> dict[Hashable, Qualification]:
        bodies = {line.values["organization"].pk for line in lines}
        numbers = {line.values["number"] for line in lines}
        stored = Qualification.objects.filter(organization__in=bodies, number__in=numbers)
        return {
            (row.organization_id, row.kind, row.number, row.issued_on): row
            for row in stored.exclude(status="withdrawn")
        }

    def write(
        self,
        *,
        actor: Actor,
        created: Sequence[Qualification],
        updated: Sequence[tuple[Qualification, set[str]]],
    ) -> None:
        for row in created:
            dossier.take_from_registry(actor=actor, paper=row)
        for row, _changed in updated:
            row.save()


def register() -> None:
    registers.register(CreditRegister())
    registers.register(CertificateRegister())

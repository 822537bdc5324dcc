"""The network and the expert pool as spreadsheets: hubs' ties in and out, experts and consortium members out only.

An expert comes in by an own application, a consortium's member by its steering group's vote: no sheet replaces either.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs import uscc
from orgs.models import Consortium, ConsortiumMember, Expert, HubAffiliation, Organization
from orgs.selectors.experts import pool_rows
from orgs.selectors.supervision import LEADING
from orgs.services import affiliations
from procurement import registers
from procurement.access import Actor
from procurement.registers import Column, Kind, Line, Register, replace_by_lookup
from procurement.rules import Refusal, RuleViolation


class AffiliationRegister(Register[HubAffiliation]):
    """Who is led by which hub in which field (R-083)."""

    name = "affiliations"
    label = gettext_lazy("枢纽成员")
    model = HubAffiliation
    list_url_name = "hub-network"
    introduction = gettext_lazy("由枢纽单位登记自己的成员；终止联系在成员页面逐一办理并写明理由。")
    key = ("hub", "member", "field")
    order = ("hub__sort_key", "member__sort_key", "id")
    select_related = ("hub", "member")
    columns = (
        Column(
            "hub", heading=gettext_lazy("枢纽统一社会信用代码"), kind=Kind.CODE, width=22, clean=uscc.normalise,
            shown=lambda tie: tie.hub.uscc or "",
        ),
        Column("hub_name", heading=gettext_lazy("枢纽名称"), imported=False, shown=lambda tie: tie.hub.name),
        Column(
            "member", heading=gettext_lazy("成员统一社会信用代码"), kind=Kind.CODE, width=22, clean=uscc.normalise,
            shown=lambda tie: tie.member.uscc or "",
        ),
        Column("member_name", heading=gettext_lazy("成员名称"), imported=False, shown=lambda tie: tie.member.name),
        Column("field"),
        Column("valid_from", required=False, help=gettext_lazy("不填的自今日起。")),
    )  # fmt: skip

    def may_import(self, actor: Actor) -> bool:
        return bool(actor.roles & set(LEADING))

    def rows(self, actor: Actor) -> QuerySet[HubAffiliation]:
        """Ties in force; the network is public."""
        today = timezone.localdate()
        return HubAffiliation.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today), valid_from__lte=today)

    def changeable(self, actor: Actor) -> QuerySet[HubAffiliation]:
        return HubAffiliation.objects.filter(hub__in=actor.organization_ids(*LEADING))

    def check(self, lines: Sequence[Line], actor: Actor) -> None:
        mine = Organization.objects.filter(pk__in=actor.organization_ids(*LEADING))
        replace_by_lookup(lines, "hub", mine, by="uscc", missing=_("只能登记本枢纽的成员"))
        visible = Organization.objects.visible_to(actor)
        replace_by_lookup(lines, "member", visible, by="uscc", missing=_("名录中没有这个代码的单位，请先登记单位"))
        for line in lines:
            line.values.setdefault("valid_from", timezone.localdate())

    def write(
        self, *, actor: Actor, created: Sequence[HubAffiliation], updated: Sequence[tuple[HubAffiliation, set[str]]]
    ) -> None:
        if updated:
            raise RuleViolation([Refusal("R-083", _("该成员已登记，起始日期不能以导入更改"))])
        for tie in created:
            affiliations.affiliate(actor=actor, hub=tie.hub, member=tie.member, field=tie.field, on=tie.valid_from)


class ExpertRegister(Register[Expert]):
    """The pool for those who run draws and for oversight; nobody else may know who is in it (R-157)."""

    name = "experts"
    label = gettext_lazy("专家库")
    model = Expert
    list_url_name = "expert-pool"
    key = ("person",)
    order = ("kind", "person__username")
    select_related = ("person", "employer")
    columns = (
        Column("person", heading=gettext_lazy("姓名"), kind=Kind.TEXT, shown=str),
        Column("kind"),
        Column(
            "specialties", heading=gettext_lazy("专业领域"), kind=Kind.TEXT,
            shown=lambda expert: "、".join(expert.specialties),
        ),
        Column("employer_text", heading=gettext_lazy("工作单位"), kind=Kind.TEXT, shown=lambda e: e.employer_name),
        Column("is_active"),
        Column("joined_on"),
    )  # fmt: skip

    def rows(self, actor: Actor) -> QuerySet[Expert]:
        return pool_rows(actor)

    def narrow(self, rows: QuerySet[Expert], params: QueryDict, actor: Actor) -> QuerySet[Expert]:
        asked = {name: params.get(name, "").strip() for name in ("kind", "specialty", "name")}
        return rows & pool_rows(actor, **asked)


class ConsortiumMemberRegister(Register[ConsortiumMember]):
    name = "consortium-members"
    label = gettext_lazy("联合体成员")
    model = ConsortiumMember
    list_url_name = "consortium-list"
    key = ("consortium", "organization")
    order = ("consortium__number", "joined_on", "id")
    select_related = ("consortium", "organization")
    columns = (
        Column("number", heading=gettext_lazy("编号"), kind=Kind.CODE, shown=lambda row: row.consortium.number),
        Column("title", heading=gettext_lazy("名称"), shown=lambda row: row.consortium.title),
        Column("organization", kind=Kind.TEXT, shown=lambda row: row.organization.name),
        Column(
            "uscc", heading=gettext_lazy("统一社会信用代码"), kind=Kind.CODE,
            shown=lambda row: row.organization.uscc or "",
        ),
        Column("part"),
        Column("work"),
        Column("share"),
        Column("joined_on"),
        Column("left_on"),
    )  # fmt: skip

    def rows(self, actor: Actor) -> QuerySet[ConsortiumMember]:
        return ConsortiumMember.objects.filter(consortium__in=Consortium.objects.visible_to(actor))


def register() -> None:
    for one in (AffiliationRegister(), ExpertRegister(), ConsortiumMemberRegister()):
        registers.register(one)

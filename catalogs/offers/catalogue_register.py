"""The items of a catalogue as a spreadsheet: filled in elsewhere, brought into the draft of one's own place."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogs.models import CatalogueItem, GuidanceCatalogue
from catalogs.services.guidance import COMPILING_ROLES, save_item
from procurement import registers
from procurement.access import Actor
from procurement.registers import Column, Kind, Line, Register

DEEPEST = 4


class CatalogueItemRegister(Register[CatalogueItem]):
    """A line goes into the open draft of its place that the importer's own body compiles (R-007); nowhere else."""

    name = "catalogue-items"
    label = gettext_lazy("目录条目")
    model = CatalogueItem
    list_url_name = "catalogue-list"
    introduction = gettext_lazy("由目录编制单位填写，导入本单位编制中的新版目录。上级条目可以在同一张表里。")
    key = ("catalogue", "code")
    order = ("catalogue_id", "sort_key", "id")
    select_related = ("catalogue", "parent")
    columns = (
        Column(
            "catalogue", heading=gettext_lazy("地区代码"), kind=Kind.CODE, example="110105",
            help=gettext_lazy("编制中的新版目录适用地区的区划代码。"), shown=lambda row: row.catalogue.region_id or "",
        ),
        Column("code", kind=Kind.CODE, example="A0401"),
        Column("name", width=36, example="居家养老服务"),
        Column(
            "parent", heading=gettext_lazy("上级代码"), kind=Kind.CODE, example="A04", required=False,
            help=gettext_lazy("一级条目不填。"), shown=lambda row: row.parent.code if row.parent else "",
        ),
        Column("is_public_service", kind=Kind.YES_NO, required=False),
        Column("prefers_social", kind=Kind.YES_NO, required=False),
        Column("shall_be_social", kind=Kind.YES_NO, required=False),
        Column("note", width=48),
        Column("edition", heading=gettext_lazy("版次"), kind=Kind.TEXT, imported=False, shown=lambda row: row.catalogue.edition),
    )  # fmt: skip

    def may_import(self, actor: Actor) -> bool:
        return bool(actor.roles & set(COMPILING_ROLES))

    def narrow(self, rows: QuerySet[CatalogueItem], params: QueryDict, actor: Actor) -> QuerySet[CatalogueItem]:
        """One edition, where the page it was asked from shows one."""
        try:
            return rows.filter(catalogue=UUID(params["catalogue"])) if "catalogue" in params else rows
        except ValueError:
            return rows.none()

    def check(self, lines: Sequence[Line], actor: Actor) -> None:
        mine = actor.organization_ids(*COMPILING_ROLES)
        drafts = {row.region_id: row for row in GuidanceCatalogue.objects.filter(status="draft", compiler__in=mine)}
        for line in lines:
            draft = drafts.get(line.values["catalogue"])
            if draft is None:
                line.refuse("catalogue", _("这个地区没有本单位编制中的新版目录，请先编制新版"))
            else:
                line.values["catalogue"] = draft
        self._find_parents([line for line in lines if line.is_right])

    def _find_parents(self, lines: Sequence[Line]) -> None:
        """A parent stands in the draft, or comes with the same sheet: then a stand-in holds its place until it is saved."""
        drafts = {line.values["catalogue"].pk for line in lines}
        stored = {
            (item.catalogue_id, item.code): item
            for item in CatalogueItem.objects.filter(catalogue__in=drafts).select_related("catalogue", "parent")
        }
        given = {(line.values["catalogue"].pk, line.values["code"]): line.values.get("parent", "") for line in lines}
        for line in lines:
            catalogue, above = line.values["catalogue"], line.values.get("parent")
            if above is None:
                continue
            if (catalogue.pk, above) in stored:
                line.values["parent"] = stored[catalogue.pk, above]
                if line.values["parent"].level >= DEEPEST:
                    line.refuse("parent", _("目录最多四级"))
            elif not self._leads_up(catalogue.pk, line.values["code"], given, set(stored)):
                line.refuse("parent", _("没有代码为“%(code)s”的上级条目，或者上下级循环、超过四级") % {"code": above})
            else:
                line.values["parent"] = CatalogueItem(catalogue=catalogue, code=above)

    def _leads_up(
        self, catalogue: UUID, code: str, given: dict[tuple[UUID, str], str], stored: set[tuple[UUID, str]]
    ) -> bool:
        """Whether the chain of parents ends at level 1 or at a stored item within four steps."""
        for _step in range(DEEPEST):
            above = given.get((catalogue, code))
            if above is None:
                return False
            if not above or (catalogue, above) in stored:
                return True
            code = above
        return False

    def write(
        self,
        *,
        actor: Actor,
        created: Sequence[CatalogueItem],
        updated: Sequence[tuple[CatalogueItem, set[str]]],
    ) -> None:
        """Through the service, parents before children; it checks the draft again behind its lock."""
        saved = {(item.catalogue_id, item.code): item for item, _changed in updated}
        waiting = [*(item for item, _changed in updated), *created]
        while waiting:
            ready = [item for item in waiting if not _waits(item, saved)]
            if not ready:
                raise RuntimeError("the parents of an imported sheet form a circle")
            for item in ready:
                save_item(actor=actor, item=item)
                saved[item.catalogue_id, item.code] = item
            waiting = [item for item in waiting if item not in ready]


def _waits(item: CatalogueItem, saved: dict[tuple[UUID, str], CatalogueItem]) -> bool:
    """Put the saved parent in the place of its stand-in; true while it is not saved yet."""
    if item.parent is None or not item.parent._state.adding:
        return False
    parent = saved.get((item.catalogue_id, item.parent.code))
    if parent is None or parent._state.adding:
        return True
    item.parent = parent
    return False


def register() -> None:
    registers.register(CatalogueItemRegister())

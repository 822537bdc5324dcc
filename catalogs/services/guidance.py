"""Compiling an edition, and what its approval, publication and withdrawal write (R-007)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogs.models import CatalogueItem, GuidanceCatalogue, ItemCode, ProcurementCode, Standing
from catalogs.models.guidance import PUBLIC_SERVICE_REQUIREMENTS
from catalogs.selectors.guidance import edition_before
from orgs.models import Organization, Region
from procurement import audit
from procurement.access import Actor, Role
from procurement.lifecycle.engine import perform, system_actor
from procurement.rules import Refusal, RuleViolation
from procurement.rules.jurisdictions import natural_level

COMPILING_ROLES = (Role.FIN, Role.LGO)


def may_compile(actor: Actor, catalogue: GuidanceCatalogue) -> bool:
    return catalogue.compiler_id is not None and any(
        actor.holds(role, catalogue.compiler_id) for role in COMPILING_ROLES
    )


@transaction.atomic
def open_edition(
    *,
    actor: Actor,
    region: Region,
    title: str,
    compiler: Organization,
    approver: Organization,
    based_on: GuidanceCatalogue | None = None,
    note: str = "",
) -> GuidanceCatalogue:
    """Draft a new edition for a place, with the items of ``based_on`` when one is given.

    Raises:
        RuleViolation: S-02 when the actor does not compile for that body; R-007 when body, approver and place
            do not belong together or a draft of that place is open already.
    """
    _require_compiler(actor, compiler)
    _require_same_place(region, compiler, approver)
    level = natural_level(region.pk).value
    before = GuidanceCatalogue.objects.filter(region=region, level=level, standing=Standing.OFFICIAL)
    if before.filter(status__in=("draft", "submitted", "approved")).exists():
        raise RuleViolation(
            [Refusal("R-007", _("%(place)s已有编制中的新版，请在其中修改") % {"place": region.full_name})]
        )
    last = before.order_by("-edition").first()
    catalogue = GuidanceCatalogue.objects.create(
        title=title.strip(),
        region=region,
        level=level,
        edition=last.edition + 1 if last else 1,
        previous=last,
        compiler=compiler,
        approver=approver,
        note=note.strip(),
    )
    if based_on is not None:
        _copy_items(based_on, catalogue)
    _journal(
        actor, "catalogue.open", catalogue, {"edition": catalogue.edition, "based_on": str(based_on and based_on.pk)}
    )
    return catalogue


@transaction.atomic
def save_item(*, actor: Actor, item: CatalogueItem) -> CatalogueItem:
    """Write a new item or the corrections to one; only while its edition is a draft (R-007)."""
    catalogue = _lock_draft(actor, item.catalogue)
    if item.parent and item.parent.catalogue_id != catalogue.pk:
        raise RuleViolation([Refusal("R-007", _("上级条目须在同一版目录中"))])
    if item.is_public_service and not item.requires:
        item.requires = [str(code) for code in PUBLIC_SERVICE_REQUIREMENTS]
    is_new = item._state.adding
    item.save()
    _journal(
        actor,
        "catalogue.add_item" if is_new else "catalogue.revise_item",
        catalogue,
        {"code": item.code, "name": item.name},
    )
    return item


@transaction.atomic
def remove_item(*, actor: Actor, item: CatalogueItem) -> None:
    """Take an item and all below it out of a draft."""
    catalogue = _lock_draft(actor, item.catalogue)
    _journal(actor, "catalogue.remove_item", catalogue, {"code": item.code, "name": item.name})
    item.delete()


@transaction.atomic
def map_codes(*, actor: Actor, item: CatalogueItem, codes: list[ProcurementCode]) -> None:
    """Set which national procurement codes an item answers to. An aid beside the approved text, so never frozen."""
    if not may_compile(actor, item.catalogue):
        raise RuleViolation([Refusal("S-02", _("采购品目对应只能由目录编制单位维护"))])
    wanted = {code.pk for code in codes}
    item.procurement_codes.exclude(code__in=wanted).delete()
    known = set(item.procurement_codes.values_list("code_id", flat=True))
    ItemCode.objects.bulk_create(
        ItemCode(item=item, code=code, added_by=actor.person) for code in codes if code.pk not in known
    )
    _journal(actor, "catalogue.map_codes", item.catalogue, {"item": item.code, "codes": sorted(wanted)})


def on_approve(attempt: Any) -> None:
    """Effect of ``catalogue.approve``."""
    catalogue: GuidanceCatalogue = attempt.obj
    catalogue.document_number = attempt.data["document_number"].strip()
    catalogue.save(update_fields=["document_number", "updated_at"])


def on_publish(attempt: Any) -> None:
    """Effect of ``catalogue.publish``: the edition before ends on the day this one begins."""
    catalogue: GuidanceCatalogue = attempt.obj
    day = attempt.data["valid_from"]
    before = edition_before(catalogue)
    if before is not None:
        before.valid_to = day
        before.save(update_fields=["valid_to", "updated_at"])
        if day <= attempt.today:
            perform(before, "catalogue.supersede", actor=system_actor(), at=attempt.at)
    catalogue.valid_from = day
    catalogue.save(update_fields=["valid_from", "updated_at"])
    attempt.kept["supersedes"] = str(before.pk) if before else ""


def on_withdraw(attempt: Any) -> None:
    """Effect of ``catalogue.withdraw``: from today nothing new may rest on it."""
    catalogue: GuidanceCatalogue = attempt.obj
    catalogue.valid_to = max(attempt.today, catalogue.valid_from or attempt.today)
    catalogue.save(update_fields=["valid_to", "updated_at"])


def supersede_due(now: datetime) -> int:
    """Sweep: editions whose successor has come into force; returns how many were replaced."""
    due = GuidanceCatalogue.objects.filter(status="published", valid_to__lte=timezone.localtime(now).date())
    for catalogue in due:
        perform(catalogue, "catalogue.supersede", actor=system_actor(), at=now)
    return len(due)


def _copy_items(source: GuidanceCatalogue, target: GuidanceCatalogue) -> None:
    """Parents before children, as the database asks; the mapping to procurement codes comes along."""
    copies: dict[Any, CatalogueItem] = {}
    for item in source.items.order_by("level", "sort_key").prefetch_related("procurement_codes"):
        copy = CatalogueItem(
            catalogue=target,
            parent=copies.get(item.parent_id),
            level=item.level,
            sort_key=item.sort_key,
            **{name: getattr(item, name) for name in _COPIED},
        )
        copies[item.pk] = copy
    CatalogueItem.objects.bulk_create(copies.values())
    ItemCode.objects.bulk_create(
        ItemCode(item=copies[mapped.item_id], code_id=mapped.code_id, added_by_id=mapped.added_by_id)
        for mapped in ItemCode.objects.filter(item__catalogue=source)
    )


_COPIED = ("code", "name", "is_public_service", "prefers_social", "shall_be_social", "requires", "note")


def _lock_draft(actor: Actor, catalogue: GuidanceCatalogue) -> GuidanceCatalogue:
    locked = GuidanceCatalogue.objects.select_for_update(of=("self",), no_key=True).get(pk=catalogue.pk)
    if not may_compile(actor, locked):
        raise RuleViolation([Refusal("S-02", _("目录条目只能由编制单位修改"))])
    if not locked.is_open:
        raise RuleViolation([Refusal("R-007", _("目录已报批或批准，不能修改；调整须编制新版"))])
    return locked


def _require_compiler(actor: Actor, compiler: Organization) -> None:
    if not any(actor.holds(role, compiler.pk) for role in COMPILING_ROLES):
        raise RuleViolation([Refusal("S-02", _("目录只能由财政部门或领导小组办公室编制"))])


def _require_same_place(region: Region, compiler: Organization, approver: Organization) -> None:
    """The government of the same level approves (R-007): nobody writes or approves another place's list."""
    if region.pk not in (compiler.region_id, compiler.street_id):
        raise RuleViolation([Refusal("R-007", _("目录由本地区的单位编制"))])
    if approver.region_id != compiler.region_id:
        raise RuleViolation([Refusal("R-007", _("目录由同级政府批准"))])
    if approver.pk == compiler.pk:
        raise RuleViolation([Refusal("R-007", _("编制单位不能批准自己的目录"))])


def _journal(actor: Actor, action: str, catalogue: GuidanceCatalogue, body: dict[str, Any]) -> None:
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action=action,
        subject=catalogue.subject,
        case_id=None,
        ok=True,
        body=body,
    )

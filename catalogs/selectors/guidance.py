"""Reading the catalogues: what holds where and when, the tree of an edition, and what a new one changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse

from catalogs.models import CatalogueItem, CatalogueProposal, GuidanceCatalogue, Standing
from catalogs.models.guidance import RULE_OF_REQUIREMENT
from orgs.models import Region
from procurement.rules import Rule, registry


def items_valid_on(region: Region, day: date) -> QuerySet[CatalogueItem]:
    """What a plan of that place and day may map to (R-006), in the order of the catalogue."""
    return CatalogueItem.objects.valid_on(region, day).select_related("catalogue__region").in_code_order()


def proposal_url(*, region: Region | None = None, name: str = "") -> str:
    """Where somebody goes who found no item: the proposal form, already filled."""
    known = {"region": region.pk if region else "", "name": name}
    query = urlencode({key: value for key, value in known.items() if value})
    return reverse("catalogue-proposal-new") + (f"?{query}" if query else "")


def edition_before(catalogue: GuidanceCatalogue) -> GuidanceCatalogue | None:
    """The official edition of the same place and level that is published now, which a new one would replace."""
    return (
        GuidanceCatalogue.objects.filter(
            region=catalogue.region_id, level=catalogue.level, status="published", standing=Standing.OFFICIAL
        )
        .exclude(pk=catalogue.pk)
        .order_by("-valid_from")
        .first()
    )


def open_editions(proposal: CatalogueProposal) -> QuerySet[GuidanceCatalogue]:
    """Drafts of the place a proposal speaks of, compiled by the body that answers it."""
    return GuidanceCatalogue.objects.filter(
        status="draft", region=proposal.region_id, compiler=proposal.reviewer_id
    ).order_by("-edition")


@dataclass
class Branch:
    """An item with what stands below it; ``open`` when the reader searched for something in it."""

    item: CatalogueItem
    children: list[Branch] = field(default_factory=list)
    matches: bool = True


def tree(items: Iterable[CatalogueItem], *, words: str = "") -> list[Branch]:
    """The items as a tree. With words, only branches that hold a match, with the way down to it."""
    branches = {item.pk: Branch(item, matches=_mentions(item, words)) for item in items}
    roots: list[Branch] = []
    for branch in branches.values():
        parent = branches.get(branch.item.parent_id) if branch.item.parent_id else None
        (parent.children if parent else roots).append(branch)
    return [branch for branch in roots if _prune(branch)] if words.strip() else roots


def _prune(branch: Branch) -> bool:
    branch.children = [child for child in branch.children if _prune(child)]
    return branch.matches or bool(branch.children)


def _mentions(item: CatalogueItem, words: str) -> bool:
    text = f"{item.code} {item.name} {item.note}".lower()
    return all(word in text for word in words.lower().split())


@dataclass(frozen=True)
class Change:
    """One code in two editions; ``old`` or ``new`` is empty where it was added or removed."""

    kind: str
    code: str
    old: CatalogueItem | None
    new: CatalogueItem | None


#: What of an item counts as another text when editions are compared.
COMPARED = ("name", "note", "is_public_service", "prefers_social", "shall_be_social", "requires", "level")


def differences(old: GuidanceCatalogue, new: GuidanceCatalogue) -> list[Change]:
    """Added, removed, renamed, moved to another code, and items whose marks changed. Two queries."""
    before = {item.code: item for item in old.items.in_code_order()}
    after = {item.code: item for item in new.items.in_code_order()}
    gone = {code: item for code, item in before.items() if code not in after}
    fresh = {code: item for code, item in after.items() if code not in before}
    moved = _moved(gone, fresh)
    changes = [
        *(Change("moved", item.code, was, item) for was, item in moved),
        *(Change("added", code, None, item) for code, item in fresh.items()),
        *(Change("removed", code, item, None) for code, item in gone.items()),
        *(
            Change(kind, code, item, after[code])
            for code, item in before.items()
            if code in after and (kind := _kind_of_change(item, after[code]))
        ),
    ]
    return sorted(changes, key=lambda change: (change.new or change.old).sort_key)  # type: ignore[union-attr]


def _moved(
    gone: dict[str, CatalogueItem], fresh: dict[str, CatalogueItem]
) -> list[tuple[CatalogueItem, CatalogueItem]]:
    """Pairs of the same name under another code; taken out of both."""
    names = {item.name: code for code, item in gone.items()}
    pairs = []
    for code, item in list(fresh.items()):
        if item.name in names and names[item.name] in gone:
            pairs.append((gone.pop(names[item.name]), fresh.pop(code)))
    return pairs


def _kind_of_change(old: CatalogueItem, new: CatalogueItem) -> str:
    if old.name != new.name:
        return "renamed"
    return "changed" if any(getattr(old, name) != getattr(new, name) for name in COMPARED) else ""


def rules_of(item: CatalogueItem) -> list[Rule]:
    """The rules that speak when this item is bought, because of its marks."""
    ids = ["R-006", *(RULE_OF_REQUIREMENT[requirement] for requirement in item.requirements)]
    ids += ["R-011"] * item.shall_be_social + ["R-105"] * item.prefers_social
    return [registry[rule_id] for rule_id in ids]


def search_items(items: QuerySet[CatalogueItem], words: str) -> QuerySet[CatalogueItem]:
    """Every word in the name or note, or the beginning of the code."""
    for word in words.split():
        items = items.filter(Q(name__icontains=word) | Q(note__icontains=word) | Q(code__istartswith=word))
    return items

"""The network of hubs as a tree and by district; a handful of queries however many hubs there are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Count

from orgs.models import HubTier, Organization, Region
from orgs.selectors.supervision import current_affiliations

_ORDER = {tier: place for place, tier in enumerate(HubTier.values)}


@dataclass
class Node:
    """A hub with the hubs it links to below it, and how many other organisations it leads."""

    hub: Organization
    members: int = 0
    children: list[Node] = field(default_factory=list)

    @property
    def reach(self) -> int:
        """Organisations led by this hub and by those under it."""
        return self.members + sum(child.reach for child in self.children)


@dataclass(frozen=True, slots=True)
class DistrictCount:
    """What one district has; hubs of the city stand in the place they are registered in."""

    region: Region
    city: int
    district: int
    street: int
    members: int

    @property
    def hubs(self) -> int:
        return self.city + self.district + self.street


@dataclass(frozen=True)
class Network:
    """Everything the page draws."""

    nodes: dict[UUID, Node]
    roots: list[Node]
    parents: dict[UUID, UUID]
    districts: list[DistrictCount]

    def of_tier(self, tier: str) -> int:
        return sum(1 for node in self.nodes.values() if node.hub.hub_tier == tier)

    @property
    def members(self) -> int:
        return sum(node.members for node in self.nodes.values())

    def trees(self, district: str = "") -> list[Node]:
        """From the city hubs down; for one district, the topmost of its own hubs."""
        if not district:
            return self.roots
        own = {pk for pk, node in self.nodes.items() if node.hub.region_id == district}
        return [self.nodes[pk] for pk in self.nodes if pk in own and self.parents.get(pk) not in own]


def hub_network(on: date) -> Network:
    """Five queries: hubs, ties among them, ties to others counted, the districts, and their parents."""
    hubs = sorted(
        Organization.objects.hubs().filter(is_published=True).select_related("region").defer("introduction"),
        key=lambda hub: (_ORDER[hub.hub_tier], hub.sort_key),
    )
    nodes = {hub.pk: Node(hub) for hub in hubs}
    parents = _link(nodes, on)
    _count(nodes, on)
    roots = [node for pk, node in nodes.items() if pk not in parents]
    return Network(nodes, roots, parents, _districts(nodes.values()))


def _link(nodes: dict[UUID, Node], on: date) -> dict[UUID, UUID]:
    """Hang each hub under the highest hub that leads it; a tie that does not go down a tier is no branch."""
    ties = current_affiliations(on).filter(member__is_hub=True).order_by("valid_from", "id")
    above: dict[UUID, UUID] = {}
    for hub_id, member_id in ties.values_list("hub_id", "member_id"):
        if hub_id not in nodes or member_id not in nodes or member_id in above:
            continue
        if _ORDER[nodes[hub_id].hub.hub_tier] < _ORDER[nodes[member_id].hub.hub_tier]:
            above[member_id] = hub_id
    for pk, node in nodes.items():
        if pk in above:
            nodes[above[pk]].children.append(node)
    return above


def _count(nodes: dict[UUID, Node], on: date) -> None:
    led = current_affiliations(on).filter(member__is_hub=False).values("hub_id")
    for row in led.annotate(members=Count("member_id", distinct=True)):
        if row["hub_id"] in nodes:
            nodes[row["hub_id"]].members = row["members"]


def _districts(nodes: Iterable[Node]) -> list[DistrictCount]:
    tiers: dict[str, Counter[str]] = defaultdict(Counter)
    members: Counter[str] = Counter()
    for node in nodes:
        tiers[node.hub.region_id][node.hub.hub_tier] += 1
        members[node.hub.region_id] += node.members
    known = Region.objects.counties().filter(pk__in=[*tiers, *BEIJING]).select_related("parent__parent")
    return [
        DistrictCount(
            region=region,
            city=tiers[region.pk][HubTier.CITY],
            district=tiers[region.pk][HubTier.DISTRICT],
            street=tiers[region.pk][HubTier.STREET],
            members=members[region.pk],
        )
        for region in known.order_by("code")
    ]


@dataclass(frozen=True, slots=True)
class Tile:
    """A district on the schematic map: its square, and how dark it is (0 none … 4 most)."""

    row: DistrictCount
    column: int
    line: int
    shade: int

    @property
    def name(self) -> str:
        return self.row.region.name.removesuffix("区")

    @property
    def x(self) -> int:
        return self.column * 100 + 3

    @property
    def y(self) -> int:
        return self.line * 100 + 3

    @property
    def middle(self) -> int:
        return self.x + 47

    @property
    def name_y(self) -> int:
        return self.y + 38

    @property
    def number_y(self) -> int:
        return self.y + 70


def tiles(districts: Iterable[DistrictCount]) -> list[Tile]:
    """Beijing's districts as tiles; other places have their table only."""
    known = [row for row in districts if row.region.pk in BEIJING]
    most = max((row.hubs for row in known), default=0)
    return [Tile(row, *BEIJING[row.region.pk], shade=-(-4 * row.hubs // most) if most else 0) for row in known]


#: Beijing's sixteen districts and where each stands on the schematic map: column and row of a tile.
BEIJING: dict[str, tuple[int, int]] = {
    "110119": (2, 0),  # 延庆
    "110116": (3, 0),  # 怀柔
    "110118": (4, 0),  # 密云
    "110114": (2, 1),  # 昌平
    "110113": (4, 1),  # 顺义
    "110117": (5, 1),  # 平谷
    "110109": (0, 2),  # 门头沟
    "110108": (1, 2),  # 海淀
    "110102": (2, 2),  # 西城
    "110105": (4, 2),  # 朝阳
    "110112": (5, 2),  # 通州
    "110107": (1, 3),  # 石景山
    "110101": (3, 2),  # 东城
    "110111": (1, 4),  # 房山
    "110106": (2, 3),  # 丰台
    "110115": (3, 4),  # 大兴
}

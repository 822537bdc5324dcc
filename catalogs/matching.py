"""How well an offer answers a demand: small points that everyone can add up, each with its reason.

One function for both directions. It suggests whom to talk to; it awards nothing and excludes nobody.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogs.models.supply import divisions_above
from catalogs.models.taxonomy import ServiceField, group_labels
from catalogs.records import NOTHING, TrackRecord

if TYPE_CHECKING:
    from catalogs.models import DemandItem, SupplyItem

#: The most each point of comparison may give; together one hundred.
WEIGHTS: dict[str, int] = {"field": 40, "place": 20, "groups": 20, "capacity": 10, "record": 10}
WEIGHT_LABELS: dict[str, str | Promise] = {
    "field": gettext_lazy("服务类型"),
    "place": gettext_lazy("服务区域"),
    "groups": gettext_lazy("受益群众"),
    "capacity": gettext_lazy("服务能力"),
    "record": gettext_lazy("以往合同成效"),
}
#: Below this an offer has too little in common with the demand to be suggested.
LEAST = 50
#: So many closed projects give all points for the record.
FULL_RECORD = 5


@dataclass(frozen=True)
class Reason:
    code: str
    points: int
    text: str

    @property
    def most(self) -> int:
        return WEIGHTS[self.code]

    @property
    def label(self) -> str | Promise:
        return WEIGHT_LABELS[self.code]


@dataclass(frozen=True)
class Match:
    demand: DemandItem
    supply: SupplyItem
    reasons: tuple[Reason, ...]

    @property
    def points(self) -> int:
        return sum(reason.points for reason in self.reasons)


def match(demand: DemandItem, supply: SupplyItem, *, areas: Collection[str], record: TrackRecord = NOTHING) -> Match:
    """``areas`` are the codes of the divisions the offer covers. Same input, same points, always."""
    return Match(
        demand,
        supply,
        (
            _field(demand, supply),
            _place(demand, areas),
            _groups(demand, supply),
            _capacity(demand, supply),
            _record(record),
        ),
    )


def _field(demand: DemandItem, supply: SupplyItem) -> Reason:
    asked = ServiceField(demand.field).label
    if supply.field == demand.field:
        return Reason("field", WEIGHTS["field"], _("同为%(field)s") % {"field": asked})
    words = {"asked": asked, "offered": ServiceField(supply.field).label}
    return Reason("field", 0, _("需求为%(asked)s，供给为%(offered)s") % words)


def _place(demand: DemandItem, areas: Collection[str]) -> Reason:
    """The street itself counts in full, its district three quarters, anything wider half."""
    street, *above = divisions_above(demand.street)
    if street in areas:
        return Reason("place", WEIGHTS["place"], _("服务区域包括%(street)s") % {"street": demand.street.name})
    for share, code in zip((0.75, 0.5, 0.5), above, strict=True):
        if code in areas:
            return Reason("place", int(WEIGHTS["place"] * share), _("服务区域覆盖全区或全市"))
    return Reason("place", 0, _("服务区域未包括%(street)s") % {"street": demand.street.name})


def _groups(demand: DemandItem, supply: SupplyItem) -> Reason:
    wanted = list(demand.groups)
    shared = [code for code in wanted if code in supply.groups]
    if not wanted:
        return Reason("groups", WEIGHTS["groups"] // 2, _("需求面向全体居民"))
    if not shared:
        return Reason("groups", 0, _("没有共同的服务人群"))
    points = WEIGHTS["groups"] * len(shared) // len(wanted)
    return Reason("groups", points, _("共同服务%(groups)s") % {"groups": "、".join(group_labels(shared))})


def _capacity(demand: DemandItem, supply: SupplyItem) -> Reason:
    if demand.beneficiaries is None:
        return Reason("capacity", WEIGHTS["capacity"] // 2, _("需求未写明受益人数"))
    words = {"capacity": supply.capacity, "wanted": demand.beneficiaries}
    if supply.capacity >= demand.beneficiaries:
        return Reason("capacity", WEIGHTS["capacity"], _("每年可服务%(capacity)s人次，需要%(wanted)s人") % words)
    points = WEIGHTS["capacity"] * supply.capacity // demand.beneficiaries
    return Reason("capacity", points, _("每年可服务%(capacity)s人次，少于需要的%(wanted)s人") % words)


def _record(record: TrackRecord) -> Reason:
    """Closed projects only. A newcomer loses these points and nothing else; failed ones take two points each."""
    if record.contracts == 0:
        return Reason("record", 0, _("本平台暂无其合同记录"))
    points = WEIGHTS["record"] * min(record.closed, FULL_RECORD) // FULL_RECORD - 2 * record.failed
    words = {"contracts": record.contracts, "closed": record.closed, "failed": record.failed}
    return Reason("record", max(points, 0), _("已签约%(contracts)s项，结项%(closed)s项，未通过%(failed)s项") % words)

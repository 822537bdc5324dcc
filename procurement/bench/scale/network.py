"""The network of hubs at the size the city reported: 36 city, 236 district, 447 street hubs (domain §7.8)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import cycle, islice

from pypinyin import lazy_pinyin

from orgs.models import HubAffiliation, HubRecognition, HubTier, Organization, OrganizationKind, Region
from orgs.selectors.network import BEIJING
from procurement.demo import people
from procurement.demo.codes import synthetic_code

CITY, DISTRICT, STREET = 36, 236, 447
CITY_CODE = "110000"
FIELDS = (
    "社会工作", "为老服务", "助残", "心理健康", "青少年", "志愿服务", "社区治理", "公益文化", "法律援助", "应急减灾",
    "家庭发展", "绿色生活",
)  # fmt: skip
#: Serials of made-up codes, apart from those of applicants (cast).
FIRST_HUB, FIRST_OFFICE = 60_000, 70_000
GROUNDS = "为规模测试生成的示例认定。"
RECOGNISED = date(2024, 1, 15)


def spread() -> int:
    """Make up what is missing of the network; returns how many hubs were added. Made once, found again later."""
    if HubRecognition.objects.filter(grounds=GROUNDS).exists():
        return 0
    districts = list(Region.objects.filter(pk__in=BEIJING).order_by("code"))
    streets = list(Region.objects.filter(level=Region.Level.STREET, parent__in=districts).order_by("code"))
    city_region = Region.objects.get(pk=CITY_CODE)
    city = _hubs(HubTier.CITY, [city_region] * CITY, first=0)
    district = _hubs(HubTier.DISTRICT, list(islice(cycle(districts), DISTRICT)), first=CITY)
    street = _hubs(HubTier.STREET, list(islice(cycle(_spaced(streets)), STREET)), first=CITY + DISTRICT)
    _tie(city, district, street)
    return len(city) + len(district) + len(street)


def _spaced(streets: list[Region]) -> list[Region]:
    """Streets of all districts in turn, so that a part of them is spread over the city."""
    return sorted(streets, key=lambda street: (street.pk[6:], street.pk))


def _hubs(tier: HubTier, places: list[Region], *, first: int) -> list[Organization]:
    label = {HubTier.CITY: "联合会", HubTier.DISTRICT: "协会", HubTier.STREET: "服务中心"}[tier]
    hubs = []
    for n, place in enumerate(places, start=first):
        name = f"{_title(place)}{FIELDS[n % len(FIELDS)]}{label}（示例枢纽{n + 1:03d}）"
        hubs.append(_body(name, place, OrganizationKind.ASSOCIATION, "51", FIRST_HUB + n))
    Organization.objects.bulk_create(hubs, batch_size=500)
    offices = _offices(tier, places)
    HubRecognition.objects.bulk_create(
        [
            HubRecognition(
                organization=hub,
                tier=tier,
                field=FIELDS[n % len(FIELDS)],
                office=offices[place.pk],
                grounds=GROUNDS,
                status="recognised",
                document_number=f"示例社领〔2024〕{n + 1}号",
                recognised_on=RECOGNISED,
                review_due_on=date(2027, 1, 15),
            )
            for n, (hub, place) in enumerate(zip(hubs, places, strict=True), start=first)
        ],
        batch_size=500,
    )
    return hubs


def _offices(tier: HubTier, places: Iterable[Region]) -> dict[str, Organization]:
    """The leading group's office of each place, one each."""
    offset = list(HubTier).index(tier) * 1_000
    made = {
        place.pk: _body(
            f"{_title(place)}社会建设工作领导小组办公室（示例）",
            place,
            OrganizationKind.PURCHASER,
            "11",
            FIRST_OFFICE + offset + n,
        )
        for n, place in enumerate(dict.fromkeys(places))
    }
    Organization.objects.bulk_create(made.values(), batch_size=500)
    return made


def _body(name: str, place: Region, kind: OrganizationKind, prefix: str, serial: int) -> Organization:
    county = place.parent_id if place.level == Region.Level.STREET else place.pk
    return Organization(
        name=name,
        kind=kind,
        uscc=synthetic_code(prefix, str(county), serial),
        is_synthetic_code=True,
        region_id=county,
        street_id=place.pk if place.level == Region.Level.STREET else None,
        registered_on=date(2008, 1, 1),
        is_published=kind != OrganizationKind.PURCHASER,
        # bulk_create does not call save(), which would fill this in
        sort_key=" ".join(lazy_pinyin(name)).lower()[:400],
    )


def _title(place: Region) -> str:
    """北京市, 朝阳区, 建外街道."""
    return place.name


def _tie(city: list[Organization], district: list[Organization], street: list[Organization]) -> None:
    """Each district hub under a city hub, each street hub under one of its district; members to the street hubs."""
    of_district: dict[str, list[Organization]] = {}
    for hub in district:
        of_district.setdefault(hub.region_id, []).append(hub)
    ties = [(city[n % len(city)], hub) for n, hub in enumerate(district)]
    ties += [(of_district[hub.region_id][n % len(of_district[hub.region_id])], hub) for n, hub in enumerate(street)]
    local: dict[str, list[Organization]] = {}
    for hub in street:
        local.setdefault(hub.region_id, []).append(hub)
    members = Organization.objects.filter(introduction="为规模测试生成的示例单位。", region__in=local)
    ties += [(local[body.region_id][n % len(local[body.region_id])], body) for n, body in enumerate(members)]
    HubAffiliation.objects.bulk_create(
        [HubAffiliation(hub=hub, member=member, field="枢纽联系", valid_from=people.SINCE) for hub, member in ties],
        batch_size=1000,
    )

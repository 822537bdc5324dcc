"""What contracts of the year before paid in the district, and an official standard beside it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from catalogs.models import PriceStandard
from catalogs.selectors.prices import Asked
from catalogs.services import prices
from procurement.demo.bodies import CHAOYANG
from procurement.demo.budget import YEAR, demo_actor
from procurement.demo.stage import local

#: item, name, unit, what five contracts of the year before paid
_SEEN = (
    ("staff", "项目专员（社会工作师）12 个月", "月", ("4800", "5000", "5200", "5400", "5900")),
    ("staff", "兼职口述影像编辑", "部", ("260", "300", "320", "360", "450")),
    ("venue", "影厅场地费", "场", ("240", "280", "300", "320", "380")),
    ("volunteer", "志愿者交通和误餐补贴", "人次", ("40", "50", "60", "60", "80")),
    ("activity", "有声图书录制和制作", "册", ("220", "240", "260", "280", "330")),
    ("service", "心理服务", "人次", ("120", "150", "180", "220", "260")),
)


def seed(now: datetime) -> None:
    """Safe to repeat."""
    signer, finance = demo_actor("signer"), demo_actor("finance")
    for contract in range(5):
        prices.record_observed(
            actor=signer,
            subject=f"projects.contract:demo-{YEAR - 1}-{contract + 1}",
            region_id=CHAOYANG,
            year=YEAR - 1,
            prices=[Asked(item, name, unit, Decimal(paid[contract])) for item, name, unit, paid in _SEEN],
            at=local(YEAR - 1, 6, 10 + contract),
        )
    if PriceStandard.objects.filter(kind="official").exists():
        return
    prices.set_standard(
        actor=finance,
        standard=PriceStandard(
            item="service",
            name="志愿者交通和误餐补贴",
            unit="人次",
            price=Decimal("100"),
            region_id=CHAOYANG,
            year=YEAR,
            document=f"朝财发〔{YEAR}〕3号（示例）",
        ),
    )

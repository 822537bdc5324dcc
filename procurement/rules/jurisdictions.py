"""Who a rule set speaks for: an administrative division (GB/T 2260 code) at a level of government."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

NATION = "000000"


class Level(TextChoices):
    """Levels of government that set their own thresholds and terms."""

    NATIONAL = "national", _("国家")
    PROVINCIAL = "provincial", _("省（自治区、直辖市）")
    CITY = "city", _("设区的市")
    DISTRICT = "district", _("县（区）")
    SUBDISTRICT = "subdistrict", _("街道（乡镇）")


def ancestors(code: str) -> list[str]:
    """The division and everything above it, nearest first: 110105001 → 110105001, 110105, 110100, 110000, 000000."""
    above = [code, code[:6], f"{code[:4]}00", f"{code[:2]}0000", NATION]
    return list(dict.fromkeys(above))


def natural_level(code: str) -> Level:
    """The level a division's own government stands at, read from its code."""
    if code == NATION:
        return Level.NATIONAL
    if len(code) > 6:
        return Level.SUBDISTRICT
    if code.endswith("0000"):
        return Level.PROVINCIAL
    return Level.CITY if code.endswith("00") else Level.DISTRICT

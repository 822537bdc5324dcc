"""Size of a supplier may be neither a condition nor a score (R-058): capital, assets, revenue, staff, profit, tax."""

from __future__ import annotations

import re

_SIZE = re.compile(
    r"注册资本|注册资金|开办资金|资产总额|总资产|净资产|营业收入|营业额|年收入|从业人员(?:数|人数|不少于|不低于)|从业人数"
    r"|员工(?:总数|人数)|人员规模|企业规模|利润(?:总额|率)|净利润|年利润|纳税(?:总)?额|缴税(?:总)?额"
)


def size_phrases(text: str) -> list[str]:
    """What in the text speaks of size, each phrase once."""
    return list(dict.fromkeys(hit.group() for hit in _SIZE.finditer(text)))

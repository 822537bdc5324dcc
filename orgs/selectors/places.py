"""Divisions as people write them: a code, a full name, or a short name where only one is meant."""

from __future__ import annotations

from collections import defaultdict

from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Region


class Places:
    """All divisions of today, read once, for looking up many."""

    def __init__(self) -> None:
        today = timezone.localdate()
        self._by_code = {region.pk: region for region in Region.objects.valid_on(today)}
        self._by_name: defaultdict[str, set[str]] = defaultdict(set)
        self._streets: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for code, region in self._by_code.items():
            if region.level == Region.Level.STREET:
                self._streets[region.parent_id or "", region.name].add(code)
            else:
                for name in self._names(region):
                    self._by_name[name].add(code)

    def _names(self, region: Region) -> set[str]:
        """朝阳区, 北京市朝阳区 and, where a city stands between, the name with all above it."""
        above, names, full = region, {region.name}, region.name
        while above.parent_id and above.parent_id in self._by_code:
            above = self._by_code[above.parent_id]
            names |= {f"{above.name}{region.name}", f"{above.name}{full}"}
            full = f"{above.name}{full}"
        return names

    def division(self, text: str) -> tuple[Region | None, str]:
        """The division, or why there is none."""
        if text in self._by_code and len(text) == 6:
            return self._by_code[text], ""
        codes = self._by_name.get(text, set())
        if len(codes) == 1:
            return self._by_code[next(iter(codes))], ""
        if codes:
            return None, _("“%s”有多处，请写全称或6位代码") % text
        return None, _("没有名为“%s”的区划，请写全称或6位代码") % text[:40]

    def street(self, text: str, region: Region) -> tuple[Region | None, str]:
        """A street of ``region`` by name or code."""
        codes = {text} if text in self._by_code else self._streets.get((region.pk, text), set())
        found = [self._by_code[code] for code in codes if self._by_code[code].parent_id == region.pk]
        if len(found) == 1:
            return found[0], ""
        return None, _("%(region)s没有“%(street)s”这个街道或乡镇") % {"region": region.name, "street": text[:40]}

"""What people write into a sheet for an organisation, a street or groups of people, found for all lines at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogs.models import BeneficiaryGroup
from orgs.models import Organization, Region
from procurement.registers import Column, Kind, Line

GROUPS_HELP = gettext_lazy("用顿号隔开，可填：%s；面向全体居民的不填。") % "、".join(
    str(label) for _value, label in BeneficiaryGroup.choices
)
STREET_HELP = gettext_lazy("街道（乡镇）名称或9位代码。")


def read_groups(text: str) -> list[str]:
    """Labels or codes, in the order of the list whatever the order in the sheet."""
    wanted = {part.strip() for part in text.replace("，", "、").replace(",", "、").split("、") if part.strip()}
    known = {str(label): value for value, label in BeneficiaryGroup.choices} | {v: v for v in BeneficiaryGroup.values}
    if unknown := sorted(wanted - set(known)):
        raise ValueError(_("没有“%s”这类服务人群") % unknown[0][:40])
    chosen = {known[part] for part in wanted}
    return [value for value in BeneficiaryGroup.values if value in chosen]


def groups_column(heading: Any) -> Column:
    return Column(
        "groups", heading=heading, kind=Kind.TEXT, clean=read_groups, help=GROUPS_HELP, example="老年人",
        shown=lambda row: "、".join(row.group_labels),
    )  # fmt: skip


def place_organizations(lines: Iterable[Line], column: str, among: QuerySet[Organization], *, missing: str) -> None:
    """By credit code or by exact name, one query for all; ``missing`` is said where none or several are meant."""
    lines = [line for line in lines if column in line.values]
    texts = {line.values[column].strip() for line in lines}
    found: defaultdict[str, set[Organization]] = defaultdict(set)
    for row in among.filter(Q(uscc__in=texts) | Q(name__in=texts)):
        found[row.name].add(row)
        found[row.uscc or ""].add(row)
    _place(lines, column, found.get, lambda text: missing)


def place_streets(lines: Iterable[Line], column: str = "street") -> None:
    lines = [line for line in lines if column in line.values]
    _place(lines, column, streets_named({line.values[column].strip() for line in lines}).get, _no_street)


def streets_named(texts: set[str]) -> dict[str, set[Region]]:
    """Streets of today by code and by name."""
    found: defaultdict[str, set[Region]] = defaultdict(set)
    streets = Region.objects.filter(level=Region.Level.STREET, valid_to__isnull=True)
    for row in streets.filter(Q(pk__in=texts) | Q(name__in=texts)):
        found[row.name].add(row)
        found[row.pk].add(row)
    return found


def _no_street(text: str) -> str:
    return _("没有或不止一处名为“%s”的街道（乡镇），请填写9位代码") % text[:40]


def _place(
    lines: Sequence[Line], column: str, find: Callable[[str], set[Any] | None], missing: Callable[[str], str]
) -> None:
    for line in lines:
        text = line.values[column].strip()
        meant = find(text) or set()
        if len(meant) == 1:
            line.values[column] = next(iter(meant))
        else:
            line.refuse(column, missing(text))

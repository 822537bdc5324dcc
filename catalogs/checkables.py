"""What can carry the negative list: whoever owns a need or a plan line says how one is found and who may answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from orgs.models import Organization, Region
    from procurement.access import Actor
    from procurement.rules import Refusal


@dataclass(frozen=True)
class Checkable:
    """A thing to be bought, as the sheet about it needs it."""

    subject: str
    title: str
    url: str
    region: Region
    organization: Organization | None = None
    may_answer: bool = False

    @property
    def refusals(self) -> list[Refusal]:
        """What the latest answers refuse; nothing while nobody has answered."""
        from catalogs.selectors.purchase_checks import check_refusals, latest_check

        return check_refusals(self.subject, region=self.region) if latest_check(self.subject) else []


#: Finds the thing this person may see, else None: ``find(actor, key)``.
Finder = Callable[["Actor", UUID], "Checkable | None"]
_finders: dict[str, Finder] = {}


def register_checkable(kind: str, find: Finder) -> None:
    """``kind`` is "<app>.<model>", as in the object's ``subject``. Call from an offers module."""
    _finders[kind] = find


def checkable(subject: str, actor: Actor) -> Checkable | None:
    kind, _colon, key = subject.partition(":")
    find = _finders.get(kind)
    try:
        return find(actor, UUID(key)) if find else None
    except ValueError:
        return None

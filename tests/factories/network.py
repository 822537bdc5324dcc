"""A consortium of the demo people, and a change of its members."""

from __future__ import annotations

from orgs.models import Consortium, ConsortiumChange
from procurement.demo import network
from procurement.demo.stage import local
from procurement.lifecycle.models import LifecycleModel


def consortium_specimens() -> dict[str, LifecycleModel]:
    network.seed(local(2026, 6, 15))
    return {"consortium": Consortium.objects.get(), "consortium_change": ConsortiumChange.objects.get()}

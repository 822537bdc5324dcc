"""A consortium of the demo people, and a change of its members."""

from __future__ import annotations

from orgs.models import Consortium, ConsortiumChange, ExpertAdmission, ExpertKind
from orgs.services.experts import draft_admission
from procurement.access import actor_for
from procurement.access.models import User
from procurement.demo import network
from procurement.demo.stage import local
from procurement.lifecycle.models import LifecycleModel


def consortium_specimens() -> dict[str, LifecycleModel]:
    network.seed(local(2026, 6, 15))
    return {"consortium": Consortium.objects.get(), "consortium_change": ConsortiumChange.objects.get()}


def admission_specimen() -> dict[str, LifecycleModel]:
    """Somebody with an account and no seat asks the demo's office to be taken into the pool."""
    person = User.objects.get(username="cpa")
    admission = ExpertAdmission(
        person=person,
        office=network.body("office"),
        kind=ExpertKind.FINANCE,
        specialties=["非营利会计"],
        employer_text="北京京诚会计师事务所有限公司",
        qualification="注册会计师",
        years=15,
        resume="长期从事社会组织审计。",
    )
    return {"expert_admission": draft_admission(actor=actor_for(person), admission=admission)}

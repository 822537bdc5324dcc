"""评分办法：编制、定稿，另拟新版时由新版取代 (R-130 … R-133, R-146)."""

from django.utils.translation import gettext_lazy as _

from evaluation.guards import rubric as guards
from evaluation.guards.trimming import trimming_is_for_grants
from procurement.access import Duty, Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

OFFICE = (
    by(Role.LGO, of="guide.office"),
    by(Role.PU_BUY, of="procedure.purchaser"),
    by(Role.AGT, of="procedure.agent"),
)

STATES = (
    State("draft", _("草稿")),
    State("frozen", _("已定稿"), "good"),
    State("superseded", _("已被新版取代"), "neutral", final=True),
    State("discarded", _("已放弃"), "neutral", final=True),
)

TRANSITIONS = (
    Transition(
        "rubric.freeze", _("定稿"), ("draft",), "frozen", OFFICE,
        guards=(
            guards.occasion_is_not_published, trimming_is_for_grants, guards.maxima_sum_to_hundred,
            guards.levels_cover_every_factor,
            guards.no_qualification_scored, guards.no_regional_award_scored, guards.conditions_are_compared,
            guards.price_share_is_lawful, guards.method_fits_the_way_of_buying, guards.ability_is_weighed,
            guards.preference_is_not_scored, guards.no_size_scored,
        ),
        effect="evaluation.services.rubrics.freeze", duty=Duty.DOCUMENT_AUTHOR, weight="primary",
        consequence=_("定稿后评分办法不能更改，随指南或采购文件一并公布；公布前可以另拟新版取代。"),
        rules=("R-131", "R-145", "R-146"),
    ),
    Transition(
        "rubric.discard", _("放弃这一稿"), ("draft",), "discarded", OFFICE, weight="danger",
        consequence=_("放弃后可以重新从评分办法库中选用。"),
    ),
    Transition(
        "rubric.supersede", _("由新版取代"), ("frozen",), "superseded", OFFICE,
        guards=(guards.occasion_is_not_published,), automatic=True, rules=("R-131",),
    ),
)  # fmt: skip

RUBRIC = register(
    Lifecycle(
        name="rubric",
        label=_("评分办法"),
        model="evaluation.Rubric",
        initial="draft",
        states=STATES,
        transitions=TRANSITIONS,
    )
)

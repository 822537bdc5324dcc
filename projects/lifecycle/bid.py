"""投标（响应）：开启、资格审查、评审、成交 (R-117 … R-121, R-142, R-173, R-177)."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Duty, Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register
from projects.guards import bidders, qualification

BUYERS = (by(Role.PU_BUY, of="procedure.purchaser"), by(Role.AGT, of="procedure.agent"))
SIGNER = by(Role.PU_SIGN, of="procedure.purchaser")
BIDDERS = (by(Role.ORG_H, of="bidder"), by(Role.ORG, of="bidder"))
CLOCK = by(Role.SYS)

BID = register(
    Lifecycle(
        name="bid",
        label=_("投标（响应）"),
        model="projects.Bid",
        initial="opened",
        states=(
            State("opened", _("已开启"), "info"),
            State("unreadable", _("未能开启"), "bad", final=True),
            State("qualified", _("资格审查合格"), "info"),
            State("disqualified", _("资格审查不合格"), "bad", final=True),
            State("invalid", _("投标（响应）无效"), "bad", final=True),
            State("scored", _("已评审"), "info"),
            State("awarded", _("中标（成交）"), "good"),
            State("not_awarded", _("未中标（成交）"), "neutral"),
            State("declined", _("放弃中标（成交）"), "bad", final=True),
        ),
        transitions=(
            Transition(
                "bid.fail_to_open", _("未能开启"), ("opened",), "unreadable", (CLOCK,),
                effect="projects.services.opening.mark_unreadable", automatic=True, reason_required=True, tells=BIDDERS, rules=("R-117",),
            ),
            Transition(
                "bid.qualify", _("资格审查合格"), ("opened",), "qualified", BUYERS,
                guards=(
                    qualification.procedure_is_being_checked, bidders.rivals_are_in_other_hands, bidders.bidder_had_no_part_in_it,
                ),
                input_guards=(qualification.every_condition_is_answered, qualification.every_condition_is_met),
                effect="projects.services.qualification.record_checks", form="projects.forms.qualification.QualificationForm",
                duty=Duty.PRECHECKER, tells=BIDDERS, weight="primary", rules=("R-050",),
            ),
            Transition(
                "bid.disqualify", _("资格审查不合格"), ("opened",), "disqualified", BUYERS,
                guards=(qualification.procedure_is_being_checked,),
                input_guards=(qualification.every_condition_is_answered, qualification.some_condition_is_not_met),
                effect="projects.services.qualification.record_checks", form="projects.forms.qualification.QualificationForm",
                duty=Duty.PRECHECKER, reason_required=True, tells=BIDDERS, weight="danger", rules=("R-050", "R-118"),
            ),
            Transition(
                "bid.invalidate", _("认定为无效"), ("qualified",), "invalid", (*BUYERS, CLOCK),
                effect="projects.services.bid_reviews.invalidate", automatic=True, reason_required=True, tells=BIDDERS, weight="danger", rules=("R-121", "R-142"),
            ),
            Transition(
                "bid.record_review", _("评审完成"), ("qualified",), "scored", (CLOCK,),
                effect="projects.services.bid_reviews.record", automatic=True, rules=("R-143",),
            ),
            Transition(
                "bid.award", _("中标（成交）"), ("scored", "not_awarded"), "awarded", (SIGNER, *BUYERS, CLOCK),
                automatic=True, rules=("R-170",),
            ),
            Transition(
                "bid.lose", _("未中标（成交）"), ("scored", "awarded"), "not_awarded", (SIGNER, *BUYERS, CLOCK),
                automatic=True, rules=("R-173",),
            ),
            Transition(
                "bid.decline", _("放弃中标（成交）"), ("awarded",), "declined", (by(Role.ORG_H, of="bidder"),),
                automatic=True, reason_required=True, tells=(SIGNER, *BUYERS), weight="danger", rules=("R-177",),
            ),
            Transition(
                "bid.reset", _("重新评审，原结果作废"), ("scored", "awarded", "not_awarded"), "qualified", (CLOCK,),
                effect="projects.services.bid_reviews.reset", automatic=True, reason_required=True, tells=BIDDERS, rules=("R-141",),
            ),
        ),
    )
)  # fmt: skip

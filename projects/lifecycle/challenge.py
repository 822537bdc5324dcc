"""质疑 (domain §6, Challenge; R-181 … R-183): looked at, admitted, answered by two people, closed or remedied."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Duty, Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register
from projects.guards import challenge as guards

BUYERS = (by(Role.PU_BUY, of="procedure.purchaser"), by(Role.AGT, of="procedure.agent"))
SIGNER = by(Role.PU_SIGN, of="procedure.purchaser")
CHALLENGERS = (by(Role.ORG_H, of="challenger"), by(Role.ORG, of="challenger"))
HEAD = by(Role.ORG_H, of="challenger")
CLOCK = by(Role.SYS)

CHALLENGE = register(
    Lifecycle(
        name="challenge",
        label=_("质疑"),
        model="projects.Challenge",
        initial="filed",
        states=(
            State("filed", _("待审查"), "info"),
            State("correction", _("待补正"), "warn"),
            State("inadmissible", _("不予受理"), "bad", final=True),
            State("accepted", _("已受理，待答复"), "info"),
            State("dismissal_drafted", _("拟答复不成立，待批准"), "info"),
            State("uphold_drafted", _("拟认定成立，待批准"), "info"),
            State("replied", _("已答复：不成立"), "neutral"),
            State("upheld", _("已答复：成立，待补救"), "warn"),
            State("closed", _("已办结"), "good", final=True),
            State("withdrawn", _("已撤回"), "neutral", final=True),
        ),
        transitions=(
            Transition(
                "challenge.request_correction", _("要求补正"), ("filed",), "correction", BUYERS,
                guards=(guards.correction_is_asked_once,), effect="projects.services.challenges.ask_for_correction",
                reason_required=True, tells=CHALLENGERS, rules=("R-181",),
                consequence=_("一次性告知需要补正的全部内容；补正所需时间不计入答复期限。"),
            ),
            Transition(
                "challenge.correct", _("提交补正"), ("correction",), "filed", CHALLENGERS,
                automatic=True, tells=BUYERS, rules=("R-181",),
            ),
            Transition(
                "challenge.refuse", _("不予受理"), ("filed", "correction"), "inadmissible", BUYERS,
                effect="projects.services.challenges.refuse", reason_required=True, tells=CHALLENGERS,
                weight="danger", rules=("R-181",),
                consequence=_("书面告知质疑人理由和救济途径。"),
            ),
            Transition(
                "challenge.accept", _("受理"), ("filed",), "accepted", BUYERS,
                effect="projects.services.challenges.accept", form="projects.forms.challenges.AcceptForm",
                tells=(*CHALLENGERS, SIGNER), weight="primary", rules=("R-182", "R-183"),
                consequence=_("可能影响采购结果的，暂停确定结果和签订合同；已经签订的，中止履行。"),
            ),
            Transition(
                "challenge.propose_dismissal", _("拟答复：质疑不成立"), ("accepted",), "dismissal_drafted", BUYERS,
                automatic=True, duty=Duty.CHALLENGE_REPLIER, tells=(SIGNER,), rules=("R-182",),
            ),
            Transition(
                "challenge.propose_uphold", _("拟答复：质疑成立"), ("accepted",), "uphold_drafted", BUYERS,
                automatic=True, duty=Duty.CHALLENGE_REPLIER, tells=(SIGNER,), rules=("R-182",),
            ),
            Transition(
                "challenge.return_reply", _("退回重拟"), ("dismissal_drafted", "uphold_drafted"), "accepted", (SIGNER,),
                reason_required=True, tells=BUYERS,
            ),
            Transition(
                "challenge.dismiss", _("批准答复：不成立"), ("dismissal_drafted",), "replied", (SIGNER,),
                guards=(guards.reply_is_whole, guards.approver_is_another_person),
                effect="projects.services.challenges.reply", duty=Duty.CHALLENGE_REPLIER, tells=(*CHALLENGERS, *BUYERS),
                weight="primary", rules=("R-182",),
                consequence=_("答复送达质疑人，并告知投诉权利和期限；选定的内容抄送其他有关供应商。"),
            ),
            Transition(
                "challenge.uphold", _("批准答复：成立"), ("uphold_drafted",), "upheld", (SIGNER,),
                guards=(guards.reply_is_whole, guards.approver_is_another_person),
                effect="projects.services.challenges.reply", duty=Duty.CHALLENGE_REPLIER, tells=(*CHALLENGERS, *BUYERS),
                weight="primary", rules=("R-182",),
                consequence=_("答复送达质疑人，随后按选定的方式补救。"),
            ),
            Transition(
                "challenge.remedy", _("实施补救"), ("upheld",), "closed", (SIGNER,),
                guards=(guards.remedy_is_possible,), effect="projects.services.remedies.carry_out_challenge",
                tells=(*CHALLENGERS, *BUYERS), weight="primary", rules=("R-182", "R-183"),
                consequence=_("按答复确定的方式补救：重新评审、另行确定中标（成交）人，或者确认采购已终止。"),
            ),
            Transition(
                "challenge.close", _("投诉期满，办结"), ("replied",), "closed", (CLOCK,),
                guards=(guards.no_complaint_is_possible,), automatic=True, tells=BUYERS, rules=("R-184",),
            ),
            Transition(
                "challenge.withdraw", _("撤回质疑"), ("filed", "correction", "accepted"), "withdrawn", (HEAD,),
                effect="projects.services.challenges.withdraw", reason_required=True, tells=BUYERS,
                consequence=_("撤回后不再答复，也不能就同一事项投诉。"), weight="danger",
            ),
        ),
    )
)  # fmt: skip

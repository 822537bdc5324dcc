"""诉求 (domain §6; R-189): the simple remedy outside the Government Procurement Law."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

BUYERS = (by(Role.PU_BUY, of="procedure.purchaser"), by(Role.AGT, of="procedure.agent"))
SIGNER = by(Role.PU_SIGN, of="procedure.purchaser")
REQUESTERS = (by(Role.ORG_H, of="requester"), by(Role.ORG, of="requester"))
CLOCK = by(Role.SYS)

REMEDY_REQUEST = register(
    Lifecycle(
        name="remedy_request",
        label=_("诉求"),
        model="projects.RemedyRequest",
        initial="filed",
        states=(
            State("filed", _("待受理"), "info"),
            State("accepted", _("已受理"), "info"),
            State("answered", _("已答复"), "good"),
            State("closed", _("已办结"), "good", final=True),
            State("withdrawn", _("已撤回"), "neutral", final=True),
        ),
        transitions=(
            Transition(
                "remedy_request.accept", _("受理"), ("filed",), "accepted", BUYERS,
                tells=(*REQUESTERS, SIGNER), weight="primary", rules=("R-189",),
            ),
            Transition(
                "remedy_request.answer", _("书面答复"), ("accepted",), "answered", (SIGNER,),
                effect="projects.services.remedy_requests.answer", form="projects.forms.remedies.AnswerForm",
                tells=(*REQUESTERS, *BUYERS), weight="primary", rules=("R-189",),
            ),
            Transition(
                "remedy_request.close", _("认可答复，办结"), ("answered",), "closed", (*REQUESTERS, CLOCK),
                tells=BUYERS, rules=("R-189",),
            ),
            Transition(
                "remedy_request.withdraw", _("撤回诉求"), ("filed", "accepted"), "withdrawn", REQUESTERS,
                reason_required=True, tells=BUYERS, weight="danger",
            ),
        ),
    )
)  # fmt: skip

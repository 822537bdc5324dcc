"""居民反映 (R-190): taken, handed to the body responsible, answered, rated by whoever called."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register
from projects.guards import hotline as guards
from projects.models.hotline import HANDLER_ROLES, HOTLINE_ROLES

OFFICE = tuple(by(role, of="office") for role in HOTLINE_ROLES)
HANDLER = tuple(by(role, of="handler") for role in HANDLER_ROLES)
CALLER = by(Role.REC, person="filed_by")
CLOCK = by(Role.SYS)

HOTLINE = register(
    Lifecycle(
        name="hotline",
        label=_("居民反映"),
        model="projects.HotlineCall",
        initial="filed",
        states=(
            State("filed", _("待受理"), "info"),
            State("dispatched", _("办理中"), "info"),
            State("answered", _("已答复"), "good"),
            State("closed", _("已办结"), "good", final=True),
            State("declined", _("不属受理范围"), "neutral", final=True),
        ),
        transitions=(
            Transition(
                "hotline.dispatch", _("受理并交办"), ("filed",), "dispatched", OFFICE,
                effect="projects.services.hotline.dispatch", form="projects.forms.hotline.DispatchForm",
                tells=(*HANDLER, CALLER), weight="primary", rules=("R-190",),
            ),
            Transition(
                "hotline.decline", _("不属受理范围"), ("filed",), "declined", OFFICE,
                effect="projects.services.hotline.decline", reason_required=True, tells=(CALLER,), weight="danger",
                rules=("R-190",), consequence=_("理由会告知反映人，并指明应向哪里反映。"),
            ),
            Transition(
                "hotline.send_back", _("退回，不属本单位职责"), ("dispatched",), "filed", HANDLER,
                reason_required=True, tells=OFFICE, rules=("R-190",),
            ),
            Transition(
                "hotline.answer", _("答复"), ("dispatched",), "answered", HANDLER,
                effect="projects.services.hotline.answer", form="projects.forms.hotline.CallAnswerForm",
                tells=(*OFFICE, CALLER), weight="primary", rules=("R-190",),
                consequence=_("反映人凭查询码看到答复，并可以评价。"),
            ),
            Transition(
                "hotline.reopen", _("不满意，重新办理"), ("answered",), "dispatched", (CLOCK,),
                guards=(guards.reopened_once,), effect="projects.services.hotline.reopen", automatic=True,
                tells=(*HANDLER, *OFFICE), rules=("R-190",),
            ),
            Transition(
                "hotline.close", _("办结"), ("answered",), "closed", (CLOCK,), automatic=True, tells=HANDLER,
                rules=("R-190",),
            ),
        ),
    )
)  # fmt: skip

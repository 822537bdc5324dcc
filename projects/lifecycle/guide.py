"""申报指南：从编制到全部项目办结 (domain §6, Guide)."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Duty, Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register
from projects.guards import guide as guards

OFFICE = by(Role.LGO, of="office")
LEADERS = by(Role.LG, of="office")
CLOCK = by(Role.SYS)

STATES = (
    State("draft", _("草稿")),
    State("checking", _("送审"), "info"),
    State("approved", _("已批准"), "info"),
    State("open", _("受理申报"), "good"),
    State("closed", _("申报截止"), "neutral"),
    State("decided", _("评审办结"), "neutral"),
    State("archived", _("归档"), "neutral", final=True),
    State("cancelled", _("取消"), "bad", final=True),
)

TRANSITIONS = (
    Transition(
        "guide.submit", _("送审"), ("draft",), "checking", (OFFICE,),
        guards=(guards.no_hidden_barriers, guards.envelope_is_approved, guards.content_is_complete, guards.dates_make_sense),
        duty=Duty.DOCUMENT_AUTHOR, tells=(LEADERS,), weight="primary", rules=("R-019", "R-057"),
    ),
    Transition(
        "guide.return", _("退回修改"), ("checking",), "draft", (LEADERS,),
        duty=Duty.DOCUMENT_CHECKER, reason_required=True, tells=(OFFICE,),
    ),
    Transition(
        "guide.approve", _("批准"), ("checking",), "approved", (LEADERS,),
        guards=(guards.no_hidden_barriers, guards.envelope_is_approved),
        duty=Duty.DOCUMENT_CHECKER, tells=(OFFICE,), weight="primary", rules=("R-013", "R-057"),
    ),
    Transition(
        "guide.publish", _("发布指南"), ("approved",), "open", (OFFICE,),
        guards=(
            guards.no_hidden_barriers, guards.envelope_is_approved, guards.rubric_is_attached, guards.dates_make_sense,
        ),
        effect="projects.services.guides.publish",
        completes=("publish_guide",), weight="primary", rules=("R-007", "R-019", "R-057", "R-131", "R-146"),
        consequence=_("发布后指南和评分办法不再更改，只能以补充通知延长期限。"),
    ),
    Transition(
        "guide.close", _("申报截止"), ("open",), "closed", (CLOCK,), guards=(guards.deadline_has_passed,),
        automatic=True, tells=(OFFICE,),
    ),
    Transition(
        "guide.finish", _("全部办结"), ("closed",), "decided", (OFFICE,), guards=(guards.every_application_is_decided,),
        tells=(LEADERS,),
    ),
    Transition(
        "guide.archive", _("归档"), ("decided",), "archived", (OFFICE,),
        guards=(guards.every_project_is_archived,), rules=("R-289",),
    ),
    Transition(
        "guide.cancel", _("取消"), ("draft", "checking", "approved"), "cancelled", (OFFICE,),
        reason_required=True, tells=(LEADERS,), weight="danger", rules=("R-122",),
    ),
)  # fmt: skip

GUIDE = register(
    Lifecycle(
        name="guide",
        label=_("申报指南"),
        model="projects.Guide",
        initial="draft",
        states=STATES,
        transitions=TRANSITIONS,
    )
)

"""公示与异议 (domain §6 Award/PublicNotice; R-174, R-175)."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Duty, Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register
from projects.guards import publicity as guards

OFFICE = by(Role.LGO, of="guide.office")
LEADERS = by(Role.LG, of="guide.office")
CLOCK = by(Role.SYS)
RECHECKER = by(Role.LGO, of="application.guide.office")
APPLICANTS = (by(Role.ORG_H, of="application.applicant"), by(Role.ORG, of="application.applicant"))

PUBLICITY = register(
    Lifecycle(
        name="publicity",
        label=_("公示"),
        model="projects.Publicity",
        initial="draft",
        states=(
            State("draft", _("草稿")),
            State("published", _("公示中"), "info"),
            State("effective", _("公示期满"), "good", final=True),
            State("revoked", _("撤销"), "bad", final=True),
        ),
        transitions=(
            Transition(
                "publicity.publish", _("发布公示"), ("draft",), "published", (OFFICE,),
                guards=(guards.list_is_not_empty, guards.calendar_is_announced),
                effect="projects.services.publicity.publish",
                consequence=_("名单即日起向社会公示，公示期按工作日计算；公示期内可以提出异议。"),
                tells=(LEADERS,), weight="primary", rules=("R-174", "R-285"),
            ),
            Transition(
                "publicity.expire", _("公示期满"), ("published",), "effective", (CLOCK,),
                guards=(guards.period_is_over,), effect="projects.services.publicity.expire",
                automatic=True, tells=(OFFICE,), rules=("R-174",),
            ),
            Transition(
                "publicity.revoke", _("撤销公示"), ("draft", "published"), "revoked", (OFFICE,),
                guards=(guards.nothing_in_publicity,),
                reason_required=True, tells=(LEADERS,), weight="danger", rules=("R-178",),
            ),
        ),
    )
)  # fmt: skip

OBJECTION = register(
    Lifecycle(
        name="objection",
        label=_("公示异议"),
        model="projects.Objection",
        initial="filed",
        states=(
            State("filed", _("待复核"), "warn"),
            State("dismissed", _("异议不成立"), "neutral", final=True),
            State("upheld", _("异议成立"), "bad", final=True),
        ),
        transitions=(
            Transition(
                "objection.dismiss", _("异议不成立"), ("filed",), "dismissed", (RECHECKER,),
                effect="projects.services.objections.dismiss", duty=Duty.OBJECTION_HANDLER,
                reason_required=True, tells=(by(Role.REC, person="filed_by"), *APPLICANTS), rules=("R-175",),
                consequence=_("复核结论公开，并书面告知具名异议人；没有其他异议时恢复公示。"),
            ),
            Transition(
                "objection.uphold", _("异议成立"), ("filed",), "upheld", (RECHECKER,),
                effect="projects.services.objections.uphold", duty=Duty.OBJECTION_HANDLER,
                reason_required=True, tells=(by(Role.REC, person="filed_by"), *APPLICANTS), rules=("R-175",),
                consequence=_("该项目取消拟立项，已安排资金退回额度。"), weight="danger",
            ),
        ),
    )
)  # fmt: skip

"""重复资助例外 (R-042): asked by the applicant, decided by finance with its reason."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

APPLICANTS = (by(Role.ORG_H, of="application.applicant"), by(Role.ORG, of="application.applicant"))
FINANCE = by(Role.FIN, of="application.guide.finance")

SECOND_FUNDING = register(
    Lifecycle(
        name="second_funding",
        label=_("重复资助例外"),
        model="projects.SecondFunding",
        initial="requested",
        states=(
            State("requested", _("待财政部门决定"), "info"),
            State("granted", _("已准许"), "good", final=True),
            State("refused", _("不予准许"), "bad", final=True),
            State("withdrawn", _("已撤回"), "neutral", final=True),
        ),
        transitions=(
            Transition(
                "second_funding.grant", _("准许"), ("requested",), "granted", (FINANCE,),
                effect="projects.services.duplicates.on_decision", reason_required=True, tells=APPLICANTS,
                consequence=_("准许后，该已获资助的项目不再妨碍本次申报；理由记入案卷。"), weight="primary", rules=("R-042",),
            ),
            Transition(
                "second_funding.refuse", _("不予准许"), ("requested",), "refused", (FINANCE,),
                effect="projects.services.duplicates.on_decision", reason_required=True, tells=APPLICANTS,
                weight="danger", rules=("R-042",),
            ),
            Transition(
                "second_funding.withdraw", _("撤回申请"), ("requested",), "withdrawn", APPLICANTS, rules=("R-042",),
            ),
        ),
    )
)  # fmt: skip

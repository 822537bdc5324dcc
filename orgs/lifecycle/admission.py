"""A person applies to the expert pool; the leading-group office that keeps it decides."""

from django.utils.translation import gettext_lazy as _

from orgs.guards import admission as guards
from procurement.access import Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

APPLICANT = by(Role.PUB, person="person")
OFFICE = by(Role.LGO, of="office")

ADMISSION = register(
    Lifecycle(
        name="expert_admission",
        label=_("专家入库"),
        model="orgs.ExpertAdmission",
        initial="draft",
        states=(
            State("draft", _("草稿")),
            State("applied", _("待审核"), "info"),
            State("returned", _("已退回补正"), "warn"),
            State("admitted", _("已入库"), "good", final=True),
            State("refused", _("未入库"), "bad", final=True),
            State("withdrawn", _("已撤回"), final=True),
        ),
        transitions=(
            Transition(
                "expert_admission.apply", _("提交入库申请"), ("draft", "returned"), "applied", (APPLICANT,),
                guards=(guards.is_no_regulator, guards.is_not_in_the_pool, guards.is_not_barred), tells=(OFFICE,),
                weight="primary", rules=("R-156",),
            ),
            Transition(
                "expert_admission.admit", _("同意入库"), ("applied",), "admitted", (OFFICE,),
                guards=(guards.is_no_regulator, guards.is_not_in_the_pool, guards.is_not_barred),
                effect="orgs.services.experts.admit", tells=(APPLICANT,), weight="primary",
                consequence=_("入库后可被随机抽取；名单在评审结果公布前保密。"), rules=("R-156", "R-157"),
            ),
            Transition(
                "expert_admission.return", _("退回补正"), ("applied",), "returned", (OFFICE,),
                reason_required=True, tells=(APPLICANT,), rules=("R-156",),
            ),
            Transition(
                "expert_admission.refuse", _("不予入库"), ("applied",), "refused", (OFFICE,),
                reason_required=True, tells=(APPLICANT,), weight="danger", rules=("R-156",),
            ),
            Transition(
                "expert_admission.withdraw", _("撤回申请"), ("draft", "applied", "returned"), "withdrawn", (APPLICANT,),
                rules=("R-156",),
            ),
        ),
    )
)  # fmt: skip

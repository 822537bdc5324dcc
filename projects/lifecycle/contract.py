"""合同 (domain §6, Contract): drafted, checked, approved, signed by both heads, filed, performed."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Duty, Role, StepUp
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register
from projects.guards import contract as guards
from projects.guards.award import clock_of_the_result_is_over
from projects.guards.proxy import letter_covers_the_contract
from projects.guards.remedy import contract_returns_to_where_it_stood

BUYER = by(Role.PU_BUY, of="purchaser")
CHECKER = by(Role.PU_CHK, of="purchaser")
APPROVER = by(Role.PU_SIGN, of="purchaser")
CONTRACTOR = by(Role.ORG_H, of="contractor")
OPERATOR = by(Role.ORG, of="contractor")
HUB = by(Role.RU, of="responsible_unit")
FINANCE = by(Role.FIN, of="finance")
OFFICE = by(Role.LGO, of="office")
CLOCK = by(Role.SYS)

CONTRACT = register(
    Lifecycle(
        name="contract",
        label=_("合同"),
        model="projects.Contract",
        initial="draft",
        states=(
            State("draft", _("草稿")),
            State("checked", _("已复核"), "info"),
            State("approved", _("待承接主体签署"), "info"),
            State("contractor_signed", _("待购买主体签署"), "info"),
            State("signed", _("已签约"), "good"),
            State("performing", _("履行中"), "good"),
            State("suspended", _("已暂停"), "warn"),
            State("completed", _("履行完毕"), "good", final=True),
            State("terminated", _("终止"), "bad", final=True),
            State("cancelled", _("作废"), "neutral", final=True),
        ),
        transitions=(
            Transition(
                "contract.check", _("复核通过"), ("draft",), "checked", (CHECKER,),
                guards=(guards.terms_are_complete, guards.matches_the_award, guards.term_is_allowed, guards.tranches_add_up),
                duty=Duty.DOCUMENT_CHECKER, tells=(APPROVER, BUYER), weight="primary", rules=("R-201",),
            ),
            Transition(
                "contract.return", _("退回修改"), ("checked", "approved"), "draft", (CHECKER, APPROVER),
                reason_required=True, tells=(BUYER,), rules=("R-201",),
            ),
            Transition(
                "contract.approve", _("送承接主体签署"), ("checked",), "approved", (BUYER,),
                guards=(guards.matches_the_award,), effect="projects.services.contracts.freeze",
                duty=Duty.CONTRACT_DRAFTER, tells=(CONTRACTOR, OPERATOR), weight="primary",
                consequence=_("合同文本定稿并生成 PDF，双方签署的就是这份文本。"), rules=("R-201",),
            ),
            Transition(
                "contract.sign_contractor", _("承接主体签署"), ("approved",), "contractor_signed", (CONTRACTOR,),
                guards=(guards.project_is_ready, clock_of_the_result_is_over, letter_covers_the_contract), input_guards=(guards.signer_confirms,),
                effect="projects.services.contracts.sign_for_contractor", form="projects.forms.contracts.SignForm",
                tells=(APPROVER, BUYER), weight="primary", step_up=StepUp.EACH, rules=("R-200", "R-201"),
            ),
            Transition(
                "contract.sign_purchaser", _("购买主体签署"), ("contractor_signed",), "signed", (APPROVER,),
                guards=(guards.project_is_ready, clock_of_the_result_is_over), input_guards=(guards.signer_confirms,),
                effect="projects.services.contracts.sign_for_purchaser", form="projects.forms.contracts.SignForm",
                duty=Duty.CONTRACT_SIGNER, tells=(CONTRACTOR, OPERATOR, BUYER, FINANCE, HUB, OFFICE), weight="primary",
                consequence=_("双方签署后合同生效，项目转入实施，付款计划同时生成。"),
                step_up=StepUp.EACH, rules=("R-200", "R-202"),
            ),
            Transition(
                "contract.file", _("备案"), ("signed",), "performing", (FINANCE,),
                effect="projects.services.contracts.file", form="projects.forms.contracts.FileForm",
                tells=(BUYER, CONTRACTOR), weight="primary", rules=("R-203",),
            ),
            Transition(
                "contract.suspend", _("暂停履行"), ("signed", "performing"), "suspended", (APPROVER, CLOCK),
                automatic=True, reason_required=True, tells=(CONTRACTOR, HUB, BUYER), rules=("R-183", "R-209", "R-210"),
            ),
            Transition(
                "contract.resume", _("恢复履行"), ("suspended",), "performing", (APPROVER, CLOCK),
                guards=(contract_returns_to_where_it_stood,), automatic=True, tells=(CONTRACTOR, HUB, BUYER),
                rules=("R-183", "R-209"),
            ),
            Transition(
                "contract.resume_signed", _("恢复合同，待备案"), ("suspended",), "signed", (APPROVER, CLOCK),
                guards=(contract_returns_to_where_it_stood,), automatic=True, tells=(CONTRACTOR, HUB, BUYER),
                rules=("R-183",),
            ),
            Transition(
                "contract.complete", _("履行完毕"), ("performing",), "completed", (OFFICE, APPROVER),
                guards=(guards.everything_is_paid,), automatic=True, tells=(CONTRACTOR, BUYER), rules=("R-253",),
            ),
            Transition(
                "contract.terminate", _("终止合同"), ("signed", "performing", "suspended"), "terminated", (APPROVER, OFFICE, CLOCK),
                automatic=True, reason_required=True, tells=(CONTRACTOR, HUB, FINANCE), rules=("R-209", "R-210"),
            ),
            Transition(
                "contract.cancel", _("作废"), ("draft", "checked", "approved"), "cancelled", (BUYER,),
                reason_required=True, tells=(CHECKER, CONTRACTOR), weight="danger", rules=("R-178",),
            ),
        ),
    )
)  # fmt: skip

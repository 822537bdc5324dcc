"""An organisation registers itself; civil affairs of the place checks it."""

from django.utils.translation import gettext_lazy as _

from orgs.guards import registration as guards
from procurement.access import Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

_ENTRY = (
    guards.purchaser_is_of_an_allowed_kind,
    guards.is_not_barred,
    guards.contractor_is_of_an_allowed_kind,
    guards.is_a_legal_person,
    guards.code_is_valid_and_free,
)
_APPLICANT = by(Role.PUB, person="applicant")
_CIVIL = by(Role.CIV, of="authority")

REGISTRATION = register(
    Lifecycle(
        name="registration",
        label=_("单位登记"),
        model="orgs.Registration",
        initial="draft",
        note=_("社会组织、购买主体、主管机关、评估和审计机构、企业自行申请，由所在地民政部门核验。"),
        states=(
            State("draft", _("草稿")),
            State("submitted", _("待核验"), tone="info"),
            State("returned", _("已退回补正"), tone="warn"),
            State("registered", _("已登记"), tone="good", final=True),
            State("refused", _("不予登记"), tone="bad", final=True),
            State("withdrawn", _("已撤回"), final=True),
        ),
        transitions=(
            Transition(
                name="registration.submit",
                label=_("提交核验"),
                source=("draft", "returned"),
                target="submitted",
                by=(_APPLICANT,),
                guards=(*_ENTRY, guards.somebody_can_check_it, guards.head_can_be_reached),
                tells=(_CIVIL,),
                consequence=_("提交后由所在地民政部门核验，核验期间不能修改。"),
                weight="primary",
            ),
            Transition(
                name="registration.register",
                label=_("核验通过并登记"),
                source=("submitted",),
                target="registered",
                by=(_CIVIL,),
                guards=_ENTRY,
                effect="orgs.services.registrations.on_register",
                tells=(by(Role.PUB, person="applicant"),),
                consequence=_("登记后生成单位，申请人即可办理；负责人另有其人的，将收到任职邀请。"),
                weight="primary",
            ),
            Transition(
                name="registration.return",
                label=_("退回补正"),
                source=("submitted",),
                target="returned",
                by=(_CIVIL,),
                guards=(guards.was_not_returned_before,),
                effect="orgs.services.registrations.on_return",
                tells=(by(Role.PUB, person="applicant"),),
                reason_required=True,
                consequence=_("只退回一次，请一次写明需要补正的全部内容。"),
            ),
            Transition(
                name="registration.refuse",
                label=_("不予登记"),
                source=("submitted",),
                target="refused",
                by=(_CIVIL,),
                tells=(by(Role.PUB, person="applicant"),),
                reason_required=True,
                consequence=_("本申请终止；申请人可就新的情况另行申请。"),
                weight="danger",
            ),
            Transition(
                name="registration.withdraw",
                label=_("撤回申请"),
                source=("draft", "submitted", "returned"),
                target="withdrawn",
                by=(_APPLICANT,),
                tells=(_CIVIL,),
                consequence=_("本申请终止，可另行申请。"),
                weight="danger",
            ),
        ),
    )
)

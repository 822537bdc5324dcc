"""An entry of the credit lists, and what the organisation says against it."""

from django.utils.translation import gettext_lazy as _

from orgs.guards import credit as guards
from orgs.models.credit import KEEPER_ROLES
from orgs.selectors.dossier import EDITORS
from procurement.access import Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

KEEPERS = tuple(by(role) for role in KEEPER_ROLES)
#: Also the system, for what another lifecycle has already concluded between several people.
CHECKERS = (*KEEPERS, by(Role.SYS))
ITS_PEOPLE = tuple(by(role, of="organization") for role in EDITORS)
APPELLANTS = tuple(by(role, of="record.organization") for role in EDITORS)

CREDIT = register(
    Lifecycle(
        name="credit",
        label=_("信用记录"),
        model="orgs.CreditRecord",
        initial="recorded",
        states=(
            State("recorded", _("待复核")),
            State("confirmed", _("已生效（不公开）"), tone="warn"),
            State("published", _("已公布"), tone="bad"),
            State("lifted", _("已修复移出"), tone="good", final=True),
            State("expired", _("已期满"), final=True),
            State("revoked", _("已撤销"), final=True),
        ),
        transitions=(
            Transition(
                name="credit.publish",
                label=_("复核并公布"),
                source=("recorded", "confirmed"),
                target="published",
                by=CHECKERS,
                guards=(guards.keeps_this_list, guards.second_person, guards.entry_is_complete),
                effect="orgs.services.credit.on_check",
                tells=ITS_PEOPLE,
                consequence=_("公布后对外可查，自起始日期起影响参加资格；单位可以提出异议或申请修复。"),
                weight="primary",
                rules=("R-280", "R-281"),
            ),
            Transition(
                name="credit.confirm",
                label=_("复核生效，不公开"),
                source=("recorded",),
                target="confirmed",
                by=CHECKERS,
                guards=(guards.keeps_this_list, guards.second_person, guards.entry_is_complete),
                effect="orgs.services.credit.on_check",
                tells=ITS_PEOPLE,
                consequence=_("生效后由购买方和主管部门查阅，不对外公开。"),
                rules=("R-281",),
            ),
            Transition(
                name="credit.discard",
                label=_("撤回登记"),
                source=("recorded",),
                target="revoked",
                by=KEEPERS,
                guards=(guards.keeps_this_list,),
                reason_required=True,
                consequence=_("登记有误的，撤回后不产生任何影响。"),
                weight="danger",
            ),
            Transition(
                name="credit.lift",
                label=_("移出"),
                source=("confirmed", "published"),
                target="lifted",
                by=CHECKERS,
                guards=(guards.keeps_this_list,),
                effect="orgs.services.credit.on_lift",
                tells=ITS_PEOPLE,
                reason_required=True,
                consequence=_("改正后移出，记录留存，自今日起不再作为拒绝理由；回溯期内的处罚仍按规则计算。"),
                rules=("R-282",),
            ),
            Transition(
                name="credit.revoke",
                label=_("撤销记录"),
                source=("confirmed", "published"),
                target="revoked",
                by=CHECKERS,
                guards=(guards.keeps_this_list,),
                effect="orgs.services.credit.on_revoke",
                tells=ITS_PEOPLE,
                reason_required=True,
                consequence=_("记录有误或原决定被撤销的，撤销后视同未作出。"),
                weight="danger",
                rules=("R-281",),
            ),
            Transition(
                name="credit.expire",
                label=_("期满"),
                source=("confirmed", "published"),
                target="expired",
                by=(by(Role.SYS),),
                effect="orgs.services.credit.on_expire",
                tells=ITS_PEOPLE,
                automatic=True,
                rules=("R-054", "R-281"),
            ),
        ),
    )
)

CREDIT_APPEAL = register(
    Lifecycle(
        name="credit_appeal",
        label=_("信用异议和修复"),
        model="orgs.CreditAppeal",
        initial="filed",
        states=(
            State("filed", _("待答复"), tone="info"),
            State("upheld", _("已采纳"), tone="good", final=True),
            State("rejected", _("未采纳"), tone="bad", final=True),
            State("withdrawn", _("已撤回"), final=True),
        ),
        transitions=(
            Transition(
                name="credit_appeal.uphold",
                label=_("采纳"),
                source=("filed",),
                target="upheld",
                by=KEEPERS,
                guards=(guards.keeps_the_list_appealed, guards.decider_did_not_record),
                effect="orgs.services.credit.on_uphold",
                tells=APPELLANTS,
                reason_required=True,
                consequence=_("异议成立的，记录随即撤销；修复成立的，记录随即移出。"),
                weight="primary",
                rules=("R-282",),
            ),
            Transition(
                name="credit_appeal.reject",
                label=_("不采纳"),
                source=("filed",),
                target="rejected",
                by=KEEPERS,
                guards=(guards.keeps_the_list_appealed, guards.decider_did_not_record),
                effect="orgs.services.credit.on_reject",
                tells=APPELLANTS,
                reason_required=True,
                consequence=_("记录维持不变；单位可依记录载明的途径申请救济。"),
                rules=("R-282",),
            ),
            Transition(
                name="credit_appeal.withdraw",
                label=_("撤回申请"),
                source=("filed",),
                target="withdrawn",
                by=APPELLANTS,
                consequence=_("撤回后可以重新提出。"),
            ),
        ),
    )
)

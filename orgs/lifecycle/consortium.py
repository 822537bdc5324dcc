"""Two tables: how organisations come to bid as one, and how one joins or leaves later (R-075 to R-081)."""

from django.utils.translation import gettext_lazy as _

from orgs.guards import consortium as guards
from procurement.access import Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

LEAD_HEAD = by(Role.ORG_H, of="lead")
LEAD = (LEAD_HEAD, by(Role.ORG, of="lead"))
MEMBER_HEADS = (by(Role.ORG_H), by(Role.SUP))
BUYERS = (by(Role.PU_SIGN, of="purchaser"), by(Role.LGO, of="purchaser"))
CIVIL = by(Role.CIV, of="civil")

CONSORTIUM = register(
    Lifecycle(
        name="consortium",
        label=_("组团和联合体"),
        model="orgs.Consortium",
        initial="draft",
        states=(
            State("draft", _("筹组中")),
            State("signing", _("待成员签署"), "info"),
            State("agreed", _("协议已签署"), "info"),
            State("constituted", _("指导小组已成立"), "info"),
            State("submitted", _("待购买主体同意"), "info"),
            State("approved", _("已同意"), "good"),
            State("active", _("运行中"), "good"),
            State("dissolved", _("已解散"), final=True),
            State("abandoned", _("已放弃"), final=True),
        ),
        transitions=(
            Transition(
                "consortium.open_signing", _("定稿送签"), ("draft",), "signing", LEAD,
                guards=(guards.composition_is_right, guards.every_member_has_work, guards.shares_make_a_whole, guards.members_qualify),
                effect="orgs.services.consortia.open_signing", weight="primary",
                consequence=_("协议文本和各成员的工作、份额从此固定；修改须退回筹组并重新签署。"), rules=("R-075", "R-079"),
            ),
            Transition(
                "consortium.sign", _("签署协议"), ("signing",), "signing", MEMBER_HEADS,
                guards=(guards.signs_for_an_unsigned_member,), effect="orgs.services.consortia.sign",
                tells=(LEAD_HEAD,), weight="primary", consequence=_("以本单位名义签署，签署的协议文本以校验值留存。"), rules=("R-075",),
            ),
            Transition(
                "consortium.conclude", _("确认签署完毕"), ("signing",), "agreed", LEAD,
                guards=(guards.all_have_signed,), weight="primary", rules=("R-075",),
            ),
            Transition(
                "consortium.revise", _("退回筹组"), ("signing", "agreed", "constituted"), "draft", LEAD,
                reason_required=True, effect="orgs.services.consortia.reopen",
                consequence=_("已有的签署作废，修改后须全体重新签署。"), rules=("R-075",),
            ),
            Transition(
                "consortium.constitute", _("成立指导小组"), ("agreed",), "constituted", LEAD,
                guards=(guards.is_a_team, guards.steering_can_be_filled), effect="orgs.services.consortia.constitute",
                tells=(CIVIL,), weight="primary",
                consequence=_("按推选得票组成指导小组：民政部门、成员单位代表、支持性社会组织负责人。"), rules=("R-080",),
            ),
            Transition(
                "consortium.submit", _("报购买主体同意"), ("agreed", "constituted"), "submitted", (LEAD_HEAD,),
                guards=(guards.team_has_steering, guards.members_qualify), tells=BUYERS, weight="primary",
                rules=("R-075", "R-079"),
            ),
            Transition(
                "consortium.approve", _("同意组团或联合"), ("submitted",), "approved", BUYERS,
                guards=(guards.members_qualify, guards.support_is_bought_apart), tells=(LEAD_HEAD, CIVIL), weight="primary",
                consequence=_("成员名单、分工和份额向社会公开。"), rules=("R-075", "R-079"),
            ),
            Transition(
                "consortium.return", _("退回修改"), ("submitted",), "draft", BUYERS, reason_required=True,
                effect="orgs.services.consortia.reopen", tells=(LEAD_HEAD,), rules=("R-075",),
            ),
            Transition(
                "consortium.begin", _("开始运行"), ("approved",), "active", BUYERS,
                guards=(guards.support_contract_is_named,), tells=(LEAD_HEAD,), weight="primary", rules=("R-079",),
            ),
            Transition(
                "consortium.dissolve", _("解散"), ("approved", "active"), "dissolved", (*BUYERS, LEAD_HEAD),
                guards=(guards.no_change_is_pending,), effect="orgs.services.consortia.dissolve",
                reason_required=True, tells=(LEAD_HEAD, *BUYERS), weight="danger",
                consequence=_("全体成员退出；已签合同的连带责任不因解散而免除。"), rules=("R-075",),
            ),
            Transition(
                "consortium.abandon", _("放弃筹组"), ("draft", "signing", "agreed", "constituted"), "abandoned", (LEAD_HEAD,),
                reason_required=True, effect="orgs.services.consortia.dissolve", weight="danger", rules=("R-075",),
            ),
        ),
    )
)  # fmt: skip

CHANGE = register(
    Lifecycle(
        name="consortium_change",
        label=_("组团成员变动"),
        model="orgs.ConsortiumChange",
        initial="draft",
        states=(
            State("draft", _("草稿")),
            State("asked", _("待指导小组表决"), "info"),
            State("endorsed", _("待购买主体同意"), "info"),
            State("effective", _("已生效"), "good", final=True),
            State("refused", _("未通过"), "bad", final=True),
            State("withdrawn", _("已撤回"), final=True),
        ),
        transitions=(
            Transition(
                "consortium_change.ask", _("提出申请"), ("draft",), "asked", (by(Role.ORG_H, of="organization"),),
                guards=(guards.consortium_runs, guards.joiner_qualifies, guards.share_is_there),
                tells=(by(Role.ORG_H, of="consortium.lead"), by(Role.CIV, of="consortium.civil")), weight="primary",
                consequence=_("由指导小组表决，再报购买主体同意。"), rules=("R-081",),
            ),
            Transition(
                "consortium_change.endorse", _("确认表决通过"), ("asked",), "endorsed", (by(Role.ORG_H, of="consortium.lead"), by(Role.ORG, of="consortium.lead")),
                guards=(guards.steering_agrees,), tells=(by(Role.PU_SIGN, of="consortium.purchaser"), by(Role.LGO, of="consortium.purchaser")),
                weight="primary", rules=("R-081",),
            ),
            Transition(
                "consortium_change.vote_down", _("确认表决未通过"), ("asked",), "refused", (by(Role.ORG_H, of="consortium.lead"), by(Role.ORG, of="consortium.lead")),
                guards=(guards.steering_declines,), tells=(by(Role.ORG_H, of="organization"),), rules=("R-081",),
            ),
            Transition(
                "consortium_change.consent", _("同意变动"), ("endorsed",), "effective", (by(Role.PU_SIGN, of="consortium.purchaser"), by(Role.LGO, of="consortium.purchaser")),
                guards=(guards.consortium_runs, guards.joiner_qualifies, guards.share_is_there),
                effect="orgs.services.consortia.carry_out_change", tells=(by(Role.ORG_H, of="organization"), by(Role.ORG_H, of="consortium.lead")),
                weight="primary", consequence=_("成员名单和份额随即变更；合同金额不变，改变金额须另签补充合同。"), rules=("R-081",),
            ),
            Transition(
                "consortium_change.refuse", _("不同意变动"), ("endorsed",), "refused", (by(Role.PU_SIGN, of="consortium.purchaser"), by(Role.LGO, of="consortium.purchaser")),
                reason_required=True, tells=(by(Role.ORG_H, of="organization"), by(Role.ORG_H, of="consortium.lead")), weight="danger", rules=("R-081",),
            ),
            Transition(
                "consortium_change.withdraw", _("撤回申请"), ("draft", "asked", "endorsed"), "withdrawn", (by(Role.ORG_H, of="organization"),),
                tells=(by(Role.ORG_H, of="consortium.lead"),), rules=("R-081",),
            ),
        ),
    )
)  # fmt: skip

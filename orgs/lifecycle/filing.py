"""社区社会组织备案, 授权委托书 (domain §6, CommunityOrg filing; R-070 to R-074)."""

from django.utils.translation import gettext_lazy as _

from orgs.guards import filing as guards
from procurement.access import Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

KEEPERS = (by(Role.UNI, of="keeper"), by(Role.RU, of="keeper"), by(Role.LGO, of="keeper"))
GROUP = (by(Role.REC, of="organization"), by(Role.ORG_H, of="organization"), by(Role.ORG, of="organization"))
UNION = by(Role.UNI, of="union")
EXECUTOR = (by(Role.REC, of="executor"), by(Role.ORG_H, of="executor"), by(Role.ORG, of="executor"))
CLOCK = by(Role.SYS)

FILING = register(
    Lifecycle(
        name="filing",
        label=_("社区社会组织备案"),
        model="orgs.CommunityFiling",
        initial="applied",
        states=(
            State("applied", _("已申请"), "info"),
            State("filed", _("已备案"), "good"),
            State("declined", _("不予备案"), "bad", final=True),
            State("upgraded", _("已登记为社会组织"), "good", final=True),
            State("delisted", _("已注销备案"), "bad", final=True),
        ),
        transitions=(
            Transition(
                "filing.file", _("予以备案"), ("applied",), "filed", KEEPERS,
                guards=(guards.is_not_registered,), effect="orgs.services.filings.file", tells=GROUP,
                weight="primary", rules=("R-071",),
                consequence=_("生成备案号，有效期一年；备案期内可以通过联合会申报和签约。"),
            ),
            Transition(
                "filing.decline", _("不予备案"), ("applied",), "declined", KEEPERS,
                effect="orgs.services.filings.end", reason_required=True, tells=GROUP, weight="danger",
            ),
            Transition(
                "filing.pass_check", _("年度检查合格"), ("filed",), "filed", KEEPERS,
                guards=(guards.is_not_registered,), effect="orgs.services.filings.pass_check",
                form="orgs.forms.filings.YearlyCheckForm", tells=GROUP, rules=("R-071",),
                consequence=_("备案有效期顺延一年。"),
            ),
            Transition(
                "filing.upgrade", _("登记为社会组织"), ("filed",), "upgraded", (*KEEPERS, by(Role.CIV)),
                input_guards=(guards.code_is_right,), effect="orgs.services.filings.upgrade",
                form="orgs.forms.filings.UpgradeForm", tells=(*GROUP, *KEEPERS), weight="primary",
                rules=("R-070", "R-062"),
                consequence=_("该组织取得统一社会信用代码，今后自行申报、签约；以往项目和资金记录保留。"),
            ),
            Transition(
                "filing.delist", _("注销备案"), ("filed",), "delisted", KEEPERS,
                effect="orgs.services.filings.delist", reason_required=True, tells=GROUP, weight="danger",
                rules=("R-071",), consequence=_("不能再委托联合会申报新项目；有效的授权委托书一并撤销。"),
            ),
        ),
    )
)  # fmt: skip

AUTHORIZATION = register(
    Lifecycle(
        name="authorization",
        label=_("授权委托书"),
        model="orgs.AuthorizationLetter",
        initial="draft",
        states=(
            State("draft", _("草稿")),
            State("proposed", _("待委托方签署"), "info"),
            State("in_force", _("已签署"), "good"),
            State("revoked", _("已撤销"), "bad", final=True),
        ),
        transitions=(
            Transition(
                "authorization.propose", _("送委托方签署"), ("draft",), "proposed", (UNION,),
                guards=(guards.filing_is_valid, guards.letter_is_complete, guards.fee_is_within_the_cap),
                tells=EXECUTOR, weight="primary", rules=("R-072",),
            ),
            Transition(
                "authorization.withdraw", _("收回修改"), ("proposed",), "draft", (UNION,), tells=EXECUTOR,
            ),
            Transition(
                "authorization.confirm", _("签署委托书"), ("proposed",), "in_force", EXECUTOR,
                guards=(guards.filing_is_valid, guards.letter_is_complete),
                effect="orgs.services.filings.confirm", tells=(UNION,), weight="primary", rules=("R-072", "R-074"),
                consequence=_("签署后内容不能修改；联合会可在所写项目、金额和期限内代为申报、签约和管理资金。"),
            ),
            Transition(
                "authorization.revoke", _("撤销委托"), ("proposed", "in_force"), "revoked", (*EXECUTOR, UNION, CLOCK),
                reason_required=True, tells=(UNION, *EXECUTOR), weight="danger", rules=("R-072",),
                consequence=_("不能再据此申报和签约；已签合同继续履行。"),
            ),
        ),
    )
)  # fmt: skip

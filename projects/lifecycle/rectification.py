"""责令整改 (R-225, R-226): ordered, answered with evidence, verified or failed; while open, no money is paid."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register
from projects.guards import rectification as guards

ISSUERS = (by(Role.RU, of="issuer"), by(Role.PU_SIGN, of="issuer"))
HEAD = by(Role.ORG_H, of="application.applicant")
CONTRACTOR = (HEAD, by(Role.ORG, of="application.applicant"))
SIGNER = by(Role.PU_SIGN, of="application.guide.purchaser")
HUB = by(Role.RU, of="application.hub")
CLOCK = by(Role.SYS)

RECTIFICATION = register(
    Lifecycle(
        name="rectification",
        label=_("责令整改"),
        model="projects.Rectification",
        initial="draft",
        states=(
            State("draft", _("草稿")),
            State("issued", _("整改中"), "warn"),
            State("responded", _("待复查"), "info"),
            State("verified", _("整改合格"), "good", final=True),
            State("failed", _("整改不合格"), "bad", final=True),
            State("withdrawn", _("不再下达"), "neutral", final=True),
        ),
        transitions=(
            Transition(
                "rectification.issue", _("下达整改通知"), ("draft",), "issued", (*ISSUERS, CLOCK),
                guards=(guards.project_is_running, guards.order_is_complete),
                effect="projects.services.rectifications.put_in_force", tells=(SIGNER, HUB, *CONTRACTOR),
                notice="rectification_issued", weight="primary",
                consequence=_("下达后项目转为“整改中”，整改合格前不得付款。"), rules=("R-225", "R-226"),
            ),
            Transition(
                "rectification.discard", _("不再下达"), ("draft",), "withdrawn", ISSUERS,
                reason_required=True, rules=("R-225",),
            ),
            Transition(
                "rectification.respond", _("提交整改情况"), ("issued",), "responded", (HEAD,),
                input_guards=(guards.answer_is_given,),
                effect="projects.services.rectifications.respond", form="projects.forms.rectifications.ResponseForm",
                tells=(*ISSUERS, SIGNER), weight="primary", rules=("R-225",),
            ),
            Transition(
                "rectification.insist", _("退回继续整改"), ("responded",), "issued", ISSUERS,
                effect="projects.services.rectifications.insist", reason_required=True, tells=CONTRACTOR,
                rules=("R-225",),
            ),
            Transition(
                "rectification.verify", _("复查合格"), ("responded",), "verified", ISSUERS,
                effect="projects.services.rectifications.verify", reason_required=True,
                tells=(SIGNER, HUB, *CONTRACTOR), weight="primary",
                consequence=_("没有其他未完成的整改时，项目恢复实施，可以付款。"), rules=("R-225",),
            ),
            Transition(
                "rectification.fail", _("整改不合格"), ("issued", "responded"), "failed", ISSUERS,
                guards=(guards.answered_or_out_of_time,),
                effect="projects.services.rectifications.fail", reason_required=True,
                tells=(SIGNER, HUB, *CONTRACTOR), weight="danger",
                consequence=_("停止拨款，购买主体可以终止项目，也可以再次下达整改。"), rules=("R-225", "R-226"),
            ),
        ),
    )
)  # fmt: skip

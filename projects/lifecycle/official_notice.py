"""公告公示 (domain §6, Award/PublicNotice; 财办库〔2020〕50号)."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register
from projects.guards import official_notice as guards

BUYER = by(Role.PU_BUY, of="issuer")
SIGNER = by(Role.PU_SIGN, of="issuer")
AGENT = by(Role.AGT, of="procedure.agent")
SUPERVISOR = by(Role.FIN_SUP)
CLOCK = by(Role.SYS)
ISSUERS = (BUYER, AGENT, SIGNER, SUPERVISOR, CLOCK)

OFFICIAL_NOTICE = register(
    Lifecycle(
        name="official_notice",
        label=_("公告"),
        model="projects.OfficialNotice",
        initial="draft",
        states=(
            State("draft", _("草稿")),
            State("published", _("公告中"), "info"),
            State("expired", _("公告期满"), "good"),
            State("superseded", _("已被变更公告取代"), "neutral", final=True),
            State("revoked", _("已撤销"), "bad", final=True),
        ),
        transitions=(
            Transition(
                "official_notice.publish", _("发布公告"), ("draft",), "published", ISSUERS,
                guards=(guards.issuer_may_issue_this, guards.form_is_filled_in, guards.calendar_is_announced),
                effect="projects.services.official_notices.stamp",
                consequence=_("发布后任何人都可以查看，内容不能改写，只能发布更正公告。"),
                weight="primary", rules=("R-171", "R-172", "R-285"),
            ),
            Transition(
                "official_notice.expire", _("公告期满"), ("published",), "expired", (CLOCK,),
                guards=(guards.period_is_over,), automatic=True, rules=("R-171",),
            ),
            Transition(
                "official_notice.supersede", _("以变更公告取代"), ("published", "expired"), "superseded", ISSUERS,
                automatic=True, reason_required=True, rules=("R-178",),
            ),
            Transition(
                "official_notice.revoke", _("撤销公告"), ("draft", "published"), "revoked", (BUYER, AGENT, SUPERVISOR),
                guards=(guards.result_is_changed_not_taken_back,), reason_required=True, weight="danger", rules=("R-178",),
                consequence=_("撤销的公告仍可查看，并注明撤销理由。"),
            ),
        ),
    )
)  # fmt: skip

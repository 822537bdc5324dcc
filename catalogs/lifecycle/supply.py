"""One table: an organisation's offer from its draft to the public catalogue."""

from django.utils.translation import gettext_lazy as _

from catalogs.guards import supply as guards
from procurement.access import Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

_PROVIDER = (
    by(Role.ORG, of="organization"),
    by(Role.ORG_H, of="organization"),
    by(Role.UNI, of="organization"),
)
_VERIFIER = (by(Role.CIV, of="verifier"), by(Role.PU_REV, of="verifier"))

SUPPLY = register(
    Lifecycle(
        name="supply",
        label=_("供给目录"),
        model="catalogs.SupplyItem",
        initial="draft",
        states=(
            State("draft", _("草稿")),
            State("submitted", _("待核实"), tone="info"),
            State("verified", _("已核实"), tone="info"),
            State("published", _("已公开"), tone="good"),
            State("suspended", _("暂停公开"), tone="warn"),
            State("withdrawn", _("已撤回"), final=True),
        ),
        transitions=(
            Transition(
                name="supply.submit",
                label=_("提交核实"),
                source=("draft",),
                target="submitted",
                by=_PROVIDER,
                guards=(guards.offer_is_complete, guards.provider_is_in_good_standing),
                tells=_VERIFIER,
                consequence=_("由民政部门或街道核实，核实期间不能修改。"),
                weight="primary",
                rules=("R-043",),
            ),
            Transition(
                name="supply.return",
                label=_("退回修改"),
                source=("submitted",),
                target="draft",
                by=_VERIFIER,
                tells=_PROVIDER,
                reason_required=True,
                consequence=_("修改后重新提交核实。"),
                rules=("R-043",),
            ),
            Transition(
                name="supply.verify",
                label=_("核实通过"),
                source=("submitted",),
                target="verified",
                by=_VERIFIER,
                guards=(guards.provider_is_in_good_standing,),
                effect="catalogs.services.supplies.on_verify",
                form="catalogs.forms.supplies.VerifyForm",
                tells=_PROVIDER,
                consequence=_("核实情况留存，由提供单位确认公开。"),
                weight="primary",
                rules=("R-043",),
            ),
            Transition(
                name="supply.publish",
                label=_("公开"),
                source=("verified", "suspended"),
                target="published",
                by=_PROVIDER,
                guards=(guards.offer_was_verified, guards.provider_is_in_good_standing),
                tells=_VERIFIER,
                consequence=_("在供给目录公开，并用于供需匹配。"),
                weight="primary",
                rules=("R-043",),
            ),
            Transition(
                name="supply.suspend",
                label=_("暂停公开"),
                source=("published",),
                target="suspended",
                by=(*_PROVIDER, *_VERIFIER),
                tells=(*_PROVIDER, *_VERIFIER),
                reason_required=True,
                consequence=_("从供给目录移出，可以恢复公开。"),
                rules=("R-043",),
            ),
            Transition(
                name="supply.withdraw",
                label=_("撤回"),
                source=("draft", "submitted", "verified", "published", "suspended"),
                target="withdrawn",
                by=_PROVIDER,
                tells=_VERIFIER,
                reason_required=True,
                consequence=_("不再公开，不能恢复；需要时重新填报。"),
                weight="danger",
                rules=("R-043",),
            ),
        ),
    )
)

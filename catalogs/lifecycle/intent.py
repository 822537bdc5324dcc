"""One table: a letter of intent between a purchaser and a provider."""

from django.utils.translation import gettext_lazy as _

from catalogs.guards import intent as guards
from procurement.access import Role
from procurement.lifecycle.definition import By, Lifecycle, State, Transition, by, register

_SPEAKERS = (Role.ORG, Role.ORG_H, Role.UNI, Role.PU_DEM, Role.PU_BUY, Role.LGO)


def _speakers(side: str) -> tuple[By, ...]:
    return tuple(by(role, of=side) for role in _SPEAKERS)


_OFFERER, _ADDRESSEE = _speakers("offered_by"), _speakers("offered_to")

INTENT = register(
    Lifecycle(
        name="intent",
        label=_("合作意向书"),
        model="catalogs.Intent",
        initial="offered",
        states=(
            State("offered", _("待对方答复"), tone="info"),
            State("accepted", _("达成意向"), tone="good"),
            State("declined", _("对方未接受"), final=True),
            State("signed", _("已签约"), tone="good"),
            State("converted", _("已转为项目"), tone="good", final=True),
            State("lapsed", _("已失效"), tone="warn", final=True),
        ),
        transitions=(
            Transition(
                name="intent.accept",
                label=_("接受意向"),
                source=("offered",),
                target="accepted",
                by=_ADDRESSEE,
                guards=(guards.intent_is_still_valid,),
                tells=_OFFERER,
                consequence=_("表示双方愿意合作；不代替采购或申报程序，不构成中标、立项或付款的依据。"),
                weight="primary",
                rules=("S-01",),
            ),
            Transition(
                name="intent.decline",
                label=_("不接受"),
                source=("offered",),
                target="declined",
                by=_ADDRESSEE,
                tells=_OFFERER,
                reason_required=True,
                consequence=_("对方看到理由。"),
                rules=("S-03",),
            ),
            Transition(
                name="intent.sign",
                label=_("登记签约"),
                source=("accepted",),
                target="signed",
                by=(*_OFFERER, *_ADDRESSEE),
                guards=(guards.intent_is_still_valid,),
                input_guards=(guards.agreement_is_named,),
                effect="catalogs.services.intents.on_sign",
                form="catalogs.forms.intents.SignForm",
                tells=(*_OFFERER, *_ADDRESSEE),
                consequence=_("登记双方签署的合作协议；使用财政资金的，仍须按规定程序购买。"),
                weight="primary",
                rules=("S-04",),
            ),
            Transition(
                name="intent.convert",
                label=_("登记转为项目"),
                source=("accepted", "signed"),
                target="converted",
                by=(*_OFFERER, *_ADDRESSEE),
                input_guards=(guards.project_is_named,),
                effect="catalogs.services.intents.on_convert",
                form="catalogs.forms.intents.ConvertForm",
                tells=(*_OFFERER, *_ADDRESSEE),
                consequence=_("写明按规定程序立项或签订合同的编号。"),
                rules=("S-04",),
            ),
            Transition(
                name="intent.withdraw",
                label=_("撤回意向"),
                source=("offered", "accepted"),
                target="lapsed",
                by=_OFFERER,
                tells=_ADDRESSEE,
                reason_required=True,
                consequence=_("意向书失效，对方看到理由。"),
                weight="danger",
                rules=("S-03",),
            ),
            Transition(
                name="intent.lapse",
                label=_("到期失效"),
                source=("offered", "accepted"),
                target="lapsed",
                by=(by(Role.SYS),),
                guards=(guards.intent_has_expired,),
                tells=(*_OFFERER, *_ADDRESSEE),
                consequence=_("有效期满未签约的自动失效。"),
                automatic=True,
                rules=("S-01",),
            ),
        ),
    )
)

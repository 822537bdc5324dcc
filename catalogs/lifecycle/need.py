"""One table: a need from the day it was told to its answer."""

from django.utils.translation import gettext_lazy as _

from catalogs.guards import need as guards
from procurement.access import Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

_KEEPERS = (by(Role.PU_DEM, of="office"), by(Role.LGO, of="office"))
_FILER = (by(Role.REC, person="filed_by"),)

NEED = register(
    Lifecycle(
        name="need",
        label=_("服务需求"),
        model="catalogs.Need",
        initial="filed",
        states=(
            State("filed", _("已提交"), tone="info"),
            State("accepted", _("已受理"), tone="info"),
            State("merged", _("已合并"), final=True),
            State("answered", _("已答复"), tone="good", final=True),
            State("declined", _("未采纳"), tone="warn", final=True),
            State("adopted", _("已纳入需求目录"), tone="good", final=True),
        ),
        transitions=(
            Transition(
                name="need.accept",
                label=_("受理"),
                source=("filed",),
                target="accepted",
                by=_KEEPERS,
                tells=_FILER,
                consequence=_("受理后在需求征集页公开，居民可以支持；联系方式不公开。"),
                weight="primary",
                rules=("R-030",),
            ),
            Transition(
                name="need.merge",
                label=_("并入相近需求"),
                source=("filed", "accepted"),
                target="merged",
                by=_KEEPERS,
                input_guards=(guards.target_is_live,),
                effect="catalogs.services.needs.on_merge",
                form="catalogs.forms.needs.MergeForm",
                tells=_FILER,
                consequence=_("支持人数一并计入，同一人只计一次；需求人凭查询码看到并入哪一项。"),
                rules=("R-030",),
            ),
            Transition(
                name="need.answer",
                label=_("直接答复"),
                source=("filed", "accepted"),
                target="answered",
                by=_KEEPERS,
                effect="catalogs.services.needs.on_reply",
                form="catalogs.forms.needs.ReplyForm",
                reason_required=True,
                tells=_FILER,
                consequence=_("适用于已有服务可以满足的需求；答复公开，需求人凭查询码可见。"),
                rules=("R-030",),
            ),
            Transition(
                name="need.decline",
                label=_("不予采纳"),
                source=("filed", "accepted"),
                target="declined",
                by=_KEEPERS,
                effect="catalogs.services.needs.on_reply",
                form="catalogs.forms.needs.ReplyForm",
                reason_required=True,
                tells=_FILER,
                consequence=_("理由公开，需求人凭查询码可见。"),
                weight="danger",
                rules=("R-030",),
            ),
            Transition(
                name="need.adopt",
                label=_("纳入需求目录"),
                source=("accepted",),
                target="adopted",
                by=(by(Role.SYS),),
                guards=(guards.need_is_in_a_listed_demand,),
                effect="catalogs.services.needs.on_adopt",
                tells=_FILER,
                consequence=_("需求目录公开时自动办理。"),
                automatic=True,
                rules=("R-030",),
            ),
        ),
        note=_("居民不需要账号即可提出需求，凭查询码查看答复。"),
    )
)

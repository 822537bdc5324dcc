"""Two records of one body: civil affairs decides, and may undo what it decided."""

from django.utils.translation import gettext_lazy as _

from orgs.guards import merge as guards
from procurement.access import Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

_CIVIL = by(Role.CIV, of="authority")
_PEOPLE = (by(Role.ORG_H, of="source"), by(Role.ORG_H, of="target"), by(Role.PUB, person="proposed_by"))

MERGE = register(
    Lifecycle(
        name="merge",
        label=_("单位合并"),
        model="orgs.OrganizationMerge",
        initial="proposed",
        note=_("同一单位重复登记的，由民政部门决定合并；转移的每一条记录留痕，可以撤销。"),
        states=(
            State("proposed", _("待决定"), tone="info"),
            State("merged", _("已合并"), tone="good"),
            State("rejected", _("不予合并"), final=True),
            State("undone", _("已撤销合并"), tone="warn", final=True),
        ),
        transitions=(
            Transition(
                name="merge.decide",
                label=_("决定合并"),
                source=("proposed",),
                target="merged",
                by=(_CIVIL,),
                guards=(guards.both_stand_alone,),
                effect="orgs.services.merging.on_merge",
                tells=_PEOPLE,
                reason_required=True,
                consequence=_("可转移的记录转到保留的单位；已提交、签署或封存的保持原样，原记录的页面转到保留的单位。"),
                weight="primary",
                rules=("S-03",),
            ),
            Transition(
                name="merge.reject",
                label=_("不予合并"),
                source=("proposed",),
                target="rejected",
                by=(_CIVIL,),
                tells=_PEOPLE,
                reason_required=True,
                consequence=_("两个单位各自保留。"),
                rules=("S-03",),
            ),
            Transition(
                name="merge.undo",
                label=_("撤销合并"),
                source=("merged",),
                target="undone",
                by=(_CIVIL,),
                guards=(guards.nothing_since_forbids_it,),
                effect="orgs.services.merging.on_undo",
                tells=_PEOPLE,
                reason_required=True,
                consequence=_("合并时转移的记录逐条退回原单位，原单位恢复独立。"),
                weight="danger",
                rules=("S-03",),
            ),
        ),
    )
)

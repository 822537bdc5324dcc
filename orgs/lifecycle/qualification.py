"""A paper of the dossier: handed in, verified by civil affairs, used until it expires or a newer one takes its place."""

from django.utils.translation import gettext_lazy as _

from orgs.guards import qualification as guards
from orgs.selectors.dossier import EDITORS
from procurement.access import Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

OWN = tuple(by(role, of="organization") for role in EDITORS)
CIVIL = by(Role.CIV)
CLOCK = by(Role.SYS)

QUALIFICATION = register(
    Lifecycle(
        name="qualification",
        label=_("资质材料"),
        model="orgs.Qualification",
        initial="draft",
        states=(
            State("draft", _("待提交")),
            State("submitted", _("待核验"), tone="info"),
            State("returned", _("已退回"), tone="warn"),
            State("verified", _("已核验"), tone="good"),
            State("expired", _("已过期"), tone="bad", final=True),
            State("superseded", _("已由新材料替换"), final=True),
            State("revoked", _("核验已撤销"), tone="bad", final=True),
            State("withdrawn", _("已作废"), final=True),
        ),
        transitions=(
            Transition(
                name="qualification.submit",
                label=_("提交核验"),
                source=("draft", "returned"),
                target="submitted",
                by=OWN,
                guards=(guards.has_its_file, guards.is_in_date),
                effect="orgs.services.dossier.on_submit",
                consequence=_("提交后由民政部门核验，核验期间不能修改。"),
                weight="primary",
                rules=("R-050", "R-051"),
            ),
            Transition(
                name="qualification.discard",
                label=_("作废"),
                source=("draft", "returned"),
                target="withdrawn",
                by=OWN,
                consequence=_("作废后不再显示在资质档案中，需要时重新登记。"),
                weight="danger",
            ),
            Transition(
                name="qualification.verify",
                label=_("核验通过"),
                source=("submitted",),
                target="verified",
                by=(CIVIL,),
                guards=(guards.verifier_is_of_another_body, guards.has_its_file, guards.is_in_date),
                effect="orgs.services.dossier.on_verify",
                tells=OWN,
                consequence=_("核验后各项申报直接选用，不再重复上传；同类旧材料由本材料替换。"),
                weight="primary",
                rules=("R-050", "R-051"),
            ),
            Transition(
                name="qualification.return",
                label=_("退回"),
                source=("submitted",),
                target="returned",
                by=(CIVIL,),
                guards=(guards.verifier_is_of_another_body,),
                tells=OWN,
                reason_required=True,
                consequence=_("退回后由单位修改并重新提交。"),
                rules=("R-051",),
            ),
            Transition(
                name="qualification.revoke",
                label=_("撤销核验"),
                source=("verified",),
                target="revoked",
                by=(CIVIL,),
                guards=(guards.verifier_is_of_another_body,),
                tells=OWN,
                reason_required=True,
                consequence=_("材料失实的，撤销核验；已选用它的申报在提交时会被拒绝。"),
                weight="danger",
                rules=("R-051",),
            ),
            Transition(
                name="qualification.expire",
                label=_("有效期届满"),
                source=("verified",),
                target="expired",
                by=(CLOCK,),
                tells=OWN,
                automatic=True,
                rules=("R-050",),
            ),
            Transition(
                name="qualification.supersede",
                label=_("由新材料替换"),
                source=("verified",),
                target="superseded",
                by=(CLOCK,),
                automatic=True,
                rules=("R-051",),
            ),
        ),
    )
)

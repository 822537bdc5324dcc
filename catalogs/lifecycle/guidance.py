"""Two tables: an edition of the guidance catalogue, and the wish to change it."""

from django.utils.translation import gettext_lazy as _

from catalogs.guards import guidance as guards
from procurement.access import Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

COMPILERS = (by(Role.FIN, of="compiler"), by(Role.LGO, of="compiler"))
APPROVERS = (by(Role.LG, of="approver"), by(Role.FIN, of="approver"))

CATALOGUE = register(
    Lifecycle(
        name="catalogue",
        label=_("指导性目录"),
        model="catalogs.GuidanceCatalogue",
        initial="draft",
        states=(
            State("draft", _("编制中")),
            State("submitted", _("已报批"), tone="info"),
            State("approved", _("已批准，待公布"), tone="info"),
            State("published", _("已公布"), tone="good"),
            State("superseded", _("已被新版替代"), final=True),
            State("withdrawn", _("已废止"), tone="bad", final=True),
        ),
        transitions=(
            Transition(
                name="catalogue.submit",
                label=_("报同级政府批准"),
                source=("draft",),
                target="submitted",
                by=COMPILERS,
                guards=(guards.catalogue_is_complete,),
                tells=APPROVERS,
                consequence=_("报批后条目不能修改，退回后方可再改。"),
                weight="primary",
                rules=("R-007",),
            ),
            Transition(
                name="catalogue.return",
                label=_("退回修改"),
                source=("submitted",),
                target="draft",
                by=APPROVERS,
                tells=COMPILERS,
                reason_required=True,
                consequence=_("退回后由编制单位修改并重新报批。"),
                rules=("R-007",),
            ),
            Transition(
                name="catalogue.approve",
                label=_("批准目录"),
                source=("submitted",),
                target="approved",
                by=APPROVERS,
                guards=(guards.approver_did_not_submit,),
                input_guards=(guards.approval_is_numbered,),
                effect="catalogs.services.guidance.on_approve",
                form="catalogs.forms.guidance.ApprovalForm",
                tells=COMPILERS,
                consequence=_("批准后目录冻结，公布后方可使用；调整须编制新版。"),
                weight="primary",
                rules=("R-007",),
            ),
            Transition(
                name="catalogue.publish",
                label=_("公布目录"),
                source=("approved",),
                target="published",
                by=COMPILERS,
                input_guards=(guards.publication_day_fits,),
                effect="catalogs.services.guidance.on_publish",
                form="catalogs.forms.guidance.PublicationForm",
                tells=APPROVERS,
                consequence=_("公布后向社会公开，自施行之日起购买计划可对应本版条目；上一版同日停用。"),
                weight="primary",
                rules=("R-007", "R-006"),
            ),
            Transition(
                name="catalogue.supersede",
                label=_("由新版替代"),
                source=("published",),
                target="superseded",
                by=(by(Role.SYS),),
                tells=COMPILERS,
                automatic=True,
                consequence=_("新版施行之日起停用；此前按本版编制的计划不受影响。"),
                rules=("R-007",),
            ),
            Transition(
                name="catalogue.withdraw",
                label=_("废止目录"),
                source=("published",),
                target="withdrawn",
                by=APPROVERS,
                effect="catalogs.services.guidance.on_withdraw",
                tells=COMPILERS,
                reason_required=True,
                consequence=_("自废止之日起不得再按本版编制计划；已编制的计划不受影响。"),
                weight="danger",
                rules=("R-007",),
            ),
        ),
    )
)

#: Whoever takes part may propose; the register's overseers and the clock may not.
PROPOSERS = tuple(
    by(role, person="proposer")
    for role in (
        Role.PU_DEM,
        Role.PU_REV,
        Role.PU_BUY,
        Role.PU_FIN,
        Role.LGO,
        Role.CIV,
        Role.RU,
        Role.UNI,
        Role.SUP,
        Role.ORG,
        Role.ORG_H,
        Role.REC,
    )
)
PROPOSER_ROLES = tuple(who.role for who in PROPOSERS)
REVIEWER = by(Role.FIN, of="reviewer")

CATALOGUE_PROPOSAL = register(
    Lifecycle(
        name="catalogue_proposal",
        label=_("目录调整建议"),
        model="catalogs.CatalogueProposal",
        initial="draft",
        states=(
            State("draft", _("草稿")),
            State("submitted", _("待答复"), tone="info"),
            State("adopted", _("已采纳"), tone="good", final=True),
            State("refused", _("未采纳"), tone="bad", final=True),
            State("withdrawn", _("已撤回"), final=True),
        ),
        transitions=(
            Transition(
                name="catalogue_proposal.submit",
                label=_("提交建议"),
                source=("draft",),
                target="submitted",
                by=PROPOSERS,
                guards=(guards.proposal_is_reasoned,),
                tells=(REVIEWER,),
                consequence=_("提交后由财政部门答复，答复会通知您。"),
                weight="primary",
                rules=("R-006",),
            ),
            Transition(
                name="catalogue_proposal.return",
                label=_("退回补充"),
                source=("submitted",),
                target="draft",
                by=(REVIEWER,),
                tells=(by(Role.ORG, person="proposer"),),
                reason_required=True,
                consequence=_("退回后由建议人补充并重新提交。"),
                rules=("R-006",),
            ),
            Transition(
                name="catalogue_proposal.adopt",
                label=_("采纳，列入下一版"),
                source=("submitted",),
                target="adopted",
                by=(REVIEWER,),
                guards=(guards.next_edition_is_open,),
                input_guards=(guards.adoption_fits_the_edition,),
                effect="catalogs.services.proposals.on_adopt",
                form="catalogs.forms.proposals.AdoptionForm",
                tells=(by(Role.ORG, person="proposer"),),
                reason_required=True,
                consequence=_("列入编制中的新版；新版批准公布后方可据此购买。答复通知建议人。"),
                weight="primary",
                rules=("R-006", "R-007"),
            ),
            Transition(
                name="catalogue_proposal.refuse",
                label=_("不予采纳"),
                source=("submitted",),
                target="refused",
                by=(REVIEWER,),
                form="catalogs.forms.proposals.RefusalForm",
                tells=(by(Role.ORG, person="proposer"),),
                reason_required=True,
                consequence=_("理由通知建议人。"),
                rules=("R-006",),
            ),
            Transition(
                name="catalogue_proposal.withdraw",
                label=_("撤回建议"),
                source=("draft", "submitted"),
                target="withdrawn",
                by=PROPOSERS,
                consequence=_("撤回后不再答复。"),
                rules=("R-006",),
            ),
        ),
    )
)

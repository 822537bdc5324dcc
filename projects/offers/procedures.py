"""Procedures in the navigation, on the home page and in worklists; their files are read by whoever sees them."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from procurement.documents import register_job, register_subject
from procurement.notices import keep_secret
from procurement.rules import Regime
from procurement.ui.furniture import NavEntry, Section, register_nav
from procurement.ui.home import HomeBlock, HomeEntry, Place, register_home_block
from procurement.ui.worklists import WorkItem, register_worklist
from projects.models import Addendum, Bid, DocumentQuestion, Procedure
from projects.services.procurement_documents import make_document_pdf

#: What only possible bidders are told: that somebody was told must not be seen either (reliability T3).
TO_BIDDERS = ("procedure_invitation", "addendum_issued", "document_question_answered", "procedure_failed")
#: Who has the next move, and in which body, while the document is made; the law's template has these as steps.
_TURN = {
    "draft": ((Role.PU_BUY, "purchaser"), (Role.AGT, "agent")),
    "checking": ((Role.PU_CHK, "purchaser"),),
    "checked": ((Role.PU_SIGN, "purchaser"),),
    "approved": ((Role.PU_BUY, "purchaser"), (Role.AGT, "agent")),
}
_MOST = 100


def register() -> None:
    register_nav(NavEntry(_("采购项目"), "procedures", order=15, section=Section.PUBLIC))
    register_subject("projects.procedure", visible=_procedure_is_visible)
    register_subject("projects.bid", visible=_bid_is_visible)
    register_job("procurement_document_pdf", make_document_pdf, label=_("生成采购文件"))
    register_worklist(procedures_waiting)
    register_worklist(changes_and_questions_waiting)
    register_home_block(open_calls)
    for template in TO_BIDDERS:
        keep_secret(template)
    register_action_labels(
        {
            "procedure.start": _("建立采购项目"),
            "procedure.revise": _("修改采购项目"),
            "procedure.write": _("编写采购文件"),
            "procedure.argue": _("编写单一来源论证"),
            "procedure.object": _("提出单一来源公示异议"),
            "procedure.draw_suppliers": _("随机抽取邀请的供应商"),
            "addendum.propose": _("拟定澄清（修改）"),
        }
    )


def procedures_waiting(actor: Actor) -> Iterator[WorkItem]:
    """Documents to write, check, approve and announce, and single sources whose publicity needs somebody."""
    wanted = Q(pk__in=[])
    for state, owers in _TURN.items():
        for role, side in owers:
            wanted |= Q(status=state, **{f"{side}__in": actor.organization_ids(role)})
    buyer = Q(purchaser__in=actor.organization_ids(Role.PU_BUY)) | Q(agent__in=actor.organization_ids(Role.AGT))
    in_preparation = Q(wanted) & ~Q(regime=Regime.STATUTORY)
    rows = Procedure.objects.filter(in_preparation | Q(buyer, status__in=("publicised", "arguing")))
    for procedure in rows.select_related("source_argument")[:_MOST]:
        argument = getattr(procedure, "source_argument", None)
        due = (argument.supplement_due_on or argument.ends_on) if argument is not None else None
        yield WorkItem(
            procedure.title, procedure.get_absolute_url(), due_on=due, step=procedure.state.label,
            organisation=procedure.number,
        )  # fmt: skip


def changes_and_questions_waiting(actor: Actor) -> Iterator[WorkItem]:
    """Addenda to issue, and questions to answer within three working days."""
    issuers = actor.organization_ids(Role.PU_CHK, Role.PU_SIGN)
    if issuers:
        rows = Addendum.objects.filter(status="proposed", procedure__purchaser__in=issuers)
        for addendum in rows.select_related("procedure")[:_MOST]:
            yield WorkItem(
                addendum.procedure.title, addendum.get_absolute_url(), due_on=addendum.procedure.deadline_at,
                step=_("发布澄清（修改）"), organisation=addendum.procedure.number,
            )  # fmt: skip
    buyers, agents = actor.organization_ids(Role.PU_BUY), actor.organization_ids(Role.AGT)
    if buyers or agents:
        owed = Q(procedure__purchaser__in=buyers) | Q(procedure__agent__in=agents)
        for question in DocumentQuestion.objects.filter(owed, status="asked").select_related("procedure")[:_MOST]:
            yield WorkItem(
                question.procedure.title, question.get_absolute_url(), due_on=question.due_on,
                step=_("答复采购文件询问"), organisation=question.procedure.number,
            )  # fmt: skip


def open_calls(actor: Actor | None) -> HomeBlock:
    rows = Procedure.objects.filter(status="bidding").order_by("deadline_at")[:5]
    return HomeBlock(
        title=_("采购公告"),
        place=Place.MAIN,
        entries=tuple(
            HomeEntry(row.title, row.get_absolute_url(), on=row.deadline_at, label=_("截止"), tone="info")
            for row in rows
        ),
        more_url="/procedures/",
        empty=_("目前没有正在投标（响应）的采购项目。"),
    )


def _procedure_is_visible(actor: Actor, subject_id: UUID) -> bool:
    return Procedure.objects.visible_to(actor).filter(pk=subject_id).exists()


def _bid_is_visible(actor: Actor, subject_id: UUID) -> bool:
    return Bid.objects.visible_to(actor).filter(pk=subject_id).exists()

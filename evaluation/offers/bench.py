"""The bench and the members' table on the portal's other pages: the quote's question on the bid, papers, the journal."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluation.models import PanelSeat, QuoteInquiry
from evaluation.selectors.discussion import may_read_papers
from evaluation.services.sheet_papers import JOB, write_papers
from procurement.access import Actor, Role
from procurement.audit.labels import register_action_labels
from procurement.documents import register_job, register_subject
from projects.models import Bid
from projects.panels import Panel, register_bid_panel


def register() -> None:
    register_bid_panel("quote", quote_panel)
    register_job(JOB, write_papers, label=gettext_lazy("生成评分表"))
    register_subject("evaluation.panelseat", visible=_papers_are_visible)
    register_action_labels(
        {
            "panel.chair": gettext_lazy("推选评审组组长"),
            "panel.note": gettext_lazy("记入评审讨论意见"),
            "panel.ask": gettext_lazy("组长请成员说明评分"),
            "quote.ask": gettext_lazy("要求供应商说明报价"),
            "quote.answer": gettext_lazy("书面说明报价"),
            "quote.judge": gettext_lazy("认定报价说明"),
            "sheet.book_download": gettext_lazy("下载评分表格"),
            "sheet.book_upload": gettext_lazy("上传评分表格"),
        }
    )


def quote_panel(bid: Bid, actor: Actor) -> Panel | None:
    """What the panel asked about the quote, what the bidder answered, what was decided; never who voted how."""
    inquiry = QuoteInquiry.objects.filter(entry__bid=bid).first()
    if inquiry is None:
        return None
    is_bidder = any(actor.holds(role, bid.bidder_id) for role in (Role.ORG, Role.ORG_H))
    may_answer = is_bidder and inquiry.is_open and inquiry.answered_at is None
    return Panel(_("报价核对"), "evaluation/quote_panel.html", {"inquiry": inquiry, "may_answer": may_answer})


def _papers_are_visible(actor: Actor, subject_id: UUID) -> bool:
    seat = PanelSeat.objects.select_related("panel__guide", "panel__procedure").filter(pk=subject_id).first()
    return seat is not None and may_read_papers(seat, actor)

"""An opened bid laid out for reading: what was offered, and the files that were sealed."""

from __future__ import annotations

from django.utils.translation import gettext as _

from procurement.documents.models import Document
from projects.models import Bid
from projects.selectors.sheets import Fact, Sheet


def bid_sheets(bid: Bid) -> list[Sheet]:
    """A constant number of queries. The price stands apart: members score everything but the price (R-135)."""
    return [
        Sheet(
            "bid",
            _("投标（响应）"),
            (
                Fact(_("供应商"), bid.bidder.name),
                Fact(_("统一社会信用代码"), bid.bidder.uscc or ""),
                Fact(_("采购包"), str(bid.lot)),
                *(Fact(name, str(text), long=len(str(text)) > 40) for name, text in bid.offer.items()),
            ),
        ),
        Sheet("files", _("投标（响应）文件"), files=tuple(files_of_bid(bid))),
    ]


def files_of_bid(bid: Bid) -> list[Document]:
    """The opened documents, in the order they were taken out of the envelope."""
    return list(Document.objects.for_subject(bid.subject).current().order_by("created_at", "pk"))

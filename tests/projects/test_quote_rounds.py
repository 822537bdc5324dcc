"""Quoting again in a consultation: everybody is told the same, nobody sees another's quote before the end (R-123, R-124)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from procurement.access import Role
from procurement.notices.models import Outbox
from procurement.rules import RuleViolation
from projects.models import Quote, QuoteRound
from projects.services import quote_rounds
from tests.factories.people import make_actor
from tests.factories.procedures import make_bid, make_procedure

pytestmark = pytest.mark.django_db


def test_all_quote_again_in_secret_and_the_new_quotes_rank(client: Client) -> None:
    procedure = make_procedure("qualified", kind="competitive_consultation", method_reason="政府购买服务。")
    buyer = make_actor(Role.PU_BUY, procedure.purchaser)
    first, second, out = (make_bid(procedure, state) for state in ("qualified", "qualified", "disqualified"))
    heads = [make_actor(Role.ORG_H, bid.bidder) for bid in (first, second, out)]
    now = timezone.now()
    opened = quote_rounds.open_round(
        actor=buyer, procedure=procedure, changes="服务频次由每周一次改为两次。", due_at=now + timedelta(hours=2)
    )
    told = set(Outbox.objects.filter(template="quote_round_opened").values_list("recipient", flat=True))
    assert told == {heads[0].id, heads[1].id}
    quote_rounds.quote(actor=heads[0], quote_round=opened, bid=first, price=Decimal("480000.00"))
    quote_rounds.quote(actor=heads[0], quote_round=opened, bid=first, price=Decimal("470000.00"))
    with pytest.raises(RuleViolation, match="R-123"):
        quote_rounds.quote(actor=heads[2], quote_round=opened, bid=out, price=Decimal("1.00"))
    with pytest.raises(RuleViolation, match="S-02"):
        quote_rounds.quote(actor=heads[1], quote_round=opened, bid=first, price=Decimal("1.00"))
    with pytest.raises(RuleViolation, match="R-121"):
        quote_rounds.quote(actor=heads[1], quote_round=opened, bid=second, price=Decimal("600000.01"))
    for looker in (buyer, heads[1], make_actor(Role.FIN_SUP)):
        assert not Quote.objects.visible_to(looker).exists()
        client.force_login(looker.person)
        assert "470,000.00" not in client.get(opened.get_absolute_url()).content.decode()
    client.force_login(heads[0].person)
    assert "470,000.00" in client.get(opened.get_absolute_url()).content.decode()
    assert quote_rounds.close_due(now) == 0
    assert quote_rounds.close_due(now + timedelta(hours=3)) == 1
    for bid, quote in ((first, "470000.00"), (second, "500000.00")):
        bid.refresh_from_db()
        assert bid.quote == Decimal(quote)
    client.force_login(buyer.person)
    assert "470,000.00" in client.get(opened.get_absolute_url()).content.decode()
    late = Quote(
        round=QuoteRound.objects.get(), bid=second, sealed_price="1.00", quoted_by=heads[1].person, quoted_at=now
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        late.save()


def test_a_tender_is_not_talked_over() -> None:
    procedure = make_procedure("qualified")
    with pytest.raises(RuleViolation, match="R-123"):
        quote_rounds.open_round(
            actor=make_actor(Role.PU_BUY, procedure.purchaser), procedure=procedure, changes="无",
            due_at=timezone.now() + timedelta(hours=1),
        )  # fmt: skip

"""Bodies in one hand do not meet in one lot, and whoever runs the purchase does not bid for it."""

from __future__ import annotations

from datetime import date

import pytest

from orgs.models import ControlNature, ControlRelation
from procurement.access import Role
from procurement.lifecycle.engine import refusals
from tests.factories import make_actor, make_organization, make_social_organization
from tests.factories.procedures import make_bid, make_procedure

pytestmark = pytest.mark.django_db


def said(bid):
    buyer = make_actor(Role.PU_BUY, bid.procedure.purchaser)
    return [str(refusal) for refusal in refusals(bid, "bid.qualify", buyer)]


def about(rule, bid):
    return [sentence for sentence in said(bid) if sentence.startswith(rule)]


def test_two_bidders_of_one_representative_do_not_meet():
    """Control: two strangers do."""
    procedure = make_procedure("opened")
    first = make_bid(procedure, bidder=make_social_organization(legal_representative="王芳"))
    twin = make_bid(procedure, bidder=make_social_organization(legal_representative="王芳"))
    stranger = make_bid(procedure)
    assert twin.bidder.name in about("R-063", first)[0]
    assert about("R-063", stranger) == []


def test_a_bid_that_is_out_stands_in_nobodys_way():
    procedure = make_procedure("opened")
    first = make_bid(procedure, bidder=make_social_organization(legal_representative="王芳"))
    make_bid(procedure, "disqualified", bidder=make_social_organization(legal_representative="王芳"))
    assert about("R-063", first) == []


def test_a_held_body_does_not_meet_its_holder():
    procedure = make_procedure("opened")
    holder, held = make_bid(procedure), make_bid(procedure)
    ControlRelation.objects.create(
        controller=holder.bidder, controlled=held.bidder, nature=ControlNature.HOLDING, valid_from=date(2020, 1, 1)
    )
    assert about("R-063", held)
    assert about("R-063", holder)


def test_the_agent_does_not_bid_for_what_it_runs():
    agent = make_organization()
    procedure = make_procedure("opened", agent=agent)
    own = make_bid(procedure, bidder=make_social_organization(legal_representative=agent.legal_representative))
    assert agent.name in about("R-064", own)[0]
    assert about("R-064", make_bid(procedure)) == []

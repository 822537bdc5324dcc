"""The result made known: the official notice, a letter to every bidder, the framework; and a winner who declines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.calendars import CalendarNotAnnounced, Period
from procurement.lifecycle.engine import Attempt, perform
from procurement.lifecycle.numbering import next_number
from procurement.money import format_yuan
from procurement.rules import implements, records
from projects.models import Award, FrameworkAgreement, FrameworkSupplier, OfficialNotice, Procedure
from projects.selectors.awards import expert_names
from projects.selectors.official_notices import address_of
from projects.services import official_notices
from projects.services.result_letters import write_letters


@implements("R-171", "R-172")
def announce(attempt: Attempt) -> None:
    """Effect of procedure.announce_result: awards and bids move, the notice is out, every bidder has a letter."""
    procedure: Procedure = attempt.obj
    for award in procedure.awards.filter(status="decided").select_related("bid"):
        perform(award, "award.announce", actor=attempt.actor, at=attempt.at)
        perform(award.bid, "bid.award", actor=attempt.actor, at=attempt.at)
        if award.is_framework:
            _join_framework(award, attempt)
    for bid in procedure.bids.filter(status="scored"):
        perform(bid, "bid.lose", actor=attempt.actor, at=attempt.at)
    notice = _publish_result(attempt, procedure)
    letters = write_letters(actor=attempt.actor, procedure=procedure, notice=notice, at=attempt.at)
    attempt.kept["notice"] = notice.number
    attempt.kept["letters"] = len(letters)


def stamp(attempt: Attempt) -> None:
    """Effect of award.announce: from now on the contract is owed (R-200)."""
    award: Award = attempt.obj
    award.announced_at = attempt.at
    try:
        award.contract_due_on = Period.parse(str(award.procedure.rule_set.value("sign_days"))).due(attempt.today)
    except CalendarNotAnnounced:
        award.contract_due_on = None


@records("R-177")
def decline(attempt: Attempt) -> None:
    """Effect of award.decline: the bid says so too; the reason stays on both records."""
    award: Award = attempt.obj
    perform(award.bid, "bid.decline", actor=attempt.actor, at=attempt.at, reason=attempt.reason)
    for contract in award.contracts.filter(status__in=("draft", "checked", "approved")):
        attempt.kept["contract"] = contract.number
    place = FrameworkSupplier.objects.filter(award=award).first()
    if place is not None:
        place.left_on = attempt.today
        place.save(update_fields=["left_on"])


@implements("R-100")
def _join_framework(award: Award, attempt: Attempt) -> None:
    plan = award.procedure.plan
    agreement, _created = FrameworkAgreement.objects.get_or_create(
        lot=award.lot,
        defaults={
            "number": next_number("framework", prefix="KJ", year=timezone.localdate(attempt.at).year),
            "procedure": award.procedure,
            "starts_on": plan.starts_on,
            "ends_on": plan.ends_on,
            "concluded_at": attempt.at,
        },
    )
    FrameworkSupplier.objects.create(agreement=agreement, award=award, supplier=award.supplier, unit_price=award.amount)


def _publish_result(attempt: Attempt, procedure: Procedure) -> OfficialNotice:
    """The first result is announced, a later one is announced as a change that takes the place of the first."""
    earlier = official_notices.result_notice_of(procedure)
    standing = list(procedure.awards.standing().select_related("lot", "supplier__region", "procedure__plan"))
    fields: dict[str, Any] = {
        "winners": [_winner(award) for award in standing],
        "subjects": [_subject(award) for award in standing],
        "experts": "、".join(expert_names(procedure)),
    }
    if earlier is not None:
        fields["reason"] = "；".join(dict.fromkeys(_reasons(standing))) or _("重新确定中标（成交）人")
        perform(earlier, "official_notice.supersede", actor=attempt.actor, at=attempt.at, reason=_("采购结果变更"))
    return official_notices.publish(
        actor=attempt.actor,
        kind="award" if earlier is None else "award_change",
        procedure=procedure,
        corrects=earlier,
        fields=fields,
        at=attempt.at,
    )


def _reasons(awards: Iterable[Award]) -> list[str]:
    return [award.grounds for award in awards if award.grounds]


def _winner(award: Award) -> dict[str, str]:
    return {
        "lot": f"{award.lot.number} {award.lot.title}",
        "name": award.supplier.name,
        "address": address_of(award.supplier),
        "amount": format_yuan(award.amount),
    }


def _subject(award: Award) -> dict[str, str]:
    plan, lot = award.procedure.plan, award.lot
    quantity = f"{lot.quantity.normalize():f} {lot.unit}".strip() if lot.quantity else _("1 项")
    unit_price = award.amount / lot.quantity if lot.quantity and not award.is_framework else award.amount
    return {
        "title": lot.title,
        "scope": plan.requirements or plan.need,
        "quantity": quantity,
        "unit_price": format_yuan(unit_price),
    }

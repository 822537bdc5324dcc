"""A letter to every bidder: own points and place, coded reasons, the winner, and how to challenge by when (R-173)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.access import Actor, Role, actor_for, people_holding
from procurement.calendars import CalendarNotAnnounced, Period
from procurement.documents import Progress, render_pdf, start_job, store_generated
from procurement.documents.models import Document, Job
from procurement.lifecycle.numbering import next_number
from procurement.notices import notify
from procurement.rules import implements
from projects.models import Award, Bid, LetterKind, OfficialNotice, Procedure, ResultLetter
from projects.selectors.letter_reasons import reason_codes


@implements("R-173")
def write_letters(*, actor: Actor, procedure: Procedure, notice: OfficialNotice, at: datetime) -> list[ResultLetter]:
    """One letter per bid, losers and those not qualified included; each lands in the inbox and becomes a PDF."""
    winners = _winners(procedure)
    challenge_by = challenge_day(procedure, notice)
    letters = []
    for bid in procedure.bids.select_related("bidder", "lot").order_by("lot__number", "position"):
        letters.append(
            ResultLetter.objects.create(
                number=next_number("result_letter", prefix="TZ", year=timezone.localdate(at).year),
                bid=bid,
                notice=notice,
                kind=LetterKind.AWARD if bid.status == "awarded" else LetterKind.LOSS,
                body=_body(bid, winners.get(bid.lot_id, [])),
                challenge_by=challenge_by,
                issued_at=at,
            )
        )
    for letter in letters:
        _deliver(actor, letter)
    return letters


@implements("R-181")
def challenge_day(procedure: Procedure, notice: OfficialNotice) -> date | None:
    """The last day on which the result may be challenged: counted from the end of the notice's period."""
    start = notice.ends_on or notice.starts_on
    try:
        return Period.parse(str(procedure.rule_set.value("challenge_days"))).due(start) if start else None
    except CalendarNotAnnounced:
        return None


def make_letter_pdf(job: Job, progress: Progress) -> Document:
    """Handler of the job kind ``result_letter``; ``params`` names the letter."""
    letter = ResultLetter.objects.select_related("bid__bidder", "bid__lot", "bid__procedure__purchaser").get(
        pk=job.params["letter"]
    )
    procedure = letter.bid.procedure
    context = {
        "letter": letter,
        "title": letter.get_kind_display(),
        "issuer": procedure.purchaser.name,
        "closing_issuer": procedure.purchaser.name,
        "reference": letter.number,
        "issued_at": letter.issued_at,
    }
    content = render_pdf("documents/result_letter.html", context, progress=progress)
    return store_generated(
        actor=actor_for(job.requested_by),
        content=content,
        filename=f"{letter.number}.pdf",
        subject=letter.subject,
        kind="result_letter",
        title=str(letter),
        case_id=procedure.case_id,
        organization_id=procedure.purchaser_id,
    )


def _winners(procedure: Procedure) -> dict[Any, list[dict[str, str]]]:
    found: dict[Any, list[dict[str, str]]] = {}
    for award in Award.objects.standing().filter(procedure=procedure).select_related("supplier"):
        found.setdefault(award.lot_id, []).append({"name": award.supplier.name, "amount": str(award.amount)})
    return found


def _body(bid: Bid, winners: list[dict[str, str]]) -> dict[str, Any]:
    """Only the addressee's own numbers, and of the winner what the notice tells everybody (R-124)."""
    return {
        "quote": str(bid.quote) if bid.quote is not None else "",
        "technical_score": _points(bid.technical_score),
        "price_score": _points(bid.price_score),
        "total_score": _points(bid.total_score),
        "rank": bid.rank,
        "reasons": reason_codes(bid),
        "unmet": [
            {"condition": check.condition, "reason": check.reason}
            for check in bid.qualification_checks.filter(is_met=False)
        ],
        "note": bid.outcome_reason,
        "winners": winners,
    }


def _points(score: Any) -> str:
    return "" if score is None else str(score)


def _deliver(actor: Actor, letter: ResultLetter) -> None:
    bid = letter.bid
    people = {user.pk: user for role in (Role.ORG, Role.ORG_H) for user in people_holding(role, bid.bidder_id)}
    if people:
        notify(
            template="result_letter",
            recipients=list(people.values()),
            case_id=bid.procedure.case_id,
            url=letter.get_absolute_url(),
            context={
                "letter": str(letter),
                "procedure": bid.procedure.title,
                "challenge_by": letter.challenge_by.isoformat() if letter.challenge_by else _("（日历公布后确定）"),
            },
            key=f"result-letter:{letter.pk}",
        )
    start_job(kind="result_letter", actor=actor, case_id=bid.procedure.case_id, params={"letter": str(letter.pk)})

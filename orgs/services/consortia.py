"""Consortia: members are gathered, the text is fixed and signed, the steering group elected, members come and go."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import (
    ChangeDirection,
    Consortium,
    ConsortiumChange,
    ConsortiumMember,
    MemberPart,
    SteeringBallot,
    SteeringKind,
    SteeringSeat,
    SteeringVote,
)
from orgs.selectors import consortia as selectors
from procurement import audit
from procurement.access import Actor, Role
from procurement.lifecycle.engine import Attempt, database_now
from procurement.lifecycle.numbering import next_number
from procurement.rules import Refusal, RuleViolation, implements, records, refusal_for_constraint


@transaction.atomic
def start(*, actor: Actor, consortium: Consortium, at: datetime | None = None) -> Consortium:
    """Begin to gather members; the lead is a provider until somebody says otherwise.

    Raises:
        RuleViolation: S-02 for people who do not act for the lead.
    """
    moment = at or database_now()
    _require_lead(actor, consortium)
    consortium.number = next_number("consortium", prefix="ZT", year=timezone.localtime(moment).year)
    consortium.save()
    ConsortiumMember.objects.create(
        consortium=consortium,
        organization=consortium.lead,
        procedure=consortium.procedure,
        joined_on=timezone.localtime(moment).date(),
    )
    _journal(actor, consortium, "consortium.start", {"kind": consortium.kind, "lead": str(consortium.lead_id)})
    return consortium


@transaction.atomic
def revise(*, actor: Actor, consortium: Consortium) -> Consortium:
    """Save what the lead changed while gathering; the support contract may be named until it runs."""
    _require_lead(actor, consortium)
    _require_open(consortium)
    consortium.save()
    consortium.members.update(procedure=consortium.procedure)
    _journal(actor, consortium, "consortium.edit", {})
    return consortium


def invite(*, actor: Actor, consortium: Consortium, member: ConsortiumMember, at: datetime | None = None) -> None:
    """Name a member with its part, work and share; it becomes bound only by its own head's signature.

    Raises:
        RuleViolation: S-01 when the text is out for signature; R-076, R-079 when the database refuses a second
            support organisation or a second joint bid in the same procedure.
    """
    _require_lead(actor, consortium)
    _require_open(consortium)
    member.consortium, member.procedure = consortium, consortium.procedure
    member.joined_on = timezone.localtime(at or database_now()).date()
    try:
        with transaction.atomic():
            member.save()
            _journal(actor, consortium, "consortium.invite", {"organization": str(member.organization_id)})
    except IntegrityError as error:
        raise RuleViolation([_refusal(error)]) from error


@transaction.atomic
def remove(*, actor: Actor, member: ConsortiumMember) -> None:
    """Take a member out again before the text is signed."""
    consortium = member.consortium
    _require_lead(actor, consortium)
    _require_open(consortium)
    _journal(actor, consortium, "consortium.remove", {"organization": str(member.organization_id)})
    member.delete()


@transaction.atomic
def name_support_contract(*, actor: Actor, consortium: Consortium, number: str, amount: Any) -> None:
    """The support service is bought under a contract of its own; the purchaser names it (R-079)."""
    if not actor.organization_ids(Role.PU_SIGN, Role.LGO, Role.PU_BUY) & {consortium.purchaser_id}:
        raise RuleViolation([Refusal("S-02", _("支持性服务合同由购买主体填写"))])
    consortium.support_contract, consortium.support_amount = number.strip(), amount
    consortium.save(update_fields=["support_contract", "support_amount", "updated_at"])
    _journal(actor, consortium, "consortium.support", {"contract": number, "amount": str(amount or "")})


@implements("R-075")
def open_signing(attempt: Attempt) -> None:
    """Effect of consortium.open_signing: the text everybody signs is written once and keeps its hash."""
    consortium: Consortium = attempt.obj
    consortium.agreement = agreement_text(consortium)
    consortium.agreement_sha256 = hashlib.sha256(consortium.agreement.encode()).hexdigest()
    attempt.kept["agreement_sha256"] = consortium.agreement_sha256


def agreement_text(consortium: Consortium) -> str:
    """The agreement as signed: purpose, each member's work and share, and the liability of the form chosen."""
    lines = [f"{consortium.title}（{consortium.get_kind_display()}）", "", consortium.purpose.strip(), ""]
    for position, member in enumerate(selectors.active_members(consortium), start=1):
        share = f"，金额份额 {member.share.normalize():f}%" if member.part == MemberPart.PROVIDER else ""
        lines.append(f"{position}. {member.organization.name}（{member.part_label}）：{member.work}{share}")
    lines += ["", consortium.terms.strip()]
    if not consortium.is_team:
        lines.append("各方共同与购买主体签订合同，就合同约定的事项对购买主体承担连带责任。")
    else:
        lines.append("支持性社会组织的服务另行签订合同；未签订补充合同不改变合同金额。")
    return "\n".join(lines).strip()


@implements("R-075")
def sign(attempt: Attempt) -> None:
    """Effect of consortium.sign: the head binds the own organisation to the text with this hash."""
    consortium: Consortium = attempt.obj
    member = selectors.member_to_sign_for(consortium, attempt.actor)
    if member is None:
        raise RuleViolation([Refusal("R-075", _("您不是尚未签署的成员单位的负责人"))])
    member.signed_by, member.signed_at = attempt.actor.user, attempt.at
    member.signed_sha256 = consortium.agreement_sha256
    member.save(update_fields=["signed_by", "signed_at", "signed_sha256"])
    attempt.kept |= {"organization": member.organization.name, "agreement_sha256": consortium.agreement_sha256}


def reopen(attempt: Attempt) -> None:
    """Effect of revise and return: a changed text was signed by nobody."""
    consortium: Consortium = attempt.obj
    consortium.members.active().update(signed_by=None, signed_at=None, signed_sha256="")
    consortium.steering.filter(until__isnull=True).update(until=attempt.today)
    consortium.agreement = consortium.agreement_sha256 = ""


@transaction.atomic
def cast_ballots(
    *, actor: Actor, consortium: Consortium, candidates: Sequence[ConsortiumMember], at: datetime | None = None
) -> None:
    """A member votes once, for at most as many fellows as there are representatives' seats.

    Raises:
        RuleViolation: R-080 when the ballot is not open, too many are named, or the member has voted.
    """
    mine = actor.organization_ids(Role.ORG_H)
    Consortium.objects.select_for_update(no_key=True).get(pk=consortium.pk)
    voter = consortium.members.providers().filter(organization__in=mine, ballots__isnull=True).first()
    refusal = _ballot_refusal(consortium, voter, candidates)
    if refusal or voter is None:
        raise RuleViolation([Refusal("R-080", refusal or _("您不是尚未投票的成员单位的负责人"))])
    moment = at or database_now()
    for candidate in candidates:
        SteeringBallot.objects.create(voter=voter, candidate=candidate, cast_by=actor.user, cast_at=moment)  # type: ignore[misc]  # a head is somebody
    _journal(actor, consortium, "consortium.ballot", {"voter": str(voter.organization_id), "named": len(candidates)})


def _ballot_refusal(
    consortium: Consortium, voter: ConsortiumMember | None, candidates: Sequence[ConsortiumMember]
) -> str:
    if consortium.status != "agreed" or not consortium.is_team:
        return _("协议签署后、指导小组成立前才能投票")
    if voter is None:
        return _("您不是尚未投票的成员单位的负责人")
    if not 1 <= len(candidates) <= consortium.representatives:
        return _("请推选 1 至 %(count)d 家成员单位") % {"count": consortium.representatives}
    if any(candidate.consortium_id != consortium.pk or candidate.left_on for candidate in candidates):
        return _("只能推选本组团的成员单位")
    return ""


@records("R-080")
def constitute(attempt: Attempt) -> None:
    """Effect of consortium.constitute: civil affairs, the elected, the head of the support organisation."""
    consortium: Consortium = attempt.obj
    elected = [m for m in selectors.ranked_candidates(consortium) if m.received][: consortium.representatives]  # type: ignore[attr-defined]
    seats = [(m.organization, SteeringKind.REPRESENTATIVE, m.received) for m in elected]  # type: ignore[attr-defined]
    if consortium.civil:
        seats.append((consortium.civil, SteeringKind.CIVIL, 0))
    support = consortium.members.active().filter(part=MemberPart.SUPPORT).select_related("organization").first()
    if support:
        seats.append((support.organization, SteeringKind.SUPPORT, 0))
    for organization, kind, votes in seats:
        SteeringSeat.objects.create(
            consortium=consortium, organization=organization, kind=kind, votes=votes, since=attempt.today
        )
    attempt.kept["steering"] = [f"{organization.name}（{kind.label}）" for organization, kind, _votes in seats]


def dissolve(attempt: Attempt) -> None:
    """Effect of dissolve and abandon: everybody leaves on the day; what was signed stays on record."""
    consortium: Consortium = attempt.obj
    consortium.members.active().update(left_on=attempt.today)
    consortium.steering.filter(until__isnull=True).update(until=attempt.today)


@transaction.atomic
def ask_change(*, actor: Actor, change: ConsortiumChange) -> ConsortiumChange:
    """Draw up a request to join or leave, for the own organisation (R-081)."""
    if change.organization_id not in actor.organization_ids(Role.ORG, Role.ORG_H):
        raise RuleViolation([Refusal("S-02", _("只能为本单位提出加入或退出"))])
    try:
        with transaction.atomic():
            change.save()
    except IntegrityError as error:
        raise RuleViolation([_refusal(error)]) from error
    _journal(actor, change.consortium, "consortium_change.draw", {"direction": change.direction})
    return change


@implements("R-081")
def cast_vote(
    *, actor: Actor, change: ConsortiumChange, agrees: bool, remark: str = "", at: datetime | None = None
) -> SteeringVote:
    """A seat of the steering group says yes or no, once.

    Raises:
        RuleViolation: S-01 when the change is not up for the vote; R-081 when the person holds no open seat.
    """
    if change.status != "asked":
        raise RuleViolation([Refusal("S-01", _("该申请不在表决阶段"))])
    seat = selectors.seat_to_vote_from(change, actor)
    if seat is None:
        raise RuleViolation([Refusal("R-081", _("您所在单位没有待表决的指导小组席位"))])
    try:
        with transaction.atomic():
            vote = SteeringVote.objects.create(
                change=change,
                seat=seat,
                agrees=agrees,
                remark=remark.strip(),
                cast_by=actor.user,  # type: ignore[misc]  # a seat speaks through somebody
                cast_at=at or database_now(),
            )
            _journal(actor, change.consortium, "consortium_change.vote", {"seat": str(seat.pk), "agrees": agrees})
    except IntegrityError as error:
        raise RuleViolation([_refusal(error)]) from error
    return vote


@implements("R-081")
def carry_out_change(attempt: Attempt) -> None:
    """Effect of consortium_change.consent: members and shares change, the whole and the contract do not."""
    change: ConsortiumChange = attempt.obj
    Consortium.objects.select_for_update(no_key=True).get(pk=change.consortium_id)
    change.effective_on = attempt.today
    if change.direction == ChangeDirection.JOIN:
        _join(change, attempt)
    else:
        _leave(change, attempt)


def _join(change: ConsortiumChange, attempt: Attempt) -> None:
    if change.counterpart and change.share:
        change.counterpart.share -= change.share
        change.counterpart.save(update_fields=["share"])
    ConsortiumMember.objects.create(
        consortium=change.consortium,
        organization=change.organization,
        part=change.part,
        work=change.work,
        share=change.share,
        procedure=change.consortium.procedure,
        joined_on=attempt.today,
    )


def _leave(change: ConsortiumChange, attempt: Attempt) -> None:
    member = selectors.membership_of(change.consortium, change.organization)
    if member is None:
        raise RuleViolation([Refusal("R-081", _("该单位不是现有成员"))])
    if change.counterpart and member.share:
        change.counterpart.share += member.share
        change.counterpart.save(update_fields=["share"])
    member.left_on = attempt.today
    member.save(update_fields=["left_on"])
    change.consortium.steering.filter(organization=change.organization, until__isnull=True).update(until=attempt.today)


def _require_lead(actor: Actor, consortium: Consortium) -> None:
    if consortium.lead_id not in actor.organization_ids(Role.ORG, Role.ORG_H):
        raise RuleViolation([Refusal("S-02", _("只有牵头单位可以办理"))])


def _require_open(consortium: Consortium) -> None:
    if consortium.status != "draft":
        raise RuleViolation([Refusal("S-01", _("协议已送签，须退回筹组后才能修改"))])


def _refusal(error: IntegrityError) -> Refusal:
    found = refusal_for_constraint(error)
    if found is None:
        raise error
    return found


def _journal(actor: Actor, consortium: Consortium, action: str, body: dict[str, Any]) -> None:
    audit.record(actor_id=actor.id, actor_label=actor.label, action=action, subject=consortium.subject, body=body)

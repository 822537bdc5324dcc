"""What must hold before organisations bid as one, and before one joins or leaves."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from orgs.models import ChangeDirection, Consortium, MemberPart
from orgs.selectors import consortia as selectors
from procurement.lifecycle.engine import Attempt
from procurement.rules import Refusal, guard


@guard("R-079", "R-075")
def composition_is_right(attempt: Attempt) -> list[Refusal | str]:
    """A team is two or more providers and exactly one support organisation; a joint venture two or more providers."""
    members = selectors.active_members(attempt.obj)
    providers = [member for member in members if member.part == MemberPart.PROVIDER]
    supports = [member for member in members if member.part == MemberPart.SUPPORT]
    if not attempt.obj.is_team:
        few = Refusal("R-075", _("联合体由两家以上单位组成，现有 %(count)d 家") % {"count": len(providers)})
        return [few] if len(providers) < 2 else []
    found: list[Refusal | str] = []
    if len(providers) < 2:
        found.append(_("组团须有两家以上服务组织，现有 %(count)d 家") % {"count": len(providers)})
    if len(supports) != 1:
        found.append(_("组团须有且只有一家支持性社会组织，现有 %(count)d 家") % {"count": len(supports)})
    return found


@guard("R-075", warning=False)
def every_member_has_work(attempt: Attempt) -> list[str]:
    return [
        _("“%(org)s”尚未写明承担的工作") % {"org": member.organization.name}
        for member in selectors.active_members(attempt.obj)
        if not member.work.strip()
    ]


@guard("R-075", warning=False)
def shares_make_a_whole(attempt: Attempt) -> str | None:
    total = sum((member.share for member in selectors.active_members(attempt.obj)), Decimal(0))
    return None if total == 100 else _("各服务组织份额合计应为 100%%，现为 %(total)s%%") % {"total": plain(total)}


@guard("R-075", warning=False)
def members_qualify(attempt: Attempt) -> list[str]:
    """Every member meets the conditions by itself; one that does not is named with its reason."""
    return [
        _("“%(org)s”：%(reason)s") % {"org": member.organization.name, "reason": reason}
        for member in selectors.active_members(attempt.obj)
        for reason in selectors.shortcomings(member.organization, attempt.today)
    ]


@guard("R-075", warning=False)
def signs_for_an_unsigned_member(attempt: Attempt) -> str | None:
    if selectors.member_to_sign_for(attempt.obj, attempt.actor):
        return None
    return _("您不是尚未签署的成员单位的负责人")


@guard("R-075", warning=False)
def all_have_signed(attempt: Attempt) -> list[str]:
    return [
        _("“%(org)s”尚未签署") % {"org": member.organization.name}
        for member in selectors.active_members(attempt.obj)
        if member.signed_at is None
    ]


@guard("R-080", warning=False)
def is_a_team(attempt: Attempt) -> str | None:
    return None if attempt.obj.is_team else _("联合体不设指导小组")


@guard("R-080")
def steering_can_be_filled(attempt: Attempt) -> list[str]:
    """Civil affairs, elected representatives of the members, and the head of the support organisation."""
    consortium: Consortium = attempt.obj
    found = []
    if consortium.civil_id is None:
        found.append(_("未写明参加指导小组的民政部门"))
    if not selectors.has_support(consortium):
        found.append(_("没有支持性社会组织，其负责人席位空缺"))
    voted, voters = selectors.turnout(consortium)
    if voted * 2 <= voters:
        found.append(
            _("推选代表须过半数成员投票，现有 %(voted)d／%(voters)d 家投票") % {"voted": voted, "voters": voters}
        )
    return found


@guard("R-080")
def team_has_steering(attempt: Attempt) -> str | None:
    if attempt.obj.is_team and attempt.obj.status != "constituted":
        return _("尚未成立指导小组")
    return None


@guard("R-079", warning=False)
def support_is_bought_apart(attempt: Attempt) -> str | None:
    """Whoever monitors a network may not serve in it."""
    if not attempt.obj.is_team:
        return None
    both = selectors.provider_and_support(attempt.obj)
    return _("“%(org)s”不得同时为支持性组织和服务组织") % {"org": both.name} if both else None


@guard("R-079")
def support_contract_is_named(attempt: Attempt) -> str | None:
    if attempt.obj.is_team and not attempt.obj.support_contract.strip():
        return _("支持性服务须另行签订合同，尚未填写该合同编号")
    return None


@guard("R-081", warning=False)
def no_change_is_pending(attempt: Attempt) -> str | None:
    pending = attempt.obj.changes.filter(status__in=("asked", "endorsed")).exists()
    return _("尚有成员变动申请在办") if pending else None


@guard("R-081", warning=False)
def consortium_runs(attempt: Attempt) -> str | None:
    consortium = attempt.obj.consortium
    if consortium.status in ("approved", "active"):
        return None
    return _("组团当前为“%(state)s”，不能变动成员") % {"state": consortium.state.label}


@guard("R-075", "R-081", warning=False)
def joiner_qualifies(attempt: Attempt) -> list[Refusal]:
    change = attempt.obj
    if change.direction == ChangeDirection.LEAVE:
        stays = selectors.membership_of(change.consortium, change.organization)
        return [] if stays else [Refusal("R-081", _("该单位不是现有成员"))]
    if selectors.membership_of(change.consortium, change.organization):
        return [Refusal("R-081", _("该单位已是成员"))]
    return [Refusal("R-075", reason) for reason in selectors.shortcomings(change.organization, attempt.today)]


@guard("R-081", warning=False)
def share_is_there(attempt: Attempt) -> str | None:
    """The whole stays 100 %: what one takes another gives, and the contract's amount does not move."""
    change = attempt.obj
    if change.direction == ChangeDirection.JOIN:
        if not change.share:
            return None
        giver = change.counterpart
        if giver is None or giver.left_on or giver.share < change.share:
            return _("须写明由哪个成员让出 %(share)s%% 的份额，且其份额足够") % {"share": plain(change.share)}
        return None
    leaving = selectors.membership_of(change.consortium, change.organization)
    taker = change.counterpart
    if leaving and leaving.share and (taker is None or taker.left_on or taker.pk == leaving.pk):
        return _("须写明由哪个成员承接其 %(share)s%% 的份额") % {"share": plain(leaving.share)}
    return None


@guard("R-081", warning=False)
def steering_agrees(attempt: Attempt) -> str | None:
    yes, no, seats = selectors.tally(attempt.obj)
    if yes * 2 > seats:
        return None
    return _("须指导小组过半数同意：共 %(seats)d 席，同意 %(yes)d，不同意 %(no)d") % {
        "seats": seats,
        "yes": yes,
        "no": no,
    }


@guard("R-081", warning=False)
def steering_declines(attempt: Attempt) -> str | None:
    """Only when a majority can no longer be reached."""
    _yes, no, seats = selectors.tally(attempt.obj)
    return (
        None
        if no * 2 >= seats
        else _("尚未形成不同意的结果：共 %(seats)d 席，不同意 %(no)d") % {"seats": seats, "no": no}
    )


def plain(share: Decimal) -> str:
    """A share without idle zeros: 25, 12.5."""
    return f"{share.normalize():f}"

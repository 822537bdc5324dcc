"""Groups are filed, checked every year, and one day registered; unions act for them by letter."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from orgs.models import AuthorizationLetter, CommunityFiling, FilingCheck, Organization, OrganizationKind
from orgs.selectors.filings import KEEPER_ROLES
from procurement import audit
from procurement.access import Actor, Role
from procurement.calendars import add_months
from procurement.lifecycle.engine import Attempt, perform, system_actor
from procurement.lifecycle.numbering import next_number
from procurement.rules import Refusal, RuleViolation

#: A filing is valid for a year and is prolonged by the yearly check.
TERM_MONTHS = 12


@transaction.atomic
def apply_for_filing(
    *, actor: Actor, keeper: Organization, group: Organization, activity: str, member_count: int
) -> CommunityFiling:
    """Ask the union or street to file a group; a group new to the portal is entered with the request (R-071)."""
    if not any(actor.holds(role, keeper.pk) for role in KEEPER_ROLES) and group.pk not in actor.organization_ids():
        raise RuleViolation([Refusal("S-02", _("备案由该组织自己或备案单位的经办人提出"))])
    if group.kind != OrganizationKind.COMMUNITY:
        raise RuleViolation([Refusal("R-070", _("%(org)s已经登记，不需要备案") % {"org": group.name})])
    if group._state.adding:
        group.is_published = False
        group.save()
    elif CommunityFiling.objects.filter(organization=group, status__in=("applied", "filed")).exists():
        raise RuleViolation([Refusal("R-071", _("%(org)s已有备案或正在办理的备案") % {"org": group.name})])
    filing = CommunityFiling.objects.create(
        organization=group, keeper=keeper, activity=activity.strip(), member_count=member_count
    )
    _journal(actor, "filing.apply", filing.subject, {"group": str(group.pk), "keeper": str(keeper.pk)})
    return filing


@transaction.atomic
def draft_letter(*, actor: Actor, letter: AuthorizationLetter) -> AuthorizationLetter:
    """The union writes, or rewrites, what the group is to sign."""
    if not actor.holds(Role.UNI, letter.union_id):
        raise RuleViolation([Refusal("S-02", _("授权委托书由受托的联合会拟定"))])
    if not letter._state.adding:
        locked = AuthorizationLetter.objects.select_for_update(no_key=True).get(pk=letter.pk)
        if locked.status != "draft":
            raise RuleViolation([Refusal("R-072", _("委托书已送签，收回后才能修改"))])
    letter.save()
    body = {"executor": str(letter.executor_id), "amount": str(letter.amount), "fee": str(letter.fee_share)}
    _journal(actor, "authorization.draft", letter.subject, body)
    return letter


# --- effects of the tables' rows --------------------------------------------------------------------------------


def file(attempt: Attempt) -> None:
    """Effect of filing.file: a number, and a year's term (R-071)."""
    filing: CommunityFiling = attempt.obj
    filing.number = next_number("community_filing", prefix="SQBA", year=attempt.today.year)
    filing.filed_on = attempt.today
    filing.valid_to = add_months(attempt.today, TERM_MONTHS)
    attempt.kept["number"] = filing.number


def end(attempt: Attempt) -> None:
    attempt.obj.ended_on = attempt.today


def pass_check(attempt: Attempt) -> None:
    """Effect: another year from the day it would have run out, or from today when it already has."""
    filing: CommunityFiling = attempt.obj
    FilingCheck.objects.create(
        filing=filing,
        year=attempt.today.year,
        note=attempt.data["note"],
        decided_by=attempt.actor.person,
        decided_at=attempt.at,
    )
    filing.valid_to = add_months(max(filing.valid_to or attempt.today, attempt.today), TERM_MONTHS)


def upgrade(attempt: Attempt) -> None:
    """Effect: the same organisation, now registered under its own code; what it did before stays its own."""
    filing: CommunityFiling = attempt.obj
    filing.ended_on = attempt.today
    group = filing.organization
    group.kind, group.uscc = attempt.data["kind"], attempt.data["uscc"]
    group.registered_on, group.is_published = attempt.data["registered_on"], True
    group.save(update_fields=["kind", "uscc", "registered_on", "is_published", "updated_at"])


def delist(attempt: Attempt) -> None:
    """Effect: no filing, no letter; contracts already signed run on."""
    filing: CommunityFiling = attempt.obj
    filing.ended_on = attempt.today
    letters = AuthorizationLetter.objects.filter(
        executor=filing.organization, union=filing.keeper, status__in=("proposed", "in_force")
    )
    for letter in letters:
        perform(letter, "authorization.revoke", actor=system_actor(), at=attempt.at, reason=str(_("备案已注销")))


def confirm(attempt: Attempt) -> None:
    """Effect of authorization.confirm: signed by a person of the group; frozen from here (R-072)."""
    letter: AuthorizationLetter = attempt.obj
    letter.number = next_number("authorization", prefix="WT", year=attempt.today.year)
    letter.confirmed_by, letter.confirmed_at = attempt.actor.person, attempt.at
    attempt.kept["number"] = letter.number


def _journal(actor: Actor, action: str, subject: str, body: dict[str, str]) -> None:
    audit.record(actor_id=actor.id, actor_label=actor.label, action=action, subject=subject, body=body)

"""What must hold for a filing, and for the letter by which a union acts for a group."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from orgs.models import AuthorizationLetter, OrganizationKind
from orgs.selectors.filings import valid_filing
from orgs.selectors.parameters import rule_value_at
from orgs.uscc import problems_of
from procurement.money import format_yuan
from procurement.rules import Refusal, guard, implements


@guard("R-070", "R-071", warning=False)
def is_not_registered(attempt: Any) -> str | None:
    """Only a group without registration is filed; a registered body acts for itself."""
    group = attempt.obj.organization
    if group.kind == OrganizationKind.COMMUNITY:
        return None
    return _("%(org)s已经登记为%(kind)s，不需要备案") % {"org": group.name, "kind": group.kind_label}


@guard("R-062")
def code_is_right(attempt: Any) -> list[str]:
    """Upgrading rests on the certificate: the code must be one of its registry."""
    return problems_of(attempt.data.get("uscc", ""), kind=attempt.data.get("kind", ""))


@guard("R-071")
def filing_is_valid(attempt: Any) -> str | None:
    """The union holds a valid filing of the group it is to act for."""
    letter = attempt.obj
    if valid_filing(letter.executor, letter.union, attempt.today) is not None:
        return None
    return _("%(union)s没有%(group)s的有效备案，不能代理") % {
        "union": letter.union.display_name,
        "group": letter.executor.display_name,
    }


@guard("R-072")
def letter_is_complete(attempt: Any) -> list[str]:
    """A letter names the project, the amount and the term."""
    letter = attempt.obj
    found = []
    if not letter.project_title.strip() or not letter.scope.strip():
        found.append(_("授权委托书须写明项目和委托事项"))
    if letter.ends_on < attempt.today:
        found.append(_("委托期限至 %(day)s，已经届满") % {"day": letter.ends_on})
    return found


@guard("R-074")
def fee_is_within_the_cap(attempt: Any) -> str | None:
    """Above the cap of the place the union says why; the fee is shown to all parties either way."""
    letter = attempt.obj
    cap = Decimal(rule_value_at(letter.union, "union_fee_share", attempt.today))
    if letter.fee_share <= cap:
        return None
    return _("服务费比例 %(share)s 超过 %(cap)s 的上限，须说明理由") % {
        "share": percent(letter.fee_share),
        "cap": percent(cap),
    }


@implements("R-071", "R-072")
def letter_refusals(letter: AuthorizationLetter, *, amount: Any, until: Any, today: date) -> list[Refusal]:
    """Why the union may not act under this letter for that much money until that day (R-071, R-072).

    ``amount`` and ``until`` may be None while nothing has been typed yet.
    """
    found = []
    if letter.status != "in_force" or not letter.starts_on <= today <= letter.ends_on:
        found.append(
            Refusal(
                "R-072",
                _("授权委托书%(number)s为“%(state)s”，委托期限 %(from)s 至 %(to)s，不能据此办理")
                % {
                    "number": letter.number,
                    "state": letter.state.label,
                    "from": letter.starts_on,
                    "to": letter.ends_on,
                },
            )
        )
    if valid_filing(letter.executor, letter.union, today) is None:
        found.append(
            Refusal(
                "R-071",
                _("%(group)s在%(union)s没有有效备案") % {"group": letter.executor.name, "union": letter.union.name},
            )
        )
    if amount is not None and amount > letter.amount:
        found.append(
            Refusal(
                "R-072",
                _("金额 %(asked)s 超过授权委托书的上限 %(limit)s")
                % {"asked": format_yuan(amount), "limit": format_yuan(letter.amount)},
            )
        )
    if until is not None and until > letter.ends_on:
        found.append(
            Refusal("R-072", _("项目至 %(until)s，超出委托期限 %(to)s") % {"until": until, "to": letter.ends_on})
        )
    return found


def percent(share: Decimal) -> str:
    return f"{(share * 100).quantize(Decimal('0.01')).normalize():f}%"

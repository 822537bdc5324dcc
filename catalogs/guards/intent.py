"""What must hold before a letter of intent is accepted, signed or lapses."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from procurement.rules import guard


@guard("S-01")
def intent_is_still_valid(attempt: Any) -> str | None:
    until = attempt.obj.valid_until
    return _("意向书有效期至%(day)s，已过期") % {"day": until.isoformat()} if attempt.today > until else None


@guard("S-01")
def intent_has_expired(attempt: Any) -> str | None:
    until = attempt.obj.valid_until
    return None if attempt.today > until else _("意向书有效期至%(day)s，尚未到期") % {"day": until.isoformat()}


@guard("S-04")
def agreement_is_named(attempt: Any) -> list[str]:
    """A signature without its paper is none."""
    said = []
    if not str(attempt.data.get("agreement", "")).strip():
        said.append(_("须填写协议或项目编号"))
    if attempt.data.get("signed_amount") is None:
        said.append(_("须填写签约金额"))
    return said


@guard("S-04")
def project_is_named(attempt: Any) -> str | None:
    return None if str(attempt.data.get("agreement", "")).strip() else _("须填写项目或合同编号")

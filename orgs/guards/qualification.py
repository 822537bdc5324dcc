"""What must hold before a paper of the dossier is handed in or relied on."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from orgs.selectors.dossier import file_of, in_words
from procurement.rules import guard


@guard("R-051")
def has_its_file(attempt: Any) -> str | None:
    """A number without the paper proves nothing."""
    return None if file_of(attempt.obj) else _("尚未上传材料扫描件")


@guard("R-050")
def is_in_date(attempt: Any) -> str | None:
    paper = attempt.obj
    if not paper.has_expired(attempt.today):
        return None
    return _("该材料已于%(day)s到期，请登记有效的材料") % {"day": in_words(paper.expires_on)}


@guard("R-069")
def verifier_is_of_another_body(attempt: Any) -> str | None:
    """Nobody vouches for the papers of a body they sit in themselves."""
    if attempt.obj.organization_id not in attempt.actor.organization_ids():
        return None
    return _("您在该单位任职，须由其他民政人员核验")

"""The qualification check: every condition answered, and enough bids left to go on."""

from __future__ import annotations

from django.utils.translation import gettext as _

from catalogs.models import ProcurementMethod
from procurement.lifecycle.engine import Attempt
from procurement.rules import Refusal, guard
from projects.selectors.procedures import fewest_bidders
from projects.selectors.qualification import conditions_of, lot_counts


@guard("R-050")
def procedure_is_being_checked(attempt: Attempt) -> str | None:
    """Before the opening nobody judges, and after the conclusion nobody judges again."""
    if attempt.obj.procedure.status == "opened":
        return None
    return _("采购项目不在资格审查阶段")


@guard("S-04")
def every_condition_is_answered(attempt: Attempt) -> str | None:
    asked = conditions_of(attempt.obj.procedure)
    answered = [row["condition"] for row in attempt.data.get("checks", ())]
    return None if answered == asked else _("请逐项填写全部 %(n)s 项资格条件") % {"n": len(asked)}


@guard("R-050")
def every_condition_is_met(attempt: Attempt) -> list[str]:
    return [
        _("不符合资格条件：%(condition)s") % {"condition": row["condition"]}
        for row in attempt.data.get("checks", ())
        if not row["is_met"]
    ]


@guard("R-173", warning=False)
def some_condition_is_not_met(attempt: Attempt) -> str | None:
    unmet = [row for row in attempt.data.get("checks", ()) if not row["is_met"]]
    if not unmet:
        return _("各项资格条件均符合，不能认定为不合格")
    if any(not row["reason"].strip() for row in unmet):
        return _("不符合的条件须逐项写明理由")
    return None


@guard("R-118", "R-119")
def enough_are_qualified(attempt: Attempt) -> list[Refusal]:
    """Fewer than the law wants: the tender fails, the consultation with one left ends."""
    procedure = attempt.obj
    fewest = fewest_bidders(procedure)
    consults = procedure.method == ProcurementMethod.COMPETITIVE_CONSULTATION
    found = []
    for count in lot_counts(procedure):
        if count.pending:
            found.append(
                Refusal("R-118", _("第%(lot)s包还有 %(n)s 份未审查") % {"lot": count.lot.number, "n": count.pending})
            )
        elif count.qualified < fewest:
            found.append(
                Refusal(
                    "R-119" if consults else "R-118",
                    _("第%(lot)s包资格审查合格的供应商只有 %(have)s 家，少于 %(want)s 家，应当废标（终止）")
                    % {"lot": count.lot.number, "have": count.qualified, "want": fewest},
                )
            )
    return found

"""The purchaser's decision: for every open lot the candidates in their order."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement.lifecycle.forms import TransitionForm
from procurement.money import format_yuan
from projects.models import Bid
from projects.selectors.awards import candidates, first_of, is_framework, open_lots


class DecideForm(TransitionForm):
    """``entered()`` gives ``winners``: lot id → ids of the bids chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        procedure: Any = self.obj
        self._lots = open_lots(procedure)
        for lot in self._lots:
            rows = list(candidates(lot))
            choices = [(str(bid.pk), _line(bid)) for bid in rows]
            label = _("第%(n)s包 %(title)s") % {"n": lot.number, "title": lot.title}
            if is_framework(procedure):
                field: forms.Field = forms.MultipleChoiceField(
                    label=label,
                    choices=choices,
                    initial=[key for key, _text in choices],
                    widget=forms.CheckboxSelectMultiple,
                    help_text=_("按评审顺序确定入围供应商，至少两家。"),
                )
            else:
                best = first_of(rows)
                field = forms.ChoiceField(
                    label=label,
                    choices=choices,
                    initial=str(best[0].pk) if len(best) == 1 else None,
                    widget=forms.RadioSelect,
                    help_text=_("须确定排名第一的候选人；并列的由采购人在并列者中确定。"),
                )
            self.fields[str(lot.pk)] = field

    def entered(self) -> dict[str, Any]:
        chosen = {str(lot.pk): self.cleaned_data[str(lot.pk)] for lot in self._lots}
        return {"winners": {lot: rows if isinstance(rows, list) else [rows] for lot, rows in chosen.items()}}


def _line(bid: Bid) -> str:
    score = f" · {bid.total_score}" if bid.total_score is not None else ""
    return f"{bid.rank}. {bid.bidder.name} · {format_yuan(bid.quote)}{score}"

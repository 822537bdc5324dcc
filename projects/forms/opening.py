"""What is entered to open: shares of the key with their passphrases, put together in the memory of this request."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.lifecycle.forms import TransitionForm
from procurement.rules import RuleViolation
from procurement.sealing import WrongShares
from projects.models import SealMode
from projects.selectors.sealing import public_keys
from projects.services.lot_keys import OpenedShare, read_share
from projects.services.opening import keys_from_shares

#: Two are needed; a third place lets all three custodians come.
PLACES = (1, 2, 3)
SHARE_MAX = 64 * 1024


class OpeningForm(TransitionForm):
    """Places for three shares. With the platform's key there is nothing to enter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._keys: dict[str, Any] = {}
        self._numbers: list[int] = []
        if self.obj.seal_mode == SealMode.QUORUM:  # type: ignore[attr-defined]
            for place in PLACES:
                self._add_place(place)

    def _add_place(self, place: int) -> None:
        numbered = {"place": place}
        self.fields[f"share_{place}"] = forms.FileField(
            label=_("密钥份额文件（%(place)s）") % numbered,
            required=False,
            widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        )
        self.fields[f"passphrase_{place}"] = forms.CharField(
            label=_("保管人口令（%(place)s）") % numbered,
            required=False,
            strip=False,
            max_length=200,
            help_text=_("由保管人本人输入。") if place == PLACES[0] else "",
            widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.obj.seal_mode == SealMode.QUORUM:  # type: ignore[attr-defined]
            shares = [share for place in PLACES if (share := self._share(place, data)) is not None]
            if not self.errors:
                self._put_together(shares)
        return data

    def entered(self) -> dict[str, Any]:
        """Keys, not what they were made of; the effect takes them out before the act is recorded."""
        return {"keys": self._keys, "shares": self._numbers}

    def _share(self, place: int, data: dict[str, Any]) -> OpenedShare | None:
        file, passphrase = data.get(f"share_{place}"), data.get(f"passphrase_{place}", "")
        if file is None:
            return None
        if file.size > SHARE_MAX:
            self.add_error(f"share_{place}", _("这不是密钥份额文件，或者文件已损坏"))
            return None
        try:
            return read_share(self.obj, file.read(), passphrase)  # type: ignore[arg-type]
        except RuleViolation as violation:
            self.add_error(f"passphrase_{place}", violation.refusals[0].message)
            return None

    def _put_together(self, shares: list[OpenedShare]) -> None:
        by_number = {share.number: share.lots for share in shares}
        try:
            self._keys = keys_from_shares(public_keys(self.obj), by_number)  # type: ignore[arg-type]
        except WrongShares:
            raise ValidationError(gettext_lazy("须由三名保管人中的两人出示密钥份额并输入口令")) from None
        self._numbers = sorted(by_number)

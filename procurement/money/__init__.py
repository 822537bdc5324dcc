"""Money is Decimal yuan with two places; a float is refused, because 0.1 + 0.2 yuan is not a payment."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CENT = Decimal("0.01")
WAN = Decimal(10_000)


def yuan(amount: Decimal | int | str) -> Decimal:
    """Return the amount as yuan rounded half up to the cent; accepts "1,234.5". A float is a TypeError."""
    if isinstance(amount, bool) or not isinstance(amount, Decimal | int | str):
        raise TypeError(_("金额只接受 Decimal、整数或字符串，不接受 %(type)s。") % {"type": type(amount).__name__})
    text = amount.replace(",", "").replace("，", "").strip() if isinstance(amount, str) else amount
    try:
        value = Decimal(text)
        if not value.is_finite():
            raise InvalidOperation
        return value.quantize(CENT, rounding=ROUND_HALF_UP)
    except InvalidOperation as error:
        raise ValueError(_("“%(amount)s”不是有效的金额。") % {"amount": amount}) from error


def wan(amount: Decimal | int | str) -> Decimal:
    """Return yuan for an amount written in 万元: wan("15.6") is 156000.00."""
    if isinstance(amount, str):
        amount = Decimal(amount.replace(",", "").strip())
    if not isinstance(amount, Decimal | int):
        raise TypeError(_("金额只接受 Decimal、整数或字符串，不接受 %(type)s。") % {"type": type(amount).__name__})
    return yuan(amount * WAN)


def format_yuan(amount: Decimal | int | str | None) -> str:
    """Show an amount with separators and its unit: 1,234.50 元; an absent amount is an em dash."""
    return "—" if amount is None else _("%(amount)s 元") % {"amount": f"{yuan(amount):,.2f}"}


def format_wan(amount: Decimal | int | str | None) -> str:
    """Show an amount in 万元 with two places: 15.60 万元."""
    if amount is None:
        return "—"
    value = (yuan(amount) / WAN).quantize(CENT, rounding=ROUND_HALF_UP)
    return _("%(amount)s 万元") % {"amount": f"{value:,.2f}"}


def split(total: Decimal | int | str, shares: list[Decimal | int]) -> list[Decimal]:
    """Divide a total by weights so that the parts sum to it exactly; each part is within a cent of its due share.

    Every boundary is rounded half up from the running sum, so the remainder never piles up in one part.
    """
    total, weights = yuan(total), [Decimal(share) for share in shares if not isinstance(share, float)]
    if len(weights) != len(shares):
        raise TypeError(_("份额只接受 Decimal 或整数，不接受 float。"))
    if not weights or min(weights) < 0 or sum(weights) <= 0:
        raise ValueError(_("份额不能为负数，且合计须大于零。"))
    parts, running, given = [], Decimal(0), Decimal(0)
    for weight in weights:
        running += weight
        boundary = (total * running / sum(weights)).quantize(CENT, rounding=ROUND_HALF_UP)
        parts.append(boundary - given)
        given = boundary
    return parts


class MoneyField(models.DecimalField):  # type: ignore[type-arg] # not subscriptable when it runs
    """An amount of yuan, numeric(14,2), not negative unless `signed=True`; assigning a float fails at validation."""

    description = gettext_lazy("金额（元）")

    def __init__(self, *args: Any, signed: bool = False, **kwargs: Any):
        self.signed = signed
        kwargs["max_digits"], kwargs["decimal_places"] = 14, 2
        super().__init__(*args, **kwargs)

    @cached_property
    def validators(self) -> list[Any]:
        """Refuse negative amounts in forms and full_clean; tables repeat it as a constraint where it matters."""
        return [*super().validators, *([] if self.signed else [MinValueValidator(Decimal(0))])]

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """Keep migrations short: the precision is the field's own."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        if self.signed:
            kwargs["signed"] = True
        return name, path, list(args), kwargs

    def to_python(self, value: Any) -> Decimal | None:
        """Turn input into yuan; a float is a TypeError, text that is no number a form error."""
        if value is None:
            return None
        try:
            exact = yuan(value)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error
        return exact

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """Stop floats at the last door as well."""
        if isinstance(value, float):
            raise TypeError(_("金额只接受 Decimal、整数或字符串，不接受 %(type)s。") % {"type": "float"})
        return super().get_db_prep_save(value, connection)

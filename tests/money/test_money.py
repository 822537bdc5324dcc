"""Money is exact or refused."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from procurement.money import MoneyField, format_wan, format_yuan, split, wan, yuan

amounts = st.decimals(Decimal(-99999999), Decimal(99999999), places=2)


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("1,234.5", "1234.50"),
        ("0.005", "0.01"),
        ("2.675", "2.68"),
        ("-0.005", "-0.01"),
        (7, "7.00"),
        (" 12，000 ", "12000.00"),
    ],
)
def test_yuan_rounds_half_up_to_the_cent(text, exact):
    assert yuan(text) == Decimal(exact)
    assert yuan(text).as_tuple().exponent == -2


@pytest.mark.parametrize("inexact", [0.1, 1.0, True, None, [1]])
def test_yuan_refuses_what_is_not_exact(inexact):
    with pytest.raises(TypeError, match="金额只接受"):
        yuan(inexact)


@pytest.mark.parametrize("text", ["", "十元", "1.2.3", "NaN", "Infinity"])
def test_yuan_refuses_text_that_is_no_number(text):
    with pytest.raises(ValueError, match="不是有效的金额"):
        yuan(text)


def test_amounts_are_shown_with_their_unit():
    assert format_yuan(Decimal("1234.5")) == "1,234.50 元"
    assert format_wan(156_000) == "15.60 万元"
    assert format_yuan(None) == format_wan(None) == "—"


def test_wan_is_ten_thousand_yuan_and_keeps_every_cent():
    assert wan("15.6") == Decimal("156000.00")
    assert wan("0.000123") == Decimal("1.23")
    with pytest.raises(TypeError):
        wan(15.6)


def test_template_filters_show_yuan_and_wan():
    template = Template("{% load money %}{{ amount|yuan }} / {{ amount|wan }} / {{ nothing|yuan }}")
    assert template.render(Context({"amount": Decimal(156_000), "nothing": None})) == "156,000.00 元 / 15.60 万元 / —"


@given(amounts, st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any))
def test_parts_sum_to_the_total_and_stay_within_a_cent_of_their_share(total, shares):
    parts = split(total, shares)
    assert sum(parts) == total
    for part, share in zip(parts, shares, strict=True):
        assert abs(part - total * share / sum(shares)) <= Decimal("0.01")


def test_thirds_give_no_cent_away():
    assert split("100", [1, 1, 1]) == [Decimal("33.33"), Decimal("33.34"), Decimal("33.33")]
    assert split("0.01", [50, 50]) == [Decimal("0.01"), Decimal("0.00")]


@pytest.mark.parametrize("shares", [[], [0, 0], [1, -1]])
def test_shares_that_cannot_divide_are_refused(shares):
    with pytest.raises(ValueError, match="份额不能为负数"):
        split("100", shares)


def test_float_shares_are_refused():
    with pytest.raises(TypeError, match="float"):
        split("100", [0.5, 0.5])


@given(amounts)
def test_yuan_is_stable(amount):
    assert yuan(yuan(amount)) == yuan(str(amount)) == amount


def test_field_is_numeric_14_2_and_keeps_migrations_short():
    field = MoneyField("拨付金额", null=True)
    assert (field.max_digits, field.decimal_places) == (14, 2)
    assert field.deconstruct()[3] == {"verbose_name": "拨付金额", "null": True}
    assert models.DecimalField.db_type(field, connection) == "numeric(14, 2)"


def test_field_cleans_text_and_refuses_bad_amounts():
    field = MoneyField("拨付金额")
    assert field.clean("1,000.005", None) == Decimal("1000.01")
    with pytest.raises(ValidationError, match="不是有效的金额"):
        field.clean("一千", None)
    with pytest.raises(ValidationError):
        field.clean("-1", None)
    assert MoneyField("差额", signed=True).clean("-1", None) == Decimal(-1)


def test_field_refuses_float_on_every_road():
    field = MoneyField("拨付金额")
    with pytest.raises(TypeError):
        field.clean(0.1, None)
    with pytest.raises(TypeError):
        field.get_db_prep_save(0.1, connection)

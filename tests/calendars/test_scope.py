"""Words of measure and precedence (R-306, R-307)."""

from decimal import Decimal

import pytest

from procurement.calendars.scope import at_least, at_most, below, beyond, prevailing, strictest

HALF_MILLION = Decimal(500_000)


@pytest.mark.parametrize(
    ("word", "below_it", "at_it", "above_it"),
    [
        (at_least, False, True, True),
        (at_most, True, True, False),
        (below, True, False, False),
        (beyond, False, False, True),
    ],
)
def test_words_of_measure_include_or_exclude_the_number(word, below_it, at_it, above_it):
    cent = Decimal("0.01")
    assert word(HALF_MILLION - cent, HALF_MILLION) is below_it
    assert word(HALF_MILLION, HALF_MILLION) is at_it
    assert word(HALF_MILLION + cent, HALF_MILLION) is above_it


@pytest.mark.parametrize(("national", "local", "expected"), [(7, 5, 7), (None, 5, 5), (0, 5, 0), (None, None, None)])
def test_national_rule_prevails_where_it_speaks(national, local, expected):
    assert prevailing(national=national, local=local) == expected


def test_strictest_effect_wins():
    assert strictest("warn", "block", "record") == "block"
    assert strictest("record", "compute") == "compute"

"""Parameters: one declaration, typed values, no code nobody declared."""

from decimal import Decimal

import pytest

from procurement.calendars import Period
from procurement.rules import Regime
from procurement.rules.checks import presets_use_declared_parameters
from procurement.rules.parameters import PARAMETERS, BadValue, Kind, UnknownParameter, faults_in, parameter


def test_every_default_fits_its_own_kind():
    for declared in PARAMETERS.values():
        for value in (declared.default, *declared.by_regime.values()):
            assert declared.read(_as_json(value)) == value
            assert declared.show(value)


def _as_json(value):
    if isinstance(value, tuple):
        return [_as_json(part) for part in value]
    return str(value) if isinstance(value, Decimal) else value


def test_every_term_is_read_by_the_calendar():
    terms = [declared for declared in PARAMETERS.values() if declared.kind == Kind.PERIOD]
    assert terms
    for term in terms:
        period = Period.parse(term.default)
        assert term.show(term.default).startswith(str(period.n))


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("publicity_days", "7 个工作日"),
        ("sign_days", "30 日"),
        ("closeout_days", "1 个月"),
        ("supplement_share", "10%"),
        ("tranche_schedule", "50% / 40% / 10%"),
        ("panel_large_amount", "1000 万元"),
        ("volunteer_daily_allowance", "100 元"),
        ("application_cap", "2 项"),
        ("score_trimming", "否"),
        ("panel_kinds", "业务 / 管理 / 财务 / 实务"),
    ],
)
def test_value_is_shown_as_people_read_it(code, shown):
    assert parameter(code).show(parameter(code).default) == shown


def test_default_follows_the_regime():
    lookback = parameter("penalty_lookback_years")
    assert lookback.default_for(Regime.GRANT_APPLICATION) == 2
    assert lookback.default_for(Regime.STATUTORY) == 3
    assert lookback.rule_for(Regime.GRANT_APPLICATION).id == "R-053"


@pytest.mark.parametrize(
    ("code", "raw"),
    [
        ("application_cap", "2"),
        ("application_cap", True),
        ("application_cap", -1),
        ("publicity_days", "7"),
        ("publicity_days", "0wd"),
        ("publicity_days", 7),
        ("supplement_share", "1.5"),
        ("supplement_share", 0.1),
        ("open_tender_threshold", "NaN"),
        ("open_tender_threshold", "四百万"),
        ("tranche_schedule", ["0.5", "0.4"]),
        ("score_trimming", "no"),
        ("panel_kinds", "business"),
    ],
)
def test_value_of_the_wrong_kind_is_refused(code, raw):
    with pytest.raises(BadValue):
        parameter(code).read(raw)


def test_undeclared_code_is_refused():
    with pytest.raises(UnknownParameter):
        parameter("aplication_cap")
    assert faults_in({"aplication_cap": 2}) == ["未声明的参数：aplication_cap"]


def test_presets_set_declared_parameters_only():
    assert presets_use_declared_parameters() == []

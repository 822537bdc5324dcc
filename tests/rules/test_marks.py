"""The handbook's states follow from marks alone."""

import sys

import pytest

import procurement.calendars
from procurement.rules import (
    RuleState,
    UnknownRule,
    enforced_by_constraint,
    guard,
    implements,
    marks,
    records,
    register_enforcement,
    state_of,
)
from procurement.rules.checks import declared_code_exists, declared_constraints_exist
from procurement.rules.marks import MarkKind, implemented_at


@pytest.fixture(autouse=True)
def fresh_marks(monkeypatch):
    """Each test starts from no marks at all, so that real code cannot decide its outcome."""
    module = sys.modules["procurement.rules.marks"]
    monkeypatch.setattr(module, "_marks", {})
    monkeypatch.setattr(module, "_constraint_messages", dict(module._constraint_messages))
    monkeypatch.setattr(module, "_constraints_in_sql", set(module._constraints_in_sql))


def test_rule_without_marks_is_not_implemented():
    assert state_of("R-060") == RuleState.PENDING


def test_guard_no_transition_uses_enforces_nothing():
    guard("R-060")(lambda attempt: None)
    assert state_of("R-060") == RuleState.PENDING


def test_rule_bound_to_a_transition_is_enforced_there():
    register_enforcement("R-060", "application.submit", "/handbook/lifecycles/application/")
    assert state_of("R-060") == RuleState.ENFORCED
    assert [(mark.kind, mark.where) for mark in marks("R-060")] == [(MarkKind.TRANSITION, "application.submit")]


def test_rule_registered_twice_is_listed_once():
    register_enforcement("R-060", "application.submit")
    register_enforcement("R-060", "application.submit")
    assert len(marks("R-060")) == 1


def test_computing_rule_carried_out_by_code_is_computed():
    @implements("R-300")
    def count_days():
        return 0

    assert state_of("R-300") == RuleState.COMPUTED
    assert marks("R-300")[0].where.endswith("count_days")


def test_blocking_rule_carried_out_by_code_is_enforced():
    implements("R-286")(lambda: None)
    assert state_of("R-286") == RuleState.ENFORCED


def test_rule_whose_fact_is_kept_is_recorded():
    @records("R-066")
    class BreachRecord:
        pass

    assert state_of("R-066") == RuleState.RECORDED


def test_rule_upheld_by_the_database_is_enforced():
    enforced_by_constraint("R-018", "rule_set_no_overlap")
    assert state_of("R-018") == RuleState.ENFORCED


def test_constraint_no_model_declares_is_an_error_of_the_check():
    enforced_by_constraint("R-018", "contract_paid_within_dreams")
    assert [error.id for error in declared_constraints_exist() if "dreams" in error.msg] == ["rules.E002"]


def test_constraint_made_by_hand_written_sql_is_not_looked_up():
    enforced_by_constraint("R-018", "ledger_sealed_by_hand", in_sql=True)
    assert not [error for error in declared_constraints_exist() if "ledger_sealed_by_hand" in error.msg]


def test_code_a_sibling_room_declares_counts_as_carrying_out_the_rule():
    implemented_at("R-300", "procurement.calendars.clock.add_days")
    assert state_of("R-300") == RuleState.COMPUTED


def test_declared_code_leads_to_real_code(monkeypatch):
    assert declared_code_exists() == []
    monkeypatch.setattr(procurement.calendars, "IMPLEMENTS", {"R-300": "procurement.calendars.clock.add_weeks"})
    assert [error.id for error in declared_code_exists()] == ["rules.E004"]


@pytest.mark.parametrize("mark", [implements, records])
def test_mark_of_an_unknown_rule_is_refused(mark):
    with pytest.raises(UnknownRule):
        mark("R-996")(lambda: None)


def test_enforcement_of_an_unknown_rule_is_refused():
    with pytest.raises(UnknownRule):
        register_enforcement("R-996", "application.submit")

"""Rule sets: which one governs a day and a place, and that nothing ever changes under a running case."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from procurement.access.models import User
from procurement.rules import Regime, refusal_for_constraint
from procurement.rules.checks import stored_values_are_declared
from procurement.rules.models import NoRuleSetInForce, RuleSet
from procurement.rules.parameters import PARAMETERS
from procurement.rules.presets import install_presets, presets
from procurement.rules.services import approve, draft_version

pytestmark = pytest.mark.django_db

GA, ST, OP = Regime.GRANT_APPLICATION, Regime.STATUTORY, Regime.OTHER_PURCHASE


def in_force(place, regime, day, **more):
    return RuleSet.objects.in_force(jurisdiction=place, regime=regime, on=datetime.date.fromisoformat(day), **more)


@pytest.fixture
def author(db):
    return User.objects.create(username="sysadmin-test", name="系统管理员")


@pytest.fixture
def approver(db):
    return User.objects.create(username="finance-test", name="财政")


def make(**fields):
    known = {
        "jurisdiction": "330000",
        "jurisdiction_name": "浙江省",
        "level": "provincial",
        "regime": OP,
        "version": 1,
        "valid_from": datetime.date(2020, 1, 1),
        "basis": "测试文件",
        "values": {"remedy_days": "5wd"},
        "approved_at": timezone.now(),
    }
    return RuleSet.objects.create(**{**known, **fields})


def test_nearest_division_speaks_first():
    assert in_force("110105001", GA, "2016-03-01").jurisdiction == "110000"
    assert in_force("310106", ST, "2012-06-01").value("open_tender_threshold") == Decimal(500_000)


def test_silent_place_follows_the_nation():
    assert in_force("420506", ST, "2016-03-01").jurisdiction == "000000"


def test_version_in_force_follows_the_day():
    assert in_force("110000", GA, "2015-12-31").version == 1
    assert in_force("110000", GA, "2016-01-01").version == 2


def test_first_and_last_day_are_both_included():
    ended = make(valid_to=datetime.date(2020, 12, 31))
    assert in_force("330000", OP, "2020-01-01") == ended
    assert in_force("330000", OP, "2020-12-31") == ended
    assert in_force("330000", OP, "2021-01-01").jurisdiction == "000000"


def test_level_asked_for_is_preferred():
    street = make(level="subdistrict", values={"remedy_days": "3wd"})
    provincial = make()
    assert in_force("330106", OP, "2020-05-01", level="subdistrict") == street
    assert in_force("330106", OP, "2020-05-01") == provincial


def test_day_before_any_rule_set_is_an_error_and_not_a_guess():
    with pytest.raises(NoRuleSetInForce, match="R-001"):
        in_force("110000", ST, "1999-01-01")


def test_draft_governs_nothing():
    make(approved_at=None)
    assert in_force("330000", OP, "2020-05-01").jurisdiction == "000000"


def test_value_the_place_sets_wins_and_the_rest_is_default():
    shanghai = in_force("310000", GA, "2016-03-01")
    assert shanghai.value("publicity_days") == "15cd"
    assert shanghai.value("application_cap") == 2
    assert shanghai.shown("publicity_days") == "15 日"


def test_effective_lists_every_parameter_and_marks_the_places_own():
    effective = {row.code: own for row, _, own in in_force("420506", OP, "2014-01-01").effective()}
    assert effective.keys() == PARAMETERS.keys()
    assert effective["lottery_reserved_share"]
    assert not effective["application_cap"]


def test_undeclared_or_ill_typed_value_never_reaches_the_table():
    with pytest.raises(ValidationError, match="未声明的参数"):
        make(values={"remedy_day": "5wd"})
    with pytest.raises(ValidationError, match="诉求受理答复"):
        make(values={"remedy_days": "5 days"})


def test_stored_value_nobody_declares_is_found_by_the_check():
    make(approved_at=None)
    RuleSet.objects.filter(jurisdiction="330000").update(values={"withdrawn_parameter": 1})
    assert [error.id for error in stored_values_are_declared(databases=["default"])] == ["rules.E003"]


def test_approved_rule_set_cannot_change_even_by_raw_update():
    frozen = make()
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        RuleSet.objects.filter(pk=frozen.pk).update(values={"remedy_days": "30wd"})
    assert str(refusal_for_constraint(caught.value)).startswith("R-001 规则集批准后不得修改")
    frozen.refresh_from_db()
    assert frozen.value("remedy_days") == "5wd"


def test_approved_rule_set_cannot_be_deleted_even_by_raw_sql():
    frozen = make()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM rules_ruleset WHERE id = %s", [frozen.pk])
    assert RuleSet.objects.filter(pk=frozen.pk).exists()


def test_overlapping_validity_is_refused_by_the_database():
    make()
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        make(version=2, valid_from=datetime.date(2021, 1, 1))
    assert "有效期不得重叠" in str(refusal_for_constraint(caught.value))


def test_overlapping_draft_is_allowed_until_it_is_approved():
    make()
    draft = make(version=2, valid_from=datetime.date(2021, 1, 1), approved_at=None)
    assert draft.pk


def test_ending_before_beginning_is_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        make(valid_to=datetime.date(2019, 1, 1))
    assert not RuleSet.objects.filter(jurisdiction="330000").exists()


def test_new_version_takes_over_and_a_pinned_case_keeps_the_old_one(author, approver):
    pinned = make()
    draft = draft_version(
        actor_id=author.pk,
        of=pinned,
        changes={"remedy_days": "10wd"},
        valid_from=datetime.date(2022, 7, 1),
        basis="修订文件",
    )
    approve(actor_id=approver.pk, rule_set=draft, at=timezone.now())

    assert draft.version == 2
    assert in_force("330000", OP, "2022-06-30").value("remedy_days") == "5wd"
    assert in_force("330000", OP, "2022-07-01").value("remedy_days") == "10wd"
    pinned.refresh_from_db()
    assert pinned.valid_to == datetime.date(2022, 6, 30)
    assert pinned.value("remedy_days") == "5wd"


def test_author_of_a_draft_cannot_approve_it(author):
    draft = draft_version(
        actor_id=author.pk, of=make(), changes={}, valid_from=datetime.date(2022, 7, 1), basis="修订文件"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        approve(actor_id=author.pk, rule_set=draft, at=timezone.now())
    draft.refresh_from_db()
    assert draft.approved_at is None


def test_presets_install_once():
    before = RuleSet.objects.count()
    install_presets()
    assert RuleSet.objects.count() == before == len(presets())

"""Which duties may not meet in one person in the same case (domain §5.3)."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from procurement.access import Duty, conflict_for, conflicts_of, record_duty
from procurement.access.duties import CONFLICTS
from procurement.access.models import DutyException, DutyRecord
from procurement.rules import registry
from tests.factories import make_user

SOURCED = [
    (Duty.DEMAND_AUTHOR, Duty.DEMAND_REVIEWER, "R-040"),
    (Duty.DOCUMENT_AUTHOR, Duty.DOCUMENT_CHECKER, "R-040"),
    (Duty.CONTRACT_SIGNER, Duty.ACCEPTOR, "R-247"),
    (Duty.PAYMENT_REQUESTER, Duty.PAYMENT_APPROVER, "R-254"),
    (Duty.PAYMENT_APPROVER, Duty.PAYER, "R-254"),
    (Duty.PAYMENT_REQUESTER, Duty.PAYER, "R-254"),
    (Duty.BUDGET_PREPARER, Duty.BUDGET_APPROVER, "R-254"),
    (Duty.PANEL_MEMBER, Duty.AWARD_DECIDER, "R-156"),
    (Duty.ENDORSER, Duty.APPLICANT, "R-084"),
    (Duty.EVALUATOR, Duty.APPLICANT, "R-265"),
]


@pytest.mark.parametrize(("first", "second", "rule_id"), SOURCED)
def test_pair_excludes_both_ways(first: Duty, second: Duty, rule_id: str) -> None:
    assert (second, rule_id) in conflicts_of(first)
    assert (first, rule_id) in conflicts_of(second)


def test_every_pair_names_a_known_rule_and_two_different_duties() -> None:
    assert all(pair.rule_id in registry for pair in CONFLICTS)
    assert all(pair.first != pair.second for pair in CONFLICTS)


@pytest.mark.django_db
@pytest.mark.parametrize("pair", CONFLICTS, ids=lambda pair: f"{pair.first}-{pair.second}")
def test_duty_is_refused_to_who_holds_its_opposite_in_the_case(pair) -> None:
    person, case = make_user(), uuid4()
    record_duty(person_id=person.pk, case_id=case, duty=pair.first, at=timezone.now())
    found = conflict_for(person_id=person.pk, case_id=case, duty=pair.second)
    assert found is not None
    assert found[0] == pair.first
    assert conflict_for(person_id=person.pk, case_id=uuid4(), duty=pair.second) is None
    assert conflict_for(person_id=make_user().pk, case_id=case, duty=pair.second) is None


@pytest.mark.django_db
def test_duty_is_recorded_once_and_never_altered() -> None:
    person, case = make_user(), uuid4()
    for _each in range(2):
        record_duty(person_id=person.pk, case_id=case, duty=Duty.PAYER, at=timezone.now())
    record = DutyRecord.objects.get(person=person)
    record.duty = Duty.ACCEPTOR
    with pytest.raises(DatabaseError), transaction.atomic():
        record.save()


@pytest.mark.django_db
def test_exception_approved_by_another_person_lifts_the_conflict() -> None:
    person, case = make_user(), uuid4()
    record_duty(person_id=person.pk, case_id=case, duty=Duty.PAYMENT_REQUESTER, at=timezone.now())
    exception = {"case_id": case, "person": person, "duty": Duty.PAYMENT_APPROVER, "reason": "全站仅三人"}
    with pytest.raises(IntegrityError, match="duty_exception_not_self_approved"), transaction.atomic():
        DutyException.objects.create(approved_by=person, approved_at=timezone.now(), **exception)
    assert conflict_for(person_id=person.pk, case_id=case, duty=Duty.PAYMENT_APPROVER)
    DutyException.objects.create(approved_by=make_user(), approved_at=timezone.now(), **exception)
    assert conflict_for(person_id=person.pk, case_id=case, duty=Duty.PAYMENT_APPROVER) is None
    assert conflict_for(person_id=person.pk, case_id=case, duty=Duty.PAYER)

"""What an entry holds, and that it commits or vanishes with the business."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import RequestFactory
from django.utils import timezone

from procurement.audit import erase_personal, matches_personal, record, seal_pending, verify
from procurement.audit.models import AuditChain, AuditEvent, Salt
from procurement.audit.origin import OriginMiddleware, client_address
from tests.audit.conftest import undone, write

pytestmark = pytest.mark.django_db


def entry(**changes):
    return record(**{"action": "application.submit", "subject": f"projects.application:{uuid4()}", **changes})


def test_entry_keeps_who_what_and_when_and_is_hashed_by_the_database():
    actor, case = uuid4(), uuid4()
    event = entry(actor_id=actor, actor_label="某中心 · 负责人", case_id=case, body={"amount": Decimal("156000.00")})
    event.refresh_from_db()
    assert (event.actor_id, event.case_id, event.ok) == (actor, case, True)
    assert event.content == {"amount": "156000.00"}
    assert len(bytes(event.content_hash)) == 32
    assert abs(event.at - timezone.now()) < timedelta(minutes=1)


def test_instant_is_the_databases_own_and_differs_within_one_transaction():
    first, second = entry(), entry()
    assert first.at < second.at


def test_caller_cannot_date_an_entry_back():
    event = AuditEvent.objects.create(
        action="a", subject="s", ok=True, body=b"{}", at=timezone.now() - timedelta(days=9)
    )
    event.refresh_from_db()
    assert timezone.now() - event.at < timedelta(minutes=1)


def test_caller_cannot_choose_the_hash():
    event = AuditEvent.objects.create(action="a", subject="s", ok=True, body=b"{}", content_hash=b"x" * 32)
    event.refresh_from_db()
    assert bytes(event.content_hash) != b"x" * 32


def test_entry_has_no_place_until_it_is_sealed():
    event = entry()
    assert not AuditEvent.objects.sealed().exists()
    seal_pending()
    assert AuditEvent.objects.sealed().get() == event


def test_body_with_a_float_is_refused_and_leaves_nothing():
    with pytest.raises(TypeError, match="float"):
        entry(body={"amount": 0.1})
    assert not AuditEvent.objects.exists()


def test_body_may_not_pose_as_personal_data():
    with pytest.raises(ValueError, match="personal"):
        entry(body={"personal": {}})


@pytest.mark.django_db(transaction=True)
def test_rolled_back_business_leaves_no_entry_and_no_gap():
    write(1)
    with undone():
        entry()
    write(2)
    assert list(AuditChain.objects.values_list("seq", flat=True)) == [1, 2]


@transaction.atomic
def salt_without_entry():
    """A business whose own foreign key fails at commit, checked after the seal."""
    event = entry()
    Salt.objects.create(event=event, subject="s", field="f", salt=b"1" * 32)
    Salt.objects.update(event_id=uuid4())


@pytest.mark.django_db(transaction=True)
def test_commit_that_fails_after_sealing_leaves_no_gap():
    write(1)
    with pytest.raises(DatabaseError, match="audit_salt"):
        salt_without_entry()
    write(2)
    assert list(AuditChain.objects.values_list("seq", flat=True)) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_savepoint_rolled_back_takes_only_its_own_entry():
    with transaction.atomic():
        kept = entry()
        with undone():
            entry()
    assert AuditEvent.objects.get() == kept
    assert verify().whole


def test_personal_values_stand_only_as_salted_hashes():
    event = entry(personal={"id_number": "110101199003070000", "phone": "13800000000"})
    stored = bytes(event.body).decode()
    assert "110101199003070000" not in stored
    assert "13800000000" not in stored
    assert matches_personal(event, field="phone", value="13800000000")
    assert not matches_personal(event, field="phone", value="13900000000")


def test_erasing_personal_data_makes_hashes_dumb_and_leaves_the_chain_whole():
    event = entry(personal={"phone": "13800000000"}, personal_subject="orgs.person:7")
    assert erase_personal("orgs.person:7") == 1
    assert not matches_personal(event, field="phone", value="13800000000")
    assert not Salt.objects.exists()
    assert verify().whole


def test_address_is_kept_beside_the_entry_and_erased_with_its_actor():
    actor = uuid4()
    event = entry(actor_id=actor, ip="192.0.2.7")
    assert "192.0.2.7" not in bytes(event.body).decode()
    assert event.salts.get().value == "192.0.2.7"
    assert matches_personal(event, field="ip", value="192.0.2.7")
    assert erase_personal(f"access.user:{actor}") == 1


def test_address_of_the_request_reaches_entries_made_during_it_and_no_later_ones():
    def respond(_request):
        return entry()

    event = OriginMiddleware(respond)(RequestFactory().get("/", REMOTE_ADDR="192.0.2.9"))
    assert event.salts.get().value == "192.0.2.9"
    assert not entry().salts.exists()


@pytest.mark.parametrize(
    ("proxies", "expected"), [(0, "10.0.0.1"), (1, "198.51.100.4"), (2, "203.0.113.5"), (3, "10.0.0.1")]
)
def test_only_declared_proxies_are_believed(settings, proxies, expected):
    settings.PORTAL = {**settings.PORTAL, "PROXY_COUNT": proxies}
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.5, 198.51.100.4")
    assert client_address(request) == expected


def test_queryset_verbs_find_the_entries_they_name():
    case, actor = uuid4(), uuid4()
    submitted = entry(case_id=case, actor_id=actor)
    signed = entry(case_id=case, action="contract.sign", subject="projects.contract:1")
    entry(action="contracting.start")
    seal_pending()
    journal = AuditEvent.objects.sealed()
    assert list(journal.for_case(case).oldest_first()) == [submitted, signed]
    assert journal.by_actor(actor).get() == submitted
    assert journal.of_action("contract").get() == journal.about("projects.contract:1").get() == signed
    assert list(journal.between(submitted.at, signed.at)) == [submitted]
    newest = journal.newest_first().first()
    assert journal.older_than(newest.chain.seq).count() == 2
    assert journal.newer_than(1).count() == 2


def test_database_and_python_agree_on_awkward_content():
    entry(actor_label="𠮷田“养老”\n|", action="a|b", subject="", body={"空": None, "深": [{"a": "\u2028"}]})
    entry(ok=False, actor_id=uuid4(), case_id=uuid4())
    report = verify()
    assert report.whole
    assert report.size == 2

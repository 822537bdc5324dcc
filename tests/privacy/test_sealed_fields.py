"""Phones, accounts and addresses lie sealed in the database, are found by fingerprint and survive a change of keys."""

from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from orgs.models import Expert, Organization
from procurement.lifecycle.engine import database_now
from procurement.privacy import fingerprint
from procurement.privacy.keyfiles import key_file
from procurement.privacy.sealing import KEYS, is_sealed
from projects.models import ChangeItem, ChangeRequest, Contract, SectionDraft
from projects.services import receipts
from tests.factories import make_expert, make_social_organization, make_user
from tests.factories.closing import Closing, make_project

pytestmark = pytest.mark.django_db

#: Numbers that occur nowhere else, so that one hit is one leak.
CANARIES = {
    "contact_phone": "13977001234",
    "bank_account": "6228990011223344",
    "leader_phone": "13988004321",
    "expert_phone": "13966005678",
    "email": "canary-7731@example.invalid",
    "account_number": "6229110022334455",
    "new_phone": "13955009876",
}


def stored(model: type, pk: object, column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f'select "{column}" from {model._meta.db_table} where id = %s', [pk])
        return cursor.fetchone()[0]


def tables_naming(text: str) -> list[str]:
    """Every table with a row that holds the text, as it is or inside bytes."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f'select 1 from "{table}" t where t::text like %s or t::text like %s limit 1',
                [f"%{text}%", f"%{text.encode().hex()}%"],
            )
            if cursor.fetchone():
                found.append(table)
    return found


@pytest.fixture
def world() -> Closing:
    """One project with every kind of personal number in every place that keeps one."""
    make_user(email=CANARIES["email"])
    make_expert(phone=CANARIES["expert_phone"])
    made = make_project(leader_phone=CANARIES["leader_phone"])
    application, contract = made.application, made.contract
    applicant = application.applicant
    applicant.contact_phone, applicant.bank_account = CANARIES["contact_phone"], CANARIES["bank_account"]
    applicant.save()
    receipts.issue(application, database_now())
    SectionDraft.objects.create(
        application=application, code="basic", values={"leader_phone": CANARIES["leader_phone"]}
    )
    change = ChangeRequest.objects.create(number="BG-1", application=application, case=application.case, kind="leader")
    ChangeItem.objects.create(
        change=change,
        target="leader_phone",
        label="负责人电话",
        before=CANARIES["leader_phone"],
        after=CANARIES["new_phone"],
        before_text=CANARIES["leader_phone"],
        after_text=CANARIES["new_phone"],
    )
    second = Contract.objects.filter(pk=contract.pk).get()
    second.pk, second.number, second.status = None, "HT-CANARY", "cancelled"
    second._state.adding, second.content_sha256 = True, ""
    second.account_number = CANARIES["account_number"]
    second.save(force_insert=True)
    return made


def test_no_table_holds_a_personal_number_in_the_open(world: Closing) -> None:
    for name, number in CANARIES.items():
        assert tables_naming(number) == [], name


def test_the_search_would_find_an_open_number(world: Closing) -> None:
    """Control: the same look finds what is written past the sealed field."""
    with connection.cursor() as cursor:
        cursor.execute("update orgs_organization set address = %s", [CANARIES["bank_account"]])
    assert tables_naming(CANARIES["bank_account"]) == ["orgs_organization"]


def test_values_read_back_as_they_were_entered(world: Closing) -> None:
    applicant = Organization.objects.get(pk=world.application.applicant_id)
    assert (applicant.contact_phone, applicant.bank_account) == (CANARIES["contact_phone"], CANARIES["bank_account"])
    assert Expert.objects.get().phone == CANARIES["expert_phone"]
    assert world.fresh().leader_phone == CANARIES["leader_phone"]
    assert ChangeItem.objects.get().after == CANARIES["new_phone"]
    assert SectionDraft.objects.get().values == {"leader_phone": CANARIES["leader_phone"]}


def test_a_change_of_leader_shows_no_whole_number(world: Closing) -> None:
    item = ChangeItem.objects.get()
    assert (item.shown_before, item.shown_after) == ("139****4321", "139****9876")
    assert CANARIES["new_phone"] not in str(item)


def test_equal_numbers_are_found_however_they_are_written() -> None:
    one = make_social_organization(contact_phone="010-6509 9999", bank_account="6228 9900 1122 3344")
    two = make_social_organization(contact_phone="01065099999", bank_account="6228-9900-1122-3344")
    make_social_organization(contact_phone="13900000000", bank_account="6228990011223345")
    same = Organization.objects.filter(bank_account_fingerprint=fingerprint("account", "6228990011223344"))
    assert set(same) == {one, two}
    assert one.contact_phone_fingerprint == two.contact_phone_fingerprint == fingerprint("phone", "+86 01065099999")
    assert make_social_organization().bank_account_fingerprint == ""


def test_saving_one_field_keeps_its_fingerprint_in_step() -> None:
    body = make_social_organization(bank_account="11112222")
    body.bank_account = "33334444"
    body.save(update_fields=["bank_account"])
    body.refresh_from_db()
    assert body.bank_account_fingerprint == fingerprint("account", "33334444")


def test_a_sealed_column_refuses_to_be_searched() -> None:
    with pytest.raises(FieldError, match="fingerprint"):
        Organization.objects.filter(bank_account="1109050000012345").exists()
    with pytest.raises(FieldError):
        Organization.objects.filter(bank_account__contains="1109").exists()
    assert Organization.objects.filter(bank_account="").count() == Organization.objects.count()


def test_saving_unchanged_leaves_the_column_as_it_was(world: Closing) -> None:
    """Signed terms are frozen by comparing columns: a number sealed anew would look like a change of contract."""
    contract = Contract.objects.get(pk=world.contract.pk)
    before = stored(Contract, contract.pk, "account_number")
    assert is_sealed(before)
    contract.filing_number = "BA-1"
    contract.save()
    contract.refresh_from_db()
    contract.save()
    assert stored(Contract, contract.pk, "account_number") == before


def test_keys_turn_without_losing_a_value_a_seal_or_a_signature(world: Closing) -> None:
    receipt = world.application.receipts.get()
    body = world.application.applicant
    old, before = key_file(KEYS).read_bytes(), stored(Contract, world.contract.pk, "account_number")
    key_file(KEYS).write_bytes(Fernet.generate_key() + b"\n" + old)
    try:
        call_command("rotate_personal_keys", stdout=StringIO())
        key_file(KEYS).write_bytes(key_file(KEYS).read_bytes().splitlines()[0])  # the old key is gone
        assert stored(Contract, world.contract.pk, "account_number") != before
        assert Contract.objects.get(pk=world.contract.pk).account_number == world.contract.account_number
        assert Organization.objects.get(pk=body.pk).bank_account == CANARIES["bank_account"]
        receipt.refresh_from_db()
        assert receipts.is_genuine(receipt)
    finally:
        key_file(KEYS).write_bytes(old)


def test_a_lost_key_is_said_and_never_read_as_nothing(world: Closing) -> None:
    old = key_file(KEYS).read_bytes()
    key_file(KEYS).write_bytes(Fernet.generate_key())
    try:
        with pytest.raises(ImproperlyConfigured, match="无法解密"):
            _ = Organization.objects.get(pk=world.application.applicant_id).bank_account
    finally:
        key_file(KEYS).write_bytes(old)

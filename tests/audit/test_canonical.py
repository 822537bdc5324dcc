"""Bytes that are hashed are exact, unambiguous, and the same in Python and in the database."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from procurement.audit.canonical import EPOCH, canonical_bytes, content_hash, microseconds, salted_hash
from procurement.audit.merkle import Tree

#: From the test data of the reference log implementation of RFC 6962.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

NAIVE = datetime(2026, 3, 2, tzinfo=UTC).replace(tzinfo=None)


class Grade(models.TextChoices):
    GOOD = "good", "良"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1234.50"), '"1234.50"'),
        (UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (datetime(2026, 3, 2, 8, tzinfo=timezone(timedelta(hours=8))), '"2026-03-02T00:00:00.000000Z"'),
        (date(2026, 3, 2), '"2026-03-02"'),
        ({"b": 1, "a": None, 3: True}, '{"3":true,"a":null,"b":1}'),
        ({"三", "一"}, '["一","三"]'),
        ((Grade.GOOD, "养老"), '["good","养老"]'),
        (2**60, '"1152921504606846976"'),
    ],
)
def test_values_become_canonical_json(value, text):
    assert canonical_bytes({"v": value}) == f'{{"v":{text}}}'.encode()


@pytest.mark.parametrize("value", [1.5, b"raw", object(), NAIVE])
def test_values_that_are_not_exact_are_refused(value):
    with pytest.raises(TypeError, match="journal"):
        canonical_bytes({"v": value})


FIELDS = {
    "suite": "INTL",
    "id": UUID(int=1),
    "at": EPOCH,
    "actor_id": None,
    "actor_label": "a",
    "action": "b",
    "subject": "c",
    "case_id": None,
    "ok": True,
    "body": b"{}",
}
OTHERS = {
    "suite": "SM",
    "id": UUID(int=2),
    "at": EPOCH + timedelta(microseconds=1),
    "actor_id": UUID(int=3),
    "actor_label": "",
    "action": "bc",
    "subject": "",
    "case_id": UUID(int=3),
    "ok": False,
    "body": b"[]",
}


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_is_part_of_the_hash(name):
    assert content_hash(**FIELDS) != content_hash(**{**FIELDS, name: OTHERS[name]})


@given(st.text(max_size=5), st.text(max_size=5), st.text(max_size=5), st.text(max_size=5))
def test_text_cannot_move_from_one_field_into_the_next(a, b, c, d):
    first = content_hash(**{**FIELDS, "action": a, "subject": b})
    second = content_hash(**{**FIELDS, "action": c, "subject": d})
    assert (first == second) is ((a, b) == (c, d))


@given(st.datetimes(timezones=st.just(UTC)))
def test_instants_keep_every_microsecond(at):
    assert EPOCH + timedelta(microseconds=microseconds(at)) == at


def test_same_personal_value_hashes_differently_under_another_salt():
    assert salted_hash(b"1" * 32, "张三") != salted_hash(b"2" * 32, "张三")


def test_merkle_roots_agree_with_the_reference_vectors():
    tree = Tree()
    for leaf, root in zip(LEAVES, ROOTS, strict=True):
        tree.append(bytes.fromhex(leaf))
        assert tree.root().hex() == root


def test_merkle_root_of_nothing_is_the_hash_of_nothing():
    assert Tree().root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

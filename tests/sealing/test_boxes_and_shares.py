"""Boxes, keys and shares by themselves: what goes in comes out, in its place and whole, or not at all."""

from __future__ import annotations

import json
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.sealing import (
    FILE_SIZES,
    OFFER_SIZES,
    BadShare,
    SealBroken,
    SealedSize,
    Strength,
    WrongPassphrase,
    WrongShares,
    combine,
    fingerprint,
    new_secret,
    open_sealed,
    private_key,
    public_key,
    sealed_chunks,
    split,
    unwrap,
    wrap,
)
from procurement.sealing.shares import FORMAT

SECRET = new_secret()
PLACE = {"lot": "1", "organization": "2"}
WEAK = Strength(1, 8192)


def box(content: bytes, sizes: tuple[int, ...] = FILE_SIZES, **header: str) -> bytes:
    return b"".join(sealed_chunks(content, header=header, context=PLACE, public=public_key(SECRET), sizes=sizes))


@settings(max_examples=25, deadline=None)
@given(content=st.binary(max_size=3000), name=st.text(max_size=40))
def test_what_was_sealed_opens_byte_for_byte(content: bytes, name: str) -> None:
    header, opened = open_sealed(box(content, OFFER_SIZES, name=name), context=PLACE, key=private_key(SECRET))
    assert (header, opened) == ({"name": name}, content)


def test_a_box_over_several_chunks_opens_and_tells_its_size_only_roughly() -> None:
    one, other = box(b"a" * 100), box(b"b" * 250_000)
    assert len(one) == len(other)
    assert open_sealed(other, context=PLACE, key=private_key(SECRET))[1] == b"b" * 250_000
    assert len(box(b"", OFFER_SIZES)) == len(box("说明".encode() * 2000, OFFER_SIZES))
    with pytest.raises(SealedSize):
        box(b"x" * OFFER_SIZES[0], OFFER_SIZES)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda whole: whole[:3], "format"),
        (lambda whole: b"XXXX" + whole[4:], "format"),
        (lambda whole: whole[:10] + bytes([whole[10] ^ 1]) + whole[11:], "key"),
        (lambda whole: whole[:-70_000], "damaged"),
        (lambda whole: whole + whole[-70_000:], "damaged"),
        (lambda whole: whole[:-1] + bytes([whole[-1] ^ 1]), "damaged"),
    ],
)
def test_a_box_that_was_touched_does_not_open(change: object, code: str) -> None:
    with pytest.raises(SealBroken) as broken:
        open_sealed(change(box(b"content")), context=PLACE, key=private_key(SECRET))  # type: ignore[operator]
    assert broken.value.code == code


def test_a_box_opens_in_its_place_and_with_its_key_only() -> None:
    sealed = box(b"content")
    with pytest.raises(SealBroken, match="context"):
        open_sealed(sealed, context={**PLACE, "lot": "9"}, key=private_key(SECRET))
    with pytest.raises(SealBroken, match="key"):
        open_sealed(sealed, context=PLACE, key=private_key(new_secret()))


def test_any_two_of_three_shares_make_the_key_and_one_or_a_foreign_one_does_not() -> None:
    shares, public = split(SECRET), public_key(SECRET)
    for numbers in combinations(shares, 2):
        key = combine({number: shares[number] for number in numbers}, public=public)
        assert bytes(key.public_key) == public
    foreign = split(new_secret())
    for few in ({1: shares[1]}, {}, {1: shares[1], 2: foreign[2]}, {1: shares[1], 2: shares[1]}):
        with pytest.raises(WrongShares):
            combine(few, public=public)


def test_a_share_file_opens_with_its_passphrase_only() -> None:
    share = split(SECRET)[1]
    file = wrap({"lot": share.hex()}, passphrase="一句只有自己知道的话", label={"share": 1}, strength=WEAK)
    assert share.hex().encode() not in file
    assert unwrap(file, passphrase="一句只有自己知道的话") == {"lot": share.hex()}
    with pytest.raises(WrongPassphrase):
        unwrap(file, passphrase="另一句话")
    assert fingerprint(share) != fingerprint(split(SECRET)[1])


@pytest.mark.parametrize("file", [b"", b"{}", b"\xff\xfe", b'{"kdf": 1, "box": "", "format": ""}'])
def test_what_is_no_share_file_is_told_apart(file: bytes) -> None:
    with pytest.raises(BadShare):
        unwrap(file, passphrase="x")


def test_a_file_that_asks_for_more_memory_than_we_give_is_no_share() -> None:
    """Else anybody with the opening form could tie up the server."""
    content = json.loads(wrap({}, passphrase="x", label={}, strength=WEAK))
    content["kdf"]["memory"] = 64 * 1024**3
    assert content["format"] == FORMAT
    with pytest.raises(BadShare):
        unwrap(json.dumps(content).encode(), passphrase="x")

"""Signatures: whose, over what, for what."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from procurement.audit import sign, verify_signature
from procurement.audit.services import signing


def test_signature_holds_for_its_message_only():
    signature = sign("受理回执 1".encode())
    assert verify_signature("受理回执 1".encode(), signature)
    assert not verify_signature("受理回执 2".encode(), signature)


def test_signature_holds_for_its_purpose_only():
    signature = sign(b"{}", purpose="receipt")
    assert not verify_signature(b"{}", signature, purpose="checkpoint")


@pytest.mark.parametrize(
    "garbled", ["", "ed25519", "ed25519:abc:def", "rsa:{key}:{sig}", "ed25519:{key}:!!", "ed25519:{key}:AAAA"]
)
def test_garbled_signature_does_not_hold(garbled):
    _algorithm, key, signature = sign(b"m").split(":")
    assert not verify_signature(b"m", garbled.format(key=key, sig=signature))


def test_signature_of_another_key_does_not_hold():
    signature = sign(b"m")
    signing.key_path().unlink()
    assert not verify_signature(b"m", signature)


def test_public_key_alone_checks_a_signature():
    signature = sign(b"m")
    key = signing.load_public(signing.public_pem())
    assert verify_signature(b"m", signature, key=key)


def test_key_file_is_private():
    sign(b"m")
    assert stat.S_IMODE(signing.key_path().stat().st_mode) == 0o600


def test_key_file_that_others_may_read_is_refused():
    sign(b"m")
    signing.key_path().chmod(0o644)
    with pytest.raises(ImproperlyConfigured, match="0600"):
        sign(b"m")


def test_key_is_not_made_where_it_must_be_given(monkeypatch):
    monkeypatch.setitem(settings.PORTAL, "KEY_CREATE", False)
    with pytest.raises(ImproperlyConfigured, match="缺少密钥"):
        sign(b"m")


def test_other_kind_of_key_is_refused():
    key = ec.generate_private_key(ec.SECP256R1())
    signing.key_path().parent.mkdir()
    signing.key_path().write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    signing.key_path().chmod(0o600)
    with pytest.raises(ImproperlyConfigured, match="不是 Ed25519"):
        sign(b"m")
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(ImproperlyConfigured, match="不是 Ed25519"):
        signing.load_public(public)


def test_many_first_uses_at_once_make_one_key():
    with ThreadPoolExecutor(8) as pool:
        signatures = list(pool.map(lambda _: sign(b"m"), range(8)))
    assert len(set(signatures)) == 1
    assert [path.name for path in signing.key_path().parent.iterdir()] == ["journal-ed25519.pem"]

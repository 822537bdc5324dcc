"""Ed25519 signatures for checkpoints and receipts; the key lives in a file outside the database.

A signature names its purpose, so that one made for a receipt can never pass for a checkpoint.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from procurement.privacy.keyfiles import key_file, read_or_create

ALGORITHM = "ed25519"
KEY = "journal-ed25519.pem"


def key_path() -> Path:
    """Return the file of the signing key."""
    return key_file(KEY)


def private_key() -> Ed25519PrivateKey:
    """Read the signing key; make it on first use unless PORTAL["KEY_CREATE"] is False.

    Raises ImproperlyConfigured when it is missing then, is no Ed25519 key, or others may read it.
    """
    key = serialization.load_pem_private_key(read_or_create(KEY, _new_key), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ImproperlyConfigured(_("%(path)s 不是 Ed25519 私钥。") % {"path": key_path()})
    return key


def _new_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_pem() -> bytes:
    """Return the public key, for whoever checks signatures elsewhere."""
    return (
        private_key()
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def load_public(pem: bytes) -> Ed25519PublicKey:
    """Read a public key."""
    key = serialization.load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise ImproperlyConfigured(_("公钥不是 Ed25519 公钥。"))
    return key


def fingerprint(key: Ed25519PublicKey) -> str:
    """Return the short name of a key that stands in its signatures."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return sha256(raw).hexdigest()[:16]


def sign(message: bytes, *, purpose: str = "receipt") -> str:
    """Sign bytes for a purpose; returns `ed25519:<key>:<signature>` in URL-safe text."""
    key = private_key()
    signature = urlsafe_b64encode(key.sign(_bound(message, purpose))).rstrip(b"=").decode()
    return f"{ALGORITHM}:{fingerprint(key.public_key())}:{signature}"


def verify_signature(
    message: bytes, signature: str, *, purpose: str = "receipt", key: Ed25519PublicKey | None = None
) -> bool:
    """Tell whether the portal (or the given key) signed these bytes for this purpose."""
    key = key or private_key().public_key()
    algorithm, _colon, rest = signature.partition(":")
    named, _colon, encoded = rest.partition(":")
    if algorithm != ALGORITHM or named != fingerprint(key):
        return False
    try:
        key.verify(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)), _bound(message, purpose))
    except (InvalidSignature, BadBase64, ValueError):
        return False
    return True


def _bound(message: bytes, purpose: str) -> bytes:
    return f"portal/{purpose}/v1\n".encode() + message

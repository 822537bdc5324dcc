"""The key pair of a lot, and its private half in three shares of which any two suffice.

The private key is derived from a secret of 16 bytes, because that is what the library splits; X25519 is no stronger
than 128 bits either. The secret exists only in the memory of the request that makes it and of the one that opens.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from Crypto.Protocol.SecretSharing import Shamir
from nacl.encoding import RawEncoder
from nacl.hash import blake2b
from nacl.public import PrivateKey

SECRET_BYTES = 16
NEEDED, TOTAL = 2, 3
_PERSON = b"portal lot key 1"


class WrongShares(Exception):
    """Too few shares, or shares that do not make the private half of this public key."""


def new_secret() -> bytes:
    """16 random bytes from which a lot's private key follows."""
    return secrets.token_bytes(SECRET_BYTES)


def private_key(secret: bytes) -> PrivateKey:
    """The X25519 private key of a secret."""
    return PrivateKey(blake2b(secret, digest_size=32, person=_PERSON, encoder=RawEncoder))


def public_key(secret: bytes) -> bytes:
    """32 bytes, for everybody."""
    return bytes(private_key(secret).public_key)


def split(secret: bytes) -> dict[int, bytes]:
    """Three shares of 16 bytes by their number (1 to 3); one alone says nothing about the secret."""
    return {index: bytes(share) for index, share in Shamir.split(NEEDED, TOTAL, secret)}


def combine(shares: Mapping[int, bytes], *, public: bytes) -> PrivateKey:
    """The private key behind ``public``. Raises WrongShares: the scheme itself would answer nonsense silently."""
    if len(shares) < NEEDED:
        raise WrongShares
    secret = bytes(Shamir.combine(sorted(shares.items())[:NEEDED]))
    found = private_key(secret)
    if bytes(found.public_key) != public:
        raise WrongShares
    return found

"""Sealing: what is put in here nobody reads until its key is put together again (R-117, reliability §4.1).

Only ways of using libsodium (PyNaCl) and the secret sharing of PyCryptodome; no cipher of our own, no database, no
request. Who may seal or open, and when, is decided by the rooms above.
"""

from procurement.sealing.boxes import FILE_SIZES, OFFER_SIZES, SUITE, SealBroken, SealedSize, open_sealed, sealed_chunks
from procurement.sealing.keys import NEEDED, TOTAL, WrongShares, combine, new_secret, private_key, public_key, split
from procurement.sealing.shares import BadShare, Strength, WrongPassphrase, fingerprint, unwrap, wrap

__all__ = [
    "FILE_SIZES",
    "NEEDED",
    "OFFER_SIZES",
    "SUITE",
    "TOTAL",
    "BadShare",
    "SealBroken",
    "SealedSize",
    "Strength",
    "WrongPassphrase",
    "WrongShares",
    "combine",
    "fingerprint",
    "new_secret",
    "open_sealed",
    "private_key",
    "public_key",
    "sealed_chunks",
    "split",
    "unwrap",
    "wrap",
]

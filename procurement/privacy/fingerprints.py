"""Keyed digests by which equal phones or accounts are found without opening one (a blind index).

Without ``personal-index.key`` nobody can try numbers against a stolen table.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from functools import lru_cache

from procurement.privacy.keyfiles import key_file, read_or_create

KEY = "personal-index.key"
ACCOUNT, PHONE, EXACT = "account", "phone", "exact"


def fingerprint(kind: str, value: str) -> str:
    """64 hex digits that are equal when two values of a kind are the same number, however written; "" for none.

    ``kind``: "account" and "phone" look at digits only (a phone without +86); "exact" compares as written.
    """
    plain = _PLAIN[kind](str(value))
    if not plain:
        return ""
    return hmac.digest(_key(), f"{kind}\n{plain}".encode(), "sha256").hex()


def _digits(value: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", value) if sign in "0123456789")


def _phone(value: str) -> str:
    digits = _digits(value)
    return digits[2:] if len(digits) > 11 and digits.startswith("86") else digits


_PLAIN = {ACCOUNT: _digits, PHONE: _phone, EXACT: str}


def _key() -> bytes:
    path = key_file(KEY)
    if not path.exists():
        read_or_create(KEY, lambda: secrets.token_hex(32).encode() + b"\n")
    return _key_of(str(path), path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _key_of(_path: str, _changed: int) -> bytes:
    return bytes.fromhex(read_or_create(KEY, bytes).decode().strip())

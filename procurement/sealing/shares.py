"""A custodian's share as a file: wrapped under a passphrase only they know (Argon2id, then XSalsa20-Poly1305)."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import nacl.exceptions
from nacl import pwhash, secret
from nacl.utils import random

FORMAT = "portal-share/1"


class BadShare(Exception):
    """This file is no share, or no longer a whole one."""


class WrongPassphrase(Exception):
    """The passphrase does not open this share."""


@dataclass(frozen=True)
class Strength:
    """What one guess at a passphrase costs: passes over so many bytes of memory."""

    passes: int = pwhash.argon2id.OPSLIMIT_MODERATE
    memory: int = pwhash.argon2id.MEMLIMIT_MODERATE


def wrap(
    shares: Mapping[str, str], *, passphrase: str, label: Mapping[str, Any], strength: Strength | None = None
) -> bytes:
    """The file as JSON text. ``shares`` go inside; ``label`` stands readable beside, for whoever finds the file."""
    cost = strength or Strength()
    salt = random(pwhash.argon2id.SALTBYTES)
    box = secret.SecretBox(_key(passphrase, salt, cost))
    content = {
        "format": FORMAT,
        "label": dict(label),
        "kdf": {"name": "argon2id", "passes": cost.passes, "memory": cost.memory, "salt": _text(salt)},
        "box": _text(bytes(box.encrypt(json.dumps(dict(shares)).encode()))),
    }
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def unwrap(file: bytes, *, passphrase: str) -> dict[str, str]:
    """What is inside. Raises BadShare or WrongPassphrase."""
    try:
        content = json.loads(file)
        kdf = content["kdf"]
        cost = Strength(int(kdf["passes"]), int(kdf["memory"]))
        salt, box = b64decode(kdf["salt"]), b64decode(content["box"])
    except (ValueError, KeyError, TypeError):
        raise BadShare from None
    # A file that asks for more than we ever ask would only tie up the server.
    if content["format"] != FORMAT or cost.memory > Strength().memory or cost.passes > Strength().passes:
        raise BadShare
    try:
        opened = secret.SecretBox(_key(passphrase, salt, cost)).decrypt(box)
    except nacl.exceptions.CryptoError:
        raise WrongPassphrase from None
    except (ValueError, nacl.exceptions.TypeError, nacl.exceptions.ValueError):
        raise BadShare from None
    inside: dict[str, str] = json.loads(opened)
    return inside


def fingerprint(share: bytes) -> str:
    """By which a share is known again; 16 random bytes cannot be guessed from it."""
    return hashlib.sha256(b"portal share\n" + share).hexdigest()


def _key(passphrase: str, salt: bytes, cost: Strength) -> bytes:
    return bytes(
        pwhash.argon2id.kdf(
            secret.SecretBox.KEY_SIZE, passphrase.encode(), salt, opslimit=cost.passes, memlimit=cost.memory
        )
    )


def _text(data: bytes) -> str:
    return b64encode(data).decode()

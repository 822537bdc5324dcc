"""A file or an offer sealed to a public key: padded, bound to what it is for, readable with the private key only.

Layout: magic, the content key sealed to the public key (libsodium sealed box), the header of the stream, then the
stream in chunks (XChaCha20-Poly1305 secretstream). Every chunk authenticates the context: a box taken out of its
place (another lot, another bidder) does not open there. The plaintext is a frame – header, content, zeros – as long
as the smallest size it fits, so a stored box tells its size only roughly.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterator, Mapping
from typing import Any

import jcs
from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

SUITE = "X25519+XChaCha20-Poly1305/1"
MAGIC = b"PSB1"
KIB = 1024
CHUNK = 64 * KIB
#: Sizes a sealed file may have: each box looks like one of these.
FILE_SIZES = (256 * KIB, 1024 * KIB, 4096 * KIB, 16_384 * KIB, 32_768 * KIB)
#: Every offer is as long as every other.
OFFER_SIZES = (16 * KIB,)

_KEY = bindings.crypto_secretstream_xchacha20poly1305_KEYBYTES
_EXTRA = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
_HEADER = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_MESSAGE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_FINAL = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_ENVELOPE = _KEY + 32 + bindings.crypto_box_SEALBYTES
_PREFIX = struct.Struct(">IQ")


class SealedSize(Exception):
    """The content is longer than the largest size there is."""


class SealBroken(Exception):
    """The box does not open. ``code``: "format" (no box), "key" (another key), "context" (out of its place), "damaged"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def sealed_chunks(
    content: bytes, *, header: Mapping[str, Any], context: Mapping[str, Any], public: bytes, sizes: tuple[int, ...]
) -> Iterator[bytes]:
    """The box, piece by piece, for whoever writes or hashes it. Raises SealedSize before the first piece.

    ``header`` travels sealed with the content (name, type); ``context`` is not stored and must be given again to open.
    """
    frame = _frame(content, header, sizes)
    return _pieces(frame, _bound(context), public)


def _pieces(frame: bytes, bound: bytes, public: bytes) -> Iterator[bytes]:
    key = bindings.crypto_secretstream_xchacha20poly1305_keygen()
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    stream_header = bindings.crypto_secretstream_xchacha20poly1305_init_push(state, key)
    envelope = SealedBox(PublicKey(public)).encrypt(key + hashlib.sha256(bound).digest())
    yield MAGIC + bytes(envelope) + stream_header
    view = memoryview(frame)
    for start in range(0, len(frame), CHUNK):
        tag = _FINAL if start + CHUNK >= len(frame) else _MESSAGE
        piece = bytes(view[start : start + CHUNK])
        yield bindings.crypto_secretstream_xchacha20poly1305_push(state, piece, bound, tag)


def open_sealed(box: bytes, *, context: Mapping[str, Any], key: PrivateKey) -> tuple[dict[str, Any], bytes]:
    """(header, content). Raises SealBroken."""
    start = len(MAGIC) + _ENVELOPE
    if not box.startswith(MAGIC) or len(box) < start + _HEADER:
        raise SealBroken("format")
    bound = _bound(context)
    content_key = _content_key(box[len(MAGIC) : start], bound, key)
    return _unframed(_plain(box, start, content_key, bound))


def _content_key(envelope: bytes, bound: bytes, key: PrivateKey) -> bytes:
    try:
        opened = bytes(SealedBox(key).decrypt(envelope))
    except CryptoError:
        raise SealBroken("key") from None
    if opened[_KEY:] != hashlib.sha256(bound).digest():
        raise SealBroken("context")
    return opened[:_KEY]


def _plain(box: bytes, start: int, content_key: bytes, bound: bytes) -> bytes:
    """All chunks; a stream cut short lacks its final mark and is refused like a changed one."""
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, box[start : start + _HEADER], content_key)
    parts, tag, view = [], _MESSAGE, memoryview(box)
    for place in range(start + _HEADER, len(box), CHUNK + _EXTRA):
        if tag == _FINAL:
            raise SealBroken("damaged")
        try:
            part, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(
                state, bytes(view[place : place + CHUNK + _EXTRA]), bound
            )
        except (CryptoError, ValueError):
            raise SealBroken("damaged") from None
        parts.append(part)
    if tag != _FINAL:
        raise SealBroken("damaged")
    return b"".join(parts)


def _frame(content: bytes, header: Mapping[str, Any], sizes: tuple[int, ...]) -> bytes:
    head = json.dumps(dict(header), ensure_ascii=False).encode()
    needed = _PREFIX.size + len(head) + len(content)
    size = next((each for each in sizes if each >= needed), None)
    if size is None:
        raise SealedSize
    return (_PREFIX.pack(len(head), len(content)) + head + content).ljust(size, b"\x00")


def _unframed(frame: bytes) -> tuple[dict[str, Any], bytes]:
    head_length, length = _PREFIX.unpack_from(frame)
    start = _PREFIX.size + head_length
    header: dict[str, Any] = json.loads(frame[_PREFIX.size : start])
    return header, frame[start : start + length]


def _bound(context: Mapping[str, Any]) -> bytes:
    canonical: bytes = jcs.canonicalize({**context, "suite": SUITE})
    return canonical

"""The paper: the document laid out as PDF/A-3 with itself attached, sealed by the portal's key."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pikepdf
import qrcode
from pikepdf import Array, Dictionary, Name, String

from procurement.audit import sign, verify_signature
from procurement.audit.services.signing import load_public, public_pem
from procurement.documents import render_pdf
from procurement.dossier.content import Dossier

DATA_NAME = "dossier.json"
SEAL_NAME = "dossier-seal.json"
PURPOSE = "dossier"
#: Printed rows of one table; an annex of thousands would cost minutes and be read by nobody.
ROWS_PRINTED = 500
TEMPLATE = "documents/dossier/dossier.html"


class NotADossier(Exception):
    """The file is no dossier of this portal's making. The message is for the reader."""


def bind(dossier: Dossier, *, progress: Callable[[int, str], None] | None = None) -> bytes:
    """The same document gives the same bytes. Raises RenderFailed."""
    seal = seal_of(dossier)
    pages = render_pdf(TEMPLATE, paper(dossier, seal["signature"]), progress=progress)
    return attach(pages, {DATA_NAME: dossier.data, SEAL_NAME: json.dumps(seal, indent=1, sort_keys=True).encode()})


def seal_of(dossier: Dossier) -> dict[str, str]:
    return {
        "content_sha256": dossier.content_hash,
        "signature": sign(dossier.data, purpose=PURPOSE),
        "public_key": public_pem().decode(),
    }


def paper(dossier: Dossier, signature: str) -> dict[str, Any]:
    """What the template needs: the document, chapters grouped for the contents, and what the cover proves."""
    content = dossier.content
    digest = dossier.content_hash
    return {
        "title": "政府购买社会组织服务项目审计卷宗",
        "issuer": content["issuer"],
        "reference": content["case"]["number"],
        "keywords": digest,
        "content": content,
        "groups": _groups(content["chapters"]),
        "digest": [digest[start : start + 16] for start in range(0, 64, 16)],
        "signature": signature,
        "code": _code(digest),
        "rows_printed": f":{ROWS_PRINTED}",
        "rows_limit": ROWS_PRINTED,
    }


def _groups(chapters: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Chapters by phase, in order, for the table of contents."""
    groups: list[tuple[str, list[dict[str, Any]]]] = []
    for chapter in chapters:
        if not groups or groups[-1][0] != chapter["phase"]:
            groups.append((chapter["phase"], []))
        groups[-1][1].append(chapter)
    return groups


def _code(digest: str) -> str:
    """The hash as a QR picture, to be read into the public verification page."""
    made = qrcode.make(digest, error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=4, border=0)
    out = io.BytesIO()
    made.save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def attach(pages: bytes, files: dict[str, bytes]) -> bytes:
    """Embed files as sources of the paper (PDF/A-3, AFRelationship Source); no date takes part."""
    with pikepdf.open(io.BytesIO(pages)) as pdf:
        specs = [(name, _spec(pdf, name, data)) for name, data in sorted(files.items())]
        names = Array([part for name, spec in specs for part in (String(name), spec)])
        tree = pdf.Root.get(Name.Names, Dictionary())
        tree[Name.EmbeddedFiles] = Dictionary(Names=names)
        pdf.Root[Name.Names] = tree
        pdf.Root[Name.AF] = Array([spec for _name, spec in specs])
        out = io.BytesIO()
        # WeasyPrint has compressed what may be; its metadata has to stay readable
        pdf.save(out, deterministic_id=True, compress_streams=False)
        return out.getvalue()


def _spec(pdf: pikepdf.Pdf, name: str, data: bytes) -> pikepdf.Object:
    stream = pikepdf.Stream(pdf, zlib.compress(data, 9))
    stream[Name.Type] = Name.EmbeddedFile
    stream[Name.Subtype] = Name("/application#2Fjson")
    stream[Name.Filter] = Name.FlateDecode
    stream[Name.Params] = Dictionary(Size=len(data), CheckSum=String(hashlib.md5(data, usedforsecurity=False).digest()))
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Filespec,
            F=String(name),
            UF=String(name),
            AFRelationship=Name.Source,
            EF=Dictionary(F=stream, UF=stream),
        )
    )


@dataclass(frozen=True)
class Bound:
    """What a dossier found elsewhere says of itself, and whether it holds."""

    case_number: str
    content_hash: str
    is_genuine: bool


def unbind(pdf_bytes: bytes) -> Bound:
    """Read a dossier back: its data, its hash, and whether the seal covers it. Raises NotADossier."""
    try:
        with pikepdf.open(io.BytesIO(pdf_bytes)) as pdf:
            data = pdf.attachments[DATA_NAME].get_file().read_bytes()
            seal = json.loads(pdf.attachments[SEAL_NAME].get_file().read_bytes())
    except (pikepdf.PdfError, KeyError, ValueError) as broken:
        raise NotADossier("文件不是本平台的审计卷宗：没有卷宗数据或者签名") from broken
    digest = hashlib.sha256(data).hexdigest()
    key = load_public(seal["public_key"].encode())
    signed = verify_signature(data, seal["signature"], purpose=PURPOSE, key=key)
    content = json.loads(data)
    return Bound(
        case_number=str(content["case"]["number"]),
        content_hash=digest,
        is_genuine=signed and seal["content_sha256"] == digest and seal["public_key"].encode() == public_pem(),
    )

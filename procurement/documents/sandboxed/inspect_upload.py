"""Looks into one quarantined file: `inspect_upload PATH EXTENSION CLEANED`.

Answers one JSON object on standard output: `{"refused": code}` or `{"media_type", "page_count",
"cleaned"}`; pictures are written anew to CLEANED, so nothing but pixels survives. The order matters:
whatever a header or a directory can tell is judged before anything is unpacked (reliability: bombs
are refused without being unpacked).
"""

import json
import re
import stat
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import puremagic

MEBIBYTE = 1024 * 1024
ENTRIES_MAX = 2_000
UNPACKED_MAX = 500 * MEBIBYTE
MEMBER_MAX = 100 * MEBIBYTE
RATIO_MAX = 100
RATIO_MATTERS_ABOVE = MEBIBYTE
PIXELS_MAX = 40_000_000
PDF_OBJECTS_MAX = 200_000
PDF_PAGES_MAX = 2_000
PART_MAX = 5 * MEBIBYTE

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}
LEADING = {
    "pdf": b"%PDF-",
    "docx": b"PK\x03\x04",
    "xlsx": b"PK\x03\x04",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff",
}
MAIN_PART = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
OLE = b"\xd0\xcf\x11\xe0"
NESTED_NAMES = re.compile(
    r"\.(zip|rar|7z|gz|tgz|bz2|xz|tar|jar|docx|xlsx|pptx|docm|xlsm|exe|dll|js|vbs|bat|cmd|ps1)$", re.I
)
NESTED_LEADS = (
    b"PK\x03\x04",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"MZ",
    b"\x7fELF",
    b"\xd0\xcf\x11\xe0",
)
MARKUP = re.compile(rb"<\s*(!doctype\s+html|html|script|svg|iframe|body|object|embed)[\s>/]", re.I)
DECLARATIONS = tuple(
    word.encode(code) for word in ("<!DOCTYPE", "<!ENTITY") for code in ("ascii", "utf-16-le", "utf-16-be")
)
ACTIVE_NAMES = {
    "/JavaScript",
    "/JS",
    "/Launch",
    "/EmbeddedFile",
    "/EmbeddedFiles",
    "/RichMedia",
    "/XFA",
    "/SubmitForm",
    "/ImportData",
    "/GoToE",
    "/GoToR",
}


class Refused(Exception):
    """The file is turned away; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_leading_bytes(path: Path, extension: str) -> None:
    """The content must be what the name says, by its first bytes and by the magic table."""
    with path.open("rb") as stream:
        head = stream.read(4096)
    if extension in MAIN_PART and head.startswith(OLE):
        raise Refused("encrypted")  # Office wraps a document with a password into the container of its old formats
    lead = LEADING["jpg" if extension == "jpeg" else extension]
    if not head.startswith(lead):
        raise Refused("type_mismatch")
    try:
        guesses = puremagic.magic_string(head)
    except puremagic.PureError:
        raise Refused("type_mismatch") from None
    family = {"docx": "zip", "xlsx": "zip", "jpeg": "jpg"}.get(extension, extension)
    known = {family, extension, "docx" if family == "zip" else family}
    if not any(guess.extension.lstrip(".").lower() in known | {"jpeg"} for guess in guesses):
        raise Refused("type_mismatch")


# --- pictures -------------------------------------------------------------------------------------


def inspect_picture(path: Path, extension: str, cleaned: Path) -> dict[str, Any]:
    """Judge by the header, then decode and write the pixels anew: EXIF, comments and tails are gone."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = PIXELS_MAX
    expected = "PNG" if extension == "png" else "JPEG"
    try:
        picture: Any = Image.open(path, formats=[expected])
    except Image.DecompressionBombError:
        raise Refused("too_many_pixels") from None
    if picture.width * picture.height > PIXELS_MAX:
        raise Refused("too_many_pixels")
    picture.load()
    picture = ImageOps.exif_transpose(picture)
    if expected == "JPEG":
        picture.convert("RGB").save(cleaned, "JPEG", quality=90)
    else:
        plain = picture.convert("RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB")
        plain.info = {}
        plain.save(cleaned, "PNG")
    return {"page_count": 1, "cleaned": True}


# --- PDF ------------------------------------------------------------------------------------------


def inspect_pdf(path: Path) -> dict[str, Any]:
    import pikepdf

    check_pdf_is_only_a_pdf(path)
    try:
        with pikepdf.open(path) as pdf:
            if pdf.is_encrypted:
                raise Refused("encrypted")
            if len(pdf.objects) > PDF_OBJECTS_MAX or len(pdf.pages) > PDF_PAGES_MAX:
                raise Refused("too_complex")
            if not pdf.pages:
                raise Refused("unreadable")
            for name in names_in(pdf):
                if name in ACTIVE_NAMES:
                    raise Refused("active_content")
            return {"page_count": len(pdf.pages), "cleaned": False}
    except pikepdf.PasswordError:
        raise Refused("encrypted") from None
    except pikepdf.PdfError:
        raise Refused("unreadable") from None


def check_pdf_is_only_a_pdf(path: Path) -> None:
    """A file that is a PDF to one reader and a web page or an archive to another is turned away."""
    body = path.read_bytes()
    tail = body[body.rfind(b"%%EOF") :] if b"%%EOF" in body else body[-1024:]
    if MARKUP.search(body[:1024]) or MARKUP.search(tail):
        raise Refused("polyglot")
    if b"PK\x05\x06" in body[-65_557:] and b"PK\x01\x02" in body:
        raise Refused("polyglot")


def names_in(pdf: Any) -> Iterator[str]:
    """Every dictionary key and action type, found without recursion, so nesting cannot exhaust us."""
    import pikepdf

    pending: list[Any] = [pdf.trailer.get("/Root"), *pdf.objects]
    while pending:
        item = pending.pop()
        if isinstance(item, pikepdf.Array):
            pending += [child for child in item if is_direct_container(child)]
        elif isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            dictionary = item.stream_dict if isinstance(item, pikepdf.Stream) else item
            for key, value in dictionary.items():
                yield str(key)
                if isinstance(value, pikepdf.Name):
                    if key in ("/S", "/Type", "/Subtype"):
                        yield str(value)
                elif is_direct_container(value):
                    pending.append(value)


def is_direct_container(value: Any) -> bool:
    """Indirect objects are visited once from the object table; only direct ones are followed."""
    import pikepdf

    return isinstance(value, pikepdf.Array | pikepdf.Dictionary) and not value.is_indirect


# --- Office containers ----------------------------------------------------------------------------


def inspect_office(path: Path, extension: str) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            check_directory(members, path.stat().st_size)
            check_parts(archive, extension)
            for member in members:
                check_member(archive, member)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError):
        raise Refused("unreadable") from None
    return {"page_count": None, "cleaned": False}


def check_directory(members: list[zipfile.ZipInfo], size: int) -> None:
    """Everything the directory confesses, before one byte is unpacked."""
    if len(members) > ENTRIES_MAX:
        raise Refused("too_many_entries")
    if len({member.filename for member in members}) != len(members):
        raise Refused("duplicate_entries")
    unpacked = sum(member.file_size for member in members)
    if unpacked > UNPACKED_MAX or any(member.file_size > MEMBER_MAX for member in members):
        raise Refused("bomb")
    if unpacked > RATIO_MATTERS_ABOVE and unpacked > RATIO_MAX * size:
        raise Refused("bomb")
    end = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        if member.header_offset < end:
            raise Refused("bomb")
        name = member.orig_filename.encode("utf-8" if member.flag_bits & 0x800 else "cp437")
        end = member.header_offset + 30 + len(name) + member.compress_size
        check_entry(member)


def check_entry(member: zipfile.ZipInfo) -> None:
    name = member.filename
    lowered = name.lower()
    if member.flag_bits & 0x1:
        raise Refused("encrypted")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Refused("symlink")
    if (
        name.startswith(("/", "\\"))
        or ":" in name
        or ".." in re.split(r"[/\\]", name)
        or "\x00" in member.orig_filename
    ):
        raise Refused("traversal")
    if "vbaproject" in lowered or "vbadata" in lowered or "/activex/" in lowered or "macrosheets" in lowered:
        raise Refused("macro")
    if NESTED_NAMES.search(lowered) or re.search(r"/embeddings/", lowered):
        raise Refused("nested_archive")


def check_parts(archive: zipfile.ZipFile, extension: str) -> None:
    """The main part must be a plain document of the claimed kind, and nothing may be fetched from outside."""
    from defusedxml import ElementTree

    names = archive.namelist()
    if "[Content_Types].xml" not in names:
        raise Refused("type_mismatch")
    types = parse_part(archive, "[Content_Types].xml", ElementTree)
    declared = {element.get("ContentType", "") for element in types}
    if any("macroEnabled" in one or "vbaProject" in one for one in declared):
        raise Refused("macro")
    if MAIN_PART[extension] not in declared:
        raise Refused("type_mismatch")
    for name in names:
        if name.endswith(".rels"):
            for element in parse_part(archive, name, ElementTree):
                check_relationship(element)


def parse_part(archive: zipfile.ZipFile, name: str, parser: Any) -> Any:
    from defusedxml import DefusedXmlException

    if archive.getinfo(name).file_size > PART_MAX:
        raise Refused("too_complex")
    try:
        return parser.fromstring(archive.read(name), forbid_dtd=True)
    except DefusedXmlException:
        raise Refused("xml_entities") from None
    except parser.ParseError:
        raise Refused("unreadable") from None


def check_relationship(element: Any) -> None:
    """A clickable link stays on the page; anything the reader would load by itself is refused."""
    if element.get("TargetMode", "").lower() != "external":
        return
    link = element.get("Type", "").endswith("/hyperlink")
    if not (link and element.get("Target", "").lower().startswith(("http://", "https://", "mailto:"))):
        raise Refused("external_reference")


def check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Unpack under count: the declared size may lie, so the bytes are counted as they come."""
    seen, tail = 0, b""
    is_xml = member.filename.lower().endswith((".xml", ".rels", ".vml"))
    with archive.open(member) as stream:
        while chunk := stream.read(MEBIBYTE):
            if seen == 0 and chunk.startswith(NESTED_LEADS):
                raise Refused("nested_archive")
            seen += len(chunk)
            if seen > member.file_size or seen > MEMBER_MAX:
                raise Refused("bomb")
            if is_xml and any(word in tail + chunk for word in DECLARATIONS):
                raise Refused("xml_entities")
            tail = chunk[-20:]


# --- one door -------------------------------------------------------------------------------------


def inspect(path: Path, extension: str, cleaned: Path) -> dict[str, Any]:
    check_leading_bytes(path, extension)
    if extension == "pdf":
        found = inspect_pdf(path)
    elif extension in MAIN_PART:
        found = inspect_office(path, extension)
    else:
        found = inspect_picture(path, extension, cleaned)
    return {"media_type": MEDIA_TYPES[extension], **found}


def main() -> None:
    try:
        answer = inspect(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
    except Refused as refusal:
        answer = {"refused": refusal.code}
    except Exception:  # a parser that stumbles over hostile bytes is a refusal, not a fault
        answer = {"refused": "unreadable"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()

"""Files to hand in: good ones, and the corpus of bad ones, each made on the spot."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
DOCM_MAIN = "application/vnd.ms-word.document.macroEnabled.main+xml"
XLSX_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def pdf(*, pages: int = 1, change: Callable[[pikepdf.Pdf], None] | None = None, **saving: object) -> bytes:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    if change:
        change(document)
    out = io.BytesIO()
    document.save(out, deterministic_id="encryption" not in saving, **saving)
    return out.getvalue()


def png(width: int = 40, height: int = 30) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return out.getvalue()


def jpeg_with_place() -> bytes:
    """A photo whose EXIF says where and by whom it was taken."""
    exif = Image.Exif()
    exif[0x013B] = "Zhang San"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG", exif=exif)
    return out.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def office(
    main_type: str = DOCX_MAIN,
    extra: Mapping[str, bytes] | None = None,
    change: Callable[[zipfile.ZipFile], None] | None = None,
) -> bytes:
    out = io.BytesIO()
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/main.xml" ContentType="{main_type}"/></Types>'
    )
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("_rels/.rels", relations())
        archive.writestr("main.xml", "<document>项目申请书</document>")
        for name, body in (extra or {}).items():
            archive.writestr(name, body)
        if change:
            change(archive)
    return out.getvalue()


def relations(kind: str = "officeDocument", target: str = "main.xml", mode: str = "Internal") -> bytes:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{RELATION}/{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    ).encode()


def add_symlink(archive: zipfile.ZipFile) -> None:
    link = zipfile.ZipInfo("word/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(link, "/etc/passwd")


def add_named(name: str) -> Callable[[zipfile.ZipFile], None]:
    return lambda archive: archive.writestr(zipfile.ZipInfo(name), "x")


def add_many(archive: zipfile.ZipFile) -> None:
    for number in range(2_100):
        archive.writestr(zipfile.ZipInfo(f"word/{number}.xml"), "")


def overlap(archive: zipfile.ZipFile) -> None:
    """Every entry claims the same bytes: small on disk, large when each is unpacked."""
    archive.writestr("word/a.xml", b"a" * 4_000)
    for number in range(50):
        twin = zipfile.ZipInfo(f"word/twin{number}.xml")
        original = archive.getinfo("word/a.xml")
        twin.header_offset, twin.CRC = original.header_offset, original.CRC
        twin.compress_size, twin.file_size = original.compress_size, original.file_size
        twin.compress_type = original.compress_type
        archive.filelist.append(twin)
        archive.NameToInfo[twin.filename] = twin


def flag_encrypted(content: bytes) -> bytes:
    """Set the encryption bit of the last entry, in its own header and in the directory."""
    body = bytearray(content)
    local, central = body.rfind(b"PK\x03\x04"), body.rfind(b"PK\x01\x02")
    body[local + 6] |= 1
    body[central + 8] |= 1
    return bytes(body)


def understate_size(content: bytes) -> bytes:
    """The directory says the last entry is ten bytes long; it is not."""
    body = bytearray(content)
    central = body.rfind(b"PK\x01\x02")
    body[central + 24 : central + 28] = struct.pack("<I", 10)
    return bytes(body)


def add_script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def add_launch(document: pikepdf.Pdf) -> None:
    document.pages[0].AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe"))


def add_attachment(document: pikepdf.Pdf) -> None:
    document.attachments["a.exe"] = b"MZ"


def hide_script(document: pikepdf.Pdf) -> None:
    """The action sits deep in direct arrays and dictionaries, and the file is written with object streams."""
    nest: object = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    for _ in range(40):
        nest = pikepdf.Array([pikepdf.Dictionary(Next=nest)])
    document.pages[0].PieceInfo = pikepdf.Dictionary(X=nest)


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><d>&b;</d>'

#: name, content, refusal code
BAD: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "program renamed to pdf": ("计划书.pdf", lambda: b"MZ\x90\x00" + b"\0" * 400, "type_mismatch"),
    "web page renamed to pdf": ("a.pdf", lambda: b"<!doctype html><script>alert(1)</script>", "type_mismatch"),
    "program by double extension": ("a.pdf.exe", lambda: b"MZ\x90\x00", "extension"),
    "program by right-to-left override": ("照片\u202egpj.exe", lambda: b"MZ\x90\x00", "extension"),
    "no extension": ("README", pdf, "extension"),
    "svg": ("a.svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "extension"),
    "legacy doc": ("a.doc", lambda: b"\xd0\xcf\x11\xe0", "extension"),
    "pdf renamed to png": ("a.png", pdf, "type_mismatch"),
    "jpeg renamed to png": ("a.png", jpeg_with_place, "type_mismatch"),
    "plain zip renamed to docx": ("a.docx", lambda: office("text/plain"), "type_mismatch"),
    "xlsx renamed to docx": ("a.docx", lambda: office(XLSX_MAIN), "type_mismatch"),
    "pdf and web page in one": ("a.pdf", lambda: pdf().replace(b"\n", b"\n<html><script>1</script>\n", 1), "polyglot"),
    "pdf with a web page behind": ("a.pdf", lambda: pdf() + b"<html><body>hello</body></html>", "polyglot"),
    "pdf with an archive behind": ("a.pdf", lambda: pdf() + office(), "polyglot"),
    "pdf with script": ("a.pdf", lambda: pdf(change=add_script), "active_content"),
    "pdf with hidden script": (
        "a.pdf",
        lambda: pdf(change=hide_script, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        "active_content",
    ),
    "pdf that starts a program": ("a.pdf", lambda: pdf(change=add_launch), "active_content"),
    "pdf with embedded file": ("a.pdf", lambda: pdf(change=add_attachment), "active_content"),
    "pdf with password": ("a.pdf", lambda: pdf(encryption=pikepdf.Encryption(owner="o", user="u")), "encrypted"),
    "pdf with owner password": ("a.pdf", lambda: pdf(encryption=pikepdf.Encryption(owner="o", user="")), "encrypted"),
    "pdf cut short": ("a.pdf", lambda: b"%PDF-1.7\n1 0 obj\n<<", "unreadable"),
    "pdf without pages": ("a.pdf", lambda: pdf(pages=0), "unreadable"),
    "picture claiming 30000 x 30000": ("a.png", lambda: png_claiming(30_000, 30_000), "too_many_pixels"),
    "picture cut short": ("a.png", lambda: png()[:60], "unreadable"),
    "macros in docx": ("a.docx", lambda: office(extra={"word/vbaProject.bin": b"\0"}), "macro"),
    "docm renamed to docx": ("a.docx", lambda: office(DOCM_MAIN), "macro"),
    "encrypted entry": ("a.docx", lambda: flag_encrypted(office()), "encrypted"),
    "bomb by ratio": ("a.docx", lambda: office(extra={"word/a.xml": b"\0" * 20_000_000}), "bomb"),
    "bomb by one entry": ("a.xlsx", lambda: office(XLSX_MAIN, extra={"xl/a.xml": b"\0" * 105_000_000}), "bomb"),
    "bomb by overlap": ("a.docx", lambda: office(change=overlap), "bomb"),
    "size understated": ("a.docx", lambda: understate_size(office()), "unreadable"),
    "too many entries": ("a.docx", lambda: office(change=add_many), "too_many_entries"),
    "symlink inside": ("a.docx", lambda: office(change=add_symlink), "symlink"),
    "traversal inside": ("a.docx", lambda: office(change=add_named("../../etc/cron.d/x")), "traversal"),
    "absolute path inside": ("a.docx", lambda: office(change=add_named("/etc/passwd")), "traversal"),
    "archive inside": ("a.docx", lambda: office(extra={"word/inner.zip": b"PK\x05\x06"}), "nested_archive"),
    "archive inside under another name": (
        "a.docx",
        lambda: office(extra={"word/media/a.png": office()}),
        "nested_archive",
    ),
    "OLE object inside": (
        "a.docx",
        lambda: office(extra={"word/embeddings/o.bin": b"\xd0\xcf\x11\xe0"}),
        "nested_archive",
    ),
    "template from outside": (
        "a.docx",
        lambda: office(extra={"word/_rels/s.rels": relations("attachedTemplate", "http://10.0.0.1/t", "External")}),
        "external_reference",
    ),
    "link to a file": (
        "a.docx",
        lambda: office(extra={"word/_rels/s.rels": relations("hyperlink", "file:///etc/passwd", "External")}),
        "external_reference",
    ),
    "entities in a part": ("a.docx", lambda: office(extra={"word/document.xml": ENTITIES}), "xml_entities"),
    "entities in relations": ("a.docx", lambda: office(extra={"word/_rels/s.rels": ENTITIES}), "xml_entities"),
    "entities in UTF-16": (
        "a.docx",
        lambda: office(extra={"word/document.xml": ENTITIES.decode().encode("utf-16")}),
        "xml_entities",
    ),
    "archive cut short": ("a.docx", lambda: office()[:-30], "unreadable"),
    "empty": ("a.pdf", lambda: b"", "empty"),
}

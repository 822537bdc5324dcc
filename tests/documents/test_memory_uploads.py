"""A file that must not touch a disk in the clear stays in memory, whatever its size; inspected there as well."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadhandler import FileUploadHandler
from django.test import RequestFactory

from procurement.documents import UploadRefused, inspect_in_memory
from procurement.documents.memory_uploads import MemoryOnlyUploadHandler
from tests.documents.samples import add_script, pdf, upload

LARGE = 3 * 1024 * 1024


def received(handlers: Any, content: bytes) -> Any:
    request = RequestFactory().post("/", {"file": upload("bid.pdf", content)})
    if handlers is not None:
        request.upload_handlers = [handlers(request)]
    return request.FILES["file"]


@pytest.fixture
def no_room_on_disk(settings: Any, tmp_path: Path) -> None:
    """Whoever spools fails: there is no directory to spool to."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "absent")


def test_a_large_file_stays_in_memory(no_room_on_disk: None) -> None:
    content = b"%PDF" + b"x" * LARGE
    assert received(MemoryOnlyUploadHandler, content).read() == content


def test_control_the_usual_handlers_spool_it(no_room_on_disk: None) -> None:
    with pytest.raises(FileNotFoundError):
        received(None, b"%PDF" + b"x" * LARGE)


def test_no_more_is_held_than_a_byte_above_the_limit(settings: Any) -> None:
    settings.PORTAL = {**settings.PORTAL, "UPLOAD_MAX_BYTES": 1000}
    held = received(MemoryOnlyUploadHandler, b"x" * LARGE)
    assert held.size == 1001
    with pytest.raises(UploadRefused, match="超过"):
        inspect_in_memory(held.read(), "bid.pdf", extensions=("pdf",))
    assert issubclass(MemoryOnlyUploadHandler, FileUploadHandler)


def test_what_is_inspected_in_memory_leaves_nothing_behind(settings: Any) -> None:
    content = pdf(pages=2)
    seen = inspect_in_memory(content, "../我们的方案.pdf", extensions=("pdf",))
    assert (seen.name, seen.media_type, seen.page_count, seen.size) == (
        "我们的方案.pdf",
        "application/pdf",
        2,
        len(content),
    )
    assert list((Path(settings.MEDIA_ROOT) / "quarantine").rglob("*")) == []


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", "empty"),
        (b"MZ", "a.exe", "pdf_only"),
        (b"no pdf", "a.pdf", "type_mismatch"),
        (pdf(change=add_script), "a.pdf", "active_content"),
    ],
)
def test_what_is_not_fit_is_refused_in_memory_too(content: bytes, name: str, code: str) -> None:
    with pytest.raises(UploadRefused) as refused:
        inspect_in_memory(content, name, extensions=("pdf",))
    assert refused.value.code == code

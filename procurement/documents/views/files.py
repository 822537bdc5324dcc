"""Hand files out: only to who may see them, never for display, each private download on record."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from procurement.documents.models import Document
from procurement.documents.selectors import document_visible_to
from procurement.documents.services.previewing import PageUnavailable, page_image
from procurement.documents.services.storing import journal

CHUNK = 256 * 1024
ONE_RANGE = re.compile(r"^bytes=(\d*)-(\d*)$")


@require_safe
def download(request: HttpRequest, document_id: UUID) -> HttpResponseBase:
    """The file as attachment, whole or (for an interrupted download) one range of it."""
    document = visible_document(request, document_id)
    if document is None:
        return redirect_to_login(request.get_full_path())
    wanted = wanted_range(request.headers.get("Range", ""), document.size)
    if wanted == (0, 0):
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{document.size}"})
    if wanted is None or wanted[0] == 0:
        record_reading(request, document, "document.download")
    response = part(document, *wanted) if wanted else whole(document)
    response["Accept-Ranges"] = "bytes"
    response["Content-Disposition"] = disposition(document)
    return guarded(response, document)


@require_safe
def page(request: HttpRequest, document_id: UUID, number: int) -> HttpResponseBase:
    """One page as a picture: what a reader sees without ever opening the sender's file."""
    document = visible_document(request, document_id)
    if document is None:
        return redirect_to_login(request.get_full_path())
    try:
        picture = page_image(document, number)
    except PageUnavailable:
        raise Http404 from None
    if number == 1:
        record_reading(request, document, "document.preview")
    return guarded(FileResponse(picture.open("rb"), content_type="image/png"), document)


def visible_document(request: HttpRequest, document_id: UUID) -> Document | None:
    """The document; None for a visitor who should sign in first, absent and forbidden alike.

    A signed-in person who may not see it gets the same 404 as for one that does not exist, and the
    attempt goes on record.
    """
    document = Document.objects.filter(pk=document_id).first()
    if document and document_visible_to(document, request.actor):
        return document
    if request.actor.user is None:
        return None
    if document:
        with transaction.atomic():
            journal(request.actor, "document.denied", document, ok=False)
    raise Http404


def record_reading(request: HttpRequest, document: Document, action: str) -> None:
    if not document.is_public:
        with transaction.atomic():
            journal(request.actor, action, document)


def wanted_range(header: str, size: int) -> tuple[int, int] | None:
    """First and one past the last byte asked for; None for the whole file, (0, 0) when it cannot be had."""
    found = ONE_RANGE.match(header)
    if not found or found.group(1) == found.group(2) == "":
        return None
    first, last = found.groups()
    if first == "":
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
    return (start, end) if start < end else (0, 0)


def whole(document: Document) -> FileResponse:
    return FileResponse(document.path.open("rb"), content_type=document.media_type)


def part(document: Document, start: int, end: int) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        slice_of(document.path, start, end),
        status=206,
        content_type=document.media_type,
        headers={"Content-Range": f"bytes {start}-{end - 1}/{document.size}", "Content-Length": str(end - start)},
    )


def slice_of(path: Path, start: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as stream:
        stream.seek(start)
        left = end - start
        while left > 0 and (chunk := stream.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk


def disposition(document: Document) -> str:
    """Always an attachment; the Chinese name in RFC 5987 form, a plain one for readers that know no better."""
    plain = f"document.{document.extension}" if document.extension else "document"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(document.original_name, safe='')}"


def guarded(response: HttpResponseBase, document: Document) -> HttpResponseBase:
    """Whatever the bytes are, a browser must not run them in our name nor keep a private copy."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "public, max-age=3600" if document.is_public else "private, no-store"
    return response

"""Look at a stored file page by page without opening it on one's own machine.

Pages are drawn in a child process and kept beside the file: content never changes, so neither does its picture.
"""

import os
import tempfile
from pathlib import Path

from procurement.documents import sandbox, storage
from procurement.documents.models import Document

LIMITS = sandbox.Limits(seconds=20, memory_mb=768)


class PageUnavailable(Exception):
    """There is no such page, or it cannot be drawn."""


def page_image(document: Document, number: int) -> Path:
    """The PNG of page `number` (from 1). Raises PageUnavailable."""
    if not 1 <= number <= (document.page_count or 0):
        raise PageUnavailable
    cached = storage.pages_directory(document.path) / f"{number}.png"
    if not cached.exists():
        try:
            drawn = sandbox.run("render_page", str(document.path), document.media_type, str(number), limits=LIMITS)
        except sandbox.SandboxError as failure:
            raise PageUnavailable(failure.detail) from None
        put_whole(cached, drawn)
    return cached


def put_whole(target: Path, content: bytes) -> None:
    """Two readers may draw the same page at once; each puts a whole file in place."""
    target.parent.mkdir(mode=0o700, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".drawing-")
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
    os.replace(name, target)

"""HTML on standard input, PDF on standard output, one progress line per page on standard error.

The fetcher answers only for the files named on the command line and for small embedded PNG data; any
other address ends the whole rendering (exit status 3), because a page that asks for one is either a
mistake in our template or an attack through a user's text.
"""

import json
import logging
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pydyf
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

BLOCKED = 3
FONTS = "asset:fonts.css"
DATA_PREFIX = "data:image/png;base64,"
DATA_LIMIT = 200_000
STEPS = {"1": 5, "2": 8, "3": 12, "4": 18, "6": 85, "7": 92}


class ShippedOnly(URLFetcher):  # type: ignore[misc]
    """Serves the named assets and small inline PNG images; never a host, never another file."""

    def __init__(self, assets: Mapping[str, str]) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)
        self.assets = assets

    def fetch(self, url: str, headers: Any = None) -> Any:
        if url in self.assets:
            path = Path(self.assets[url])
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": media_type(url)})
        if url.startswith(DATA_PREFIX) and len(url) < DATA_LIMIT:
            return super().fetch(url, headers)
        raise FatalURLFetchingError(url)


def media_type(url: str) -> str:
    suffix = url.rpartition(".")[2]
    return {"css": "text/css", "otf": "font/otf", "png": "image/png", "jpg": "image/jpeg"}.get(suffix, "image/*")


class ProgressLines(logging.Handler):
    """Turns the library's progress messages into `progress PERCENT PAGE` lines for the parent."""

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        step = text.removeprefix("Step ")[:1]
        if step == "5":
            page = int(text.rpartition(" ")[2]) if text.rpartition(" ")[2].isdigit() else 0
            percent = 20 + int(60 * (1 - 40 / (40 + page)))
        else:
            page, percent = 0, STEPS.get(step, 1)
        sys.stderr.write(f"progress {percent} {page}\n")
        sys.stderr.flush()


def leave_metadata_readable(_document: Any, pdf: pydyf.PDF) -> None:
    """PDF/A wants its metadata stream uncompressed; the library compresses every stream."""
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and item.extra.get("Type") == "/Metadata":
            item.compress = False


def render(html: str, assets: Mapping[str, str], identifier: str) -> bytes:
    """`asset:fonts.css`, where it is shipped, comes before the document's own styles: a document without
    a single known font cannot be laid out at all."""
    fetcher, fonts = ShippedOnly(assets), FontConfiguration()
    base = [CSS(url=FONTS, url_fetcher=fetcher, font_config=fonts)] if FONTS in assets else []
    pdf: bytes = HTML(string=html, url_fetcher=fetcher).write_pdf(
        stylesheets=base,
        font_config=fonts,
        finisher=leave_metadata_readable,
        pdf_variant="pdf/a-3u",
        pdf_identifier=identifier.encode(),
    )
    return pdf


def main() -> None:
    progress = logging.getLogger("weasyprint.progress")
    progress.handlers, progress.propagate = [ProgressLines()], False
    progress.setLevel(logging.INFO)
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    manifest = json.loads(sys.argv[1])
    html = sys.stdin.buffer.read().decode("utf-8")
    try:
        pdf = render(html, manifest["assets"], manifest["identifier"])
    except FatalURLFetchingError as refusal:
        sys.stderr.write(f"blocked {str(refusal)[:200]!r}\n")
        sys.exit(BLOCKED)
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()

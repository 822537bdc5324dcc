"""The floor for papers: the plain library in one warm process, for each line on standard input one rendering.

Runs as a program of its own: `plain_pdf.py ASSETS` (JSON, address → path), first line the path of the HTML.
Answers with the seconds of each rendering, the first being the warm-up.
"""

import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

FONTS = "asset:fonts.css"
MEDIA_TYPES = {".css": "text/css", ".otf": "font/otf", ".png": "image/png"}


class Assets(URLFetcher):  # type: ignore[misc]
    """The addresses our templates use, read from disk."""

    def __init__(self, paths: dict[str, str]) -> None:
        super().__init__()
        self.paths = paths

    def fetch(self, url: str, headers: Any = None) -> Any:
        if url not in self.paths:
            return super().fetch(url, headers)
        path = Path(self.paths[url])
        kind = MEDIA_TYPES.get(path.suffix, "application/octet-stream")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})


def render(html: str, fetcher: URLFetcher) -> bytes:
    fonts = FontConfiguration()
    styles = [CSS(url=FONTS, url_fetcher=fetcher, font_config=fonts)]
    pdf: bytes = HTML(string=html, url_fetcher=fetcher).write_pdf(stylesheets=styles, font_config=fonts)
    return pdf


def main() -> None:
    fetcher = Assets(json.loads(sys.argv[1]))
    html = Path(sys.stdin.readline().strip()).read_text()
    while True:
        began = perf_counter()
        render(html, fetcher)
        sys.stdout.write(f"{perf_counter() - began}\n")
        sys.stdout.flush()
        if not sys.stdin.readline():
            return


if __name__ == "__main__":
    main()

"""Draw up a PDF: a template becomes HTML here, the HTML becomes pages in a child process that has nothing.

The same HTML gives the same bytes on every machine: no dates of its own, no system fonts, a document
identifier taken from the content. So two people who ask for the same record can compare its SHA-256.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.documents import sandbox
from procurement.documents.models import Document

LIMITS = sandbox.Limits(seconds=60, memory_mb=1024)
#: For work in the background, whose maker listens to its progress: several hundred pages at 2.5 MB and 0.11 s each.
LONG_LIMITS = sandbox.Limits(seconds=900, memory_mb=3072, output_mb=256)
BLOCKED = 3
PROGRESS_LINE = re.compile(r"^progress (\d+) (\d+)$")

MESSAGES = {
    "blocked": gettext_lazy("文书引用了外部内容，已停止生成。请联系系统管理员。"),
    "timeout": gettext_lazy("文书内容过多，在规定时间内未能排版完成。请减少内容或分册生成。"),
    "crashed": gettext_lazy("文书排版未能完成。请稍后重试；多次失败请联系系统管理员。"),
}


class RenderFailed(Exception):
    """No PDF came out, and no part of one was kept. `message` is for the reader, `detail` for the log."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.message = str(MESSAGES[code])
        self.detail = detail
        super().__init__(f"{self.message} ({detail})" if detail else self.message)


def render_pdf(
    template_name: str,
    context: Mapping[str, Any],
    *,
    progress: Callable[[int, str], None] | None = None,
    images: Iterable[Document] = (),
    limits: sandbox.Limits | None = None,
) -> bytes:
    """The template as PDF/A-3. `progress(percent, step)` hears each page and may raise to stop.

    `images` are stored pictures the template shows as `<img src="asset:document/<uuid>">`; the caller has
    checked that the reader may see them. Raises RenderFailed.
    """
    return pdf_from_html(render_html(template_name, context), progress=progress, images=images, limits=limits)


def render_html(template_name: str, context: Mapping[str, Any]) -> str:
    """Official papers are Chinese whatever language their maker reads the portal in."""
    with translation.override("zh-hans"):
        return render_to_string(template_name, dict(context))


def content_hash(html: str) -> str:
    """SHA-256 of the canonical source of a document."""
    return hashlib.sha256(html.encode()).hexdigest()


def pdf_from_html(
    html: str,
    *,
    progress: Callable[[int, str], None] | None = None,
    images: Iterable[Document] = (),
    limits: sandbox.Limits | None = None,
) -> bytes:
    manifest = {"assets": {**shipped_assets(), **picture_assets(images)}, "identifier": content_hash(html)[:32]}
    try:
        return sandbox.run(
            "render_pdf",
            json.dumps(manifest),
            stdin=html.encode(),
            limits=limits or (LONG_LIMITS if progress else LIMITS),
            on_line=(lambda line: report(line, progress)) if progress else None,
        )
    except sandbox.SandboxTimeout as failure:
        raise RenderFailed("timeout", failure.detail) from None
    except sandbox.SandboxError as failure:
        code = "blocked" if failure.status == BLOCKED else "crashed"
        raise RenderFailed(code, failure.detail) from None


def shipped_assets() -> dict[str, str]:
    """Every style sheet and picture in templates/documents, and the two fonts; nothing else can be asked for."""
    folder = Path(settings.BASE_DIR, "templates", "documents")
    shipped = {f"asset:{path.name}": str(path) for path in folder.iterdir() if path.suffix in {".css", ".png"}}
    shipped["asset:serif.otf"] = str(pylopdf_fonts_zh_cn.serif_path())
    shipped["asset:sans.otf"] = str(pylopdf_fonts_zh_cn.sans_path())
    return shipped


def picture_assets(images: Iterable[Document]) -> dict[str, str]:
    return {f"asset:document/{image.pk}": str(image.path) for image in images if image.media_type.startswith("image/")}


def report(line: str, progress: Callable[[int, str], None]) -> None:
    """Pass a progress line of the child on as a percentage and a sentence; other lines are for the log."""
    if found := PROGRESS_LINE.match(line):
        percent, page = int(found[1]), int(found[2])
        progress(percent, _("正在排版第 %(page)d 页") % {"page": page} if page else _("正在生成 PDF 文件"))

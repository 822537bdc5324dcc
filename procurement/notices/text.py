"""From template to words: first line the title, the rest the body; plain text, nothing escaped."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.utils import translation

TITLE_LENGTH = 200


class NoticeText(NamedTuple):
    title: str
    body: str


def template_path(template: str) -> str:
    """File of a notice. Loud (``TemplateDoesNotExist``) at the call that names it, not later in a worker."""
    path = f"notices/{template}.txt"
    get_template(path)
    return path


def render_notice(template: str, context: dict[str, Any]) -> NoticeText:
    """Words in the portal's first language: a notice is a record and reads the same for everyone."""
    with translation.override(settings.LANGUAGE_CODE):
        text = render_to_string(template_path(template), context).strip()
    title, _, body = text.partition("\n")
    if not title.strip():
        raise ValueError(f"notice {template!r} has no title")
    return NoticeText(title.strip()[:TITLE_LENGTH], body.strip())

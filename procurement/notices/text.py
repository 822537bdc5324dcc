"""From template to words.

A notice lives in ``templates/notices/<name>.txt``: the first line is the title, the rest the body.
It is plain text, so nothing is escaped; pages that show it escape it there. It is named after what
happened (``application_submitted``), says what changed, for which project, what the reader has to do
and by when, and needs no context beyond what the event wrote down.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import translation

TITLE_LENGTH = 200


class NoticeText(NamedTuple):
    title: str
    body: str


def notice_template(template: str) -> Any:
    """The text's template. Loud (``TemplateDoesNotExist``) at the call that names it, not later in a worker."""
    return get_template(f"notices/{template}.txt")


def render_notice(template: str, context: dict[str, Any]) -> NoticeText:
    """Words in the portal's first language: a notice is a record and reads the same for everyone."""
    with translation.override(settings.LANGUAGE_CODE):
        text = notice_template(template).template.render(Context(context, autoescape=False)).strip()
    title, _, body = text.partition("\n")
    if not title.strip():
        raise ValueError(f"notice {template!r} has no title")
    return NoticeText(title.strip()[:TITLE_LENGTH], body.strip())

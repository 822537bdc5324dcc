"""Hits marked in their text. Every piece is escaped on its own, so that nothing typed or stored becomes markup."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django import template
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString

register = template.Library()
AROUND = 40


@register.filter
def highlight(text: str, terms: Sequence[str]) -> SafeString:
    """``{{ entry.title|highlight:terms }}``"""
    if not terms:
        return conditional_escape(text)
    pieces = re.split(
        "(" + "|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True)) + ")", text, flags=re.I
    )
    marked = [("<mark>", piece, "</mark>") if index % 2 else ("", piece, "") for index, piece in enumerate(pieces)]
    return format_html_join(
        "", "{}{}{}", ((SafeString(opening), piece, SafeString(closing)) for opening, piece, closing in marked)
    )


@register.filter
def snippet(text: str, terms: Sequence[str]) -> str:
    """The part of a long text around its first hit."""
    places = [place for term in terms if (place := text.lower().find(term)) >= 0]
    start = max(0, min(places, default=0) - AROUND)
    end = start + AROUND * 4
    return ("…" if start else "") + text[start:end].replace("\n", " ") + ("…" if end < len(text) else "")

"""Words of result letters."""

from __future__ import annotations

from django import template

from projects.selectors.letter_reasons import reason_texts

register = template.Library()


@register.filter
def reason_words(codes: list[str]) -> str:
    """The wording of coded reasons, as one sentence part."""
    return "；".join(reason_texts(codes))

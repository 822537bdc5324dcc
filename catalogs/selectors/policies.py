"""Reading the policy library: search with the place of the hit, and where a citation leads."""

from __future__ import annotations

from collections.abc import Iterable

from catalogs.articles import cited_anchor
from catalogs.models import PolicyDocument
from procurement.access import ANONYMOUS

#: Characters shown on each side of a hit.
AROUND = 40


def snippet(document: PolicyDocument, words: str, *, signed_in: bool) -> str:
    """The first hit with what stands around it; empty where the text is not this reader's."""
    if not (document.is_official or signed_in):
        return ""
    text = " ".join(document.text.split())
    for word in words.split():
        at = text.lower().find(word.lower())
        if at >= 0:
            start, end = max(0, at - AROUND), at + len(word) + AROUND
            return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
    return ""


def citation_links(pieces: Iterable[str]) -> dict[str, str]:
    """成财采〔2017〕143号第23条 → that document's page at its article. One query."""
    names = [
        (name, document.get_absolute_url())
        for document in PolicyDocument.objects.visible_to(ANONYMOUS).only("slug", "cited_as", "number")
        for name in {*document.cited_as, document.number} - {""}
    ]
    found = {}
    for piece in pieces:
        for name, url in names:
            if piece.startswith(name):
                anchor = cited_anchor(piece.removeprefix(name))
                found[piece] = f"{url}#{anchor}" if anchor else url
    return found

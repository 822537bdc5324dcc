"""Citations as links. Rules know how the law is quoted; rooms above know where its text can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class CitationPart:
    """A piece of a citation; ``url`` is empty where no text is at hand."""

    text: str
    url: str = ""


#: ``provider(parts)`` answers which of the pieces lead where, in a constant number of queries.
CitationLinks = Callable[[Iterable[str]], dict[str, str]]
_providers: list[CitationLinks] = []


def register_citation_links(provider: CitationLinks) -> None:
    if provider not in _providers:
        _providers.append(provider)


def linked(citations: Iterable[str]) -> dict[str, list[CitationPart]]:
    """Each citation cut at its semicolons, every piece with its address where one is known."""
    pieces = {citation: citation.split("；") for citation in citations}
    wanted = {piece for found in pieces.values() for piece in found}
    urls = {piece: url for provider in _providers for piece, url in provider(wanted).items()}
    return {
        citation: [CitationPart(piece, urls.get(piece, "")) for piece in found] for citation, found in pieces.items()
    }

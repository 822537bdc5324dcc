"""Who may see the files of a thing is known by the app that owns the thing.

Apps register once per kind of subject; a kind nobody registered is visible to nobody.
"""

from collections.abc import Callable
from typing import NamedTuple
from uuid import UUID

from procurement.access import Actor

Visible = Callable[[Actor, UUID], bool]


class Subject(NamedTuple):
    """What a document belongs to, written `"<app>.<model>:<uuid>"`."""

    type: str
    id: UUID

    @classmethod
    def parse(cls, text: str) -> "Subject":
        """ValueError when the text is not a subject: a document must never hang in the air."""
        kind, colon, key = text.partition(":")
        if not colon or kind.count(".") != 1:
            raise ValueError(f"not a subject: {text!r}")
        return cls(kind, UUID(key))

    def __str__(self) -> str:
        return f"{self.type}:{self.id}"


_visible: dict[str, Visible] = {}


def register_subject(kind: str, *, visible: Visible) -> None:
    """`visible(actor, subject_id)` decides for every file of `kind` ("projects.application")."""
    _visible[kind] = visible


def subject_is_visible(actor: Actor, subject: Subject) -> bool:
    decide = _visible.get(subject.type)
    return decide is not None and decide(actor, subject.id)

"""Keeping the policy library: who enters a document, and the journal of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from catalogs.models import PolicyDocument
from catalogs.models.policy import KEEPERS
from procurement import audit
from procurement.access import Actor
from procurement.documents import services as documents
from procurement.documents.models import Document
from procurement.rules import Refusal, RuleViolation

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


def may_keep(actor: Actor) -> bool:
    return bool(actor.roles & KEEPERS)


@transaction.atomic
def save_policy(*, actor: Actor, policy: PolicyDocument) -> PolicyDocument:
    """Enter a document or correct its record."""
    _require_keeper(actor)
    is_new = policy._state.adding
    if is_new:
        policy.added_by = actor.person
    policy.save()
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="policy.add" if is_new else "policy.revise",
        subject=policy.subject,
        case_id=None,
        ok=True,
        body={"number": policy.number, "title": policy.title, "validity": policy.validity, "length": len(policy.text)},
    )
    return policy


def attach(*, actor: Actor, policy: PolicyDocument, upload: UploadedFile[bytes], title: str) -> Document:
    """Keep the original file beside the text; public like the record of an official document."""
    _require_keeper(actor)
    return documents.store(
        actor=actor,
        upload=upload,
        subject=policy.subject,
        kind="policy",
        title=title,
        is_public=policy.is_official and policy.is_published,
    )


def _require_keeper(actor: Actor) -> None:
    if not may_keep(actor):
        raise RuleViolation([Refusal("S-02", _("政策文件由财政、民政部门和领导小组办公室维护"))])

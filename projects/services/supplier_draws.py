"""Picking the invited at random from the qualified, so that anyone can repeat it (R-094)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from orgs.models import Organization
from procurement.access import Actor
from procurement.lifecycle.engine import database_now
from procurement.rules import Refusal, RuleViolation, implements
from projects.models import InvitedSupplier, Procedure, SupplierDraw
from projects.services.procedures import journal, locked_draft


@transaction.atomic
def draw_suppliers(
    *,
    actor: Actor,
    procedure: Procedure,
    qualified: Iterable[Organization],
    number: int,
    words: str,
    at: datetime | None = None,
) -> SupplierDraw:
    """Draw ``number`` of the qualified; ``words`` come from the witness, so that nobody alone makes the seed.

    Raises RuleViolation R-094: another kind of procedure, drawn before, or fewer qualified than must be invited.
    """
    locked = locked_draft(actor, procedure)
    pool = sorted({str(one.pk) for one in qualified})
    fewest: Any = locked.rule_set.value("invited_suppliers")
    if locked.kind != "invited_tender":
        raise RuleViolation([Refusal("R-094", _("只有邀请招标随机抽取供应商"))])
    if SupplierDraw.objects.filter(procedure=locked).exists():
        raise RuleViolation([Refusal("R-094", _("本项目已经抽取过，不得重抽"))])
    if number < fewest or len(pool) < number:
        raise RuleViolation([Refusal("R-094", _("至少从符合条件的供应商中抽取 %(fewest)s 家") % {"fewest": fewest})])
    nonce = secrets.token_hex(32)
    seed = seed_of(nonce=nonce, words=words.strip(), pool=pool)
    order = order_of(seed, pool)
    draw = SupplierDraw.objects.create(
        procedure=locked,
        pool=pool,
        nonce=nonce,
        words=words.strip(),
        seed=seed,
        order=order,
        drawn_at=at or database_now(),
        drawn_by=actor.person,
    )
    InvitedSupplier.objects.bulk_create(
        InvitedSupplier(procedure=locked, organization_id=key, place=place)
        for place, key in enumerate(order[:number], start=1)
    )
    journal(actor, locked, "procedure.draw_suppliers", {"seed": seed, "pool": len(pool), "number": number})
    return draw


def seed_of(*, nonce: str, words: str, pool: list[str]) -> str:
    return hashlib.sha256("\n".join((nonce, words, *pool)).encode()).hexdigest()


@implements("R-094")
def order_of(seed: str, pool: Iterable[str]) -> list[str]:
    """The pool in the order of SHA-256("seed:id"): the same everywhere, foreseeable by nobody without the seed."""
    return sorted(pool, key=lambda key: hashlib.sha256(f"{seed}:{key}".encode()).hexdigest())

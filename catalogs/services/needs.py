"""Needs are told, supported, merged and answered here (R-030)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from catalogs.models import Need, NeedContact, NeedSource, NeedSupport
from catalogs.models.need import LIVE_NEED_STATES
from catalogs.selectors.needs import office_of
from orgs.models import Organization, OrganizationKind
from procurement import audit
from procurement.access import Actor, Role
from procurement.lifecycle.engine import database_now
from procurement.rules import Refusal, RuleViolation, records

#: No 0/O, 1/I/L, 2/Z, 5/S, 8/B: the code is read aloud and copied by hand.
CODE_ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
#: 25^15 codes, about seventy bits: nobody finds one by trying.
CODE_LENGTH = 15


@dataclass(frozen=True)
class Filed:
    """A need and the one showing of its receipt code."""

    need: Need
    code: str

    @property
    def shown_code(self) -> str:
        return "-".join(self.code[i : i + 5] for i in range(0, CODE_LENGTH, 5))


@records("R-030")
@transaction.atomic
def file_need(*, actor: Actor, need: Need, contact: str = "", voter: str = "", at: datetime | None = None) -> Filed:
    """Keep a need with its type, beneficiaries, place, urgency and source; whoever told it supports it.

    No personal data is asked for. A contact, when one is left, goes into a table of its own and into the
    journal as a salted hash only.
    """
    code = "".join(secrets.choice(CODE_ALPHABET) for _n in range(CODE_LENGTH))
    need.office = office_of(need.street)
    need.source, need.filer = _source_of(actor)
    need.filed_by, need.code_digest = actor.user, digest(code)
    need.save()
    if contact.strip():
        NeedContact.objects.create(need=need, contact=contact.strip())
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="need.file",
        subject=need.subject,
        body={"source": need.source, "field": need.field, "street": need.street_id, "urgency": need.urgency},
        personal={"contact": contact.strip()} if contact.strip() else None,
    )
    if voter:
        _add_support(need, voter, at or database_now())
    return Filed(need, code)


def digest(code: str) -> str:
    return sha256(normalise(code).encode()).hexdigest()


def normalise(code: str) -> str:
    """What was typed, in capitals, without the dashes."""
    return "".join(sign for sign in code.upper() if sign in CODE_ALPHABET)


def need_of_code(code: str) -> Need | None:
    """The need this receipt belongs to; a code of the wrong length is not looked up."""
    if len(normalise(code)) != CODE_LENGTH:
        return None
    return (
        Need.objects.select_related("street", "office", "merged_into", "demand_item")
        .filter(code_digest=digest(code))
        .first()
    )


@transaction.atomic
def support(*, need: Need, voter: str, at: datetime | None = None) -> bool:
    """Add one voice; False when this browser or person has given it before. A merged need passes it on.

    Both the lock and the table's unique constraint hold: two clicks at once count once.
    """
    locked = Need.objects.select_for_update(of=("self",), no_key=True).get(pk=need.pk)
    if locked.merged_into_id:
        locked = Need.objects.select_for_update(of=("self",), no_key=True).get(pk=locked.merged_into_id)
    if locked.status != "accepted":
        raise RuleViolation([Refusal("R-030", _("这项需求已办结，不再计算支持人数"))])
    return _add_support(locked, voter, at or database_now())


def on_merge(attempt: Any) -> None:
    """Effect of ``need.merge``: every voice moves along and counts once; what was merged here before follows."""
    need: Need = attempt.obj
    target = Need.objects.select_for_update(of=("self",), no_key=True).get(pk=attempt.data["target"].pk)
    if target.status not in LIVE_NEED_STATES:
        raise RuleViolation([Refusal("R-030", _("“%(title)s”已办结，不能再并入") % {"title": target})])
    NeedSupport.objects.bulk_create(
        [NeedSupport(need=target, voter=voice.voter, at=voice.at) for voice in need.supports.all()],
        ignore_conflicts=True,
    )
    target.support_count = target.supports.count()
    target.save(update_fields=["support_count", "updated_at"])
    need.merged.update(merged_into=target)
    need.merged_into = target
    need.reply = _("与“%(title)s”内容相近，已合并办理。") % {"title": target}
    need.replied_at = attempt.at
    attempt.kept["target"] = str(target.pk)
    attempt.kept["support_count"] = target.support_count


def on_reply(attempt: Any) -> None:
    """Effect of ``need.answer`` and ``need.decline``: the reason becomes the reply everyone reads."""
    need: Need = attempt.obj
    need.reply, need.replied_at = attempt.reason, attempt.at
    need.is_withheld = bool(attempt.data.get("withhold"))


def on_adopt(attempt: Any) -> None:
    """Effect of ``need.adopt``."""
    need: Need = attempt.obj
    need.reply = _("已纳入需求目录：%(title)s。") % {"title": need.demand_item}
    need.replied_at = attempt.at


def _add_support(need: Need, voter: str, at: datetime) -> bool:
    """The caller holds the need's lock, or has just made it."""
    made = NeedSupport.objects.bulk_create([NeedSupport(need=need, voter=voter, at=at)], ignore_conflicts=True)
    stands = need.supports.filter(pk=made[0].pk).exists()
    if stands:
        need.support_count += 1
        need.save(update_fields=["support_count", "updated_at"])
    return stands


def _source_of(actor: Actor) -> tuple[str, Organization | None]:
    """Where a need comes from follows from the seat of whoever tells it, never from what they choose."""
    bodies = Organization.objects.filter(
        pk__in=actor.organization_ids(Role.REC, Role.UNI, Role.PU_DEM, Role.PU_REV, Role.PU_BUY, Role.LGO, Role.CIV)
    )
    for body in bodies:
        if body.kind in (OrganizationKind.PURCHASER, OrganizationKind.AUTHORITY):
            return NeedSource.DEPARTMENT, body
        if body.kind in (OrganizationKind.COMMUNITY, OrganizationKind.UNION):
            return NeedSource.COMMUNITY, body
    return NeedSource.RESIDENT, None

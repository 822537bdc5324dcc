"""Making the keys of a procedure's lots: named custodians, a ceremony of two persons, shares nobody else keeps (R-117).

The private halves exist in the memory of one request. What the server keeps is the public keys, the fingerprints of
the shares and the hash of what was done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from orgs.models import Organization
from procurement import audit, sealing
from procurement.access import Actor, Role, actor_for
from procurement.access.models import User
from procurement.audit.canonical import canonical_bytes
from procurement.lifecycle.engine import database_now
from procurement.rules import Refusal, RuleViolation, refusal_for_constraint
from projects.models import CustodianBody, KeyCustodian, Lot, LotKey, Procedure, SealMode
from projects.selectors.sealing import holds_ceremony, names_custodians, public_keys, share_of

BODIES = tuple(CustodianBody)


@dataclass(frozen=True)
class ShareFile:
    """What one custodian takes along: the only copy."""

    custodian: KeyCustodian
    filename: str
    content: bytes


@transaction.atomic
def name_custodians(
    *, actor: Actor, procedure: Procedure, people: Mapping[str, tuple[User, Organization]], at: datetime | None = None
) -> list[KeyCustodian]:
    """Say who keeps the three shares: ``people`` by CustodianBody. Replaces names given before, while there is no key."""
    refuse(not names_custodians(actor, procedure), "S-02", _("密钥保管人由采购经办人或采购代理机构指定"))
    _while_it_is_prepared(procedure)
    refuse(bool(public_keys(procedure)), "R-117", _("密钥已经生成，保管人不得更换；确需更换的，先作废密钥"))
    refuse(set(people) != set(BODIES), "R-117", _("三名保管人须分别来自采购人、财政监督部门和代理机构（见证单位）"))
    for body, (person, organization) in people.items():
        refuse(
            not _sits_there(procedure, body, person, organization),
            "R-117",
            _("%(name)s不在“%(body)s”任职，不能保管这一份") % {"name": person.name, "body": CustodianBody(body).label},
        )
    procedure.custodians.all().delete()
    moment = at or database_now()
    try:
        with transaction.atomic():
            custodians = [
                KeyCustodian.objects.create(
                    procedure=procedure,
                    number=number,
                    body=body,
                    person=people[body][0],
                    organization=people[body][1],
                    named_by=actor.person,
                    named_at=moment,
                )
                for number, body in enumerate(BODIES, start=1)
            ]
    except IntegrityError as error:
        refuse_constraint(error)
    journal(actor, procedure, "sealing.name_custodians", {"persons": [str(each.person_id) for each in custodians]})
    return custodians


@transaction.atomic
def hold_ceremony(
    *, actor: Actor, procedure: Procedure, passphrases: Mapping[int, str], at: datetime | None = None
) -> list[ShareFile]:
    """Make a key pair for every lot, split each private half, and give out the three share files.

    ``passphrases`` by share number, each typed by its custodian. Nothing of a private half is stored or logged; a
    share file that is lost cannot be had again.
    """
    refuse(not holds_ceremony(actor, procedure), "S-02", _("密钥生成由采购人的文件复核人主持"))
    _while_it_is_prepared(procedure)
    refuse(procedure.seal_mode != SealMode.QUORUM, "R-117", _("本项目使用平台密钥，不生成分持密钥"))
    refuse(bool(public_keys(procedure)), "R-117", _("密钥已经生成"))
    custodians = list(procedure.custodians.select_related("person", "organization", "named_by"))
    refuse(len(custodians) != sealing.TOTAL, "R-117", _("尚未指定三名密钥保管人"))
    refuse(
        any(each.named_by_id == actor.id for each in custodians),
        "R-117",
        _("密钥由两人生成：您指定了保管人，须由另一人主持生成"),
    )
    refuse(set(passphrases) != {1, 2, 3}, "R-117", _("三名保管人须各自设置口令"))
    moment = at or database_now()
    shares: dict[int, dict[str, str]] = {each.number: {} for each in custodians}
    for lot in procedure.lots.all():
        for number, share in _make_key(actor, lot, custodians, moment).items():
            shares[number][str(lot.pk)] = share.hex()
    keys = public_keys(procedure)
    journal(actor, procedure, "sealing.make_keys", {"transcripts": [key.transcript_sha256 for key in keys]})
    return [_share_file(procedure, each, shares[each.number], passphrases[each.number]) for each in custodians]


@transaction.atomic
def discard_keys(*, actor: Actor, procedure: Procedure, reason: str) -> None:
    """Begin anew, before the announcement only: a share was lost, or a custodian left."""
    refuse(not holds_ceremony(actor, procedure), "S-02", _("密钥由采购人的文件复核人作废"))
    _while_it_is_prepared(procedure)
    refuse(not reason.strip(), "S-03", _("作废密钥须写明理由"))
    LotKey.objects.filter(lot__procedure=procedure).delete()
    procedure.custodians.update(confirmed_at=None)
    journal(actor, procedure, "sealing.discard_keys", {"reason": reason.strip()})


@transaction.atomic
def confirm_share(
    *, actor: Actor, procedure: Procedure, file: bytes, passphrase: str, at: datetime | None = None
) -> KeyCustodian:
    """A custodian shows that the file and the passphrase in their hands are their share of every lot's key."""
    custodian = share_of(procedure, actor)
    if custodian is None:
        raise RuleViolation([Refusal("S-02", _("您不是本项目的密钥保管人"))])
    opened = read_share(procedure, file, passphrase)
    refuse(opened.number != custodian.number, "R-117", _("这不是您保管的那一份"))
    custodian.confirmed_at = at or database_now()
    custodian.save(update_fields=["confirmed_at"])
    journal(actor, procedure, "sealing.confirm_share", {"share": custodian.number})
    return custodian


@dataclass(frozen=True)
class OpenedShare:
    """A share out of its file: its number, and 16 bytes for each lot. Never stored."""

    number: int
    lots: Mapping[str, bytes]


def read_share(procedure: Procedure, file: bytes, passphrase: str) -> OpenedShare:
    """Unwrap a share file and recognise it by its fingerprints. Raises RuleViolation with what is wrong."""
    try:
        inside = {lot: bytes.fromhex(share) for lot, share in sealing.unwrap(file, passphrase=passphrase).items()}
    except sealing.WrongPassphrase:
        raise RuleViolation([Refusal("R-117", _("口令不正确，不能打开这份密钥份额"))]) from None
    except (sealing.BadShare, ValueError, AttributeError):
        raise RuleViolation([Refusal("R-117", _("这不是密钥份额文件，或者文件已损坏"))]) from None
    keys = public_keys(procedure)
    for number in (1, 2, 3):
        if keys and all(_is_share(key, number, inside.get(str(key.lot_id))) for key in keys):
            return OpenedShare(number, inside)
    raise RuleViolation([Refusal("R-117", _("这份密钥份额不属于本项目现有的密钥"))])


def refuse(holds: bool, rule_id: str, sentence: str) -> None:
    if holds:
        raise RuleViolation([Refusal(rule_id, sentence)])


def refuse_constraint(error: IntegrityError) -> None:
    """The database's refusal in words; an error it does not know goes on."""
    refusal = refusal_for_constraint(error)
    if refusal is None:
        raise error
    raise RuleViolation([refusal]) from error


def journal(actor: Actor, procedure: Procedure, action: str, body: dict[str, Any]) -> None:
    audit.record(
        actor_id=actor.id,
        actor_label=actor.hat_name or actor.label,
        action=action,
        subject=procedure.subject,
        case_id=procedure.case_id,
        body=body,
    )


def _while_it_is_prepared(procedure: Procedure) -> None:
    refuse(procedure.announced_at is not None, "R-117", _("公告已经发布，投标密钥和保管人不得更换"))


def _sits_there(procedure: Procedure, body: str, person: User, organization: Organization) -> bool:
    """Whether the person has a seat in the body that keeps this share."""
    seats = actor_for(person)
    if organization.pk not in seats.organization_ids():
        return False
    if body == CustodianBody.PURCHASER:
        return organization.pk == procedure.purchaser_id
    if body == CustodianBody.SUPERVISION:
        return seats.holds(Role.FIN_SUP, organization.pk) or seats.holds(Role.FIN, organization.pk)
    return organization.pk != procedure.purchaser_id


def _make_key(actor: Actor, lot: Lot, custodians: list[KeyCustodian], at: datetime) -> dict[int, bytes]:
    secret = sealing.new_secret()
    shares = sealing.split(secret)
    fingerprints = {str(number): sealing.fingerprint(share) for number, share in shares.items()}
    public = sealing.public_key(secret)
    transcript = {
        "lot": str(lot.pk),
        "suite": sealing.SUITE,
        "public_key": public.hex(),
        "needed": sealing.NEEDED,
        "shares": fingerprints,
        "custodians": {str(each.number): str(each.person_id) for each in custodians},
        "prepared_by": str(custodians[0].named_by_id),
        "made_by": str(actor.id),
        "at": at.isoformat(),
    }
    LotKey.objects.create(
        lot=lot,
        mode=SealMode.QUORUM,
        suite=sealing.SUITE,
        public_key=public,
        share_fingerprints=fingerprints,
        transcript=transcript,
        transcript_sha256=hashlib.sha256(canonical_bytes(transcript)).hexdigest(),
        prepared_by=custodians[0].named_by,
        made_by=actor.person,
        made_at=at,
    )
    return shares


def _share_file(procedure: Procedure, custodian: KeyCustodian, shares: Mapping[str, str], passphrase: str) -> ShareFile:
    label = {"procedure": procedure.number, "title": procedure.title, "share": custodian.number}
    strength = cast("tuple[int, int] | None", settings.PORTAL["SHARE_STRENGTH"])
    content = sealing.wrap(
        shares,
        passphrase=passphrase,
        label=label,
        strength=sealing.Strength(*strength) if strength else None,
    )
    return ShareFile(custodian, f"{procedure.number}-密钥份额-{custodian.number}.json", content)


def _is_share(key: LotKey, number: int, share: bytes | None) -> bool:
    return share is not None and key.share_fingerprints.get(str(number)) == sealing.fingerprint(share)

"""A bidder prepares, hands in and withdraws a sealed bid (R-117).

Parts are sealed in memory as they come in; handing in is one small act under an idempotency key, judged by the
database's clock. Nothing here writes a journal entry or a notice: how many there are, whose and when is nobody's
before the opening, which journals it all (projects.services.opening).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from orgs.models import Organization
from procurement import sealing
from procurement.access import Actor, Role, StepUp
from procurement.audit import sign
from procurement.audit.canonical import canonical_bytes
from procurement.documents import Seen, UploadRefused, inspect_in_memory
from procurement.lifecycle.engine import database_now
from procurement.rules import Refusal, RuleViolation, implements
from procurement.sealing import vault
from projects.models import (
    FILES_MAX,
    BidRoom,
    DraftKind,
    Lot,
    Procedure,
    SealedAction,
    SealedDraft,
    SealedReceipt,
    SealedSubmission,
)
from projects.selectors.procedures import may_take_part
from projects.selectors.sealed_receipts import PURPOSE, statement_of
from projects.selectors.sealing import (
    bidding_for,
    current_drafts,
    keys_ready,
    last_submission,
    missing_parts,
    needs_confirming,
    public_key_of,
)
from projects.services.lot_keys import refuse, refuse_constraint

#: Bids are read page by page when they are scored; other formats have no pages.
BID_EXTENSIONS = ("pdf",)
#: Boxes are kept even when they are set aside; a room that seals without end would fill the disk.
BOXES_MAX = 100


@transaction.atomic
def open_room(*, actor: Actor, lot: Lot, organization: Organization, at: datetime | None = None) -> BidRoom:
    """The room in which an organisation prepares its bid for a lot; asked for twice it is the same one."""
    procedure = lot.procedure
    refuse(organization not in bidding_for(actor, procedure), "S-02", _("投标（响应）由供应商自己的人员办理"))
    refuse(not may_take_part(procedure, organization.pk), "R-094", _("本项目只接受被邀请的供应商参加"))
    refuse(not may_take_part(procedure, organization.pk), "R-094", _("本项目只接受被邀请的供应商参加"))
    _while_bidding(procedure, at)
    refuse(not keys_ready(procedure), "R-117", _("投标密钥尚未就绪"))
    room, _created = BidRoom.objects.get_or_create(
        lot=lot, organization=organization, defaults={"opened_by": actor.person}
    )
    return room


@implements("R-117")
def seal_file(
    *, actor: Actor, room: BidRoom, kind: str, upload: UploadedFile[bytes], at: datetime | None = None
) -> SealedDraft:
    """Check a file and seal it, both in memory. Raises UploadRefused, RuleViolation; then nothing is kept."""
    content = upload.read()
    _room_for_one_more(actor, room, kind)
    seen = inspect_in_memory(content, upload.name or "", extensions=BID_EXTENSIONS)
    return seal_inspected(actor=actor, room=room, kind=kind, content=content, seen=seen, at=at)


def seal_inspected(
    *, actor: Actor, room: BidRoom, kind: str, content: bytes, seen: Seen, at: datetime | None = None
) -> SealedDraft:
    """Seal what was found fit to keep; what was seen of it travels inside."""
    _room_for_one_more(actor, room, kind)
    header = {
        "name": seen.name,
        "media_type": seen.media_type,
        "page_count": seen.page_count,
        "sha256": seen.sha256,
    }
    try:
        return _seal(actor, room, kind, content, header, sealing.FILE_SIZES, at)
    except sealing.SealedSize:
        raise UploadRefused("too_large", limit=f"{sealing.FILE_SIZES[-1] // 1024 // 1024} MB") from None


def seal_offer(*, actor: Actor, room: BidRoom, values: Mapping[str, str], at: datetime | None = None) -> SealedDraft:
    """Seal the structured offer into a block as long as every other; it takes the place of the one before."""
    _their_own(actor, room)
    content = json.dumps(dict(values), ensure_ascii=False, sort_keys=True).encode()
    try:
        return _seal(actor, room, DraftKind.OFFER, content, {}, sealing.OFFER_SIZES, at)
    except sealing.SealedSize:
        raise RuleViolation([Refusal("S-04", _("报价和承诺的文字过长，请精简"))]) from None


@transaction.atomic
def set_aside(*, actor: Actor, room: BidRoom, draft: SealedDraft, at: datetime | None = None) -> None:
    """Leave a part out of the next submission; what was handed in with it stays as it was."""
    _their_own(actor, room)
    _while_bidding(room.procedure, at)
    room.drafts.current().filter(pk=draft.pk).update(set_aside_at=at or database_now())


@implements("R-117")
def submit(*, actor: Actor, room: BidRoom, idem: UUID, at: datetime | None = None) -> SealedReceipt:
    """Hand in what is sealed in the room; returns the signed receipt.

    The same ``idem``, or the same content as the version that stands, gives the receipt that is already there. The
    instant is the database's: ``at`` only sharpens the sentence of a refusal. Raises RuleViolation.
    """
    drafts = current_drafts(room)
    missing = missing_parts(drafts)
    if missing and not room.submissions.filter(idem=idem).exists():
        words = "、".join(str(kind.label) for kind in missing)
        raise RuleViolation([Refusal("S-04", _("尚缺：%(what)s") % {"what": words})])
    return _hand_in(actor, room, SealedAction.SUBMIT, idem, [draft.in_manifest for draft in drafts], at)


@implements("R-117")
def withdraw(*, actor: Actor, room: BidRoom, idem: UUID, at: datetime | None = None) -> SealedReceipt:
    """Take the bid back before the deadline; another may be handed in until then."""
    last = last_submission(room)
    refuse(last is None, "R-117", _("尚未提交，没有可以撤回的投标（响应）"))
    return _hand_in(actor, room, SealedAction.WITHDRAW, idem, [], at)


def _hand_in(
    actor: Actor,
    room: BidRoom,
    action: SealedAction,
    idem: UUID,
    manifest: list[dict[str, object]],
    at: datetime | None,
) -> SealedReceipt:
    _head_of(actor, room)
    try:
        with transaction.atomic():
            BidRoom.objects.select_for_update(no_key=True).get(pk=room.pk)
            earlier = _already(room, action, idem, manifest)
            if earlier is not None:
                return earlier.receipt
            _while_bidding(Procedure.objects.get(pk=room.procedure.pk), at)
            return _receipt(_new_version(actor, room, action, idem, manifest, at))
    except IntegrityError as error:
        refuse_constraint(error)
        raise


def _already(
    room: BidRoom, action: SealedAction, idem: UUID, manifest: list[dict[str, object]]
) -> SealedSubmission | None:
    """The submission this request made before, or one that says the same and still stands."""
    earlier = room.submissions.filter(idem=idem).first()
    if earlier is not None:
        return earlier
    last = last_submission(room)
    if last is None or last.action != action or last.manifest != manifest:
        return None
    return None if needs_confirming(last, Procedure.objects.get(pk=room.procedure.pk)) else last


def _new_version(
    actor: Actor,
    room: BidRoom,
    action: SealedAction,
    idem: UUID,
    manifest: list[dict[str, object]],
    at: datetime | None,
) -> SealedSubmission:
    last = last_submission(room)
    submission = SealedSubmission.objects.create(
        room=room,
        version=last.version + 1 if last else 1,
        action=action,
        idem=idem,
        manifest=manifest,
        submitted_by=actor.person,
        received_at=at or database_now(),
    )
    submission.refresh_from_db(fields=["received_at"])
    return submission


def _receipt(submission: SealedSubmission) -> SealedReceipt:
    """The portal's signature over bidder, lot, version, every ciphertext's hash and the database's instant."""
    statement = statement_of(submission)
    return SealedReceipt.objects.create(
        submission=submission, statement=statement, signature=sign(canonical_bytes(statement), purpose=PURPOSE)
    )


def _seal(
    actor: Actor,
    room: BidRoom,
    kind: str,
    content: bytes,
    header: Mapping[str, object],
    sizes: tuple[int, ...],
    at: datetime | None,
) -> SealedDraft:
    _while_bidding(room.procedure, at)
    refuse(room.drafts.count() >= BOXES_MAX, "S-04", _("封存次数已达 %(max)s 次上限") % {"max": BOXES_MAX})
    moment = at or database_now()
    draft = SealedDraft(id=uuid4(), room=room, kind=kind, sealed_by=actor.person, sealed_at=moment)
    public = bytes(public_key_of(room.lot).public_key)
    chunks = sealing.sealed_chunks(content, header=header, context=draft.context, public=public, sizes=sizes)
    draft.stored_path, draft.cipher_sha256, draft.box_size = vault.put(chunks)
    with transaction.atomic():
        BidRoom.objects.select_for_update(no_key=True).get(pk=room.pk)
        if kind == DraftKind.OFFER:
            room.drafts.current().filter(kind=kind).update(set_aside_at=moment)
        draft.save(force_insert=True)
    return draft


def _room_for_one_more(actor: Actor, room: BidRoom, kind: str) -> None:
    _their_own(actor, room)
    refuse(kind == DraftKind.OFFER, "S-04", _("报价和承诺须在表单中填写"))
    full = len(current_drafts(room)) >= FILES_MAX
    refuse(full, "S-04", _("一份投标（响应）最多 %(max)s 个文件") % {"max": FILES_MAX})


def _their_own(actor: Actor, room: BidRoom) -> None:
    mine = actor.organization_ids(Role.ORG, Role.ORG_H)
    refuse(room.organization_id not in mine, "S-02", _("投标（响应）由供应商自己的人员办理"))


def _head_of(actor: Actor, room: BidRoom) -> None:
    refuse(not actor.holds(Role.ORG_H, room.organization_id), "S-02", _("投标（响应）由本单位负责人提交或撤回"))
    refuse(not actor.has_proven(StepUp.RECENT), "S-20", _("提交或撤回须重新确认身份：请再次输入密码或验证码"))


def _while_bidding(procedure: Procedure, at: datetime | None) -> None:
    """Courtesy: the trigger ``received_by_clock`` decides when two clocks disagree."""
    refuse(procedure.status != "bidding", "R-117", _("项目不在投标（响应）期间"))
    moment = at or database_now()
    late = procedure.deadline_at is None or moment >= procedure.deadline_at
    refuse(late, "R-117", _("已过投标（响应）截止时间，不予接收"))

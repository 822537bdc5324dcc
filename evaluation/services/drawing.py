"""Locking the pool, drawing before a witness, asking the next in the drawn order."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import cast

from django.db import IntegrityError
from django.utils.translation import gettext as _

from evaluation.drawing import Candidate, Exclusion, digest, draw_record, exclusions_root, pool_root, record_digest
from evaluation.models import DrawCommitment, PanelDraw, PanelSeat, ReviewPanel
from evaluation.selectors.panels import Field, field_for, next_in_order, quota_pairs
from orgs.models import Expert
from procurement.access import Actor, Role, people_holding
from procurement.access.models import User
from procurement.lifecycle.engine import Attempt
from procurement.notices import notify
from procurement.rules import Refusal, RuleViolation, implements


def lock_pool(attempt: Attempt) -> None:
    """Effect of panel.lock_pool: who may be drawn is fixed, and our secret is promised by its hash."""
    panel: ReviewPanel = attempt.obj
    full = field_for(panel)
    field, identities = disguised(full) if panel.procedure_id else _as_it_is(full)
    nonce = secrets.token_hex(32)
    made = DrawCommitment.objects.create(
        panel=panel,
        identities=identities,
        details={mask: list(one.reasons) for one, mask in _masked(full, identities)},
        pool=[vars(one) for one in field.pool],
        exclusions=[{**vars(one), "reasons": list(one.reasons)} for one in field.exclusions],
        pool_root=pool_root(field.pool),
        exclusions_root=exclusions_root(field.exclusions),
        commitment=digest(nonce),
        nonce=nonce,
        made_by=person_of(attempt.actor),
        made_at=attempt.at,
    )
    attempt.kept.update(
        commitment=made.commitment,
        pool_root=made.pool_root,
        exclusions_root=made.exclusions_root,
        pool=len(field.pool),
        excluded=len(field.exclusions),
    )


def disguised(field: Field) -> tuple[Field, dict[str, str]]:
    """The field as the public may read it: pseudonyms that hold for this draw alone, and rules without particulars."""
    secret = secrets.token_bytes(32)

    def mask(word: str) -> str:
        return hmac.new(secret, word.encode(), hashlib.sha256).hexdigest()[:32] if word else ""

    pool = tuple(Candidate(mask(one.id), one.kind, mask(one.employer)[:8]) for one in field.pool)
    exclusions = tuple(
        Exclusion(mask(one.id), one.kind, tuple(sorted({reason.split()[0] for reason in one.reasons})))
        for one in field.exclusions
    )
    real = [*(one.id for one in field.pool), *(one.id for one in field.exclusions)]
    return Field(pool, exclusions), {mask(key): key for key in real}


def _as_it_is(field: Field) -> tuple[Field, dict[str, str]]:
    """A panel for applications shows its record to insiders only."""
    return field, {}


def _masked(field: Field, identities: dict[str, str]) -> Iterable[tuple[Exclusion, str]]:
    masks = {real: key for key, real in identities.items()}
    return [(one, masks[one.id]) for one in field.exclusions] if identities else []


@implements("R-153")
def draw(attempt: Attempt) -> None:
    """Effect of panel.draw: one draw per panel, from the locked pool, with the witness's own words in the seed."""
    panel: ReviewPanel = attempt.obj
    locked = panel.commitment
    record = draw_record(
        panel=panel.number,
        pool=[Candidate(**row) for row in locked.pool],
        exclusions=[Exclusion(row["id"], row["kind"], tuple(row["reasons"])) for row in locked.exclusions],
        quota=quota_pairs(panel),
        nonce=locked.nonce,
        words=str(attempt.data["words"]).strip(),
        committed_at=locked.made_at.isoformat(),
        drawn_at=attempt.at.isoformat(),
    )
    seat = attempt.seat
    try:
        drawn = PanelDraw.objects.create(
            panel=panel,
            record=record,
            digest=record_digest(record),
            seed=record["seed"],
            witness=person_of(attempt.actor),
            witness_role=seat.role if seat else "",
            drawn_at=attempt.at,
        )
    except IntegrityError as twice:
        raise RuleViolation([Refusal("R-153", _("本评审组已抽取过专家，每个评审组只抽取一次"))]) from twice
    taken = [locked.expert_of(pick["id"]) for pick in record["selected"]]
    experts = {str(expert.pk): expert for expert in Expert.objects.filter(pk__in=taken)}
    for pick in record["selected"]:
        invite(panel, experts[locked.expert_of(pick["id"])], rank=pick["rank"], seed=record["seed"], at=attempt.at)
    attempt.kept.update(digest=drawn.digest, seed=drawn.seed)


def invite(
    panel: ReviewPanel, expert: Expert, *, rank: int, seed: str, at: datetime, replaces: PanelSeat | None = None
) -> PanelSeat:
    """Offer the expert a seat; the invitation names the entries' number, not whose they are."""
    seat = PanelSeat(
        panel=panel,
        expert=expert,
        person_id=expert.person_id,
        kind=expert.kind,
        rank=rank,
        replaces=replaces,
        invited_at=at,
        order_seed=digest(f"{seed}:{expert.pk}"),
    )
    return offer(seat)


def offer(seat: PanelSeat) -> PanelSeat:
    """Keep the seat with the hash of its name, and ask the person."""
    panel = seat.panel
    seat.name_commitment = digest("|".join((seat.name_salt, seat.record_key, str(seat.person), seat.employer_name)))
    seat.save()
    notify(
        template="panel_invitation",
        recipients=[seat.person],
        url=seat.get_absolute_url(),
        context={
            "panel": panel.number,
            "guide": panel.occasion.title,
            "review_on": panel.review_on.isoformat(),
            "scores_due_on": panel.scores_due_on.isoformat(),
            "count": panel.entries.live().count(),
        },
        key=f"invite-{seat.pk}",
    )
    return seat


def invite_next(leaving: PanelSeat, *, at: datetime) -> PanelSeat | None:
    """The next in the same order takes the place; the office hears when nobody is left."""
    panel = leaving.panel
    if leaving.expert_id is None:
        return None  # the purchaser appoints another representative
    following = next_in_order(panel, leaving.kind, leaving=leaving)
    if following is None:
        notify(
            template="panel_short",
            recipients=[*runners_of(panel), *people_holding(Role.DIS)],
            url=panel.get_absolute_url(),
            context={"panel": panel.number, "kind": str(leaving.get_kind_display())},
            key=f"short-{leaving.pk}",
        )
        return None
    expert, rank = following
    return invite(panel, expert, rank=rank, seed=panel.draw.seed, at=at, replaces=leaving)


def runners_of(panel: ReviewPanel) -> list[User]:
    """The office's officers of this review."""
    if panel.guide:
        return people_holding(Role.LGO, panel.guide.office_id)
    return people_holding(Role.AGT, panel.office_id) or people_holding(Role.PU_BUY, panel.office_id)


def person_of(actor: Actor) -> User:
    """Whoever passed the engine's check of role has an account."""
    return cast(User, actor.user)

"""Keeping what applicants type: every save counts, two editors never overwrite each other silently.

A section is stored raw, by unit (a field, or all rows of its table). A page says which edition it was drawn
from; a unit that somebody else changed since is handed back as a conflict when both changed it, and merged
into the page when only they did.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from procurement import audit, documents
from procurement.access import Actor
from procurement.documents.models import Document
from procurement.lifecycle.engine import database_now
from procurement.privacy import fingerprint
from procurement.rules import Refusal, RuleViolation, records
from projects.models import (
    Application,
    BudgetLine,
    BudgetVersion,
    CoFunding,
    EditingSession,
    Indicator,
    SectionDraft,
)
from projects.selectors.applications import EDITABLE, file_kind, files_of, may_edit
from projects.selectors.deadlines import second

Raw = dict[str, Any]
#: A person who pauses longer begins a new sitting, and the journal a new line.
SITTING = timedelta(minutes=30)
TRAIL_LENGTH = 60
#: Longest text of one unit; more is refused rather than cut.
UNIT_LIMIT = 60_000
ROWS = "rows"


class DraftRefused(Exception):
    """This draft may not be written (now); the message is for the person typing."""


@dataclass(frozen=True)
class Checked:
    """What a form says of raw values: the valid part in plain JSON, and what is wrong in words."""

    clean: dict[str, Any]
    problems: list[str]


@dataclass(frozen=True)
class Clash:
    """One unit changed on both sides."""

    unit: str
    yours: Any
    theirs: Any


@dataclass
class Saved:
    """What became of a save."""

    draft: SectionDraft
    at: datetime
    changed: list[str] = field(default_factory=list)
    merged: dict[str, Any] = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)
    editor: str = ""


Check = Callable[[Raw], Checked]


@transaction.atomic
def save_section(
    *,
    actor: Actor,
    application: Application,
    code: str,
    raw: Raw,
    check: Check,
    version: int,
    sitting: str = "",
    reviewed: bool = False,
    at: datetime | None = None,
) -> Saved:
    """Store what was typed in one section.

    ``version`` is the edition the page was drawn from, ``sitting`` names the page itself: its own earlier saves
    are no conflict. ``reviewed`` clears the mark of a section copied from an earlier year.

    Raises:
        DraftRefused: handed in already, past the deadline, not the applicant's person, or absurdly long.
    """
    moment = at or database_now()
    locked = lock_for_editing(actor, application, moment)
    if code == "hub" and locked.status == "supplement":
        raise DraftRefused(_("主责单位已经推荐，补正时不能更换主责单位"))
    for unit, value in raw.items():
        if len(json.dumps(value, ensure_ascii=False)) > UNIT_LIMIT:
            raise DraftRefused(_("内容过长，单项不得超过 %(limit)s 字") % {"limit": UNIT_LIMIT, "unit": unit})
    draft, _new = SectionDraft.objects.get_or_create(application=locked, code=code)
    saved = Saved(draft=draft, at=moment)
    _take_in(saved, raw, version=version, sitting=sitting)
    _stamp(draft, actor, sitting, moment, saved.changed)
    if reviewed:
        draft.needs_review = False
    if saved.changed or reviewed or not draft.edition:
        _judge(draft, check)
        draft.save()
        apply_section(locked, draft)
        _note_sitting(actor, locked, code, moment, changed=bool(saved.changed))
    return saved


def lock_for_editing(actor: Actor, application: Application, at: datetime) -> Application:
    """The application under a lock, if this person may write to it now."""
    locked = (
        Application.objects.select_for_update(no_key=True, of=("self",)).select_related("guide").get(pk=application.pk)
    )
    reason = why_closed(locked, actor, at)
    if reason:
        raise DraftRefused(reason)
    return locked


def why_closed(application: Application, actor: Actor, at: datetime) -> str:
    """Why nothing may be typed into the application (any more); empty when it may."""
    if not may_edit(application, actor):
        return _("只有申报单位的经办人和负责人可以填写")
    if application.status not in EDITABLE:
        return _("申报已提交，当前状态为“%(state)s”，内容不再更改") % {"state": application.state.label}
    closes_at = application.guide.closes_at
    if application.status == "draft" and closes_at is not None and at >= closes_at:
        return _("申报已于 %(closed)s 截止，不再保存修改") % {"closed": second(closes_at)}
    return ""


def _take_in(saved: Saved, raw: Raw, *, version: int, sitting: str) -> None:
    draft = saved.draft
    for unit, value in raw.items():
        stored = draft.values.get(unit)
        if value == stored or (stored is None and value in ("", [])):
            continue
        trail = draft.trail.get(unit, [])
        last = trail[-1] if trail else None
        if last is None or last["edition"] <= version or (sitting and last["sitting"] == sitting):
            draft.values[unit] = value
            saved.changed.append(unit)
        elif _digest(value) == _base_digest(trail, version):
            saved.merged[unit] = stored
        else:
            saved.clashes.append(Clash(unit, value, stored))
            saved.editor = last["by"]


def _stamp(draft: SectionDraft, actor: Actor, sitting: str, at: datetime, changed: list[str]) -> None:
    if not changed:
        return
    draft.edition += 1
    draft.edited_by, draft.edited_at = actor.user, at
    for unit in changed:
        mark = {
            "edition": draft.edition,
            "digest": _digest(draft.values[unit]),
            "sitting": sitting,
            "by": actor.label,
        }
        draft.trail[unit] = [*draft.trail.get(unit, []), mark][-TRAIL_LENGTH:]


def _judge(draft: SectionDraft, check: Check) -> None:
    checked = check(draft.values)
    draft.clean = {**{k: v for k, v in draft.clean.items() if k == ROWS}, **checked.clean}
    draft.problems = checked.problems


def _base_digest(trail: list[dict[str, Any]], version: int) -> str:
    """Digest of the unit as the page saw it."""
    seen = [mark["digest"] for mark in trail if mark["edition"] <= version]
    return seen[-1] if seen else _digest("")


def _digest(value: Any) -> str:
    plain = "" if value in (None, []) else value
    return fingerprint("exact", json.dumps(plain, ensure_ascii=False, sort_keys=True))[:16]


def _note_sitting(actor: Actor, application: Application, code: str, at: datetime, *, changed: bool) -> None:
    """One line in the journal per sitting, however many saves it has."""
    if not changed or actor.id is None:
        return
    application.edition += 1
    Application.objects.filter(pk=application.pk).update(
        edition=application.edition, edited_by=actor.user, edited_at=at
    )
    recent = EditingSession.objects.filter(application=application, person_id=actor.id, last_at__gt=at - SITTING)
    session = recent.first()
    if session is not None:
        session.section, session.last_at, session.saves = code, at, session.saves + 1
        session.save(update_fields=["section", "last_at", "saves"])
        return
    EditingSession.objects.create(
        application=application, person_id=actor.id, section=code, began_at=at, last_at=at, saves=1
    )
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="application.draft",
        subject=application.subject,
        case_id=application.case_id,
        body={"section": code, "edition": application.edition},
    )


# --- from drafts to the application itself ----------------------------------------------------------------------


def apply_section(application: Application, draft: SectionDraft) -> None:
    """Write the valid part of a section to where everybody else reads it."""
    _APPLY[draft.code](application, draft.clean)
    application.save()


def _apply_basic(application: Application, clean: Mapping[str, Any]) -> None:
    for name in ("title", "summary", "place", "leader_name", "leader_phone"):
        if name in clean:
            setattr(application, name, clean[name] or "")
    if "category" in clean:
        application.category_id = clean["category"] or None
    if "beneficiary_groups" in clean:
        application.beneficiary_groups = clean["beneficiary_groups"]
    if "beneficiary_count" in clean:
        application.beneficiary_count = clean["beneficiary_count"]
    for name in ("starts_on", "ends_on"):
        if name in clean:
            setattr(application, name, date.fromisoformat(clean[name]) if clean[name] else None)
    if application.starts_on and application.ends_on and application.ends_on <= application.starts_on:
        application.ends_on = None
    if application.case is not None and application.title and application.case.title != application.title:
        application.case.title = application.title
        application.case.save(update_fields=["title"])


def _apply_answers(section: str) -> Callable[[Application, Mapping[str, Any]], None]:
    def apply(application: Application, clean: Mapping[str, Any]) -> None:
        kept = {name: value for name, value in clean.items() if name != ROWS}
        application.answers = {**application.answers, section: kept}

    return apply


def _apply_budget(application: Application, clean: Mapping[str, Any]) -> None:
    _apply_answers("budget")(application, clean)
    if ROWS not in clean:
        return
    application.budget_lines.filter(version=BudgetVersion.REQUESTED).delete()
    lines = [
        BudgetLine(
            application=application,
            item=row["item"],
            description=row["description"],
            unit=row["unit"],
            quantity=Decimal(row["quantity"]),
            unit_price=Decimal(row["unit_price"]),
            amount=line_amount(row["quantity"], row["unit_price"]),
            position=position,
        )
        for position, row in enumerate(clean[ROWS])
    ]
    BudgetLine.objects.bulk_create(lines)
    application.requested_amount = sum((line.amount for line in lines), Decimal("0.00"))


def line_amount(quantity: str | Decimal, unit_price: str | Decimal) -> Decimal:
    """Quantity × price, rounded half up to the cent."""
    from procurement.money import yuan

    return yuan(Decimal(quantity) * Decimal(unit_price))


def _apply_co_funding(application: Application, clean: Mapping[str, Any]) -> None:
    _apply_answers("co_funding")(application, clean)
    rows = clean.get(ROWS)
    if clean.get("planned") == "no":
        rows = []
    if rows is None:
        return
    application.co_fundings.all().delete()
    CoFunding.objects.bulk_create(
        [
            CoFunding(
                application=application,
                source=row["source"],
                kind=row["kind"],
                amount=Decimal(row["amount"]),
                secured=bool(row["secured"]),
                position=position,
            )
            for position, row in enumerate(rows)
        ]
    )
    application.co_funding_amount = sum((Decimal(row["amount"]) for row in rows), Decimal("0.00"))


def _apply_indicators(application: Application, clean: Mapping[str, Any]) -> None:
    if ROWS not in clean:
        return
    application.indicators.all().delete()
    Indicator.objects.bulk_create(
        [
            Indicator(
                application=application,
                kind=row["kind"],
                name=row["name"],
                unit=row["unit"],
                target=Decimal(row["target"]),
                how_known=row["how_known"],
                position=position,
            )
            for position, row in enumerate(clean[ROWS])
        ]
    )


@records("R-068")
def _apply_profile(application: Application, clean: Mapping[str, Any]) -> None:
    chosen = clean.get("qualifications", [])
    application.qualifications.set(application.applicant.qualifications.filter(pk__in=chosen))
    rest = {name: value for name, value in clean.items() if name not in ("qualifications", ROWS)}
    application.answers = {**application.answers, "profile": rest}


def _apply_hub(application: Application, clean: Mapping[str, Any]) -> None:
    if "hub" in clean:
        application.hub_id = clean["hub"] or None


def _apply_files(application: Application, clean: Mapping[str, Any]) -> None:
    """Files stand by themselves; the section only remembers which are left out."""


_APPLY: dict[str, Callable[[Application, Mapping[str, Any]], None]] = {
    "basic": _apply_basic,
    "scheme": _apply_answers("scheme"),
    "budget": _apply_budget,
    "co_funding": _apply_co_funding,
    "indicators": _apply_indicators,
    "profile": _apply_profile,
    "hub": _apply_hub,
    "files": _apply_files,
    "declaration": _apply_answers("declaration"),
}


# --- files ------------------------------------------------------------------------------------------------------


@transaction.atomic
def attach_file(
    *, actor: Actor, application: Application, kind: str, upload: UploadedFile[Any], at: datetime | None = None
) -> Document:
    """Take in an attachment; of kinds that exist once, a new file becomes the next version.

    Raises DraftRefused when the application is closed to changes, UploadRefused when the file is.
    """
    moment = at or database_now()
    locked = lock_for_editing(actor, application, moment)
    wanted = file_kind(kind)
    held = [document for document in files_of(locked) if document.kind == kind]
    document = documents.store(
        actor=actor,
        upload=upload,
        subject=locked.subject,
        case_id=locked.case_id,
        organization_id=locked.applicant_id,
        kind=kind,
        title=str(wanted.label) if not wanted.many else (upload.name or str(wanted.label))[:200],
        supersedes=held[-1] if held and not wanted.many else None,
    )
    _touch_files(actor, locked, moment)
    return document


@transaction.atomic
def leave_file_out(*, actor: Actor, application: Application, document_id: str, at: datetime | None = None) -> None:
    """Do not hand this file in. The file itself is kept, as every file is."""
    moment = at or database_now()
    locked = lock_for_editing(actor, application, moment)
    if document_id not in {str(document.pk) for document in files_of(locked)}:
        raise RuleViolation([Refusal("S-01", _("该附件不在本申报中，请刷新页面"))])
    draft = _touch_files(actor, locked, moment)
    draft.values["left_out"] = [*draft.values.get("left_out", []), document_id]
    draft.save(update_fields=["values"])


def _touch_files(actor: Actor, application: Application, at: datetime) -> SectionDraft:
    draft, _new = SectionDraft.objects.get_or_create(application=application, code="files")
    draft.edition += 1
    draft.edited_by, draft.edited_at, draft.needs_review = actor.user, at, False
    draft.save()
    _note_sitting(actor, application, "files", at, changed=True)
    return draft


# --- copying ----------------------------------------------------------------------------------------------------

#: What may be carried over from an earlier year; files, certificates and declarations are given anew.
COPIED = ("basic", "scheme", "budget", "co_funding", "indicators", "hub")


@transaction.atomic
def copy_from(
    *,
    actor: Actor,
    application: Application,
    source: Application,
    check: Callable[[str], Check],
    at: datetime | None = None,
) -> int:
    """Copy the text of an earlier application of the same body into empty sections; each is marked 待核对.

    Dates and category belong to the old guide and stay behind. Returns how many sections were filled.
    """
    moment = at or database_now()
    locked = lock_for_editing(actor, application, moment)
    if source.applicant_id != locked.applicant_id:
        raise RuleViolation([Refusal("S-02", _("只能复制本单位的申报"))])
    begun = set(locked.section_drafts.filter(edition__gt=0).values_list("code", flat=True))
    filled = 0
    for code in COPIED:
        if code in begun:
            continue
        _copy_section(actor, locked, source, code, check(code), moment)
        filled += 1
    if filled:
        _note_sitting(actor, locked, "copy", moment, changed=True)
    return filled


def _copy_section(
    actor: Actor, application: Application, source: Application, code: str, check: Check, at: datetime
) -> None:
    draft, _new = SectionDraft.objects.get_or_create(application=application, code=code)
    draft.values = raw_values(source, code)
    draft.needs_review, draft.edited_by, draft.edited_at = True, actor.user, at
    draft.edition = 1
    _judge(draft, check)
    draft.save()
    apply_section(application, draft)


def raw_values(source: Application, code: str) -> Raw:
    """A section of an application as if it had been typed."""
    return _RAW[code](source)


def _raw_basic(source: Application) -> Raw:
    names = ("title", "summary", "place", "leader_name", "leader_phone")
    return {
        **{name: getattr(source, name) for name in names},
        "beneficiary_groups": list(source.beneficiary_groups),
        "beneficiary_count": str(source.beneficiary_count or ""),
    }


def _raw_answers(code: str) -> Callable[[Application], Raw]:
    return lambda source: dict(source.answers.get(code, {}))


def _rows(rows: Iterable[Any], *names: str) -> list[dict[str, Any]]:
    return [{name: _typed(getattr(row, name)) for name in names} for row in rows]


def _typed(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


def _raw_budget(source: Application) -> Raw:
    lines = source.budget_lines.filter(version=BudgetVersion.REQUESTED)
    rows = _rows(lines, "item", "description", "unit", "quantity", "unit_price")
    return {**source.answers.get("budget", {}), ROWS: rows}


def _raw_co_funding(source: Application) -> Raw:
    rows = _rows(source.co_fundings.all(), "source", "kind", "amount", "secured")
    return {**source.answers.get("co_funding", {}), ROWS: rows}


def _raw_indicators(source: Application) -> Raw:
    return {ROWS: _rows(source.indicators.all(), "kind", "name", "unit", "target", "how_known")}


_RAW: dict[str, Callable[[Application], Raw]] = {
    "basic": _raw_basic,
    "scheme": _raw_answers("scheme"),
    "budget": _raw_budget,
    "co_funding": _raw_co_funding,
    "indicators": _raw_indicators,
    "hub": lambda source: {"hub": str(source.hub_id or "")},
}

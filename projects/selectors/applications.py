"""Reads around an application: what counts against the cap, what resembles it, its files, receipts and checklist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orgs.models import Organization
from orgs.selectors.standing import EligibilityFacts, eligibility_facts
from procurement.access import Actor, Role
from procurement.documents.models import Document
from procurement.rules import records
from projects.models import Application, EditingSession, Guide, PrecheckItem, SectionDraft

if TYPE_CHECKING:
    from datetime import date

    from orgs.models import CreditRecord

#: Not handed in, or taken back: does not count against the yearly cap.
NOT_COUNTED = ("draft", "withdrawn")
#: Money was promised and the project still runs or will run.
FUNDED = ("approved", "ready_to_sign", "in_progress", "suspended", "rectifying", "closing", "rectifying_final")
#: States in which the applicant may change what was typed.
EDITABLE = ("draft", "supplement")
APPLICANT_ROLES = (Role.ORG, Role.ORG_H)
PRESENT_FOR = timedelta(minutes=2)


@dataclass(frozen=True)
class FileKind:
    """A kind of attachment; several files may be of the kind ``other``."""

    code: str
    label: str | Promise
    hint: str | Promise
    required: bool = True
    many: bool = False


FILE_KINDS = (
    FileKind("scheme", _("项目实施方案"), _("写明目标、内容、进度、人员和风险应对，盖章后扫描。")),
    FileKind("budget_note", _("预算编制说明"), _("逐项说明测算依据，可附报价或工资标准。")),
    FileKind("commitment", _("申报承诺书"), _("由负责人签字并加盖公章。")),
    FileKind("other", _("其他证明材料"), _("如合作协议、获奖证明；可上传多份。"), required=False, many=True),
)


def file_kind(code: str) -> FileKind:
    return next(kind for kind in FILE_KINDS if kind.code == code)


def may_edit(application: Application, actor: Actor) -> bool:
    """Whether this person belongs to the applicant's people who fill in applications."""
    return any(actor.holds(role, application.applicant_id) for role in APPLICANT_ROLES)


def holds_office(application: Application, actor: Actor) -> bool:
    """Whether the person sits in the office that checks this application."""
    return actor.holds(Role.LGO, application.guide.office_id)


def holds_civil(application: Application, actor: Actor) -> bool:
    """Whether the person confirms registration and standing for civil affairs."""
    return actor.holds(Role.CIV, application.guide.civil_id)


def applying_organizations(actor: Actor) -> list[Organization]:
    """Bodies for which the person fills in or signs applications."""
    return list(Organization.objects.filter(pk__in=actor.organization_ids(*APPLICANT_ROLES)))


def counted_applications(guide: Guide, applicant_id: UUID) -> QuerySet[Application]:
    """What the organisation has handed in under the guide, or a union for it (R-060).

    What stands under a record merged into this one counts as well: a body entered twice has one cap.
    """
    bodies = Organization.objects.filter(Q(pk=applicant_id) | Q(merged_into=applicant_id)).values("pk")
    own = Q(applicant__in=bodies, proxy__isnull=True) | Q(proxy__executor__in=bodies)
    return Application.objects.filter(own, guide=guide).exclude(status__in=NOT_COUNTED)


def untouched_draft(guide: Guide, applicant_id: UUID) -> Application | None:
    """A draft nobody has typed into yet: a second click on 申报 finds it again."""
    return (
        Application.objects.filter(
            guide=guide, applicant_id=applicant_id, status="draft", edition=0, proxy__isnull=True
        )
        .order_by("created_at")
        .first()
    )


def overlapping(application: Application) -> QuerySet[Application]:
    """Other applications whose period touches this one's."""
    return Application.objects.exclude(pk=application.pk).filter(
        starts_on__lte=application.ends_on, ends_on__gte=application.starts_on
    )


def already_funded(application: Application) -> list[Application]:
    """Funded projects of the same organisation with the same title, or the same category in the same place (R-042)."""
    if not (application.starts_on and application.ends_on and application.title):
        return []
    same = Q(title__iexact=application.title.strip())
    if application.place:
        same |= Q(place__iexact=application.place.strip(), category__code=_category_code(application))
    return list(overlapping(application).filter(same, applicant_id=application.applicant_id, status__in=FUNDED)[:5])


def bought_elsewhere(application: Application) -> list[Application]:
    """Running projects of anybody for the same groups, category and place in an overlapping period (R-041)."""
    if not (application.starts_on and application.ends_on and application.place):
        return []
    return list(
        overlapping(application)
        .filter(
            place__iexact=application.place.strip(),
            category__code=_category_code(application),
            beneficiary_groups__overlap=application.beneficiary_groups,
            status__in=FUNDED,
        )
        .exclude(applicant_id=application.applicant_id)
        .select_related("applicant")[:5]
    )


def earlier_applications(application: Application) -> QuerySet[Application]:
    """What the same organisation handed in before, newest first, to copy from."""
    return (
        Application.objects.filter(applicant_id=application.applicant_id)
        .exclude(pk=application.pk)
        .exclude(status="draft")
        .select_related("guide")
        .order_by("-created_at")
    )


def section_drafts(application: Application) -> dict[str, SectionDraft]:
    return {draft.code: draft for draft in application.section_drafts.all()}


def left_out(application: Application) -> set[str]:
    """Ids of uploads the applicant decided not to hand in; files themselves are never deleted."""
    draft = application.section_drafts.filter(code="files").first()
    return set(draft.values.get("left_out", [])) if draft else set()


def files_of(application: Application) -> list[Document]:
    """The attachments handed in (or about to be), newest version of each, in the order of their kinds."""
    order = [kind.code for kind in FILE_KINDS]
    skipped = left_out(application)
    found = Document.objects.for_subject(application.subject).filter(kind__in=order).current()
    kept = [document for document in found if str(document.pk) not in skipped]
    return sorted(kept, key=lambda document: (order.index(document.kind), document.created_at))


def facts_about(application: Application, on: date) -> EligibilityFacts:
    return eligibility_facts(application.applicant, on)


@records("R-066")
def breaches_shown(application: Application, on: date, years: int) -> list[CreditRecord]:
    """Breach records of the last years, shown to those who judge; they decide nothing by themselves."""
    return eligibility_facts(application.applicant, on).breaches_within(years)


def others_editing(application: Application, actor: Actor, at: datetime) -> list[EditingSession]:
    """Who else typed into this application in the last two minutes."""
    return list(
        application.editing_sessions.filter(last_at__gte=at - PRESENT_FOR)
        .exclude(person_id=actor.id)
        .select_related("person")
    )


#: The office's formal check; the last line belongs to civil affairs.
CHECKLIST: tuple[tuple[str, str | Promise], ...] = (
    ("eligibility", _("申报单位符合指南规定的资格条件")),
    ("authenticity", _("申报材料真实、签章有效")),
    ("attachments", _("附件齐全、内容与填报一致")),
    ("scope", _("项目属于指南支持的领域和类别")),
    ("duplicate", _("未与已资助项目重复")),
    ("budget", _("预算科目和标准符合规定")),
)
CIVIL_CHECK: tuple[str, str | Promise] = ("civil", _("民政部门确认登记状态、年检和信用情况"))


def checklist(application: Application) -> list[PrecheckItem]:
    """Every line of the check in order, unsaved where nobody has looked yet."""
    known = {item.code: item for item in application.precheck_items.select_related("checked_by")}
    return [
        known.get(code) or PrecheckItem(application=application, code=code, label=str(label))
        for code, label in (*CHECKLIST, CIVIL_CHECK)
    ]


def for_list(queryset: QuerySet[Application]) -> QuerySet[Application]:
    """Everything a row of a list shows, in one query."""
    return queryset.select_related("guide", "applicant", "hub", "category").defer("answers", "summary")


def awaiting_hub(actor: Actor) -> QuerySet[Application]:
    """Submitted applications that wait for the opinion of a hub the person sits in."""
    return Application.objects.visible_to(actor).filter(status="submitted", hub__in=actor.organization_ids(Role.RU))


def hubs_for(applicant: Organization, on: date) -> tuple[list[Organization], list[Organization]]:
    """(hubs that lead the organisation on the day, all other hubs); never the organisation itself (R-084)."""
    from orgs.models import HubAffiliation

    leading = HubAffiliation.objects.filter(member=applicant, valid_from__lte=on).exclude(valid_to__lte=on)
    own_ids = set(leading.values_list("hub_id", flat=True))
    hubs: Iterable[Organization] = Organization.objects.hubs().exclude(pk=applicant.pk)
    own: list[Organization] = []
    rest: list[Organization] = []
    for hub in hubs:
        (own if hub.pk in own_ids else rest).append(hub)
    return own, rest


def _category_code(application: Application) -> str:
    return application.category.code if application.category else ""

"""Reads for panels: who could be drawn, who could not and why, who is next, what a person may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from catalogs.models import ProcurementMethod
from evaluation.drawing import Candidate, Exclusion
from evaluation.models import REPRESENTATIVE_ROLES, SITTING, PanelEntry, PanelSeat, RecusalRequest, ReviewPanel
from orgs.models import EmploymentHistory, Expert, ExpertKind, KinDeclaration, Membership, Organization
from orgs.selectors.recusal import experts_available, person_grounds, recusal_grounds
from procurement.access import Actor, Duty, Role, conflict_for, conflicts_of
from procurement.access.models import DutyRecord, User
from procurement.calendars import add_working_days, working_days_between
from procurement.lifecycle.steps import local_day
from procurement.rules import implements
from projects.models import Application, Guide, Procedure

FINANCE_REGULATORS = (Role.FIN, Role.FIN_SUP)
#: Three members may do, unless the money reaches what would be tendered (R-150, R-152).
SMALL_PANELS = (
    ProcurementMethod.COMPETITIVE_NEGOTIATION, ProcurementMethod.COMPETITIVE_CONSULTATION,
    ProcurementMethod.COMPETITIVE_SELECTION, ProcurementMethod.SINGLE_SOURCE,
)  # fmt: skip


@dataclass(frozen=True)
class Field:
    """The pool of a draw: who may be drawn, and who may not with every reason."""

    pool: tuple[Candidate, ...]
    exclusions: tuple[Exclusion, ...]


@implements("R-157")
def may_see_names(panel: ReviewPanel, actor: Actor) -> bool:
    """Runner and oversight always; members once the review has begun; deciders when the report is signed."""
    if actor.sees_everything or panel.is_run_by(actor):
        return True
    if panel.status == "signed" and panel.is_decided_by(actor):
        return True
    begun = panel.status in ("in_session", "scored", "reported", "signed")
    return begun and panel.seats.confirmed().filter(person_id=actor.id).exists()


def seat_of(panel: ReviewPanel, actor: Actor) -> PanelSeat | None:
    return panel.seats.filter(person_id=actor.id, status__in=SITTING).first()


def reviewable(guide: Guide) -> QuerySet[Application]:
    """Prechecked applications of the guide that no live panel has yet."""
    taken = PanelEntry.objects.live().filter(application__isnull=False).values("application_id")
    return (
        guide.applications.filter(status="prechecked")
        .exclude(pk__in=taken)
        .select_related("applicant", "category", "hub")
        .order_by("number")
    )


def before_panel(panel: ReviewPanel) -> list[PanelEntry]:
    """The entries before the panel, without those withdrawn or found invalid meanwhile."""
    return list(
        panel.entries.live()
        .judged()
        .with_subjects()
        .defer("application__answers", "application__summary", "bid__offer")
    )


def suppliers(panel: ReviewPanel) -> list[Organization]:
    """Whom the members must have no ties with: the applicants; the bidders as soon as bids are opened (R-154)."""
    if panel.procedure is None:
        return [entry.organization for entry in before_panel(panel)]
    bids = panel.procedure.bids.exclude(status="unreadable").select_related("bidder").order_by("position")
    return list({bid.bidder_id: bid.bidder for bid in bids}.values())


def duty_scopes(panel: ReviewPanel) -> list[UUID]:
    """The cases in which no member may hold another duty (R-156)."""
    return [panel.occasion.duty_scope, *(entry.duty_scope for entry in before_panel(panel))]


@implements("R-150", "R-151", "R-152")
def least_members(panel: ReviewPanel) -> int:
    """Members at least, by the way of buying and the money at stake."""
    if panel.procedure is None:
        amounts = [entry.amount or Decimal(0) for entry in before_panel(panel)]
        return _least_of_tender(panel, max(amounts, default=Decimal(0)))
    procedure = panel.procedure
    if procedure.method in SMALL_PANELS:
        threshold = Decimal(panel.value("open_tender_threshold"))
        fewest = "panel_min_members" if procedure.budget >= threshold else "panel_min_consultation"
        return int(panel.value(fewest))
    return _least_of_tender(panel, procedure.budget)


def _least_of_tender(panel: ReviewPanel, amount: Decimal) -> int:
    least = int(panel.value("panel_min_members"))
    if panel.is_major or amount >= Decimal(panel.value("panel_large_amount")):
        least = max(least, int(panel.value("panel_min_large")))
    return least


def kinds_wanted(panel: ReviewPanel) -> list[str]:
    """Kinds that must sit; the mix is asked for on grants only (R-160)."""
    return list(panel.value("panel_kinds")) if panel.guide_id else []


def quota_pairs(panel: ReviewPanel) -> list[tuple[str, int]]:
    """The quota in the fixed order of the kinds; kinds without a seat are left out."""
    return [(kind, int(panel.quota[kind])) for kind in ExpertKind.values if panel.quota.get(kind)]


@implements("R-153", "R-156", "R-159")
def field_for(panel: ReviewPanel) -> Field:
    """Everyone in the pool, each as a candidate or as an exclusion with its grounds."""
    experts = sorted(experts_available(), key=lambda expert: str(expert.pk))
    reasons = exclusion_reasons(panel, experts)
    labels = _employer_labels(experts)
    pool = [Candidate(str(e.pk), e.kind, labels[e.pk]) for e in experts if not reasons[e.pk]]
    out = [Exclusion(str(e.pk), e.kind, tuple(reasons[e.pk])) for e in experts if reasons[e.pk]]
    return Field(tuple(pool), tuple(out))


def exclusion_reasons(panel: ReviewPanel, experts: Sequence[Expert]) -> dict[UUID, list[str]]:
    """expert → sentences with their rule ids, empty when the expert may be drawn."""
    found: dict[UUID, list[str]] = {expert.pk: [] for expert in experts}
    for expert, sentence in (
        *_ties(experts, suppliers(panel), panel.review_on),
        *_office_people(experts, panel),
        *_regulators(experts),
        *_duties(experts, duty_scopes(panel)),
        *_workload(experts, panel),
        *_other_fields(experts, panel),
        *_bargainers(experts, panel),
    ):
        found[expert.pk].append(sentence)
    return {key: list(dict.fromkeys(sentences)) for key, sentences in found.items()}


def fresh_grounds(seat: PanelSeat, on: date) -> list[tuple[str, str]]:
    """Grounds of recusal as they stand now, for one member against every applicant or bidder (R-154)."""
    return [ground for supplier in suppliers(seat.panel) for ground in _grounds(seat, supplier, on)]


def _grounds(seat: PanelSeat, supplier: Organization, on: date) -> list[tuple[str, str]]:
    if seat.expert is None:
        return person_grounds(seat.person_id, supplier, on)
    return recusal_grounds(seat.expert, supplier, on)


def conflicting_duty(seat: PanelSeat) -> tuple[Duty, str] | None:
    """A duty the person already holds in one of the cases that forbids judging it (R-156)."""
    for scope in dict.fromkeys(duty_scopes(seat.panel)):
        clash = conflict_for(person_id=seat.person_id, case_id=scope, duty=Duty.PANEL_MEMBER)
        if clash is not None:
            return clash
    return None


def next_in_order(panel: ReviewPanel, kind: str, *, leaving: PanelSeat | None = None) -> tuple[Expert, int] | None:
    """The next expert of the drawn order with their place, or None when every order is used up.

    The kind's own order comes first; only when it is used up do the others follow. Who has been asked before, in
    whatever way it ended, is not asked again; who shares an employer with a sitting member, or has meanwhile a
    ground of recusal, is passed over.
    """
    orders = panel.draw.record["orders"]
    known = set(panel.seats.filter(expert__isnull=False).values_list("expert_id", flat=True))
    real = panel.commitment.expert_of
    employers = {real(row["id"]): row["employer"] for row in panel.draw.record["pool"]}
    sitting = panel.seats.sitting().exclude(pk__in=[leaving.pk] if leaving else [])
    drawn = sitting.filter(expert__isnull=False)
    taken = {employers[str(pk)] for pk in drawn.values_list("expert_id", flat=True)} - {""}
    experts = {str(e.pk): e for e in experts_available()}
    for other in sorted(orders, key=lambda name: name != kind):
        for rank, key in enumerate(map(real, orders[other]), start=1):
            expert = experts.get(key)
            if expert is None or expert.pk in known or employers[key] in taken:
                continue
            if not exclusion_reasons(panel, [expert])[expert.pk]:
                return expert, rank
    return None


def panel_at_work(procedure: Procedure) -> ReviewPanel | None:
    """The panel being organised or reviewing; at most one (procedure_has_one_panel_at_work)."""
    return procedure.panels.live().exclude(status="signed").first()  # type: ignore[attr-defined,no-any-return]


def specialties_known() -> list[str]:
    """Fields the pool offers, for whoever asks for some."""
    return sorted({field for expert in experts_available() for field in expert.specialties})


def representatives_possible(procedure: Procedure) -> QuerySet[User]:
    """The purchaser's people who may sit as its representatives; the officers who run the purchase may not (R-156)."""
    seats = Membership.objects.filter(
        organization=procedure.purchaser_id, role__in=REPRESENTATIVE_ROLES, valid_to__isnull=True
    )
    return User.objects.filter(pk__in=seats.values("person_id"), is_active=True).order_by("username")


def names_are_public(procedure: Procedure) -> bool:
    """From the result notice on everybody may read who sat (R-157)."""
    return procedure.status in ("awarded", "contracted")


def seats_missing(panel: ReviewPanel) -> int:
    """Seats nobody holds or has been asked to hold."""
    return panel.size - panel.seats.sitting().count()


def open_recusals(panel: ReviewPanel) -> QuerySet[RecusalRequest]:
    """Not yet decided: about a member, or by a bidder about somebody not yet matched to one."""
    about = Q(seat__panel=panel, seat__status__in=SITTING)
    if panel.procedure_id:
        about |= Q(bid__procedure=panel.procedure_id, seat__isnull=True)
    return RecusalRequest.objects.filter(about, decided_at__isnull=True)


def _ties(experts: Sequence[Expert], applicants: Sequence[Organization], on: date) -> Iterable[tuple[Expert, str]]:
    """Grounds of R-154 for the pairs that have any tie at all; the rest is not looked at one by one."""
    by_id = {applicant.pk: applicant for applicant in applicants}
    by_name = {applicant.name: applicant.pk for applicant in applicants}
    people = {expert.person_id: expert.pk for expert in experts}
    ids = [expert.pk for expert in experts]
    pairs = {(e.pk, e.employer_id) for e in experts if e.employer_id in by_id}
    pairs |= {(e.pk, by_name[e.employer_text]) for e in experts if e.employer_text in by_name}
    for model in (EmploymentHistory, KinDeclaration):
        rows = model.objects.filter(expert__in=ids, organization__in=by_id)  # type: ignore[attr-defined]
        pairs |= set(rows.values_list("expert_id", "organization_id"))
    seats = Membership.objects.filter(person__in=people, organization__in=by_id).exclude(role=Role.EXP)
    pairs |= {(people[person], body) for person, body in seats.values_list("person_id", "organization_id")}
    known = {expert.pk: expert for expert in experts}
    for expert_id, body in sorted(pairs, key=str):
        for rule_id, sentence in recusal_grounds(known[expert_id], by_id[body], on):
            yield known[expert_id], f"{rule_id} {sentence}"


def _office_people(experts: Sequence[Expert], panel: ReviewPanel) -> Iterable[tuple[Expert, str]]:
    """The purchaser's people sit as its representatives only, the agent's and the office's not at all (R-156)."""
    bodies = {panel.office.pk: panel.office}
    if panel.procedure:
        bodies[panel.procedure.purchaser_id] = panel.procedure.purchaser
    seats = (
        Membership.objects.valid_on(panel.review_on)
        .filter(organization__in=bodies, person__in=[e.person_id for e in experts])
        .exclude(role=Role.EXP)
        .values_list("person_id", "organization_id")
    )
    house = dict(seats)
    for expert in experts:
        body = house.get(expert.person_id) or expert.employer_id
        if body in bodies:
            yield expert, "R-156 " + _("系主办单位%(office)s工作人员") % {"office": bodies[body].name}


def _regulators(experts: Sequence[Expert]) -> Iterable[tuple[Expert, str]]:
    holders = set(
        Membership.objects.filter(role__in=FINANCE_REGULATORS, valid_to__isnull=True).values_list(
            "person_id", flat=True
        )
    )
    for expert in experts:
        if expert.person_id in holders:
            yield expert, "R-156 " + _("系财政监管人员")


def _duties(experts: Sequence[Expert], scopes: Sequence[UUID]) -> Iterable[tuple[Expert, str]]:
    people = {expert.person_id: expert for expert in experts}
    barred = [duty for duty, _rule in conflicts_of(Duty.PANEL_MEMBER)]
    held = DutyRecord.objects.filter(case_id__in=scopes, person__in=people, duty__in=barred)
    for row in held:
        clash = conflict_for(person_id=row.person_id, case_id=row.case_id, duty=Duty.PANEL_MEMBER)
        if clash is not None:
            sentence = _("在本批项目中已承担“%(duty)s”") % {"duty": clash[0].label}
            yield people[row.person_id], f"{clash[1]} {sentence}"


def _workload(experts: Sequence[Expert], panel: ReviewPanel) -> Iterable[tuple[Expert, str]]:
    """Not more reviews in one week than the rule set allows (R-159)."""
    limit = int(panel.value("panels_per_week"))
    monday = panel.review_on - timedelta(days=panel.review_on.weekday())
    counts: dict[UUID, int] = defaultdict(int)
    busy = PanelSeat.objects.filter(
        expert__in=[e.pk for e in experts],
        status__in=SITTING,
        panel__review_on__range=(monday, monday + timedelta(days=6)),
        panel__in=ReviewPanel.objects.live(),
    ).exclude(panel=panel)
    for expert_id in busy.values_list("expert_id", flat=True):
        counts[expert_id] += 1
    for expert in experts:
        if counts[expert.pk] >= limit:
            yield expert, "R-159 " + _("本周已参加%(count)s次评审，达到每周上限") % {"count": counts[expert.pk]}


def _other_fields(experts: Sequence[Expert], panel: ReviewPanel) -> Iterable[tuple[Expert, str]]:
    """The panel asks for certain fields, and the expert is of none of them (R-153)."""
    wanted = set(panel.specialties)
    for expert in experts:
        if wanted and not wanted & set(expert.specialties):
            yield expert, "R-153 " + _("专业领域不符合要求（%(fields)s）") % {"fields": "、".join(panel.specialties)}


def _bargainers(experts: Sequence[Expert], panel: ReviewPanel) -> Iterable[tuple[Expert, str]]:
    """Who sat in an earlier panel of this procedure judged it already; a re-review is by others (R-159)."""
    if panel.procedure_id is None:
        return
    earlier = PanelSeat.objects.filter(panel__procedure=panel.procedure_id, sheets__isnull=False).exclude(panel=panel)
    judged = set(earlier.values_list("person_id", flat=True))
    for expert in experts:
        if expert.person_id in judged:
            yield expert, "R-159 " + _("已参加过本项目的评审")


def _employer_labels(experts: Sequence[Expert]) -> dict[UUID, str]:
    """A label two colleagues share and that names nobody; none for an expert without an employer."""
    names = sorted({str(expert.employer_id or expert.employer_text) for expert in experts if expert.employer_name})
    number = {name: f"E{place:03d}" for place, name in enumerate(names, start=1)}
    return {expert.pk: number.get(str(expert.employer_id or expert.employer_text), "") for expert in experts}


def draw_is_early(panel: ReviewPanel, lead_days: int, drawn_on: date) -> bool:
    """Whether more working days than allowed lie between draw and review (R-153)."""
    return working_days_between(drawn_on, panel.review_on) > lead_days


def asked_long_ago(seat: PanelSeat, today: date) -> bool:
    """A working day has passed since the invitation."""
    return today >= add_working_days(local_day(seat.invited_at), 1)

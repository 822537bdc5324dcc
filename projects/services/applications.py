"""Steps 2 to 4 of a case: applying, the hub's recommendation, the office's formal check."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.models import Organization, OrganizationKind
from procurement import audit
from procurement.access import Actor
from procurement.calendars import CalendarNotAnnounced, due_day_of
from procurement.lifecycle import steps
from procurement.lifecycle.engine import Attempt, database_now
from procurement.lifecycle.models import Case, CaseParty, StepState, period_of
from procurement.lifecycle.numbering import next_number
from procurement.rules import Refusal, RuleViolation
from projects.guards.application import within_cap
from projects.models import Application, Guide
from projects.selectors.applications import APPLICANT_ROLES, counted_applications, untouched_draft
from projects.selectors.deadlines import second
from projects.services import receipts
from projects.services.collusion import keep_trace

TEMPLATE = "beijing_special_fund_18"


@transaction.atomic
def start_application(
    *,
    actor: Actor,
    guide: Guide,
    applicant: Organization,
    at: datetime | None = None,
    executor: Organization | None = None,
) -> Application:
    """A new draft under an open guide, with its own case; a draft nobody typed into yet is given back instead.

    ``executor`` is the group a union applies for (services.proxies): the cap is counted for the group.

    Raises RuleViolation with every reason why this body may not apply here now.
    """
    moment = at or database_now()
    _one_at_a_time(guide, applicant)
    refused = why_not_start(actor=actor, guide=guide, applicant=applicant, at=moment, executor=executor)
    if refused:
        raise RuleViolation(refused)
    begun = untouched_draft(guide, applicant.pk) if executor is None else None
    if begun is not None:
        return begun
    number = next_number("application", prefix="SB", year=guide.year)
    application = Application(number=number, guide=guide, applicant=applicant)
    application.case = _open_case(application, actor, moment)
    application.save()
    audit.record(
        actor_id=actor.id,
        actor_label=actor.label,
        action="application.start",
        subject=application.subject,
        case_id=application.case_id,
        body={"number": number, "guide": guide.number, "applicant": applicant.name},
    )
    return application


def why_not_start(
    *, actor: Actor, guide: Guide, applicant: Organization, at: datetime, executor: Organization | None = None
) -> list[Refusal]:
    """Reasons known before anything is typed; the rest is judged at submission."""
    found = []
    if not any(actor.holds(role, applicant.pk) for role in APPLICANT_ROLES):
        found.append(Refusal("S-02", _("只有社会组织的经办人或负责人可以申报")))
    elif applicant.kind == OrganizationKind.COMMUNITY:
        found.append(Refusal("R-070", _("备案的社区社会组织不能自行申报，请通过社会组织联合会、主责单位或街道申报")))
    elif not applicant.is_social:
        found.append(Refusal("R-010", _("专项资金面向社会组织，%(org)s不属于社会组织") % {"org": applicant.name}))
    if guide.status != "open" or not (guide.opens_at and guide.closes_at):
        found.append(Refusal("S-05", _("指南当前状态为“%(state)s”，不受理申报") % {"state": guide.state.label}))
    elif at >= guide.closes_at:
        found.append(Refusal("S-05", _("申报已于 %(closed)s 截止") % {"closed": second(guide.closes_at)}))
    elif at < guide.opens_at:
        found.append(Refusal("S-05", _("申报自 %(opens)s 开始受理") % {"opens": second(guide.opens_at)}))
    cap = guide.rule_set.value("application_cap")
    used = counted_applications(guide, (executor or applicant).pk).count()
    if isinstance(cap, int) and used >= cap:
        found.append(
            Refusal("R-060", _("本单位在本指南下已申报 %(used)s 项，上限 %(cap)s 项") % {"used": used, "cap": cap})
        )
    return found


def _open_case(application: Application, actor: Actor, at: datetime) -> Case:
    guide = application.guide
    case = steps.open_case(
        number=application.number,
        title=str(application),
        template_code=TEMPLATE,
        rule_set=guide.rule_set,
        at=at,
        subject=application.subject,
    )
    # Only the applicant is a party yet: a draft belongs to its applicant alone.
    steps.set_party(case, "applicant", application.applicant_id, application.applicant.name)
    published = guide.history.filter(transition="guide.publish").first()
    case.steps.filter(step__code="publish_guide").update(
        state=StepState.DONE,
        opened_at=guide.published_at,
        done_at=guide.published_at,
        done_by=published.actor if published else None,
    )
    closes_on = due_day_of(guide.closes_at) if guide.closes_at else None
    steps.open_step(case, "apply_online", at=at, due_on=closes_on)
    return case


def _one_at_a_time(guide: Guide, applicant: Organization) -> None:
    """Starts and submissions of one body under one guide queue up, so that the cap holds against itself (R-060)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 60))", [f"{guide.pk}:{applicant.pk}"])


# --- effects of the table's rows --------------------------------------------------------------------------------


def submit(attempt: Attempt) -> None:
    """Effect of application.submit: parties and receipt; the content is frozen from here.

    The hub's ten working days run from this submission, so that an early applicant need not wait for the deadline.
    """
    application = attempt.obj
    _one_at_a_time(application.guide, application.applicant)
    over = within_cap(attempt)
    if over:
        raise RuleViolation(over)
    application.submitted_at = attempt.at
    _name_parties(application)
    _hand_in(attempt)


def resubmit(attempt: Attempt) -> None:
    """Effect of application.resubmit: a further receipt for what is corrected; the earlier one is kept."""
    _name_parties(attempt.obj)
    _hand_in(attempt)


def endorse(attempt: Attempt) -> None:
    """Effect of application.endorse: nothing but the opinion, which the record keeps with its seal."""
    attempt.kept["hub"] = attempt.obj.hub.name


def decline(attempt: Attempt) -> None:
    """Effect of application.decline_endorsement: the case ends at the hub."""
    steps.complete_step(attempt.obj.case, "responsible_unit_endorse", at=attempt.at, actor=attempt.actor)
    end_case(attempt)


def return_for_supplement(attempt: Attempt) -> None:
    """Effect: the one correction allowed, with its own term."""
    application = attempt.obj
    application.supplement_used = True
    try:
        application.supplement_due_on = period_of(application.case, "supplement_days").due(attempt.today)
    except CalendarNotAnnounced as unknown:
        raise RuleViolation([Refusal("R-305", str(unknown))]) from unknown
    attempt.due["precheck"] = application.supplement_due_on
    attempt.kept["due_on"] = application.supplement_due_on
    application.precheck_items.filter(passed=False).update(passed=None)


def pass_precheck(attempt: Attempt) -> None:
    """Effect of application.precheck_pass: the checklist goes into the record."""
    attempt.kept["checklist"] = _checklist_as_checked(attempt.obj)


def fail_precheck(attempt: Attempt) -> None:
    """Effect of application.precheck_fail: the case ends at the office."""
    attempt.kept["checklist"] = _checklist_as_checked(attempt.obj)
    steps.complete_step(attempt.obj.case, "precheck", at=attempt.at, actor=attempt.actor)
    end_case(attempt)


def end_case(attempt: Attempt) -> None:
    """Nothing further is owed: open and waiting steps fall away. For every row that ends a case before its archive."""
    case = attempt.obj.case
    if case is None:
        return
    case.steps.filter(state__in=(StepState.OPEN, StepState.WAITING)).update(state=StepState.SKIPPED, due_on=None)
    case.closed_at = attempt.at
    case.save(update_fields=["closed_at"])


def _hand_in(attempt: Attempt) -> None:
    keep_trace(attempt.obj, attempt.at)
    receipt = receipts.issue(attempt.obj, attempt.at)
    attempt.kept["receipt"] = receipt.number
    attempt.kept["content_sha256"] = receipt.content_sha256
    attempt.kept["files"] = [file["sha256"] for file in receipt.files]


def _name_parties(application: Application) -> None:
    """From submission on, these bodies have a part in the case and see it."""
    guide, case = application.guide, application.case
    if case is None:
        return
    bodies = {
        "office": guide.office_id,
        "applicant": application.applicant_id,
        "hub": application.hub_id,
        "purchaser": guide.purchaser_id,
        "finance": guide.finance_id,
        "treasury": guide.treasury_id,
        "civil": guide.civil_id,
    }
    names = dict(Organization.objects.filter(pk__in=set(bodies.values())).values_list("pk", "name"))
    CaseParty.objects.bulk_create(
        [
            CaseParty(case=case, part=part, organization_id=body, name=names[body])
            for part, body in bodies.items()
            if body is not None
        ],
        update_conflicts=True,
        unique_fields=["case", "part"],
        update_fields=["organization_id", "name"],
    )


def _checklist_as_checked(application: Application) -> list[dict[str, str]]:
    return [
        {
            "code": item.code,
            "passed": {True: "yes", False: "no", None: ""}[item.passed],
            "note": item.note,
            "by": str(item.checked_by or ""),
            "at": timezone.localtime(item.checked_at).isoformat(timespec="seconds") if item.checked_at else "",
        }
        for item in application.precheck_items.select_related("checked_by")
    ]

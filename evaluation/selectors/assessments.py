"""Reads about evaluations: who may read the report, what independence is broken by, what is missing, what the score is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from evaluation.grading import Computation, Line, compute, grade_of, half_up
from evaluation.models import (
    EDITABLE,
    REPORT_OPEN,
    Assessment,
    AssessmentKind,
    Content,
    Dimension,
    Grade,
    Party,
)
from evaluation.selectors.surveys import SurveyFigures, figures_of
from orgs.models import Membership, Organization, OrganizationKind
from orgs.selectors.standing import eligibility_facts, same_controller
from procurement.access import Actor, Duty, Role, conflict_for, people_holding
from procurement.rules import implements
from projects.models import Application
from projects.selectors.delivery import indicator_progress, spent_total

#: The state a project must be in for each kind of evaluation to be run and published.
STAGE = {AssessmentKind.MIDTERM: "in_progress", AssessmentKind.FINAL: "closing"}
#: The step of the case each kind belongs to.
STEP = {AssessmentKind.MIDTERM: "midterm_evaluation", AssessmentKind.FINAL: "final_evaluation"}
PASSING = (Grade.EXCELLENT, Grade.GOOD, Grade.FAIR)


def runs(assessment: Assessment, actor: Actor) -> bool:
    """The office that commissions, and finance."""
    guide = assessment.application.guide
    return actor.holds(Role.LGO, guide.office_id) or actor.holds(Role.FIN, guide.finance_id)


def evaluates(assessment: Assessment, actor: Actor) -> bool:
    return assessment.evaluator_id is not None and actor.holds(Role.TPE, assessment.evaluator_id)


def reads_report(assessment: Assessment, actor: Actor) -> bool:
    """The draft is between the evaluator and those who commissioned it until it goes out for feedback."""
    if actor.sees_everything or runs(assessment, actor) or evaluates(assessment, actor):
        return True
    return assessment.status in REPORT_OPEN


def may_write(assessment: Assessment, actor: Actor) -> bool:
    return assessment.status in EDITABLE and evaluates(assessment, actor)


@implements("R-265")
def independence_grounds(application: Application, evaluator: Organization, on: date) -> list[str]:
    """Why this body may not evaluate this project, each ground a sentence; empty when independent."""
    return [
        *_party_grounds(application, evaluator),
        *_control_grounds(application, evaluator, on),
        *_people_grounds(application, evaluator, on),
        *_support_grounds(application, evaluator),
    ]


def qualification_gaps(evaluator: Organization, on: date) -> list[str]:
    """Why this body is not fit to evaluate at all: wrong kind, not in good standing, nobody there to do it."""
    gaps = []
    if evaluator.kind != OrganizationKind.EVALUATOR:
        gaps.append(_("%(org)s不是第三方评估机构") % {"org": evaluator.name})
    facts = eligibility_facts(evaluator, on)
    if facts.is_banned or facts.on_abnormal_list or facts.on_serious_list:
        gaps.append(_("%(org)s列入异常或失信名单，不得承担评估") % {"org": evaluator.name})
    if not people_holding(Role.TPE, evaluator.pk):
        gaps.append(_("%(org)s在本平台尚无评估人员") % {"org": evaluator.name})
    return gaps


def _party_grounds(application: Application, evaluator: Organization) -> list[str]:
    guide = application.guide
    parts = (
        (application.applicant_id, _("是本项目的承接主体")),
        (guide.purchaser_id, _("是本项目的购买主体")),
        (guide.office_id, _("是本项目的主办单位")),
        (application.hub_id, _("是本项目的主责单位")),
    )
    found = [sentence for key, sentence in parts if key == evaluator.pk]
    return [_("评估机构须独立：%(org)s%(ground)s") % {"org": evaluator.name, "ground": ground} for ground in found[:1]]


def _control_grounds(application: Application, evaluator: Organization, on: date) -> list[str]:
    others = {
        application.applicant_id: (application.applicant, _("承接主体")),
        application.guide.purchaser_id: (application.guide.purchaser, _("购买主体")),
    }
    return [
        _("评估机构须独立：%(org)s与%(part)s%(other)s负责人相同或存在控股、管理关系")
        % {"org": evaluator.name, "part": part, "other": other.name}
        for key, (other, part) in others.items()
        if key != evaluator.pk and same_controller(evaluator, other, on)
    ]


def _people_grounds(application: Application, evaluator: Organization, on: date) -> list[str]:
    """People who sit in both bodies, and people of the evaluator who already act in this case."""
    valid = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    team = Membership.objects.filter(valid, organization=evaluator, valid_from__lte=on)
    bodies = {application.applicant_id, application.guide.purchaser_id, application.guide.office_id} - {evaluator.pk}
    shared = (
        Membership.objects.filter(valid, organization__in=bodies, valid_from__lte=on, person__in=team.values("person"))
        .select_related("person", "organization")
        .first()
    )
    if shared is not None:
        return [
            _("评估机构须独立：%(org)s的工作人员同时在%(other)s任职")
            % {"org": evaluator.name, "other": shared.organization.name}
        ]
    if application.case_id is None:
        return []
    people = set(team.filter(role=Role.TPE).values_list("person_id", flat=True))
    clashes = [conflict_for(person_id=p, case_id=application.case_id, duty=Duty.EVALUATOR) for p in people]
    held = next((clash[0] for clash in clashes if clash), None)
    if held is None:
        return []
    return [
        _("评估机构须独立：%(org)s的评估人员已在本项目中承担“%(duty)s”") % {"org": evaluator.name, "duty": held.label}
    ]


def _support_grounds(application: Application, evaluator: Organization) -> list[str]:
    """Who advised, wrote for, trained or supervised a project does not judge it."""
    ties = [tie.get_nature_display() for tie in application.advisory_ties.filter(organization=evaluator)]
    if application.visits.filter(organization=evaluator).exists():
        ties.append(_("日常督导支持"))
    return [
        _("评估机构须独立：%(org)s曾为本项目提供%(nature)s") % {"org": evaluator.name, "nature": nature}
        for nature in ties
    ]


def under_way(application: Application, kind: str) -> Assessment | None:
    return Assessment.objects.under_way().filter(application=application, kind=kind).first()


def standing_result(application: Application, kind: str) -> Assessment | None:
    """The published result that counts now."""
    return Assessment.objects.public().filter(application=application, kind=kind).order_by("-round").first()


def opinion_of(assessment: Assessment, party: Party) -> Any:
    return assessment.opinions.filter(party=party).first()


def missing_contents(assessment: Assessment) -> list[str]:
    """Labels of those of the eight contents nothing is written on (R-262)."""
    written = {row.code for row in assessment.contents.all() if row.finding.strip()}
    return [str(content.label) for content in Content if content.value not in written]


def completeness(assessment: Assessment) -> Decimal:
    """Share of the eight contents written, in percent."""
    total = len(Content)
    return half_up(Fraction(100 * (total - len(missing_contents(assessment))), total), 0)


def survey_figures(assessment: Assessment) -> SurveyFigures | None:
    survey = getattr(assessment, "survey", None)
    return figures_of(survey) if survey is not None else None


def expected(assessment: Assessment, target: Decimal) -> Decimal:
    """What is due by now: a mid-term is measured against the share of the term, not against the end."""
    return half_up(Fraction(target) * Fraction(assessment.progress_share) / 100)


def computation_of(assessment: Assessment) -> Computation | None:
    """The score as it stands now; None while a figure is still to be verified."""
    measures = list(assessment.measures.all())
    if not measures or any(row.actual is None for row in measures) or assessment.spent_verified is None:
        return None
    lines: dict[str, list[Line]] = {code: [] for code in Dimension.values}
    granted = assessment.application.granted_amount or Decimal(0)
    if granted:
        lines[Dimension.BUDGET].append(
            Line(_("项目支出"), _("元"), granted, expected(assessment, granted), assessment.spent_verified)
        )
    for row in measures:
        due = expected(assessment, row.target) if row.indicator_id else row.target
        lines[row.dimension].append(
            Line(
                row.name, row.unit, row.target, max(due, Decimal("0.01")), Decimal(row.actual or 0), row.share, row.note
            )
        )
    figures = survey_figures(assessment)
    if figures is not None and figures.valid:
        lines[Dimension.SATISFACTION].append(Line(_("满意度指数"), _("分"), Decimal(100), Decimal(100), figures.mean))
    weights = {code: assessment.weight(code) for code in Dimension.values}
    computed = compute(weights, lines)
    return computed if computed.measured_weight else None


def grade_for(assessment: Assessment, score: Decimal) -> Grade:
    rule_set = assessment.case.rule_set if assessment.case else assessment.application.guide.rule_set
    value: Callable[[str], Any] = rule_set.value
    return grade_of(score, value)


def ledger_figures(application: Application) -> dict[Any, Decimal]:
    """Indicator id → what the service ledger says."""
    return {indicator.pk: actual for indicator, actual in indicator_progress(application)}


def spent_so_far(application: Application) -> Decimal:
    return spent_total(application)


@dataclass(frozen=True)
class Evidence:
    """What lies beside the form on the bench: the project's own papers and figures."""

    title: str
    url: str
    note: str = ""


def evidence_of(assessment: Assessment) -> list[Evidence]:
    """Everything the portal already holds on the project, so that nothing is asked for twice."""
    application = assessment.application
    found = [Evidence(_("申报书"), application.get_absolute_url(), application.number)]
    found += [
        Evidence(_("合同"), c.get_absolute_url(), c.number) for c in application.contracts.exclude(status="cancelled")
    ]
    found += [
        Evidence(str(r), r.get_absolute_url(), str(r.state.label))
        for r in application.reports.exclude(status="not_due")
    ]
    found += [Evidence(str(v), v.get_absolute_url(), _("督导记录")) for v in application.visits.all()[:10]]
    found += [
        Evidence(_("第 %(n)s 次验收") % {"n": a.round}, a.get_absolute_url(), str(a.state.label))
        for a in application.acceptances.all()
    ]
    found += [
        Evidence(_("财务审计"), a.get_absolute_url(), str(a.state.label)) for a in application.financial_audits.all()
    ]
    return found


def published() -> QuerySet[Assessment]:
    """What everyone may read, newest first (R-264)."""
    return Assessment.objects.public().select_related("application__applicant", "application__guide", "evaluator")

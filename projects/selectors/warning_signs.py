"""The signs by which the clock sees trouble coming, each a small rule with its threshold and its basis (domain §7.6).

A sign looks at every running project at once: a sweep costs the same few queries whatever their number. What only
people can know (an accident, a complaint, a leader who cannot be reached) is reported by them, not computed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import CreditList
from orgs.models.credit import IN_FORCE
from procurement.calendars import CalendarNotAnnounced, working_days_between
from procurement.rules import implements, registry
from projects.models import Application, BudgetVersion, Contract, Rectification, Report, WarningLevel
from projects.selectors.delivery import share_of

#: Projects that are watched.
WATCHED = ("in_progress", "suspended", "rectifying")
BLUE, YELLOW, ORANGE, RED = WarningLevel.BLUE, WarningLevel.YELLOW, WarningLevel.ORANGE, WarningLevel.RED


@dataclass(frozen=True)
class Sign:
    """One finding: which project, which rule, which cause, how bad, in words."""

    application: Application
    rule: str
    key: str
    level: WarningLevel
    facts: str

    @property
    def basis(self) -> str:
        return SIGNS[self.rule].basis()


class WarningRule(ABC):
    """A rule that finds signs. ``rule_id`` is the rule of the book it rests on."""

    code: ClassVar[str]
    label: ClassVar[str | Promise]
    rule_id: ClassVar[str] = "R-229"
    #: (at least, level), worst first.
    steps: ClassVar[tuple[tuple[Decimal, WarningLevel], ...]] = ()

    @classmethod
    def basis(cls) -> str:
        rule = registry[cls.rule_id]
        return f"{cls.rule_id} {rule.citation}"

    @classmethod
    def level_of(cls, value: Decimal) -> WarningLevel | None:
        return next((level for least, level in cls.steps if value >= least), None)

    @abstractmethod
    def signs(self, on: date) -> Iterator[Sign]:
        """What the rule finds on a day, one sign for each matter."""

    def sign(self, application: Application, key: str, level: WarningLevel, facts: str) -> Sign:
        return Sign(application, self.code, key, level, facts)


@implements("R-229")
class LateReport(WarningRule):
    """Blue up to five working days late, yellow beyond."""

    code, label, rule_id = "late_report", gettext_lazy("报告逾期"), "R-222"

    def signs(self, on: date) -> Iterator[Sign]:
        late = Report.objects.overdue(on).filter(application__status__in=WATCHED)
        for report in late.select_related("application"):
            due_on = report.due_on or on
            level = BLUE if self._working_days(due_on, on) <= 5 else YELLOW
            words = {"report": report, "days": (on - due_on).days, "due": due_on}
            yield self.sign(
                report.application,
                str(report.pk),
                level,
                _("%(report)s应于 %(due)s 前提交，已逾期 %(days)s 天") % words,
            )

    @staticmethod
    def _working_days(due_on: date, on: date) -> int:
        """Calendar days serve where the calendar is not announced: a warning is no legal clock."""
        try:
            return working_days_between(due_on, on)
        except CalendarNotAnnounced:
            return (on - due_on).days


class BehindPlan(WarningRule):
    """Activities held against planned activities whose day has come, in points of the whole plan."""

    code, label = "behind_plan", gettext_lazy("进度落后计划")
    steps = ((Decimal(50), RED), (Decimal(30), ORANGE), (Decimal(20), YELLOW), (Decimal(10), BLUE))

    def signs(self, on: date) -> Iterator[Sign]:
        planned: Any = Application.objects.filter(status__in=WATCHED, plan__status="launched").annotate(
            planned=Count("plan__activities"),
            due=Count("plan__activities", filter=Q(plan__activities__planned_on__lt=on)),
            held=F("delivery_total__activities"),
        )
        for application in planned.filter(planned__gt=0):
            behind = share_of(application.due, application.planned) - share_of(
                application.held or 0, application.planned
            )
            level = self.level_of(behind)
            if level is not None:
                words = {"due": application.due, "held": application.held or 0, "behind": f"{behind.normalize():f}"}
                yield self.sign(
                    application,
                    _quarter(on),
                    level,
                    _("按计划应开展 %(due)s 场活动，实际 %(held)s 场，落后 %(behind)s 个百分点") % words,
                )


class BudgetOff(WarningRule):
    """Spending against the share of the term that is over; a fifth off either way is blue."""

    code, label = "budget_off", gettext_lazy("预算执行偏差")
    steps = ((Decimal(20), BLUE),)

    def signs(self, on: date) -> Iterator[Sign]:
        spent = dict(
            Application.objects.filter(status__in=WATCHED, budget_lines__version=BudgetVersion.GRANTED)
            .values_list("pk")
            .annotate(spent=Coalesce(Sum("budget_lines__total__spent"), Decimal(0)))
        )
        contracts = Contract.objects.filter(
            status__in=("performing", "suspended"), application__status__in=WATCHED, amount__gt=0
        ).select_related("application")
        for contract in contracts:
            sign = self._judge(contract, spent.get(contract.application_id, Decimal(0)), on)
            if sign is not None:
                yield sign

    def _judge(self, contract: Contract, spent: Decimal, on: date) -> Sign | None:
        """The first quarter is left in peace: equipment and training come before services."""
        days, term = (on - contract.starts_on).days, (contract.ends_on - contract.starts_on).days
        if days < 91 or on > contract.ends_on:
            return None
        elapsed, used = share_of(days, term), share_of(spent, contract.amount)
        level = self.level_of(abs(elapsed - used))
        if level is None:
            return None
        words = {"elapsed": f"{elapsed.normalize():f}", "used": f"{used.normalize():f}"}
        facts = _("合同期已过 %(elapsed)s%%，预算执行 %(used)s%%") % words
        return self.sign(contract.origin_application, _quarter(on), level, facts)


class LowSatisfaction(WarningRule):
    """What recipients said in the latest survey."""

    code, label, rule_id = "low_satisfaction", gettext_lazy("满意度偏低"), "R-261"

    def signs(self, on: date) -> Iterator[Sign]:
        rows = Application.objects.filter(status__in=(*WATCHED, "closing"), satisfaction__lt=80)
        for application in rows:
            value = application.satisfaction or Decimal(0)
            level = RED if value < 60 else ORANGE if value < 70 else YELLOW
            facts = _("服务对象满意度 %(value)s") % {"value": f"{value.normalize():f}"}
            yield self.sign(application, "satisfaction", level, facts)


class MidtermFailed(WarningRule):
    code, label, rule_id = "midterm_failed", gettext_lazy("中期评估不合格"), "R-226"

    def signs(self, on: date) -> Iterator[Sign]:
        for application in Application.objects.filter(status__in=WATCHED, midterm_grade="poor"):
            yield self.sign(application, "midterm", ORANGE, _("中期评估等级为“差”"))


class OverdueRectification(WarningRule):
    """The first overdue order is yellow, a second one orange."""

    code, label, rule_id = "overdue_rectification", gettext_lazy("整改逾期"), "R-225"

    def signs(self, on: date) -> Iterator[Sign]:
        overdue: dict[object, list[Rectification]] = {}
        rows = Rectification.objects.overdue(on).filter(application__status__in=WATCHED)
        for order in rows.select_related("application").order_by("due_on"):
            overdue.setdefault(order.application_id, []).append(order)
        for orders in overdue.values():
            words = {"n": len(orders), "due": orders[0].due_on}
            facts = _("%(n)s 件整改逾期未完成，最早一件应于 %(due)s 前完成") % words
            yield self.sign(orders[0].application, "rectification", ORANGE if len(orders) > 1 else YELLOW, facts)


class ListedOrganisation(WarningRule):
    """The contractor stands on the abnormal or the serious list today."""

    code, label, rule_id = "listed_organisation", gettext_lazy("承接主体被列入名录"), "R-056"

    def signs(self, on: date) -> Iterator[Sign]:
        listed = Q(
            applicant__credit_records__credit_list__in=(CreditList.ABNORMAL, CreditList.SERIOUS),
            applicant__credit_records__status__in=IN_FORCE,
        )
        runs = Q(applicant__credit_records__starts_on__lte=on) & (
            Q(applicant__credit_records__ends_on=None) | Q(applicant__credit_records__ends_on__gte=on)
        )
        rows = Application.objects.filter(listed & runs, status__in=WATCHED).select_related("applicant").distinct()
        for application in rows:
            facts = _("%(body)s已被列入活动异常名录或严重违法失信名单") % {"body": application.applicant}
            yield self.sign(application, "listed", RED, facts)


class Reported(WarningRule):
    """What people report: never computed, so a sweep finds nothing and takes nothing back."""

    level: ClassVar[WarningLevel]

    def signs(self, on: date) -> Iterator[Sign]:
        return iter(())


class SafetyIncident(Reported):
    code, label, level = "safety_incident", gettext_lazy("安全事故"), RED


class Misuse(Reported):
    code, label, rule_id, level = "misuse", gettext_lazy("弄虚作假或挪用资金"), "R-256", RED


class LeaderUnreachable(Reported):
    code, label, level = "leader_unreachable", gettext_lazy("项目负责人失联"), RED


class IneligibleExpense(Reported):
    code, label, rule_id, level = "ineligible_expense", gettext_lazy("不合规支出超过 5%"), "R-221", ORANGE


class ComplaintUpheld(Reported):
    code, label, level = "complaint_upheld", gettext_lazy("投诉查实"), YELLOW


COMPUTED: tuple[WarningRule, ...] = (
    LateReport(), BehindPlan(), BudgetOff(), LowSatisfaction(), MidtermFailed(), OverdueRectification(),
    ListedOrganisation(),
)  # fmt: skip
REPORTED: tuple[Reported, ...] = (
    SafetyIncident(), Misuse(), LeaderUnreachable(), IneligibleExpense(), ComplaintUpheld(),
)  # fmt: skip
SIGNS: dict[str, WarningRule] = {rule.code: rule for rule in (*COMPUTED, *REPORTED)}


def all_signs(on: date) -> list[Sign]:
    return [sign for rule in COMPUTED for sign in rule.signs(on)]


def _quarter(on: date) -> str:
    return f"{on.year}Q{(on.month + 2) // 3}"

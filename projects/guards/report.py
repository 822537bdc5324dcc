"""What a report must hold before it is handed in, looked through and accepted."""

from __future__ import annotations

from django.utils.translation import gettext as _

from procurement.lifecycle.engine import Attempt
from procurement.rules import guard
from projects.models import ReportKind
from projects.selectors.delivery import overspent_lines
from projects.selectors.reports import ANSWERS


@guard("R-222", warning=False)
def answers_are_complete(attempt: Attempt) -> list[str]:
    answers = attempt.obj.answers
    return [
        _("“%(label)s”至少写 %(least)d 个字") % {"label": label, "least": least}
        for code, label, _hint, least in ANSWERS
        if len(str(answers.get(code, "")).strip()) < least
    ]


@guard("R-222", warning=False)
def is_written_here(attempt: Attempt) -> str | None:
    """The closeout has a form of its own; its row here only keeps the last day."""
    if attempt.obj.kind == ReportKind.CLOSEOUT:
        return _("结项报告请在“结项”环节填写和提交")
    return None


@guard("R-222", warning=False)
def period_is_over(attempt: Attempt) -> str | None:
    last = attempt.obj.period_end
    return None if attempt.today > last else _("报告期至 %(day)s，尚未结束") % {"day": last}


@guard("R-227", warning=True)
def lines_are_kept(attempt: Attempt) -> list[str]:
    """Spending above a line is a fact to be explained, not to be hidden: it warns."""
    return [
        _("“%(line)s”已超预算 %(over)s 元，未办理调剂") % {"line": row.line.description, "over": f"{-row.left:,.2f}"}
        for row in overspent_lines(attempt.obj.application)
    ]


@guard("R-222", warning=False)
def project_reports_no_more(attempt: Attempt) -> str | None:
    """Only a project that has ended, or gone on to its closeout, owes this report no longer."""
    application, report = attempt.obj.application, attempt.obj
    if attempt.data.get("with_closeout") and report.kind == ReportKind.CLOSEOUT:
        return None
    ended = ("terminated", "closed", "closed_failed", "archived", "withdrawn")
    closing = (*ended, "closing", "rectifying_final")
    if application.status in (closing if report.kind == ReportKind.CLOSEOUT else ended):
        return None
    return _("项目仍在实施，报告不能免交")


@guard("R-223", warning=False)
def reviewer_says_something(attempt: Attempt) -> str | None:
    if len(str(attempt.data.get("note", "")).strip()) >= 4:
        return None
    return _("请写明主责单位意见")

"""What a report must hold before it is handed in, looked through and accepted."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.lifecycle.engine import Attempt
from procurement.rules import guard
from projects.models import ReportKind
from projects.selectors.delivery import overspent_lines

#: What each report says in words: code, label, hint, least length.
ANSWERS = (
    (
        "done",
        gettext_lazy("进展情况"),
        gettext_lazy("本期做了什么、谁参加、效果怎样；数据由台账自动汇总，不必重抄。"),
        30,
    ),
    (
        "problems",
        gettext_lazy("问题和偏差原因"),
        gettext_lazy("指标或支出落后于计划的，说明原因；没有问题也请写明。"),
        4,
    ),
    ("next_plan", gettext_lazy("下一步安排"), gettext_lazy("下期活动安排和改进措施。"), 10),
    ("public_summary", gettext_lazy("公开摘要"), gettext_lazy("通过后向社会公开，请勿写个人姓名、电话、住址。"), 20),
)


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

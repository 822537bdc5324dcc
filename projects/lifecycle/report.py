"""项目报告 (domain §6, Report): owed when its period ends, reviewed by the hub, accepted by the office, then public."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Duty, Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register
from projects.guards import report as guards

HEAD = by(Role.ORG_H, of="application.applicant")
OPERATOR = by(Role.ORG, of="application.applicant")
CONTRACTOR = (HEAD, OPERATOR)
HUB = by(Role.RU, of="application.hub")
OFFICE = by(Role.LGO, of="application.guide.office")
SIGNER = by(Role.PU_SIGN, of="application.guide.purchaser")
CLOCK = by(Role.SYS)

REPORT = register(
    Lifecycle(
        name="report",
        label=_("项目报告"),
        model="projects.Report",
        initial="not_due",
        states=(
            State("not_due", _("未到期")),
            State("due", _("待提交"), "info"),
            State("submitted", _("已提交"), "info"),
            State("returned", _("退回修改"), "warn"),
            State("reviewed", _("主责单位已审核"), "info"),
            State("accepted", _("已通过"), "good", final=True),
            State("settled", _("不再提交"), "neutral", final=True),
        ),
        transitions=(
            Transition(
                "report.fall_due", _("报告期结束，待提交"), ("not_due",), "due", (CLOCK,),
                guards=(guards.period_is_over,), automatic=True, tells=CONTRACTOR, notice="report_due",
                rules=("R-222",),
            ),
            Transition(
                "report.submit", _("提交报告"), ("due", "returned"), "submitted", (HEAD,),
                guards=(guards.is_written_here, guards.answers_are_complete, guards.lines_are_kept),
                effect="projects.services.reports.submit", duty=Duty.APPLICANT, tells=(HUB, OPERATOR), weight="primary",
                consequence=_("提交时按台账冻结本期数据；退回后文字保留，数据按最新台账重新汇总。"),
                rules=("R-220", "R-222"),
            ),
            Transition(
                "report.review", _("审核通过"), ("submitted",), "reviewed", (HUB,),
                input_guards=(guards.reviewer_says_something,),
                effect="projects.services.reports.review", form="projects.forms.reports.ReviewForm",
                duty=Duty.REPORT_REVIEWER, tells=(OFFICE, *CONTRACTOR), weight="primary", rules=("R-222", "R-223"),
            ),
            Transition(
                "report.return", _("退回修改"), ("submitted",), "returned", (HUB,),
                effect="projects.services.reports.send_back", form="projects.forms.reports.ReturnForm",
                duty=Duty.REPORT_REVIEWER, reason_required=True, tells=CONTRACTOR, notice="report_returned",
                consequence=_("报告退回承接主体修改，已填写的内容全部保留。"), rules=("R-222",),
            ),
            Transition(
                "report.accept", _("通过并公开摘要"), ("reviewed",), "accepted", (OFFICE,),
                effect="projects.services.reports.accept", duty=Duty.REPORT_REVIEWER,
                tells=(HUB, SIGNER, *CONTRACTOR), weight="primary",
                consequence=_("公开摘要和汇总数据即时向社会公开。"), rules=("R-222", "R-285"),
            ),
            Transition(
                "report.send_back", _("退回修改"), ("reviewed",), "returned", (OFFICE,),
                effect="projects.services.reports.send_back", form="projects.forms.reports.ReturnForm",
                duty=Duty.REPORT_REVIEWER, reason_required=True, tells=(HUB, *CONTRACTOR), notice="report_returned",
                rules=("R-222",),
            ),
            Transition(
                "report.settle", _("不再提交"), ("not_due", "due", "returned"), "settled", (HEAD, SIGNER, CLOCK),
                guards=(guards.project_reports_no_more,), automatic=True, rules=("R-222",),
            ),
        ),
    )
)  # fmt: skip

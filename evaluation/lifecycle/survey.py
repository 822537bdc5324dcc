"""满意度测评：编制、开放、截止 (R-266)."""

from django.utils.translation import gettext_lazy as _

from evaluation.guards import survey as guards
from procurement.access import Duty, Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

EVALUATOR = by(Role.TPE, of="assessment.evaluator")
OFFICE = by(Role.LGO, of="assessment.application.guide.office")

SURVEY = register(
    Lifecycle(
        name="survey",
        label=_("满意度测评"),
        model="evaluation.Survey",
        initial="draft",
        states=(
            State("draft", _("未开放")),
            State("open", _("正在测评"), "info"),
            State("closed", _("已截止"), "good", final=True),
        ),
        transitions=(
            Transition(
                "survey.open", _("开放测评"), ("draft",), "open", (EVALUATOR,),
                guards=(guards.evaluation_is_collecting,), input_guards=(guards.closing_day_lies_ahead,),
                effect="evaluation.services.surveys.open_survey", form="evaluation.forms.surveys.OpenForm",
                duty=Duty.EVALUATOR, weight="primary", rules=("R-266",),
                consequence=_("按张数生成一次性编码，可打印海报和答卷条发给服务对象。"),
            ),
            Transition(
                "survey.add_tickets", _("追加编码"), ("open",), "open", (EVALUATOR,),
                effect="evaluation.services.surveys.add_tickets", form="evaluation.forms.surveys.TicketsForm",
                duty=Duty.EVALUATOR, rules=("R-266",),
            ),
            Transition(
                "survey.extend", _("延长截止日期"), ("open",), "open", (EVALUATOR,),
                input_guards=(guards.closing_day_is_later,),
                effect="evaluation.services.surveys.extend", form="evaluation.forms.surveys.ExtendForm",
                duty=Duty.EVALUATOR, reason_required=True, rules=("R-266",),
            ),
            Transition(
                "survey.close", _("截止测评"), ("open",), "closed", (EVALUATOR, by(Role.SYS)),
                effect="evaluation.services.surveys.close", tells=(EVALUATOR,), rules=("R-266",),
                consequence=_("截止后不再接收答卷，也不能重新开放。"),
            ),
        ),
    )
)  # fmt: skip

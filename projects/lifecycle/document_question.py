"""对采购文件的询问：三个工作日内答复，答复对所有人公开，不透露询问人 (R-180)."""

from django.utils.translation import gettext_lazy as _

from procurement.access import Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

BUYERS = (by(Role.PU_BUY, of="procedure.purchaser"), by(Role.AGT, of="procedure.agent"))

DOCUMENT_QUESTION = register(
    Lifecycle(
        name="document_question",
        label=_("采购文件询问"),
        model="projects.DocumentQuestion",
        initial="asked",
        states=(
            State("asked", _("待答复"), "info"),
            State("answered", _("已答复"), "good", final=True),
        ),
        transitions=(
            Transition(
                "document_question.answer", _("答复"), ("asked",), "answered", BUYERS,
                effect="projects.services.document_questions.answer",
                form="projects.forms.document_questions.AnswerForm", weight="primary", rules=("R-180",),
                consequence=_("答复随采购文件公开，所有供应商都能看到；不透露谁提出了询问。"),
            ),
        ),
    )
)  # fmt: skip

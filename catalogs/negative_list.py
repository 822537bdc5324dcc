"""The questions of the negative list. A yes blocks, or asks for a reason, under the rule the question names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.rules import Effect, Refusal, implements, registry

#: Where the exclusions of 粤府办〔2012〕48号 hold.
GUANGDONG = "44"
SECRETS = "secrets"


@dataclass(frozen=True)
class Question:
    """``places`` is the beginning of the division codes it is asked in; empty: everywhere."""

    code: str
    rule_id: str
    text: str | Promise
    refusal: str | Promise
    places: str = ""

    @property
    def warns(self) -> bool:
        return registry[self.rule_id].effect == Effect.WARN


QUESTIONS: tuple[Question, ...] = (
    Question(
        SECRETS,
        "R-008",
        gettext_lazy("是否涉及国家秘密？"),
        gettext_lazy("涉密，线下办理：本平台不办理涉及国家秘密的事项，也不保存其内容"),
    ),
    Question(
        "not_a_duty",
        "R-004",
        gettext_lazy("是否不属于政府职责范围？"),
        gettext_lazy("不属于政府职责范围的事项不得购买"),
    ),
    Question(
        "own_duty",
        "R-004",
        gettext_lazy("是否应当由政府直接履职？"),
        gettext_lazy("应当由政府直接履职的事项不得购买"),
    ),
    Question(
        "goods_or_works",
        "R-004",
        gettext_lazy("是否为货物、工程，或者把工程与服务打包？"),
        gettext_lazy("货物和工程以及工程与服务打包的项目不得作为服务购买"),
    ),
    Question(
        "financing",
        "R-004",
        gettext_lazy("是否为融资行为？"),
        gettext_lazy("不得以购买服务名义融资"),
    ),
    Question(
        "hiring",
        "R-004",
        gettext_lazy("是否为招聘用工、劳务派遣或者设置公益性岗位？"),
        gettext_lazy("招聘用工、劳务派遣和公益性岗位不得作为服务购买"),
    ),
    Question(
        "otherwise_forbidden",
        "R-004",
        gettext_lazy("是否为法律、行政法规或者国务院规定不得购买的其他事项？"),
        gettext_lazy("法律法规规定不得购买的事项不得购买"),
    ),
    Question(
        "security",
        "R-005",
        gettext_lazy("是否涉及国家安全或者保密事项？"),
        gettext_lazy("涉及国家安全、保密事项的，不得向社会组织购买"),
        GUANGDONG,
    ),
    Question(
        "justice",
        "R-005",
        gettext_lazy("是否为司法审判？"),
        gettext_lazy("司法审判不得向社会组织购买"),
        GUANGDONG,
    ),
    Question(
        "administrative_decision",
        "R-005",
        gettext_lazy("是否为行政决策、行政许可或者行政审批？"),
        gettext_lazy("行政决策、行政许可、行政审批不得向社会组织购买"),
        GUANGDONG,
    ),
    Question(
        "enforcement",
        "R-005",
        gettext_lazy("是否为行政执法或者行政强制？"),
        gettext_lazy("行政执法、行政强制不得向社会组织购买"),
        GUANGDONG,
    ),
    Question(
        "unfit_purchaser",
        "R-003",
        gettext_lazy("购买主体是否为公益一类事业单位，或者使用事业编制且由财政全额保障的群团组织？"),
        gettext_lazy("公益一类事业单位、使用事业编制且由财政全额保障的群团组织不得作为购买主体"),
    ),
    Question(
        "heads_only",
        "R-009",
        gettext_lazy("服务需求是否只列人数或者岗位，没有服务产出？"),
        gettext_lazy("只列人数、岗位而无服务产出，涉嫌变相用工，须说明理由"),
    ),
)


def questions_for(region_code: str) -> list[Question]:
    return [question for question in QUESTIONS if region_code.startswith(question.places)]


@implements("R-003", "R-004", "R-005", "R-008", "R-009")
def verdict(answers: Mapping[str, bool], *, region_code: str) -> list[Refusal]:
    """What the answers refuse or warn of. A question left open refuses too: silence is not a no.

    A yes to secrets ends the matter, whatever else was answered (R-008).
    """
    asked = questions_for(region_code)
    if answers.get(SECRETS):
        return [Refusal("R-008", str(asked[0].refusal))]
    found = []
    for question in asked:
        answer = answers.get(question.code)
        if answer is None:
            found.append(Refusal(question.rule_id, _("尚未回答：%(question)s") % {"question": question.text}))
        elif answer:
            found.append(Refusal(question.rule_id, str(question.refusal), warning=question.warns))
    return found

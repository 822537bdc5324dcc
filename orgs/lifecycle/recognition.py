"""枢纽认定 (domain §6, Hub recognition): applied, checked, reviewed, publicised, recognised, reviewed every year."""

from django.utils.translation import gettext_lazy as _

from orgs.guards import recognition as guards
from procurement.access import Role
from procurement.lifecycle.definition import Lifecycle, State, Transition, by, register

OFFICE = by(Role.LGO, of="office")
LEADERS = by(Role.LG, of="office")
APPLICANTS = (
    by(Role.ORG_H, of="organization"), by(Role.UNI, of="organization"), by(Role.RU, of="organization"),
)  # fmt: skip
IN_FORCE = ("recognised", "renewed", "warned")
_EFFECTS = "orgs.services.recognitions"
_FORMS = "orgs.forms.recognitions"

RECOGNITION = register(
    Lifecycle(
        name="hub_recognition",
        label=_("枢纽认定"),
        model="orgs.HubRecognition",
        initial="applied",
        states=(
            State("applied", _("已申请"), "info"),
            State("checked", _("资格已核对"), "info"),
            State("reviewed", _("已审议"), "info"),
            State("publicised", _("公示中"), "info"),
            State("recognised", _("已认定"), "good"),
            State("renewed", _("年度审核合格"), "good"),
            State("warned", _("已警告"), "warn"),
            State("revoked", _("已撤销"), "bad", final=True),
            State("handed_over", _("已移交"), "neutral", final=True),
            State("declined", _("不予认定"), "bad", final=True),
            State("withdrawn", _("已撤回"), "neutral", final=True),
        ),
        transitions=(
            Transition(
                "hub_recognition.check", _("资格核对通过"), ("applied",), "checked", (OFFICE,),
                guards=(guards.is_legal_person, guards.office_stands_at_the_tier),
                input_guards=(guards.requirements_are_met,),
                effect=f"{_EFFECTS}.check", form=f"{_FORMS}.ChecklistForm", tells=(LEADERS, *APPLICANTS),
                weight="primary", rules=("R-082",),
                consequence=_("逐项核对结果记入案卷，转领导小组审议。"),
            ),
            Transition(
                "hub_recognition.review", _("审议通过"), ("checked",), "reviewed", (LEADERS,),
                guards=(guards.is_legal_person, guards.office_stands_at_the_tier), tells=(OFFICE,),
                weight="primary", rules=("R-083",), consequence=_("审议通过后由办公室向社会公示。"),
            ),
            Transition(
                "hub_recognition.publicise", _("向社会公示"), ("reviewed",), "publicised", (OFFICE,),
                guards=(guards.calendar_is_announced,), effect=f"{_EFFECTS}.publicise",
                tells=(LEADERS, *APPLICANTS), weight="primary", rules=("R-083", "R-174"),
                consequence=_("即日起公示，公示期按工作日计算；期内可向办公室提出异议。"),
            ),
            Transition(
                "hub_recognition.recognise", _("认定"), ("publicised",), "recognised", (LEADERS,),
                guards=(guards.publicity_is_over, guards.is_legal_person, guards.office_stands_at_the_tier),
                input_guards=(guards.document_is_given,),
                effect=f"{_EFFECTS}.recognise", form=f"{_FORMS}.DocumentForm", tells=(OFFICE, *APPLICANTS),
                weight="primary", rules=("R-083",),
                consequence=_("认定即日生效并向社会公布，该单位可以作为主责单位推荐项目。"),
            ),
            Transition(
                "hub_recognition.decline", _("不予认定"), ("applied", "checked", "reviewed", "publicised"), "declined",
                (OFFICE, LEADERS), effect=f"{_EFFECTS}.end", reason_required=True, tells=(OFFICE, LEADERS, *APPLICANTS),
                weight="danger", rules=("R-082", "R-083"), consequence=_("申请就此结束，申请单位将收到理由。"),
            ),
            Transition(
                "hub_recognition.withdraw", _("撤回申请"), ("applied", "checked", "reviewed", "publicised"), "withdrawn",
                APPLICANTS, effect=f"{_EFFECTS}.end", reason_required=True, tells=(OFFICE,), weight="danger",
            ),
            Transition(
                "hub_recognition.renew", _("年度审核合格"), IN_FORCE, "renewed", (LEADERS,),
                guards=(guards.is_legal_person,), effect=f"{_EFFECTS}.renew", form=f"{_FORMS}.ReviewForm",
                tells=(OFFICE, *APPLICANTS), weight="primary", rules=("R-082", "R-083"),
                consequence=_("继续认定一年；审核时的督导数据一并存档。"),
            ),
            Transition(
                "hub_recognition.warn", _("提出警告"), IN_FORCE, "warned", (LEADERS, OFFICE),
                effect=f"{_EFFECTS}.warn", reason_required=True, tells=(OFFICE, LEADERS, *APPLICANTS), rules=("R-083",),
                consequence=_("枢纽职责不变；限期改进，未改进的可以撤销认定。"),
            ),
            Transition(
                "hub_recognition.revoke", _("撤销认定"), IN_FORCE, "revoked", (LEADERS,),
                input_guards=(guards.successor_leads_the_field,),
                effect=f"{_EFFECTS}.lose", form=f"{_FORMS}.SuccessorForm", reason_required=True,
                tells=(OFFICE, *APPLICANTS), weight="danger", rules=("R-082", "R-083"),
                consequence=_("成员单位转至接续枢纽，未指定的联系关系终止；待推荐的申报改由其他主责单位办理并逐一告知。"),
            ),
            Transition(
                "hub_recognition.hand_over", _("移交职责"), IN_FORCE, "handed_over", (LEADERS,),
                input_guards=(guards.successor_is_named, guards.successor_leads_the_field),
                effect=f"{_EFFECTS}.lose", form=f"{_FORMS}.NamedSuccessorForm", reason_required=True,
                tells=(OFFICE, *APPLICANTS), rules=("R-083",),
                consequence=_("成员单位和待推荐的申报转至接续枢纽，并逐一告知。"),
            ),
        ),
    )
)  # fmt: skip

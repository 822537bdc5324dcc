"""What a guide asks of an applicant beyond its standing: the cap, a hub, what it declares; and the question itself.

These conditions join those of ``orgs.selectors.eligibility``; the page 能否申报 and the guards of 提交申报 put the
same question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import Organization
from orgs.selectors.eligibility import Answer, Condition, Outcome, Question, later, yes
from procurement.rules import Regime
from projects.models import Application, Guide
from projects.selectors.applications import EDITABLE, counted_applications, hubs_for
from projects.selectors.proxies import carried_out_by

GRANT = (Regime.GRANT_APPLICATION,)
#: Beijing's conditions as the applicant ticks them, with what the profile already says of some.
DECLARED = (
    ("has_office", gettext_lazy("固定办公场所")),
    ("lawful_income", gettext_lazy("合法稳定的收入来源")),
    ("nonprofit_accounting", gettext_lazy("执行民间非营利组织会计制度")),
    ("own_account", gettext_lazy("独立银行账户")),
    ("staff_count", gettext_lazy("专职工作人员")),
)


@dataclass(frozen=True)
class Entry:
    """The procedure behind a question: the guide, the application once one is begun, the group behind a union."""

    guide: Guide
    application: Application | None = None
    executor: Organization | None = None


def question_about(application: Application, on: date, value: Callable[[str], Any] | None = None) -> Question:
    """The question an application puts on a day, with the papers and declarations it relies on."""
    guide = application.guide
    return Question(
        organization=application.applicant,
        on=on,
        regime=guide.rule_set.regime,
        value=value or guide.rule_set.value,
        chosen=list(application.qualifications.all()),
        declared=application.answers.get("profile", {}),
        procedure=Entry(guide, application, carried_out_by(application)),
        places={
            "papers": reverse("application-section", args=[application.pk, "profile"]),
            "declared": reverse("application-section", args=[application.pk, "profile"]),
            "hub": reverse("application-section", args=[application.pk, "hub"]),
        },
    )


def question_before(
    guide: Guide, organization: Organization, on: date, executor: Organization | None = None
) -> Question:
    """The question before anything is begun: the dossier as it stands."""
    return Question(
        organization=organization,
        on=on,
        regime=guide.rule_set.regime,
        value=guide.rule_set.value,
        procedure=Entry(guide, executor=executor),
    )


def begun_application(guide: Guide, organization: Organization) -> Application | None:
    """The application this body is filling in, if any; the newest when there are several."""
    rows = Application.objects.filter(guide=guide, applicant=organization, status__in=EDITABLE)
    return rows.select_related("guide__rule_set", "applicant", "hub").order_by("-created_at").first()


def _within_cap(question: Question) -> Iterator[Outcome]:
    entry: Entry = question.procedure
    cap = question.value("application_cap")
    # A union's application counts for the group behind it.
    counted = counted_applications(entry.guide, (entry.executor or question.organization).pk)
    used = (counted.exclude(pk=entry.application.pk) if entry.application else counted).count()
    if used < cap:
        yield yes(_("本指南下已申报 %(used)s 项，上限 %(cap)s 项") % {"used": used, "cap": cap})
    else:
        message = _("本单位在本指南下已申报 %(used)s 项，上限 %(cap)s 项") % {"used": used, "cap": cap}
        yield Outcome(Answer.NO, message, todo=_("查看已申报项目"), url=reverse("applications"))


def _has_hub(question: Question) -> Iterator[Outcome]:
    application = question.procedure.application
    if application is None:
        own = hubs_for(question.organization, question.on)[0]
        names = "、".join(hub.name for hub in own)
        yield (
            yes(_("由%(hub)s联系，提交后由其审核推荐") % {"hub": names})
            if own
            else later(_("申报时须选择一家枢纽型社会组织作为主责单位，由其审核推荐"))
        )
        return
    place = question.place("hub")
    if application.hub is None:
        yield Outcome(Answer.MISSING, _("尚未选择主责单位"), todo=_("选择主责单位"), url=place)
    elif not application.hub.is_hub:
        message = _("%(org)s不是枢纽型社会组织，不能作为主责单位") % {"org": application.hub.name}
        yield Outcome(Answer.NO, message, todo=_("改选主责单位"), url=place)
    else:
        yield yes(_("主责单位：%(hub)s") % {"hub": application.hub.name})


def _beijing_conditions(question: Question) -> Iterator[Outcome]:
    """Ticked by the applicant; one not ticked is explained, not hidden."""
    if question.declared is None:
        yield later(_("申报时逐项确认：%(what)s") % {"what": "、".join(str(label) for _name, label in DECLARED)})
        return
    absent = [str(label) for name, label in DECLARED if not question.declared.get(name)]
    if absent:
        message = _("未确认具备：%(what)s") % {"what": "、".join(absent)}
        place = question.place("declared")
        yield Outcome(Answer.MISSING, message, warning=True, todo=_("确认或说明"), url=place)
    else:
        yield yes(_("五项条件均已确认"))


def _leaders_disclosed(question: Question) -> Iterator[Outcome]:
    if question.declared is None:
        yield later(_("申报时披露负责人是否在购买主体任职；有任职的须说明回避安排"))
    elif question.declared.get("leaders_in_office") == "yes":
        message = _("申报单位披露：负责人在购买主体任职（%(who)s），须说明回避安排") % {
            "who": question.declared.get("leaders_note") or "—"
        }
        yield Outcome(Answer.NO, message, warning=True, todo=_("核对披露内容"), url=question.place("declared"))
    else:
        yield yes(_("负责人未在购买主体任职"))


CAP = Condition(
    "cap", "R-060", gettext_lazy("申报数量"), gettext_lazy("每家单位在一份指南下的申报数量不超过上限（一般为两项）"),
    _within_cap, regimes=GRANT, of=Entry,
)  # fmt: skip
HUB = Condition(
    "hub", "R-061", gettext_lazy("主责单位推荐"), gettext_lazy("由一家枢纽型社会组织作为主责单位审核推荐"),
    _has_hub, regimes=GRANT, of=Entry,
)  # fmt: skip
BEIJING = Condition(
    "beijing", "R-067", gettext_lazy("办公、财务和人员条件"),
    gettext_lazy("固定办公场所、合法收入、专职人员、民间非营利组织会计制度、独立银行账户；不具备的说明理由"),
    _beijing_conditions, regimes=GRANT, of=Entry,
)  # fmt: skip
INDEPENDENCE = Condition(
    "independence", "R-069", gettext_lazy("政社分开"), gettext_lazy("负责人在购买主体任职的须披露并说明回避安排"),
    _leaders_disclosed, regimes=GRANT, of=Entry,
)  # fmt: skip
OF_A_GUIDE = (CAP, HUB, BEIJING, INDEPENDENCE)

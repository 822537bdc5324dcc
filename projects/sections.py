"""The sections of an application and how complete each is.

Completeness is judged from what is stored, not from a form: the task list, the check page and the guards of
提交申报 all ask here, so a section can never be 已完成 on one page and missing on the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import QualificationKind
from projects.models import Application, BudgetVersion, IndicatorKind, SectionDraft
from projects.selectors.applications import FILE_KINDS, files_of, section_drafts

Text = str | Promise


class SectionState(models.TextChoices):
    """Few words, the same everywhere; 已完成 is plain text because a finished section needs no colour."""

    NOT_STARTED = "not_started", gettext_lazy("未开始")
    STARTED = "started", gettext_lazy("进行中")
    REVIEW = "review", gettext_lazy("待核对")
    DONE = "done", gettext_lazy("已完成")
    BLOCKED = "blocked", gettext_lazy("不可开始")

    @property
    def tone(self) -> str:
        return {"not_started": "neutral", "started": "info", "review": "warn", "done": "plain"}.get(
            self.value, "neutral"
        )


@dataclass(frozen=True)
class Section:
    """One page of the application; ``missing`` names what is still to be given."""

    code: str
    title: Text
    hint: Text
    missing: Callable[[Application], Iterable[Text]]
    #: Opens only when all others are done.
    last: bool = False


@dataclass(frozen=True)
class SectionProgress:
    section: Section
    state: SectionState
    #: What is missing or wrong, in words.
    problems: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        return self.state == SectionState.DONE

    @property
    def can_open(self) -> bool:
        return self.state != SectionState.BLOCKED


def answer(application: Application, section: str, name: str) -> Any:
    return application.answers.get(section, {}).get(name)


def _empty(pairs: Iterable[tuple[Any, Text]]) -> list[Text]:
    return [label for value, label in pairs if value in (None, "", [], False)]


def missing_basic(application: Application) -> list[Text]:
    a = application
    return _empty(
        (
            (a.category_id, _("申报类别")),
            (a.title.strip(), _("项目名称")),
            (a.summary.strip(), _("项目简介")),
            (a.place.strip(), _("实施地点")),
            (a.starts_on, _("开始日期")),
            (a.ends_on, _("结束日期")),
            (a.beneficiary_groups, _("服务人群")),
            (a.beneficiary_count, _("预计服务人数")),
            (a.leader_name.strip(), _("项目负责人")),
            (a.leader_phone.strip(), _("负责人电话")),
        )
    )


SCHEME_FIELDS: tuple[tuple[str, Text], ...] = (
    ("need", gettext_lazy("需求分析")),
    ("goals", gettext_lazy("项目目标")),
    ("scheme", gettext_lazy("实施方案")),
    ("schedule", gettext_lazy("进度安排")),
)


def missing_scheme(application: Application) -> list[Text]:
    return _empty((answer(application, "scheme", name), label) for name, label in SCHEME_FIELDS)


def missing_budget(application: Application) -> list[Text]:
    lines = application.budget_lines.filter(version=BudgetVersion.REQUESTED).exists()
    return _empty(
        (
            (lines, _("预算明细（至少一行）")),
            (answer(application, "budget", "work_type"), _("项目类型")),
            (answer(application, "budget", "basis"), _("测算依据")),
        )
    )


def missing_co_funding(application: Application) -> list[Text]:
    planned = answer(application, "co_funding", "planned")
    if planned == "no":
        return []
    if planned != "yes":
        return [_("是否有配套资金")]
    return [] if application.co_fundings.exists() else [_("配套资金明细（至少一行）")]


def missing_indicators(application: Application) -> list[Text]:
    have = set(application.indicators.values_list("kind", flat=True))
    return [kind.label for kind in IndicatorKind if kind not in have]


def missing_profile(application: Application) -> list[Text]:
    found = _empty(
        (
            (answer(application, "profile", "staff_count"), _("专职工作人员数")),
            (answer(application, "profile", "party_coverage"), _("党的组织和工作覆盖情况")),
            (answer(application, "profile", "leaders_in_office"), _("负责人任职披露")),
        )
    )
    return found + missing_papers(application)


def missing_papers(application: Application) -> list[Text]:
    """Kinds of proof the rule set wants and none was chosen for; whether the chosen still count is the guards' matter."""
    chosen = set(application.qualifications.values_list("kind", flat=True))
    wanted = application.guide.rule_set.value("required_papers")
    absent = [QualificationKind(kind).label for kind in wanted if kind not in chosen]  # type: ignore[union-attr]
    return absent or ([] if chosen else [_("资质材料（至少一项）")])


def missing_hub(application: Application) -> list[Text]:
    return [] if application.hub_id else [_("主责单位")]


def missing_files(application: Application) -> list[Text]:
    have = {document.kind for document in files_of(application)}
    return [kind.label for kind in FILE_KINDS if kind.required and kind.code not in have]


def missing_declaration(application: Application) -> list[Text]:
    return _empty(
        (
            (answer(application, "declaration", "truthful"), _("材料真实性声明")),
            (answer(application, "declaration", "law_abiding"), _("无违法违纪声明")),
            (answer(application, "declaration", "not_duplicated"), _("未重复申报声明")),
            (answer(application, "declaration", "declared_by"), _("声明人")),
        )
    )


SECTIONS: tuple[Section, ...] = (
    Section("basic", gettext_lazy("基本信息"), gettext_lazy("类别、名称、地点、期间、服务人群和负责人"), missing_basic),
    Section("scheme", gettext_lazy("需求与方案"), gettext_lazy("需求、目标、实施方案和进度"), missing_scheme),
    Section("budget", gettext_lazy("预算"), gettext_lazy("逐行列明，合计即申请资金"), missing_budget),
    Section("co_funding", gettext_lazy("配套资金"), gettext_lazy("自有、捐赠或其他渠道的投入"), missing_co_funding),
    Section("indicators", gettext_lazy("绩效指标"), gettext_lazy("产出、效果、满意度各至少一项"), missing_indicators),
    Section("profile", gettext_lazy("申报单位资质"), gettext_lazy("沿用单位信息，选用有效证书"), missing_profile),
    Section("hub", gettext_lazy("主责单位"), gettext_lazy("由哪家枢纽型社会组织审核推荐"), missing_hub),
    Section("files", gettext_lazy("附件"), gettext_lazy("实施方案、预算说明和承诺书"), missing_files),
    Section("declaration", gettext_lazy("声明"), gettext_lazy("其他部分完成后填写"), missing_declaration, last=True),
)


def section_named(code: str) -> Section:
    """KeyError for a code no section carries."""
    return {section.code: section for section in SECTIONS}[code]


def section_after(code: str) -> Section | None:
    codes = [section.code for section in SECTIONS]
    following = codes.index(code) + 1
    return SECTIONS[following] if following < len(SECTIONS) else None


def progress_of(application: Application) -> list[SectionProgress]:
    """Every section in order with its state and what is missing; a constant number of queries."""
    drafts = section_drafts(application)
    rows = [_progress(section, application, drafts.get(section.code)) for section in SECTIONS if not section.last]
    for section in SECTIONS:
        if not section.last:
            continue
        if all(row.done for row in rows):
            rows.append(_progress(section, application, drafts.get(section.code)))
        else:
            rows.append(SectionProgress(section, SectionState.BLOCKED, (_("请先完成其他部分"),)))
    return rows


def _progress(section: Section, application: Application, draft: SectionDraft | None) -> SectionProgress:
    missing = [str(label) for label in section.missing(application)]
    problems = tuple(draft.problems) if draft else ()
    if draft is not None and draft.needs_review:
        return SectionProgress(section, SectionState.REVIEW, (_("由往年申报复制，请核对后保存"), *problems))
    if problems or missing:
        absent = (_("尚缺：%(what)s") % {"what": "、".join(missing)},) if missing and not problems else ()
        begun = draft is not None or (section.code == "files" and len(missing) < _required_files())
        state = SectionState.STARTED if begun else SectionState.NOT_STARTED
        return SectionProgress(section, state, (*problems, *absent))
    return SectionProgress(section, SectionState.DONE)


def _required_files() -> int:
    return sum(kind.required for kind in FILE_KINDS)

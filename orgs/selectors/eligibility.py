"""Is this organisation eligible? Every condition of R-050 to R-069 asked once, for pages and for refusals alike.

A procedure puts a ``Question``: which body, on which day, under which regime and rule set, with which papers.
``answers_to`` judges every condition that applies there. The page shows all answers with what to do about them; the
guards of a submission take ``refusals_from`` the very same answers, so the two cannot disagree.

Apps above add the conditions only they can judge (``register_condition``): a guide its cap and its hub, a tender
whoever else takes part. Place of registration and years since founding are asked nowhere (R-057).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import CreditList, CreditRecord, Organization, OrganizationKind, Qualification, RegistrationStatus
from orgs.models.legal_form import BRANCH_ENDINGS
from orgs.models.standing import QualificationKind
from orgs.selectors.dossier import in_words
from orgs.selectors.standing import EligibilityFacts, eligibility_facts
from procurement.rules import Refusal, Regime, Rule, implements, records, registry

Text = str | Promise


class Answer(models.TextChoices):
    YES = "yes", gettext_lazy("符合")
    NO = "no", gettext_lazy("不符合")
    MISSING = "missing", gettext_lazy("要补")
    LATER = "later", gettext_lazy("申报时填写")
    NOTE = "note", gettext_lazy("不作条件")

    @property
    def tone(self) -> str:
        return {"yes": "good", "no": "bad", "missing": "warn", "later": "info"}.get(self.value, "neutral")


@dataclass(frozen=True)
class Outcome:
    """What was found under a condition. ``warning`` means: goes on with a written explanation."""

    answer: Answer
    message: str
    rule_id: str = ""
    warning: bool = False
    todo: str = ""
    url: str = ""

    @property
    def is_against(self) -> bool:
        return self.answer in (Answer.NO, Answer.MISSING)


@dataclass
class Question:
    """Who wants to take part in what. Facts are read once, however many conditions ask for them."""

    organization: Organization
    on: date
    regime: str
    #: Thresholds of the rule set pinned to the procedure (R-001).
    value: Callable[[str], Any]
    #: Papers chosen for this procedure; None while nothing is chosen yet: then the dossier's usable ones count.
    chosen: list[Qualification] | None = None
    #: What the organisation declares for this procedure; None while it has not been asked.
    declared: Mapping[str, Any] | None = None
    #: What the asking app adds for its own conditions.
    procedure: Any = None
    #: Where the papers and declarations of this procedure are entered, by topic; the dossier otherwise.
    places: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def facts(self) -> EligibilityFacts:
        return eligibility_facts(self.organization, self.on)

    @cached_property
    def held(self) -> list[Qualification]:
        return list(self.organization.qualifications.exclude(status__in=("draft", "withdrawn")))

    @property
    def papers(self) -> list[Qualification]:
        return self.chosen if self.chosen is not None else self.held

    def usable(self, kind: str) -> list[Qualification]:
        return [paper for paper in self.papers if paper.kind == kind and paper.is_usable(self.on)]

    def place(self, topic: str) -> str:
        return self.places.get(topic) or {
            "dossier": reverse("organization-dossier", args=[self.organization.pk]),
            "credit": f"{reverse('credit-list')}?tab=own",
            "profile": reverse("organization-edit", args=[self.organization.pk]),
        }.get(topic, "")


Judge = Callable[[Question], Iterable[Outcome]]


@dataclass(frozen=True)
class Condition:
    """One thing asked of whoever takes part. ``asks`` says it in words to those without an organisation."""

    code: str
    rule_id: str
    label: Text
    asks: Text
    judge: Judge
    #: Regimes in which it is asked; those of its rule unless said otherwise.
    regimes: tuple[Regime, ...] | None = None
    #: Asked only of procedures of this kind (an app's own conditions); of all when None.
    of: type | None = None

    def applies_to(self, regime: str, procedure: Any) -> bool:
        if self.of is not None and not isinstance(procedure, self.of):
            return False
        return regime in self.regimes if self.regimes is not None else registry[self.rule_id].applies_to(regime)


@dataclass(frozen=True)
class Answered:
    """A condition with what was found; the worst finding is the answer."""

    condition: Condition
    outcomes: tuple[Outcome, ...]

    @property
    def answer(self) -> Answer:
        found = {outcome.answer for outcome in self.outcomes}
        order = (Answer.NO, Answer.MISSING, Answer.LATER, Answer.YES, Answer.NOTE)
        return next((answer for answer in order if answer in found), Answer.YES)

    @property
    def blocks(self) -> bool:
        return any(outcome.is_against and not outcome.warning for outcome in self.outcomes)

    @property
    def warns(self) -> bool:
        return not self.blocks and any(outcome.is_against for outcome in self.outcomes)

    @property
    def rules(self) -> list[Rule]:
        ids = dict.fromkeys(
            [*(outcome.rule_id for outcome in self.outcomes if outcome.rule_id), self.condition.rule_id]
        )
        return [registry[rule_id] for rule_id in ids]


_registered: dict[str, Condition] = {}


def register_condition(condition: Condition) -> Condition:
    """Called by apps above for what only they can judge; the same code registered again takes its place."""
    _registered[condition.code] = condition
    return condition


def conditions_for(regime: str, procedure: Any = None) -> list[Condition]:
    """Everything a procedure asks under a regime, in the order of the rules."""
    every = [*STANDING, *_registered.values()]
    return sorted((one for one in every if one.applies_to(regime, procedure)), key=lambda one: one.rule_id)


def answers_to(question: Question, codes: Iterable[str] | None = None) -> list[Answered]:
    """The one computation behind the page 能否参加 and the refusals at submission."""
    wanted = None if codes is None else set(codes)
    return [
        Answered(condition, tuple(condition.judge(question)))
        for condition in conditions_for(question.regime, question.procedure)
        if wanted is None or condition.code in wanted
    ]


def refusals_from(answers: Iterable[Answered]) -> list[Refusal]:
    """Everything answered no or missing, with its rule and article."""
    return [
        Refusal(outcome.rule_id or answered.condition.rule_id, outcome.message, warning=outcome.warning)
        for answered in answers
        for outcome in answered.outcomes
        if outcome.is_against
    ]


def yes(message: str) -> Outcome:
    return Outcome(Answer.YES, message)


def note(message: str) -> Outcome:
    return Outcome(Answer.NOTE, message)


def later(message: str) -> Outcome:
    """Not asked yet: the procedure's own form will."""
    return Outcome(Answer.LATER, message)


# --- who it is --------------------------------------------------------------------------------------------------


def _is_social(question: Question) -> Iterator[Outcome]:
    body = question.organization
    if body.is_social or body.kind == OrganizationKind.COMMUNITY or not question.value("social_organizations_only"):
        yield yes(str(body.kind_label))
        return
    words = {"org": body.name, "kind": body.kind_label}
    yield Outcome(Answer.NO, _("专项资金面向社会组织，%(org)s为%(kind)s") % words)


def _is_registered(question: Question) -> Iterator[Outcome]:
    body = question.organization
    if body.kind != OrganizationKind.COMMUNITY:
        yield yes(_("已登记的法人"))
        return
    yield Outcome(
        Answer.NO,
        _("%(org)s为备案的社区社会组织，尚未登记，须通过社会组织联合会、主责单位或街道申报") % {"org": body.name},
        todo=_("查看联合会和枢纽型社会组织"),
        url=f"{reverse('organization-list')}?kind={OrganizationKind.UNION}",
    )


def _is_no_branch(question: Question) -> Iterator[Outcome]:
    body = question.organization
    if body.kind == OrganizationKind.ASSOCIATION and body.name.endswith(BRANCH_ENDINGS):
        words = {"org": body.name}
        yield Outcome(
            Answer.NO, _("%(org)s是社会团体的分支机构或代表机构，不具有法人资格，须由其所属社会团体申报") % words
        )
        return
    yield yes(_("不是分支机构或代表机构"))


def _code_is_valid(question: Question) -> Iterator[Outcome]:
    body, facts = question.organization, question.facts
    if body.kind == OrganizationKind.COMMUNITY:
        yield note(_("备案的社区社会组织没有统一社会信用代码"))
        return
    answer = Answer.NO if body.uscc else Answer.MISSING
    for problem in facts.uscc_problems:
        yield Outcome(answer, problem, todo=_("更正单位信息"), url=question.place("profile"))
    if facts.registration_status == RegistrationStatus.REVOKED:
        yield Outcome(Answer.NO, _("申报单位的登记状态为“%(status)s”") % {"status": RegistrationStatus.REVOKED.label})
    elif not facts.uscc_problems:
        yield yes(_("统一社会信用代码 %(code)s 校验无误") % {"code": body.uscc})


# --- its papers -------------------------------------------------------------------------------------------------


def _papers_in_date(question: Question) -> Iterator[Outcome]:
    """Chosen papers that prove nothing any more, each with its date (R-050)."""
    chosen = question.chosen or []
    faulty = [paper for paper in chosen if not paper.is_usable(question.on)]
    for paper in faulty:
        yield Outcome(
            Answer.NO, why_unusable(paper, question.on), todo=_("更新材料或改选"), url=question.place("papers")
        )
    if not faulty:
        yield yes(_("选用的材料均已核验且在有效期内") if chosen else _("申报时只能选用已核验且在有效期内的材料"))


def why_unusable(paper: Qualification, on: date) -> str:
    """The sentence that turns a paper away."""
    words = {"what": paper.kind_label, "number": paper.number, "state": paper.state.label}
    if paper.has_expired(on):
        words["day"] = in_words(paper.expires_on)  # type: ignore[arg-type]  # what has expired has a day
        return _("%(what)s已于%(day)s到期（编号%(number)s），请登记新材料并经民政部门核验") % words
    if paper.status == "superseded":
        return _("%(what)s（%(number)s）已由新材料替换，请改选新材料") % words
    return _("%(what)s（%(number)s）状态为“%(state)s”，须经民政部门核验后才能选用") % words


def _proofs_complete(question: Question) -> Iterator[Outcome]:
    """A proof for every condition the rule set wants proved (R-051)."""
    statutory = registry["R-051"].applies_to(question.regime)
    for code in question.value("required_papers"):
        kind = QualificationKind(code)
        usable = question.usable(code)
        if usable:
            yield yes(_proof_in_words(usable[0]))
            continue
        if any(paper.kind == code for paper in question.chosen or ()):
            continue  # chosen but no longer good: _papers_in_date says why
        yield _missing_proof(question, kind, "R-051" if statutory else "R-050")


def _missing_proof(question: Question, kind: QualificationKind, rule_id: str) -> Outcome:
    held = [paper for paper in question.held if paper.kind == kind]
    if question.chosen is not None and any(paper.is_usable(question.on) for paper in held):
        message = _("尚未选用%(what)s；资质档案中已有有效的一份，直接选用即可") % {"what": kind.label}
        return Outcome(Answer.MISSING, message, rule_id, todo=_("选用材料"), url=question.place("papers"))
    waiting = next((paper for paper in held if paper.status == "submitted"), None)
    expired = next((paper for paper in held if paper.has_expired(question.on)), None)
    if waiting:
        message = _("%(what)s已提交，待民政部门核验") % {"what": kind.label}
    elif expired:
        message = why_unusable(expired, question.on)
    else:
        message = _("缺少%(what)s") % {"what": kind.label}
    return Outcome(Answer.MISSING, message, rule_id, todo=_("到资质档案登记"), url=question.place("dossier"))


def _proof_in_words(paper: Qualification) -> str:
    term = _("有效期至%(day)s") % {"day": in_words(paper.expires_on)} if paper.expires_on else _("长期有效")
    return f"{paper.kind_label} {paper.number}，{term}"


@records("R-059")
def _grade(question: Question) -> Iterator[Outcome]:
    """Shown; never an entry condition and never points."""
    held = question.usable(QualificationKind.GRADE)
    grade = held[0].title if held else _("无")
    yield note(_("评估等级：%(grade)s。等级只在同等条件下优先，不是准入条件，也不计分") % {"grade": grade})


# --- its record -------------------------------------------------------------------------------------------------


@records("R-052")
def _no_major_violation(question: Question) -> Iterator[Outcome]:
    """Three years back from the day of taking part."""
    years = question.value("penalty_lookback_years")
    found = question.facts.penalties_within(years, major_only=True)
    yield from (_penalty(question, record, years) for record in found)
    if not found:
        yield yes(_("参加之日前%(years)s年内没有重大违法记录") % {"years": years})


def _no_recent_penalty(question: Question) -> Iterator[Outcome]:
    years, facts = question.value("penalty_lookback_years"), question.facts
    found = facts.penalties_within(years)
    yield from (_penalty(question, record, years) for record in found)
    if facts.under_investigation:
        yield Outcome(Answer.NO, _("申报单位正在接受立案调查"), todo=_("查看信用记录"), url=question.place("credit"))
    elif not found:
        yield yes(_("近%(years)s年内没有行政处罚，未被立案调查") % {"years": years})


def _penalty(question: Question, record: CreditRecord, years: int) -> Outcome:
    words = {
        "years": years,
        "authority": record.authority,
        "number": record.document_number,
        "day": record.starts_on.isoformat(),
        "reason": record.reason,
    }
    message = _("近%(years)s年内受到行政处罚：%(authority)s %(number)s（%(day)s），%(reason)s") % words
    return Outcome(Answer.NO, message, todo=_("查看记录和救济途径"), url=question.place("credit"))


def _inspection_passed(question: Question) -> Iterator[Outcome]:
    """A body registered too late to have been inspected may take part; the page flags it."""
    facts = question.facts
    words: dict[str, Any] = {"year": facts.inspection_year}
    if facts.inspection is not None:
        words["result"] = facts.inspection.get_result_display()
        message = _("%(year)s 年度年检结论为“%(result)s”") % words
        yield yes(message) if facts.inspection.is_pass else Outcome(Answer.NO, message)
    elif facts.is_new:
        yield yes(_("新成立单位，%(year)s 年度尚无年检，可以参加") % words)
    else:
        message = _("没有 %(year)s 年度年检（年报）结论") % words
        yield Outcome(Answer.MISSING, message, todo=_("请登记管理机关登记结论"), url=question.place("dossier"))


def _not_on_serious_list(question: Question) -> Iterator[Outcome]:
    if question.facts.on_serious_list:
        yield _listed(question, _("申报单位已列入严重违法失信名单"))
    else:
        yield yes(_("未列入严重违法失信名单"))


def _not_on_abnormal_list(question: Question) -> Iterator[Outcome]:
    if question.facts.on_abnormal_list:
        warning = not question.value("abnormal_list_blocks")
        yield _listed(question, _("申报单位已列入活动异常名录"), warning=warning)
    else:
        yield yes(_("未列入活动异常名录"))


def _listed(question: Question, message: str, *, warning: bool = False) -> Outcome:
    return Outcome(Answer.NO, message, warning=warning, todo=_("查看移出办法"), url=question.place("credit"))


@implements("R-054")
def _not_banned(question: Question) -> Iterator[Outcome]:
    """A ban counts through its last day; one that has run out is no ground for refusal."""
    facts = question.facts
    if facts.is_banned:
        yield _listed(question, _("申报单位在禁止参加政府采购活动的期限内"))
        return
    past = [r for r in facts.records if r.credit_list == CreditList.BAD_CONDUCT and r.starts_on <= question.on]
    if past:
        yield yes(_("曾被禁止参加政府采购活动，期限已满，不作为拒绝理由（R-054）"))
    else:
        yield yes(_("不在禁止参加政府采购活动的期限内"))


@records("R-066")
def _breaches(question: Question) -> Iterator[Outcome]:
    """Shown to those who judge; decides nothing by itself."""
    years = int(question.value("breach_record_years"))
    count = len(question.facts.breaches_within(years))
    yield note(_("近%(years)s年履约违约记录 %(count)s 条，供评审参考，不自动排除") % {"years": years, "count": count})


# --- what may not be asked, and what others judge ------------------------------------------------------------------


def _place_and_age(question: Question) -> Iterator[Outcome]:
    yield note(_("不要求注册地，也不要求成立年限；本项不看，指南写有此类要求的不得发布"))


def _size(question: Question) -> Iterator[Outcome]:
    yield note(_("不以注册资本、资产、收入、人数、利润、纳税额等规模条件作为资格或评分"))


@records("R-068")
def _party(question: Question) -> Iterator[Outcome]:
    yield note(_("党的组织和工作覆盖情况只作采集，不影响资格"))


STANDING: tuple[Condition, ...] = (
    Condition("social", "R-010", gettext_lazy("社会组织"), gettext_lazy("专项资金面向登记的社会组织"), _is_social, regimes=(Regime.GRANT_APPLICATION,)),
    Condition("registered", "R-070", gettext_lazy("依法登记"), gettext_lazy("依法登记；备案的社区社会组织通过联合会、主责单位或街道参加"), _is_registered),
    Condition("proofs", "R-050", gettext_lazy("证明材料"), gettext_lazy("按条件提供证明材料；登记一次、核验一次，各项申报直接选用"), _proofs_complete),
    Condition("papers", "R-050", gettext_lazy("材料有效"), gettext_lazy("选用的材料已核验、在有效期内"), _papers_in_date),
    Condition("violation", "R-052", gettext_lazy("无重大违法记录"), gettext_lazy("参加之日前三年内没有重大违法记录（刑事处罚、责令停产停业、吊销许可证照、较大数额罚款）"), _no_major_violation),
    Condition("penalty", "R-053", gettext_lazy("近年无行政处罚"), gettext_lazy("近两年未受行政处罚，未被立案调查"), _no_recent_penalty),
    Condition("inspection", "R-055", gettext_lazy("年度检查"), gettext_lazy("上年度年检（年报）合格；新成立单位尚无年检的可以参加"), _inspection_passed),
    Condition("serious", "R-056", gettext_lazy("严重违法失信名单"), gettext_lazy("未列入严重违法失信名单"), _not_on_serious_list),
    Condition("abnormal", "R-056", gettext_lazy("活动异常名录"), gettext_lazy("未列入活动异常名录（政府采购项目只作提示）"), _not_on_abnormal_list),
    Condition("ban", "R-280", gettext_lazy("禁止参加采购"), gettext_lazy("不在禁止参加政府采购活动的期限内；期满的不作为拒绝理由"), _not_banned, regimes=tuple(Regime)),
    Condition("place", "R-057", gettext_lazy("注册地和成立年限"), gettext_lazy("不要求注册地和成立年限"), _place_and_age),
    Condition("size", "R-058", gettext_lazy("规模"), gettext_lazy("不设规模条件"), _size),
    Condition("grade", "R-059", gettext_lazy("评估等级"), gettext_lazy("评估等级只在同等条件下优先"), _grade),
    Condition("code", "R-062", gettext_lazy("信用代码和登记状态"), gettext_lazy("统一社会信用代码有效，登记状态正常"), _code_is_valid),
    Condition("branch", "R-065", gettext_lazy("法人资格"), gettext_lazy("是独立法人；社会团体的分支机构、代表机构由其所属社会团体参加"), _is_no_branch),
    Condition("breach", "R-066", gettext_lazy("履约记录"), gettext_lazy("近年违约记录供评审参考"), _breaches),
    Condition("party", "R-068", gettext_lazy("党建情况"), gettext_lazy("只作采集，不影响资格"), _party),
)  # fmt: skip

"""Every threshold, cap and term that may differ between places, declared once with its rule and default (R-001).

A rule set overrides a parameter by its code; whatever it leaves out takes the default declared here. A code that is
not declared here is refused everywhere: in a rule set, in a preset, in `RuleSet.value()`.

Terms are kept in short form ("7wd", "30cd", "1mo") for `procurement.calendars.Period.parse`; money and shares are
`Decimal` and travel through JSON as strings.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procurement.rules.rulebook import Regime, Rule, registry

Value = int | bool | str | Decimal | tuple[Decimal, ...] | tuple[str, ...]
Label = str | Promise


class Kind(TextChoices):
    """What a parameter's value is, and so how it is read, checked and shown."""

    INTEGER = "integer", _("整数")
    MONEY = "money", _("金额")
    SHARE = "share", _("比例")
    PERIOD = "period", _("期限")
    BOOLEAN = "boolean", _("是否")
    SCHEDULE = "schedule", _("分期比例")
    LIST = "list", _("清单")


class UnknownParameter(LookupError):
    """A code nobody declared: a misspelling, never a value to be guessed."""


class BadValue(ValueError):
    """A value that does not fit its parameter's kind; the message is shown to whoever edits the rule set."""


PERIOD_UNITS: Mapping[str, Label] = {"wd": _("个工作日"), "cd": _("日"), "mo": _("个月")}


@dataclass(frozen=True)
class Parameter:
    """One declared parameter.

    `by_regime` and `rule_by_regime` hold what differs between the three regimes; `words` labels a list's codes.
    """

    code: str
    rule_id: str
    label: Label
    kind: Kind
    default: Value
    unit: Label = ""
    group: Label = ""
    words: Mapping[str, Label] = field(default_factory=dict)
    by_regime: Mapping[Regime, Value] = field(default_factory=dict)
    rule_by_regime: Mapping[Regime, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for rule_id in (self.rule_id, *self.rule_by_regime.values()):
            registry[rule_id]

    def rule_for(self, regime: str) -> Rule:
        return registry[self.rule_by_regime.get(Regime(regime), self.rule_id)]

    def default_for(self, regime: str) -> Value:
        return self.by_regime.get(Regime(regime), self.default)

    def read(self, raw: Any) -> Value:
        """The typed value behind its JSON form; `BadValue` when it does not fit."""
        try:
            return _READERS[self.kind](raw)
        except (TypeError, ValueError, InvalidOperation, KeyError) as error:
            raise BadValue(
                _("参数“%(label)s”的值不是有效的%(kind)s：%(raw)s")
                % {"label": self.label, "kind": self.kind.label, "raw": raw}
            ) from error

    def show(self, value: Value) -> str:
        """The value as people read it: 7 个工作日, 10%, 400 万元, 50% / 40% / 10%."""
        if isinstance(value, tuple):
            return " / ".join(
                _percent(part) if isinstance(part, Decimal) else str(self.words.get(part, part)) for part in value
            )
        if isinstance(value, bool):
            return str(_("是") if value else _("否"))
        if self.kind == Kind.PERIOD:
            number, unit = re.fullmatch(r"(\d+)(\w+)", str(value)).groups()  # type: ignore[union-attr]
            return f"{number} {PERIOD_UNITS[unit]}"
        if isinstance(value, Decimal):
            return _percent(value) if self.kind == Kind.SHARE else _money(value)
        return f"{value} {self.unit}".strip()


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"


def _money(amount: Decimal) -> str:
    if amount >= 10_000:
        return f"{(amount / 10_000).normalize():f} 万元"
    return f"{amount.normalize():f} 元"


def _integer(raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or raw < 0:
        raise ValueError(raw)
    return raw


def _amount(raw: Any) -> Decimal:
    amount = Decimal(str(raw))
    if not amount.is_finite() or amount < 0 or isinstance(raw, float | bool):
        raise ValueError(raw)
    return amount


def _share(raw: Any) -> Decimal:
    share = _amount(raw)
    if share > 1:
        raise ValueError(raw)
    return share


def _period(raw: Any) -> str:
    if not re.fullmatch(r"[1-9]\d{0,3}(wd|cd|mo)", raw):
        raise ValueError(raw)
    return str(raw)


def _boolean(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise TypeError(raw)
    return raw


def _schedule(raw: Any) -> tuple[Decimal, ...]:
    shares = tuple(_share(part) for part in raw)
    if sum(shares) != 1:
        raise ValueError(raw)
    return shares


def _list(raw: Any) -> tuple[str, ...]:
    if isinstance(raw, str) or not all(isinstance(item, str) and item for item in raw):
        raise TypeError(raw)
    return tuple(raw)


_READERS: Mapping[Kind, Callable[[Any], Value]] = {
    Kind.INTEGER: _integer,
    Kind.MONEY: _amount,
    Kind.SHARE: _share,
    Kind.PERIOD: _period,
    Kind.BOOLEAN: _boolean,
    Kind.SCHEDULE: _schedule,
    Kind.LIST: _list,
}

#: Kinds of expert a Beijing panel must mix [S0 三(三)四].
PANEL_KINDS: Mapping[str, Label] = {
    "business": _("业务"),
    "management": _("管理"),
    "finance": _("财务"),
    "practice": _("实务"),
}

#: Papers that prove the conditions of R-050 one by one (kinds of the dossier, orgs.QualificationKind).
PROOFS: Mapping[str, Label] = {
    "registration": _("法人登记证书"),
    "audit_report": _("财务审计报告"),
    "tax": _("依法纳税证明"),
    "social_insurance": _("缴纳社会保障资金证明"),
    "equipment": _("设备和专业技术能力证明"),
    "declaration": _("近三年无重大违法记录声明"),
}

#: Ways of buying a service, as catalogs.ProcurementMethod names them (a test compares the two).
METHODS: Mapping[str, Label] = {
    "open_tender": _("公开招标"),
    "invited_tender": _("邀请招标"),
    "competitive_negotiation": _("竞争性谈判"),
    "competitive_consultation": _("竞争性磋商"),
    "single_source": _("单一来源"),
    "framework_agreement": _("框架协议采购"),
    "competitive_selection": _("竞争性比选"),
    "direct_purchase": _("小额直接委托"),
    "directed_commission": _("定向委托"),
    "venture_philanthropy": _("公益创投"),
    "matching_purchase": _("差额购买"),
    "guide_application": _("发布指南、申报评审"),
}
_OF_THE_LAW = tuple(METHODS)[:6]
_BESIDE_THE_LAW = ("competitive_selection", "direct_purchase", "directed_commission", *_OF_THE_LAW[:4])

D = Decimal
_ST, _OP, _GA = Regime.STATUTORY, Regime.OTHER_PURCHASE, Regime.GRANT_APPLICATION


def _group(label: Label, *rows: Parameter) -> list[Parameter]:
    for row in rows:
        object.__setattr__(row, "group", label)
    return list(rows)


def _int(code: str, rule_id: str, label: Label, default: int, unit: Label = "", **by: Any) -> Parameter:
    return Parameter(code, rule_id, label, Kind.INTEGER, default, unit, **by)


def _term(code: str, rule_id: str, label: Label, default: str, **by: Any) -> Parameter:
    return Parameter(code, rule_id, label, Kind.PERIOD, default, **by)


def _part(code: str, rule_id: str, label: Label, default: str, **by: Any) -> Parameter:
    return Parameter(code, rule_id, label, Kind.SHARE, D(default), **by)


def _sum(code: str, rule_id: str, label: Label, default: int, **by: Any) -> Parameter:
    return Parameter(code, rule_id, label, Kind.MONEY, D(default), **by)


def _flag(code: str, rule_id: str, label: Label, default: bool, **by: Any) -> Parameter:
    return Parameter(code, rule_id, label, Kind.BOOLEAN, default, **by)


_DECLARED = [
    *_group(
        _("申报与资格"),
        _int("application_cap", "R-060", _("每家社会组织每年度申报项目上限"), 2, _("项")),
        _int(
            "penalty_lookback_years",
            "R-052",
            _("重大违法记录回溯年限"),
            3,
            _("年"),
            by_regime={_GA: 2},
            rule_by_regime={_GA: "R-053"},
        ),
        _int("breach_record_years", "R-066", _("违约记录展示年限"), 3, _("年")),
        _flag("abnormal_list_blocks", "R-056", _("列入活动异常名录不得承接"), False, by_regime={_GA: True}),
        Parameter(
            "required_papers",
            "R-051",
            _("须提供的证明材料"),
            Kind.LIST,
            tuple(PROOFS),
            words=PROOFS,
            by_regime={_GA: ("registration",)},
            rule_by_regime={_GA: "R-050"},
        ),
        _flag("social_organizations_only", "R-010", _("仅面向社会组织"), True),
        _part("union_fee_share", "R-074", _("联合会服务费上限"), "0.05"),
    ),
    *_group(
        _("立项程序时限"),
        _term("endorse_days", "R-061", _("主责单位审核推荐"), "10wd"),
        _term("precheck_days", "R-001", _("汇总初审"), "10wd"),
        _term("supplement_days", "R-001", _("退回后补正"), "5wd"),
        _term("review_days", "R-001", _("专家评审"), "30cd"),
        _term("decide_days", "R-176", _("领导小组审定"), "20wd"),
        _term("publicity_days", "R-174", _("拟立项名单公示"), "7wd"),
        _term("recheck_days", "R-175", _("异议复核"), "5cd"),
        _term("approve_days", "R-176", _("公示期满后立项批复"), "5wd"),
        _term("sign_days", "R-200", _("签订合同"), "30cd"),
    ),
    *_group(
        _("实施与结项时限"),
        _term("first_tranche_days", "R-251", _("签约后拨付首期资金"), "30cd"),
        _term("launch_days", "R-001", _("首期资金到账后启动实施"), "30cd"),
        _int("quarterly_report_day", "R-222", _("季度报告截止日（季后首月）"), 10, _("日")),
        _part("midterm_share", "R-222", _("中期评估时点（合同期进度）"), "0.50"),
        _term("midterm_window", "R-222", _("中期评估前后浮动"), "1mo"),
        _term("rectification_days", "R-225", _("整改期限"), "30cd"),
        _part("reallocation_share", "R-227", _("预算科目间调剂备案上限"), "0.10"),
        _term("closeout_days", "R-222", _("提交结项报告"), "1mo"),
        _term("acceptance_days", "R-240", _("主责单位验收"), "15wd"),
        _term("audit_days", "R-266", _("财务审计"), "20wd"),
        _term("final_evaluation_days", "R-260", _("第三方结项评估"), "30wd"),
        _term("evaluation_feedback_days", "R-260", _("评估报告征求意见"), "5wd"),
        _term("archive_days", "R-264", _("结项审定与归档"), "20wd"),
        _int("archive_years", "R-289", _("采购档案保存年限"), 15, _("年")),
    ),
    *_group(
        _("验收与考核"),
        _int("min_recipients_notified", "R-241", _("通知参与监督的服务对象人数下限"), 3, _("人")),
        _int("min_recipient_opinions", "R-242", _("服务对象书面意见份数下限"), 1, _("份")),
        _term("assessment_notice_days", "R-244", _("书面通报考核结果"), "5wd"),
        _term("assessment_objection_days", "R-245", _("承接主体提出异议"), "5wd"),
        _term("assessment_reply_days", "R-245", _("购买主体核实回复"), "5wd"),
        _int("grade_excellent", "R-268", _("“优”的分数下限"), 90, _("分")),
        _int("grade_good", "R-268", _("“良”的分数下限"), 80, _("分")),
        _int("grade_fair", "R-268", _("“中”的分数下限"), 60, _("分")),
    ),
    *_group(
        _("合同与支付"),
        _int("max_contract_years", "R-204", _("合同履行期限上限"), 3, _("年")),
        _int("usual_contract_years", "R-204", _("一般合同履行期限"), 1, _("年")),
        _part("supplement_share", "R-208", _("补充合同累计上限（占原合同金额）"), "0.10"),
        _part("performance_bond_share", "R-211", _("履约保证金上限"), "0.10"),
        _part("performance_bond_default", "R-211", _("社会组织履约保证金默认比例"), "0"),
        _term("contract_announce_days", "R-202", _("合同公告"), "2wd"),
        _term("contract_filing_days", "R-203", _("合同备案"), "7wd"),
        _term("change_notice_days", "R-209", _("变更公告"), "2wd"),
        _term("payment_days", "R-251", _("收到发票后付款"), "10wd"),
        _part("prepayment_share", "R-252", _("预付款比例"), "0.30"),
        Parameter("tranche_schedule", "R-252", _("分期拨付比例"), Kind.SCHEDULE, (D("0.50"), D("0.40"), D("0.10"))),
        _int("unused_balance_years", "R-255", _("结余资金收回年限"), 2, _("年")),
        _term("voucher_redeem_days", "R-259", _("凭单兑现"), "10wd"),
    ),
    *_group(
        _("预算控制"),
        _part("staff_share_social_work", "R-016", _("人员费上限（社会工作类）"), "0.60"),
        _part("staff_share_activity", "R-016", _("人员费上限（活动类）"), "0.30"),
        _part("management_share", "R-016", _("管理费上限"), "0.10"),
        _part("evaluation_audit_share", "R-016", _("评估审计费上限（由购买主体承担）"), "0.05"),
        _sum("volunteer_daily_allowance", "R-016", _("志愿者补贴上限（每人每日）"), 100),
        _flag("fixed_assets_allowed", "R-016", _("允许列支固定资产"), False),
        _part("lottery_reserved_share", "R-027", _("福彩公益金预留社会工作比例"), "0"),
        _part("social_organization_share_target", "R-012", _("向社会组织购买占比目标"), "0.30"),
    ),
    *_group(
        _("评审"),
        _int("panel_min_members", "R-151", _("评审组织人数下限"), 5, _("人")),
        _int("panel_min_consultation", "R-150", _("谈判、磋商小组人数下限"), 3, _("人")),
        _int("panel_min_large", "R-151", _("大额或影响重大项目评审人数下限"), 7, _("人")),
        _sum("panel_large_amount", "R-151", _("大额项目预算起点"), 10_000_000),
        Parameter("panel_kinds", "R-160", _("专家类别构成"), Kind.LIST, tuple(PANEL_KINDS), words=PANEL_KINDS),
        _term("panel_draw_lead", "R-153", _("专家抽取不早于评审前"), "2wd"),
        _int("experts_per_employer", "R-159", _("同一单位专家人数上限"), 1, _("人")),
        _int("panels_per_week", "R-159", _("专家每周参加评审次数上限"), 2, _("次")),
        _flag("score_trimming", "R-146", _("去掉最高分与最低分"), False),
        _part("score_outlier_share", "R-141", _("偏离其他成员均分的提示线"), "0.30"),
        _part("quote_low_share", "R-142", _("报价低于其他供应商平均的提示线"), "0.30"),
        _part("policy_deduction_share", "R-145", _("政策对象价格扣除比例"), "0.10"),
        _part("price_weight_min", "R-134", _("价格分权重下限"), "0.10"),
        _part("price_weight_max_consultation", "R-134", _("磋商价格分权重上限"), "0.30"),
    ),
    *_group(
        _("购买方式与采购时限"),
        _sum("purchase_limit", "R-093", _("采购限额标准"), 1_000_000),
        _sum("open_tender_threshold", "R-093", _("公开招标数额标准"), 2_000_000),
        _sum("unspecified_below", "R-092", _("不限定方式的金额上限"), 0),
        _sum("direct_purchase_limit", "R-102", _("小额直接委托上限"), 50_000),
        Parameter(
            "allowed_methods",
            "R-090",
            _("可以采用的购买方式"),
            Kind.LIST,
            _OF_THE_LAW,
            words=METHODS,
            by_regime={
                _OP: (*_BESIDE_THE_LAW, "guide_application"),
                _GA: ("guide_application", "venture_philanthropy"),
            },
            rule_by_regime={_OP: "R-102"},
        ),
        Parameter(
            "simple_seal_methods",
            "R-117",
            _("可以用平台密钥密封的购买方式"),
            Kind.LIST,
            ("venture_philanthropy", "direct_purchase", "directed_commission", "single_source"),
            words=METHODS,
        ),
        _sum("simple_seal_below", "R-117", _("可以用平台密钥密封的金额上限（不含）"), 0, by_regime={_OP: D(300_000)}),
        _int(
            "min_bidders",
            "R-118",
            _("有效投标人数下限"),
            3,
            _("家"),
            by_regime={_GA: 1},
            rule_by_regime={_GA: "R-120"},
        ),
        _int("min_bidders_consultation", "R-119", _("磋商继续进行的供应商下限"), 2, _("家")),
        _int("min_bidders_negotiation", "R-095", _("谈判供应商下限"), 3, _("家")),
        _int("framework_suppliers", "R-100", _("框架协议入围供应商下限"), 2, _("家")),
        _int("invited_suppliers", "R-094", _("邀请招标随机邀请的供应商下限"), 3, _("家")),
        _term("demand_consultation_days", "R-046", _("需求征求公众意见"), "7cd"),
        _sum("demand_survey_amount", "R-037", _("应当开展需求调查的金额"), 10_000_000),
        _int("demand_survey_suppliers", "R-037", _("需求调查对象下限"), 3, _("家")),
        _term("tender_days", "R-111", _("招标文件发出至投标截止"), "20cd"),
        _term("document_days", "R-112", _("招标文件提供期限"), "5wd"),
        _term("tender_notice_days", "R-112", _("招标公告期限"), "5wd"),
        _term("clarification_days", "R-113", _("澄清至投标截止"), "15cd"),
        _term("negotiation_days", "R-114", _("谈判文件发出至响应截止"), "3wd"),
        _term("negotiation_notice_days", "R-114", _("谈判、磋商公告期限"), "3wd"),
        _term("consultation_days", "R-114", _("磋商文件发出至响应截止"), "10cd"),
        _term("negotiation_change_days", "R-114", _("谈判文件变动至响应截止"), "3wd"),
        _term("consultation_change_days", "R-114", _("磋商文件变动至响应截止"), "5cd"),
        _term("selection_days", "R-001", _("比选文件发出至响应截止"), "5wd"),
        _term("selection_change_days", "R-001", _("比选文件变动至响应截止"), "2wd"),
        _term("venture_days", "R-001", _("公益创投征集至截止"), "20cd"),
        _term("invitation_days", "R-001", _("向唯一供应商发出文件至响应截止"), "1wd"),
        _term("prequalification_days", "R-115", _("资格预审文件提交"), "5wd"),
        _part("bid_bond_share", "R-116", _("投标保证金上限"), "0.02"),
        _term("bond_return_days", "R-116", _("退还投标保证金"), "5wd"),
        _term("single_source_publicity_days", "R-097", _("单一来源公示"), "5wd"),
        _term("single_source_argument_days", "R-098", _("单一来源补充论证"), "5wd"),
        _term("report_days", "R-170", _("送交评审报告"), "2wd"),
        _term("award_decide_days", "R-170", _("确定成交供应商"), "5wd"),
        _term("award_notice_days", "R-171", _("发出成交通知书并公告结果"), "2wd"),
        _term("result_notice_days", "R-171", _("结果公告期限"), "1wd"),
    ),
    *_group(
        _("询问、质疑与投诉时限"),
        _term("question_days", "R-180", _("答复询问"), "3wd"),
        _term("challenge_days", "R-181", _("提出质疑"), "7wd"),
        _term("challenge_reply_days", "R-182", _("答复质疑"), "7wd"),
        _term("complaint_days", "R-184", _("提起投诉"), "15wd"),
        _term("complaint_review_days", "R-185", _("投诉审查"), "5wd"),
        _term("complaint_copy_days", "R-185", _("发送投诉副本"), "8wd"),
        _term("complaint_answer_days", "R-185", _("被投诉人说明"), "5wd"),
        _term("complaint_decision_days", "R-185", _("投诉处理决定"), "30wd"),
        _term("suspension_days", "R-186", _("暂停采购活动上限"), "30cd"),
        _term("remedy_days", "R-189", _("诉求受理答复"), "7wd"),
        _term("hotline_days", "R-190", _("居民来电来信答复"), "10wd"),
    ),
    *_group(
        _("监督与公开"),
        _term("disclosure_days", "R-287", _("主动公开"), "20wd"),
        _term("disclosure_reply_days", "R-288", _("依申请公开答复"), "20wd"),
        _term("third_party_opinion_days", "R-288", _("征求第三方意见"), "15wd"),
        _int("small_cell", "R-293", _("公开统计最小人数"), 5, _("人")),
        _term("warning_days_blue", "R-229", _("蓝色预警响应"), "10wd"),
        _term("warning_days_yellow", "R-229", _("黄色预警响应"), "5wd"),
        _term("warning_days_orange", "R-229", _("橙色预警响应"), "3wd"),
        _term("warning_days_red", "R-229", _("红色预警响应"), "1wd"),
    ),
]

PARAMETERS: Mapping[str, Parameter] = {parameter.code: parameter for parameter in _DECLARED}


def parameter(code: str) -> Parameter:
    try:
        return PARAMETERS[code]
    except KeyError:
        raise UnknownParameter(f"{code} is not declared in procurement/rules/parameters.py") from None


def faults_in(values: Mapping[str, Any]) -> list[str]:
    """What is wrong with the values of a rule set: undeclared codes and values of the wrong kind, as sentences."""
    faults = []
    for code, raw in values.items():
        try:
            parameter(code).read(raw)
        except UnknownParameter:
            faults.append(str(_("未声明的参数：%(code)s") % {"code": code}))
        except BadValue as error:
            faults.append(str(error))
    return faults

"""Every component on one page, with invented content: for whoever builds a page, and for the accessibility test."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace as Sample
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from procurement.rules import Refusal
from procurement.ui.home import StatTile

STEPS = (
    _("发布申报指南"), _("项目申报"), _("主责单位初审"), _("办公室预审"), _("抽取评审专家"), _("专家评审"),
    _("领导小组审定"), _("立项公示"), _("批复立项"), _("签订合同"), _("首款拨付"), _("项目实施"),
    _("季度报告"), _("中期评估"), _("结项申请"), _("成果验收"), _("末期评估"), _("结项归档"),
)  # fmt: skip


class SampleForm(forms.Form):
    name = forms.CharField(label=_("项目名称"), max_length=60, help_text=_("与申报书封面一致，不超过 60 字。"))
    amount = forms.DecimalField(label=_("申请金额"), max_digits=14, decimal_places=2)
    starts_on = forms.DateField(label=_("开始日期"))
    closes_at = forms.DateTimeField(label=_("受理截止"), required=False)
    field = forms.ChoiceField(
        label=_("服务领域"), choices=[("", "---------"), ("a", _("社会救助")), ("b", _("社区服务"))]
    )
    kind = forms.ChoiceField(
        label=_("购买方式"), widget=forms.RadioSelect, choices=[("open", _("公开申报")), ("direct", _("定向委托"))]
    )
    groups = forms.MultipleChoiceField(
        label=_("受益人群"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("old", _("老年人")), ("child", _("儿童")), ("disabled", _("残疾人"))],
    )
    summary = forms.CharField(label=_("项目概述"), widget=forms.Textarea, max_length=500, required=False)
    budget_file = forms.FileField(label=_("预算表"), required=False, help_text=_("xlsx 或 pdf，不超过 20 MB。"))
    promise = forms.BooleanField(label=_("本单位承诺所填内容真实"))


class SampleRow(forms.Form):
    subject = forms.CharField(label=_("支出科目"))
    amount = forms.DecimalField(label=_("金额"), max_digits=14, decimal_places=2)
    note = forms.CharField(label=_("说明"), required=False)


SampleRows = forms.formset_factory(SampleRow, extra=2)


class SampleFilter(forms.Form):
    q = forms.CharField(label=_("关键词"), required=False)
    area = forms.ChoiceField(label=_("区域"), required=False, choices=[("", _("全部")), ("110101", _("东城区"))])
    year = forms.IntegerField(label=_("年度"), required=False)
    more = forms.CharField(label=_("主责单位"), required=False)
    since = forms.DateField(label=_("起始日期"), required=False)


@require_safe
def style_guide(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/style_guide.html", _samples())


def _samples() -> dict[str, Any]:
    now = timezone.localtime()
    return {
        "sample_form": SampleForm(auto_id="plain_%s"),
        "wrong_form": SampleForm({"name": "", "amount": "一万", "summary": "字" * 501}, auto_id="wrong_%s"),
        "rows": SampleRows(initial=[{"subject": str(_("人员费用")), "amount": Decimal("12000.00")}], prefix="budget"),
        "filter": SampleFilter(auto_id="filter_%s"),
        "steps": _steps(now),
        "offers": _offers(),
        "refusals": [Refusal("R-205", str(_("上年考核不合格，不能续签")))],
        "events": _events(now),
        "dates": {
            "over": (now - timedelta(days=9)).date(),
            "today": now.date(),
            "soon": (now + timedelta(days=2)).date(),
            "instant": now + timedelta(hours=5, minutes=2),
            "far": (now + timedelta(days=24)).date(),
        },
        "tiles": [
            StatTile(_("支持项目"), "2,015", _("个"), _("2010—2015 年累计")),
            StatTile(_("投入专项资金"), "3.64", _("亿元"), _("2010—2015 年累计")),
            StatTile(_("带动配套资金"), "2.80", _("亿元"), _("每 1 元带动 0.770 元")),
            StatTile(_("受益居民"), "1,218", _("万人次")),
        ],
        "bars": [(_("社会服务"), 412), (_("社区治理"), 268), (_("慈善救助"), 173), (_("人才培育"), 96)],
        "files": [
            Sample(
                title=_("项目申报书.pdf"),
                url="#files",
                size=1_482_113,
                sha256="9f2c4e" * 10 + "abcd",
                version=2,
                created_at=now,
            ),
            Sample(
                title=_("预算明细.xlsx"),
                url="#files",
                size=48_201,
                sha256="71bd0a" * 10 + "0f3e",
                version=1,
                created_at=now,
            ),
        ],
        "tabs": [
            Sample(label=_("申报信息"), url="?tab=1", current=True, count=None),
            Sample(label=_("附件"), url="?tab=2", current=False, count=6),
            Sample(label=_("办理记录"), url="?tab=3", current=False, count=18),
        ],
        "page": Sample(previous_url="?before=x", next_url="?after=y"),
        "parties": [
            Sample(part=_("购买方"), organisation=_("示例区社会建设工作办公室"), signer=_("张明"), signed_at=now),
            Sample(part=_("承接方"), organisation=_("示例社会工作事务所"), signer="", signed_at=None),
        ],
        "amount": Decimal("1234567.50"),
        "wan_amount": Decimal(156000),
        "consequences": [
            _("审定金额改为 12.00 万元，低于申请金额，须修订预算。"),
            _("通知申报单位，期限 5 个工作日。"),
        ],
        "now": now,
    }


def _steps(now: Any) -> list[Sample]:
    def state(number: int) -> tuple[str, Any]:
        if number < 6:
            return "done", _("已办结")
        return ("open", _("办理中")) if number == 6 else ("waiting", _("未开始"))

    return [
        Sample(
            step=Sample(number=number, title=title, result=""),
            state=state(number)[0],
            label=state(number)[1],
            is_overdue=False,
            responsible=_("领导小组办公室"),
            opened_at=now - timedelta(days=40 - number) if number <= 6 else None,
            due_on=(now + timedelta(days=number - 4)).date() if number <= 6 else None,
            done_at=now - timedelta(days=39 - number) if number < 6 else None,
            done_by=_("李华") if number < 6 else "",
        )
        for number, title in enumerate(STEPS, start=1)
    ]


def _offers() -> list[Sample]:
    refusal = Refusal("R-205", str(_("上年考核不合格，不能续签")))
    return [
        Sample(
            transition=Sample(label=_("审定金额"), weight="primary"),
            url="#actions",
            allowed=True,
            warnings=(),
            refusals=(),
        ),
        Sample(
            transition=Sample(label=_("退回修改"), weight="normal"),
            url="#actions",
            allowed=True,
            warnings=(refusal,),
            refusals=(),
        ),
        Sample(
            transition=Sample(label=_("终止项目"), weight="danger"),
            url="#actions",
            allowed=True,
            warnings=(),
            refusals=(),
        ),
        Sample(
            transition=Sample(label=_("续签合同"), weight="normal"),
            url="",
            allowed=False,
            warnings=(),
            refusals=(refusal,),
        ),
    ]


def _events(now: Any) -> list[Sample]:
    return [
        Sample(
            at=now,
            title=_("专家评审报告签署"),
            who=_("王芳"),
            organisation=_("评审组"),
            note=_("平均分 86.40，建议立项。"),
            tone="info",
        ),
        Sample(
            at=now - timedelta(days=3),
            title=_("退回修改一次"),
            who=_("李华"),
            organisation=_("领导小组办公室"),
            note=_("预算第 3 项缺少测算依据。"),
            tone="warn",
        ),
        Sample(
            at=now - timedelta(days=8),
            title=_("提交申报书"),
            who=_("赵敏"),
            organisation=_("示例社会工作事务所"),
            note="",
            tone="good",
        ),
    ]

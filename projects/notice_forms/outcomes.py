"""Notices of what came of a purchase: result, correction, suspension, failure, termination, contract, acceptance."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from projects.notice_forms.form import Field, FieldKind, NoticeForm, Part
from projects.notice_forms.parts import (
    CONTACT,
    CONTRACT_FACTS,
    CONTRACT_HEAD,
    CONTRACT_PARTIES,
    IDENTITY,
    OTHER,
    PERIOD,
    PROJECT,
)

LONG, ROWS = FieldKind.LONG, FieldKind.ROWS
WINNERS = Field(
    "winners",
    _("中标（成交）信息"),
    ROWS,
    columns=(
        ("lot", _("采购包")),
        ("name", _("供应商名称")),
        ("address", _("供应商地址")),
        ("amount", _("中标（成交）金额")),
    ),
)
SUBJECTS = Field(
    "subjects",
    _("主要标的信息"),
    ROWS,
    columns=(
        ("title", _("名称")),
        ("scope", _("服务范围、要求、时间和标准")),
        ("quantity", _("数量")),
        ("unit_price", _("单价")),
    ),
)
RESULT_PARTS = (
    IDENTITY,
    Part(_("中标（成交）信息"), (WINNERS,)),
    Part(_("主要标的信息"), (SUBJECTS,)),
    Part(_("评审专家（单一来源采购人员）名单"), (Field("experts", _("名单")),)),
    Part(_("代理服务收费标准及金额"), (Field("agency_fee", _("收费标准及金额")),)),
    PERIOD,
    OTHER,
    CONTACT,
)
REASON = Part(_("原因"), (Field("reason", _("原因"), LONG),))

FORMS = (
    NoticeForm("award", _("中标（成交）结果公告"), RESULT_PARTS, period="result_notice_days"),
    NoticeForm(
        "award_change",
        _("采购结果变更公告"),
        (IDENTITY, Part(_("变更原因"), (Field("reason", _("变更原因"), LONG),)), *RESULT_PARTS[1:]),
        period="result_notice_days",
    ),
    NoticeForm(
        "correction",
        _("更正公告"),
        (
            Part(_("项目基本情况"), (*PROJECT, Field("first_published", _("首次公告日期")))),
            Part(
                _("更正信息"),
                (
                    Field("corrected_matter", _("更正事项")),
                    Field("changes", _("更正内容"), LONG),
                    Field("changed_on", _("更正日期")),
                ),
            ),
            OTHER,
            CONTACT,
        ),
    ),
    NoticeForm("suspension", _("中止（暂停）公告"), (IDENTITY, REASON, OTHER, CONTACT)),
    NoticeForm("failed", _("废标公告"), (IDENTITY, REASON, OTHER, CONTACT)),
    NoticeForm("termination", _("终止公告"), (IDENTITY, REASON, OTHER, CONTACT)),
    NoticeForm(
        "contract",
        _("合同公告"),
        (
            CONTRACT_HEAD,
            CONTRACT_PARTIES,
            CONTRACT_FACTS,
            Part(_("合同签订日期"), (Field("signed_on", _("合同签订日期")),)),
            OTHER,
        ),
    ),
    NoticeForm(
        "acceptance",
        _("公共服务项目验收结果公告"),
        (
            CONTRACT_HEAD,
            CONTRACT_PARTIES,
            CONTRACT_FACTS,
            Part(
                _("验收"),
                (
                    Field("accepted_on", _("验收日期")),
                    Field("acceptors", _("验收组成员（应当邀请服务对象参与）")),
                    Field("opinion", _("验收意见"), LONG),
                ),
            ),
            OTHER,
        ),
    ),
    NoticeForm(
        "shortlist_publicity",
        _("拟立项公示"),
        (IDENTITY, Part(_("拟立项名单"), (Field("list", _("名单"), LONG),)), PERIOD, CONTACT),
        period="publicity_days",
    ),
)

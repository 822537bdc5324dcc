"""Notices before bids: intention, requirement, prequalification, tender, negotiation and consultation, single source."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from projects.notice_forms.form import Field, FieldKind, NoticeForm, Part
from projects.notice_forms.parts import (
    BASICS,
    CONTACT,
    DOCUMENT,
    IDENTITY,
    OTHER,
    PERIOD,
    PROJECT,
    QUALIFICATION,
    SUBMISSION,
)

LONG, ROWS = FieldKind.LONG, FieldKind.ROWS

FORMS = (
    NoticeForm(
        "intention",
        _("政府采购意向公告"),
        (
            Part(
                _("采购意向"),
                (
                    Field("purchaser_name", _("采购单位")),
                    Field(
                        "items",
                        _("采购项目"),
                        ROWS,
                        columns=(
                            ("title", _("采购项目名称")),
                            ("need", _("采购需求概况")),
                            ("budget", _("预算金额")),
                            ("expected", _("预计采购时间")),
                        ),
                    ),
                ),
            ),
            OTHER,
        ),
    ),
    NoticeForm(
        "demand",
        _("采购需求公示"),
        (
            IDENTITY,
            Part(_("采购需求"), (Field("requirement", _("采购需求"), LONG), Field("period_text", _("征求意见期限")))),
            CONTACT,
        ),
        period="demand_consultation_days",
    ),
    NoticeForm(
        "prequal",
        _("资格预审公告"),
        (
            Part(_("项目基本情况"), BASICS),
            QUALIFICATION,
            DOCUMENT,
            Part(
                _("资格预审申请文件的组成及格式、审查标准及方法"),
                (Field("application_parts", _("组成及格式"), LONG), Field("review_method", _("审查标准及方法"), LONG)),
            ),
            Part(_("拟邀请参加投标的供应商数量"), (Field("invited", _("供应商数量")),)),
            Part(_("申请文件提交"), (*SUBMISSION, Field("review_date", _("资格预审日期")))),
            PERIOD,
            OTHER,
            CONTACT,
        ),
        period="tender_notice_days",
    ),
    NoticeForm(
        "guide",
        _("招标公告"),
        (
            Part(_("项目基本情况"), BASICS),
            QUALIFICATION,
            DOCUMENT,
            Part(_("提交投标文件截止时间、开标时间和地点"), SUBMISSION),
            PERIOD,
            OTHER,
            CONTACT,
        ),
        period="tender_notice_days",
    ),
    NoticeForm(
        "negotiation",
        _("竞争性谈判（磋商）公告"),
        (
            Part(_("项目基本情况"), BASICS),
            QUALIFICATION,
            DOCUMENT,
            Part(_("响应文件提交"), SUBMISSION),
            Part(_("开启"), (Field("opening_time", _("时间")), Field("opening_place", _("地点")))),
            PERIOD,
            OTHER,
            CONTACT,
        ),
        period="negotiation_notice_days",
    ),
    NoticeForm(
        "single_source",
        _("单一来源采购公示"),
        (
            Part(
                _("项目信息"),
                (
                    Field("purchaser_name", _("采购人")),
                    *PROJECT,
                    Field("requirement", _("拟采购的服务的说明"), LONG),
                    Field("budget", _("预算金额")),
                    Field("reason", _("采用单一来源采购方式的原因及说明"), LONG),
                ),
            ),
            Part(
                _("拟定供应商信息"),
                (Field("supplier_name", _("名称")), Field("supplier_address", _("地址"))),
            ),
            Part(_("公示期限"), (Field("period_text", _("公示期限")),)),
            OTHER,
            Part(
                _("联系方式"),
                (
                    *(field for field in CONTACT.fields if field.name != "purchaser_name"),
                    Field("finance_name", _("财政部门")),
                    Field("finance_contact", _("财政部门联系方式"), required=False),
                ),
            ),
        ),
        period="single_source_publicity_days",
    ),
    NoticeForm(
        "clarification",
        _("澄清（修改）公告"),
        (
            IDENTITY,
            Part(_("澄清（修改）内容"), (Field("changes", _("内容"), LONG), Field("changed_on", _("日期")))),
            OTHER,
            CONTACT,
        ),
    ),
)

"""Notices of the supervising finance authority: decisions on complaints and inspections, assessment of an agency."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from projects.notice_forms.form import Field, FieldKind, NoticeForm, Part
from projects.notice_forms.parts import CASE_CONTENT, CASE_PARTIES, IDENTITY, OTHER

LONG = FieldKind.LONG
AUTHORITY = Part(_("执法机关信息"), (Field("authority_name", _("执法机关")), Field("decided_on", _("日期"))))

FORMS = (
    NoticeForm(
        "complaint_result",
        _("投诉处理结果公告"),
        (IDENTITY, CASE_PARTIES, *CASE_CONTENT, OTHER, AUTHORITY),
        by_supervisor=True,
    ),
    NoticeForm(
        "inspection_result",
        _("监督检查处理结果公告"),
        (IDENTITY, CASE_PARTIES, *CASE_CONTENT, OTHER, AUTHORITY),
        by_supervisor=True,
    ),
    NoticeForm(
        "agency_assessment",
        _("集中采购机构考核结果公告"),
        (
            Part(
                _("考核情况"),
                (
                    Field("agency_name", _("集中采购机构名称")),
                    Field("content", _("考核内容"), LONG),
                    Field("method", _("考核方法"), LONG),
                    Field("result", _("考核结果"), LONG),
                    Field("problems", _("存在问题"), LONG, required=False),
                ),
            ),
            Part(_("考核单位"), (Field("authority_name", _("考核单位")), Field("decided_on", _("日期")))),
        ),
        by_supervisor=True,
    ),
)

"""Parts that several official forms share word for word."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from projects.notice_forms.form import Field, FieldKind, Part

LONG, ROWS = FieldKind.LONG, FieldKind.ROWS

PROJECT = (Field("project_number", _("项目编号")), Field("project_title", _("项目名称")))
IDENTITY = Part(_("项目基本情况"), PROJECT)
CONTACT = Part(
    _("凡对本次公告内容提出询问，请按以下方式联系"),
    (
        Field("purchaser_name", _("采购人名称")),
        Field("purchaser_address", _("采购人地址")),
        Field("purchaser_contact", _("采购人联系方式")),
        Field("agent_name", _("采购代理机构名称"), required=False),
        Field("agent_address", _("采购代理机构地址"), required=False),
        Field("agent_contact", _("采购代理机构联系方式"), required=False),
        Field("contact_person", _("项目联系人")),
        Field("contact_phone", _("联系电话")),
    ),
)
OTHER = Part(_("其他补充事宜"), (Field("other", _("其他补充事宜"), LONG, required=False),))
PERIOD = Part(_("公告期限"), (Field("period_text", _("公告期限")),))
BASICS = (
    *PROJECT,
    Field("method", _("采购方式")),
    Field("budget", _("预算金额")),
    Field("price_ceiling", _("最高限价"), required=False),
    Field("requirement", _("采购需求"), LONG),
    Field("term", _("合同履行期限")),
    Field("joint_bids", _("是否接受联合体投标（响应）")),
)
QUALIFICATION = Part(
    _("申请人的资格要求"),
    (
        Field("legal_conditions", _("满足《政府采购法》第二十二条规定"), LONG),
        Field("policy_conditions", _("落实政府采购政策需满足的资格要求"), LONG),
        Field("special_conditions", _("本项目的特定资格要求"), LONG, required=False),
    ),
)
DOCUMENT = Part(
    _("获取采购文件"),
    (
        Field("document_time", _("时间")),
        Field("document_place", _("地点")),
        Field("document_way", _("方式")),
        Field("document_price", _("售价")),
    ),
)
SUBMISSION = (Field("deadline", _("截止时间")), Field("submission_place", _("地点")))
CONTRACT_HEAD = Part(
    _("合同和项目"),
    (
        Field("contract_number", _("合同编号")),
        Field("contract_title", _("合同名称")),
        *PROJECT,
    ),
)
CONTRACT_PARTIES = Part(
    _("合同主体"),
    (
        Field("purchaser_name", _("采购人（甲方）")),
        Field("purchaser_address", _("采购人地址")),
        Field("purchaser_contact", _("采购人联系方式")),
        Field("supplier_name", _("供应商（乙方）")),
        Field("supplier_address", _("供应商地址")),
        Field("supplier_contact", _("供应商联系方式")),
    ),
)
CONTRACT_FACTS = Part(
    _("合同主要信息"),
    (
        Field("subject", _("主要标的名称")),
        Field("specification", _("服务要求"), LONG),
        Field("quantity", _("主要标的数量")),
        Field("unit_price", _("主要标的单价")),
        Field("amount", _("合同金额")),
        Field("term", _("履约期限、地点等简要信息")),
        Field("method", _("采购方式")),
    ),
)
CASE_PARTIES = Part(
    _("相关当事人"),
    (
        Field("complainant", _("投诉人（检查对象）")),
        Field("complainant_address", _("地址")),
        Field("respondent", _("被投诉人"), required=False),
        Field("respondent_address", _("被投诉人地址"), required=False),
        Field("others_concerned", _("相关供应商"), LONG, required=False),
    ),
)
CASE_CONTENT = (
    Part(_("基本情况"), (Field("facts", _("基本情况"), LONG),)),
    Part(_("处理依据及结果"), (Field("decision", _("处理依据及结果"), LONG),)),
)

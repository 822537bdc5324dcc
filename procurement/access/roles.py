"""Role codes (domain §5.1). A person may hold several, in several organisations, subject to duties.py."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    PU_DEM = "PU_DEM", _("需求编制人")
    PU_REV = "PU_REV", _("内部审核人")
    PU_BUY = "PU_BUY", _("采购经办人")
    PU_CHK = "PU_CHK", _("文件复核人")
    PU_SIGN = "PU_SIGN", _("合同签署人")
    PU_ACC = "PU_ACC", _("验收人")
    PU_PAY = "PU_PAY", _("付款申请人")
    PU_FIN = "PU_FIN", _("购买方财务审批人")
    FIN = "FIN", _("财政部门")
    FIN_SUP = "FIN_SUP", _("财政监督")
    TREAS = "TREAS", _("国库支付")
    CIV = "CIV", _("民政部门")
    LGO = "LGO", _("领导小组办公室")
    LG = "LG", _("领导小组成员")
    RU = "RU", _("主责单位")
    AGT = "AGT", _("采购代理机构")
    EXP = "EXP", _("评审专家")
    ORG = "ORG", _("社会组织经办人")
    ORG_H = "ORG_H", _("社会组织负责人")
    UNI = "UNI", _("社会组织联合会")
    SUP = "SUP", _("支持性社会组织")
    TPE = "TPE", _("第三方评估机构")
    AUD = "AUD", _("审计")
    DIS = "DIS", _("纪检监察")
    REC = "REC", _("服务对象")
    PUB = "PUB", _("公众")
    SYS = "SYS", _("系统管理员")


#: Who approves, signs, endorses, pays or appoints in the permission matrix (domain §5.2): a second factor is theirs (S-21).
DECIDING = frozenset(
    {
        Role.LG, Role.LGO, Role.FIN, Role.FIN_SUP, Role.TREAS, Role.CIV, Role.PU_REV, Role.PU_CHK, Role.PU_SIGN,
        Role.PU_FIN, Role.RU, Role.ORG_H, Role.UNI, Role.SYS,
    }
)  # fmt: skip

#: Bodies that may read every record and the journal, and change none (R-284).
OVERSIGHT = frozenset({Role.AUD, Role.DIS, Role.FIN_SUP})

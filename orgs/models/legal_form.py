"""What an organisation is in law; its kind says what it does here, its legal form whether it may (R-002, R-003, R-010)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LegalForm(models.TextChoices):
    SOCIAL_ORGANIZATION = "social_organization", _("社会组织法人")
    ORGAN = "organ", _("国家机关、党的机关等行政编制机关")
    ADMINISTRATIVE_INSTITUTION = "administrative_institution", _("承担行政职能的事业单位")
    ADMINISTRATIVE_GROUP = "administrative_group", _("使用行政编制的群团组织")
    FUNDED_GROUP = "funded_group", _("使用事业编制且由财政全额保障的群团组织")
    INSTITUTION_ONE = "institution_one", _("公益一类事业单位")
    INSTITUTION_TWO = "institution_two", _("公益二类事业单位")
    BUSINESS_INSTITUTION = "business_institution", _("从事生产经营活动的事业单位")
    COMPANY = "company", _("企业（公司、合伙企业等）")
    RURAL_COLLECTIVE = "rural_collective", _("农村集体经济组织")
    SELF_GOVERNMENT = "self_government", _("基层群众性自治组织")
    BRANCH = "branch", _("分支机构、代表机构（不具有法人资格）")


#: Neither purchaser nor contractor since 1 March 2020 (R-003).
BARRED = frozenset({LegalForm.INSTITUTION_ONE, LegalForm.FUNDED_GROUP})
#: Who may buy (R-002).
PURCHASING = frozenset({LegalForm.ORGAN, LegalForm.ADMINISTRATIVE_INSTITUTION, LegalForm.ADMINISTRATIVE_GROUP})
#: How a part of a 社会团体 names itself that is no legal person of its own (R-065).
BRANCH_ENDINGS = ("分会", "专业委员会", "工作委员会", "代表处", "办事处", "联络处")

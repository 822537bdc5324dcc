"""What is counted, where, and in which units. Codes are stable; labels are what people read."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _


class Place(models.TextChoices):
    """Administrative division codes (GB/T 2260) of the places with published figures."""

    BEIJING = "110000", _("北京市")
    SHANGHAI = "310000", _("上海市")
    CHANGNING = "310105", _("上海市长宁区")
    JINGAN = "310106", _("上海市静安区")
    MINHANG = "310112", _("上海市闵行区")
    TANGQIAO = "310115008", _("上海市浦东新区塘桥街道")
    YILING = "420506", _("宜昌市夷陵区")


class Indicator(models.TextChoices):
    FISCAL_FUND = "fiscal_fund", _("财政投入资金")
    PROJECTS = "projects", _("购买项目")
    CLOSED_PROJECTS = "closed_projects", _("已结项项目")
    CO_FUNDING = "co_funding", _("撬动配套资金")
    ORGANIZATIONS = "organizations", _("参与社会组织")
    ACTIVITIES = "activities", _("开展活动")
    PERSON_TIMES = "person_times", _("服务对象")
    SERVICE_HOURS = "service_hours", _("专业服务时间")
    MATERIALS = "materials", _("印发宣传材料")
    APPLICATIONS = "applications", _("申报项目")
    APPLICANTS = "applicants", _("申报社会组织")
    REQUESTED_FUND = "requested_fund", _("申请预算")
    AVERAGE_GRANT = "average_grant", _("项目平均额度")
    YEARLY_SPECIAL_FUND = "yearly_special_fund", _("每年专项资金")
    YEARLY_BASE_PROJECTS = "yearly_base_projects", _("其中：基础项目")
    YEARLY_PURCHASE = "yearly_purchase", _("其中：购买社会组织服务")
    YEARLY_DISTRICT_FUNDS = "yearly_district_funds", _("各区每年专项资金")
    HUBS_CITY = "hubs_city", _("市级枢纽型社会组织")
    HUBS_DISTRICT = "hubs_district", _("区级枢纽型社会组织")
    HUBS_STREET = "hubs_street", _("街道（乡镇）级枢纽型社会组织")
    REGISTERED = "registered", _("登记社会组织")
    REGISTERED_ASSOCIATIONS = "registered_associations", _("其中：社会团体")
    REGISTERED_SERVICE_BODIES = "registered_service_bodies", _("其中：民办非企业单位")
    REGISTERED_FOUNDATIONS = "registered_foundations", _("其中：基金会")
    FILED = "filed", _("备案社会组织")
    RESIDENTS = "residents", _("常住人口")
    SIGNING_ORGANIZATIONS = "signing_organizations", _("签约社会组织")
    SIGNED_PROJECTS = "signed_projects", _("签约项目")
    SIGNED_FUND = "signed_fund", _("签约资金")
    INTENDED_PROJECTS = "intended_projects", _("意向项目")
    INTENDED_FUND = "intended_fund", _("意向资金")
    FOUNDATIONS_PRESENT = "foundations_present", _("到会基金会")
    MOVED_IN_FUND = "moved_in_fund", _("纳入购买流程的经费")
    ORGANIZATIONS_PER_10K = "organizations_per_10k", _("每万人社会组织数")
    CULTURE_PROJECTS = "culture_projects", _("文化资助项目")
    LOTTERY_FUND = "lottery_fund", _("福彩公益金")
    POSTS_FUND = "posts_fund", _("购买社工岗位经费")


class Unit(models.TextChoices):
    """Units as published; ``scale`` brings them to the unit counted in."""

    YUAN = "元", _("元")
    WAN_YUAN = "万元", _("万元")
    YI_YUAN = "亿元", _("亿元")
    PROJECT = "项", _("项")
    ORGANIZATION = "家", _("家")
    ORGANIZATION_TIMES = "家次", _("家次")
    WAN_ORGANIZATIONS = "万家", _("万家")
    WAN_EVENTS = "万场", _("万场次")
    WAN_PERSON_TIMES = "万人次", _("万人次")
    WAN_HOURS = "万小时", _("万小时")
    WAN_COPIES = "万份", _("万份")
    WAN_PEOPLE = "万人", _("万人")

    @property
    def scale(self) -> Decimal:
        return _SCALES.get(self.value[0], Decimal(1))


_SCALES = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}


class Qualifier(models.TextChoices):
    """How exactly the source speaks."""

    EXACT = "", ""
    ABOUT = "about", _("约")
    OVER = "over", _("超过")
    UNDER = "under", _("不足")
    PLANNED = "planned", _("计划")


class Standing(models.TextChoices):
    """Sources disagree: one count leads, the others stand beside it, none is hidden."""

    PRIMARY = "primary", _("主要口径")
    ALTERNATIVE = "alternative", _("另一口径")


class Scope(models.TextChoices):
    """Which projects were counted. A ratio of two figures needs the same answer for both."""

    ALL = "", _("全部项目")
    CLOSED = "closed", _("已结项项目")

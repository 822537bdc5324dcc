"""The words needs, demand and supply are sorted by: fields of service and the people served."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class BeneficiaryGroup(models.TextChoices):
    """The eleven groups of the Beijing special fund (domain §3.2)."""

    ELDERLY = "elderly", _("老年人")
    DISABLED = "disabled", _("残疾人")
    WOMEN = "women", _("妇女")
    YOUTH = "youth", _("青少年")
    DESTITUTE = "destitute", _("特困人员")
    SKILLED_WORKER = "skilled_worker", _("专业工人")
    MIGRANT_WORKER = "migrant_worker", _("农民工")
    WHITE_COLLAR = "white_collar", _("白领员工")
    FARMER = "farmer", _("农民")
    STUDENT = "student", _("学生")
    AWAITING_JOB = "awaiting_job", _("“待岗”人员")


class Priority(models.TextChoices):
    """How strongly a field is to be bought from social organisations (Beijing streets 2020, 五(三))."""

    SHALL = "shall", _("原则上应向社会组织购买")
    PREFER = "prefer", _("同等条件下优先向社会组织购买")
    OPEN = "open", _("未列明")

    @property
    def tone(self) -> str:
        return {"shall": "good", "prefer": "info"}.get(self.value, "neutral")


class ServiceField(models.TextChoices):
    """The nine fields of priority and the four matters that shall be bought from social organisations (domain §3.4)."""

    LIVELIHOOD = "livelihood", _("民生保障")
    GOVERNANCE = "governance", _("社会治理")
    INDUSTRY = "industry", _("行业管理")
    CHARITY = "charity", _("公益慈善")
    CULTURE = "culture", _("文化体育")
    EMPLOYMENT = "employment", _("就业创业")
    DISASTER = "disaster", _("减灾救灾")
    SOLACE = "solace", _("精神慰藉")
    HEALTH = "health", _("卫生健康")
    COMMUNITY = "community", _("城乡社区类公共服务")
    BURDEN = "burden", _("社区减负")
    INCUBATION = "incubation", _("社区社会组织培育孵化")
    FILING = "filing", _("备案管理")
    OTHER = "other", _("其他")

    @property
    def priority(self) -> Priority:
        if self in _SHALL:
            return Priority.SHALL
        return Priority.OPEN if self is ServiceField.OTHER else Priority.PREFER


_SHALL = frozenset({ServiceField.COMMUNITY, ServiceField.BURDEN, ServiceField.INCUBATION, ServiceField.FILING})


def group_labels(codes: list[str]) -> list[str]:
    """The names of the groups, in the order of the list; codes of other days are shown as they are."""
    known = dict(BeneficiaryGroup.choices)
    return [str(known.get(code, code)) for code in codes]

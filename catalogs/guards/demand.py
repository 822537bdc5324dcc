"""What a specification must hold before it is submitted, discussed, confirmed and listed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from catalogs.models import CatalogueItem
from catalogs.models.demand import ConsultationChannel
from catalogs.selectors.demands import consultation_due, unanswered_feedback
from catalogs.size_conditions import size_phrases
from catalogs.specification import (
    SELF_CHECK,
    completeness,
    label_of,
    standard_field,
    unquantified_core_needs,
    words_of,
)
from procurement.rules import guard


@guard("R-031")
def specification_is_complete(attempt: Any) -> list[str]:
    """All six groups of article 13; each missing point is named."""
    return [
        _("“%(group)s”尚缺：%(missing)s") % {"group": state.group.title, "missing": "、".join(state.missing)}
        for state in completeness(attempt.obj).groups
        if state.missing and state.group.code != "assessment"
    ]


@guard("R-032")
def standard_fits_the_service(attempt: Any) -> str | None:
    """Recurring service: periodic assessment; delivered once: acceptance."""
    item = attempt.obj
    name = standard_field(item)
    if str(getattr(item, name)).strip():
        return None
    kind = _("延续性、周期性服务") if item.is_recurring else _("一次性交付的服务")
    return _("%(kind)s须填写%(standard)s") % {"kind": kind, "standard": label_of(item, name)}


@guard("R-058")
def no_size_is_asked(attempt: Any) -> list[str]:
    """Ability is asked for, never size."""
    return [
        _("需求以供应商规模“%(phrase)s”为条件，不得以注册资本、资产、收入、人员、利润、纳税额等规模条件限制")
        % {"phrase": phrase}
        for phrase in size_phrases(words_of(attempt.obj))
    ]


@guard("R-034")
def assessment_is_tied_to_payment(attempt: Any) -> str | None:
    if attempt.obj.payment_link.strip():
        return None
    return _("须写明考核结果与资金支付如何衔接")


@guard("R-033")
def core_needs_are_quantified(attempt: Any) -> list[str]:
    """Core needs are listed with figures, and uncertain factors come with who answers for them."""
    item, said = attempt.obj, []
    if not item.core_needs.strip():
        said.append(_("尚未逐项列明核心需求"))
    if loose := unquantified_core_needs(item):
        said.append(_("核心需求未量化：%(lines)s") % {"lines": "、".join(loose)})
    if not item.uncertainties.strip():
        said.append(_("尚未说明不确定因素及职责界定"))
    return said


@guard("R-035")
def method_follows_open_needs(attempt: Any) -> str | None:
    """Needs that cannot be fixed beforehand leave only methods that settle the need before the price."""
    if attempt.obj.is_fixed_beforehand:
        return None
    return _("服务要求不能事先确定，只能采用竞争性谈判、竞争性磋商等“先明确需求、后竞争报价”的方式")


@guard("R-039")
def points_at_no_supplier(attempt: Any) -> list[str]:
    """The author confirms every statement, and no registered supplier is named in the words."""
    item, said = attempt.obj, []
    if open_points := [str(text) for code, text in SELF_CHECK.items() if code not in item.self_check]:
        said.append(
            _("自查清单还有%(count)s项未确认：%(points)s")
            % {"count": len(open_points), "points": "；".join(open_points)}
        )
    if item.named_suppliers:
        said.append(_("需求中出现了特定单位的名称：%(names)s") % {"names": "、".join(item.named_suppliers)})
    return said


@guard("R-046")
def is_for_the_public(attempt: Any) -> str | None:
    """Only services for the public are put to it; the others go on without."""
    return None if attempt.obj.is_public_service else _("不属于向社会公众提供的公共服务，可直接确认")


@guard("R-046")
def needs_no_consultation(attempt: Any) -> str | None:
    return _("向社会公众提供的公共服务，须先征求公众意见") if attempt.obj.is_public_service else None


@guard("R-046")
def consultation_is_long_enough(attempt: Any) -> list[str]:
    """At least one channel, and no shorter than the rule set of the place says."""
    said = []
    channels, ends_on = attempt.data.get("channels") or [], attempt.data.get("ends_on")
    if not set(channels) & set(ConsultationChannel.values):
        said.append(_("须至少选择一种征求意见渠道"))
    earliest = consultation_due(attempt.obj, attempt.today)
    if ends_on is None or ends_on < earliest:
        said.append(_("征求意见不得早于%(day)s截止") % {"day": earliest.isoformat()})
    return said


@guard("R-046")
def consultation_is_over(attempt: Any) -> str | None:
    ends_on = attempt.obj.consultation_ends_on
    if ends_on is None or attempt.today <= ends_on:
        return _("征求意见至%(day)s截止，期满后办理") % {"day": ends_on.isoformat() if ends_on else "—"}
    return None


@guard("R-046")
def every_feedback_is_answered(attempt: Any) -> str | None:
    """Whoever said something is told how it was used."""
    left = unanswered_feedback(attempt.obj)
    return _("还有%(count)s条意见未答复如何采用") % {"count": left} if left else None


@guard("R-006", warning=True)
def maps_to_the_guidance_catalogue(attempt: Any) -> str | None:
    """A plan line is refused outside the guidance catalogue; the demand hears of it here already."""
    item = attempt.obj
    if item.catalogue_item_id is None:
        return _("尚未对应指导性目录条目，编制购买计划时不能列入；可提出目录调整建议")
    if CatalogueItem.objects.valid_on(item.street, attempt.today).filter(pk=item.catalogue_item_id).exists():
        return None
    return _("“%(item)s”不在当日有效的指导性目录内") % {"item": item.catalogue_item}

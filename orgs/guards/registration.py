"""What must hold before an organisation is registered: what it is in law, its code, its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from orgs.models import LegalForm, Organization, OrganizationKind, Registration
from orgs.models.legal_form import BARRED, BRANCH_ENDINGS, PURCHASING
from orgs.uscc import problems_of
from procurement.rules import guard

_BUYERS = (OrganizationKind.PURCHASER, OrganizationKind.AUTHORITY)
_CONTRACTING: dict[str, tuple[LegalForm, ...]] = {
    OrganizationKind.ENTERPRISE: (LegalForm.COMPANY,),
    OrganizationKind.AUDIT_FIRM: (LegalForm.COMPANY,),
    OrganizationKind.EVALUATOR: (LegalForm.SOCIAL_ORGANIZATION, LegalForm.COMPANY),
}


@guard("R-002")
def purchaser_is_of_an_allowed_kind(attempt: Any) -> str | None:
    asked: Registration = attempt.obj
    if asked.kind not in _BUYERS or asked.legal_form in PURCHASING | BARRED:
        return None
    return _("%(form)s不属于购买主体；购买主体限于%(allowed)s") % {
        "form": LegalForm(asked.legal_form).label,
        "allowed": _listed(sorted(PURCHASING, key=list(LegalForm).index)),
    }


@guard("R-003")
def is_not_barred(attempt: Any) -> str | None:
    asked: Registration = attempt.obj
    if asked.legal_form not in BARRED:
        return None
    return _("%(name)s为%(form)s，不得作为购买主体，也不得作为承接主体") % {
        "name": asked.name,
        "form": LegalForm(asked.legal_form).label,
    }


@guard("R-010")
def contractor_is_of_an_allowed_kind(attempt: Any) -> str | None:
    asked: Registration = attempt.obj
    allowed = _CONTRACTING.get(asked.kind, (LegalForm.SOCIAL_ORGANIZATION,))
    if asked.kind in _BUYERS or asked.legal_form in {*allowed, *BARRED, LegalForm.BRANCH}:
        return None
    return _("单位类型“%(kind)s”的法人类型应为%(allowed)s，所填为%(form)s；其他承接主体须由规则集放开后登记") % {
        "kind": asked.kind_label,
        "allowed": _listed(allowed),
        "form": LegalForm(asked.legal_form).label,
    }


@guard("R-065")
def is_a_legal_person(attempt: Any) -> str | None:
    asked: Registration = attempt.obj
    is_branch = asked.legal_form == LegalForm.BRANCH
    if not is_branch and not (asked.kind == OrganizationKind.ASSOCIATION and asked.name.endswith(BRANCH_ENDINGS)):
        return None
    return _(
        "%(name)s是分支机构或代表机构，不具有法人资格，不能单独登记和签约；请由所属单位负责人邀请您在该单位任职"
    ) % {"name": asked.name}


@guard("R-062")
def code_is_valid_and_free(attempt: Any) -> Iterator[str]:
    """Valid for the kind, and neither registered nor being registered by somebody else."""
    asked: Registration = attempt.obj
    yield from problems_of(asked.uscc, kind=asked.kind)
    if taken := Organization.objects.filter(uscc=asked.uscc).first():
        yield _("该代码已由%(name)s登记，请由其负责人邀请您任职，不必再次登记") % {"name": taken.name}
    if Registration.objects.under_way().filter(uscc=asked.uscc).exclude(pk=asked.pk).exists():
        yield _("该代码已有登记申请正在办理，不能重复提交")


@guard("S-04")
def somebody_can_check_it(attempt: Any) -> str | None:
    asked: Registration = attempt.obj
    if asked.authority_id is not None:
        return None
    return _("%(place)s及其上级区划尚无民政部门在本平台办理核验，请联系系统管理员") % {"place": asked.region.full_name}


@guard("S-04")
def head_can_be_reached(attempt: Any) -> str | None:
    asked: Registration = attempt.obj
    if asked.applicant_is_head or asked.head_email:
        return None
    return _("申请人不是负责人的，须填写负责人的电子邮箱，登记后由负责人接受任职邀请")


@guard("S-06")
def was_not_returned_before(attempt: Any) -> str | None:
    return _("本申请已退回补正过一次，只能登记或不予登记") if attempt.obj.returns else None


def _listed(forms: Any) -> str:
    return "、".join(str(form.label) for form in forms)

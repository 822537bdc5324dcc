"""Which seats an organisation of each kind is led and staffed with; powers of office are never among them.

Seats that regulate others (finance, civil affairs, audit …) are the administrator's to give, so that nobody can
register themself into an authority.
"""

from __future__ import annotations

from dataclasses import dataclass

from orgs.models import OrganizationKind
from procurement.access import Role

#: Regulators of the money may not judge those who ask for it (R-156).
REGULATORS = frozenset({Role.FIN, Role.FIN_SUP, Role.TREAS})


@dataclass(frozen=True)
class Staffing:
    """``head`` signs and appoints, ``operator`` prepares, ``staff`` are the seats the head may give."""

    head: Role
    operator: Role
    staff: tuple[Role, ...]


_SOCIAL = Staffing(Role.ORG_H, Role.ORG, (Role.ORG,))
_FIRM = Staffing(Role.ORG_H, Role.TPE, (Role.ORG, Role.TPE))
_BUYER = Staffing(
    Role.PU_SIGN,
    Role.PU_BUY,
    (Role.PU_DEM, Role.PU_REV, Role.PU_BUY, Role.PU_CHK, Role.PU_ACC, Role.PU_PAY, Role.PU_FIN),
)

STAFFING: dict[str, Staffing] = {
    OrganizationKind.ASSOCIATION: _SOCIAL,
    OrganizationKind.SOCIAL_SERVICE_AGENCY: _SOCIAL,
    OrganizationKind.FOUNDATION: _SOCIAL,
    OrganizationKind.ENTERPRISE: _SOCIAL,
    OrganizationKind.EVALUATOR: _FIRM,
    OrganizationKind.AUDIT_FIRM: _FIRM,
    OrganizationKind.PURCHASER: _BUYER,
    OrganizationKind.AUTHORITY: _BUYER,
    OrganizationKind.UNION: Staffing(Role.ORG_H, Role.UNI, (Role.ORG, Role.UNI)),
    OrganizationKind.COMMUNITY: Staffing(Role.ORG_H, Role.ORG, ()),
}
#: Kinds that register themselves; a community organisation is filed with a union or street (R-071).
REGISTRABLE = (
    OrganizationKind.ASSOCIATION,
    OrganizationKind.SOCIAL_SERVICE_AGENCY,
    OrganizationKind.FOUNDATION,
    OrganizationKind.UNION,
    OrganizationKind.PURCHASER,
    OrganizationKind.AUTHORITY,
    OrganizationKind.EVALUATOR,
    OrganizationKind.AUDIT_FIRM,
    OrganizationKind.ENTERPRISE,
)

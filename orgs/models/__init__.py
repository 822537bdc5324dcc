"""Regions, organisations, seats, experts and standing: who takes part, and how well they stand."""

from orgs.models.consortium import (
    ChangeDirection,
    Consortium,
    ConsortiumChange,
    ConsortiumKind,
    ConsortiumMember,
    MemberPart,
    SteeringBallot,
    SteeringKind,
    SteeringSeat,
    SteeringVote,
)
from orgs.models.credit import CreditList, CreditRecord, Severity
from orgs.models.expert import EmploymentHistory, Expert, ExpertKind, KinDeclaration, KinRelation, Position
from orgs.models.filing import AuthorizationLetter, CommunityFiling, FilingCheck
from orgs.models.invitation import Invitation, invitation_id
from orgs.models.legal_form import LegalForm
from orgs.models.membership import Membership
from orgs.models.merge import Ground, MergedRow, MoveOutcome, OrganizationMerge, SuspectPair
from orgs.models.organization import HubTier, Organization, OrganizationKind, RegistrationStatus
from orgs.models.recognition import HubRecognition, HubReview, Requirement, ReviewVerdict
from orgs.models.region import Region
from orgs.models.registration import Registration
from orgs.models.relation import ControlNature, ControlRelation, HubAffiliation
from orgs.models.standing import AnnualInspection, InspectionResult, Qualification, QualificationKind

__all__ = [
    "AnnualInspection",
    "AuthorizationLetter",
    "ChangeDirection",
    "CommunityFiling",
    "Consortium",
    "ConsortiumChange",
    "ConsortiumKind",
    "ConsortiumMember",
    "ControlNature",
    "ControlRelation",
    "CreditList",
    "CreditRecord",
    "EmploymentHistory",
    "Expert",
    "ExpertKind",
    "FilingCheck",
    "Ground",
    "HubAffiliation",
    "HubRecognition",
    "HubReview",
    "HubTier",
    "InspectionResult",
    "Invitation",
    "KinDeclaration",
    "KinRelation",
    "LegalForm",
    "MemberPart",
    "Membership",
    "MergedRow",
    "MoveOutcome",
    "Organization",
    "OrganizationKind",
    "OrganizationMerge",
    "Position",
    "Qualification",
    "QualificationKind",
    "Region",
    "Registration",
    "RegistrationStatus",
    "Requirement",
    "ReviewVerdict",
    "Severity",
    "SteeringBallot",
    "SteeringKind",
    "SteeringSeat",
    "SteeringVote",
    "SuspectPair",
    "invitation_id",
]

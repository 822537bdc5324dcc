from orgs.views.members import MembersView, RevokeView
from orgs.views.organizations import (
    MyOrganizationEditView,
    MyOrganizationView,
    OrganizationListView,
    OrganizationView,
    QualificationCreateView,
)
from orgs.views.uscc import UsccCheckView

__all__ = [
    "MembersView",
    "MyOrganizationEditView",
    "MyOrganizationView",
    "OrganizationListView",
    "OrganizationView",
    "QualificationCreateView",
    "RevokeView",
    "UsccCheckView",
]

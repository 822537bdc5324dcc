from orgs.views.invitations import InvitationRevokeView, InvitationView, InviteView
from orgs.views.members import MembersView, RevokeView
from orgs.views.organizations import (
    MyOrganizationEditView,
    MyOrganizationView,
    OrganizationListView,
    OrganizationView,
    QualificationCreateView,
)
from orgs.views.regions import RegionPickerView
from orgs.views.registrations import (
    RegisterView,
    RegistrationCreateView,
    RegistrationEditView,
    RegistrationListView,
    RegistrationView,
)
from orgs.views.uscc import UsccCheckView

__all__ = [
    "InvitationRevokeView",
    "InvitationView",
    "InviteView",
    "MembersView",
    "MyOrganizationEditView",
    "MyOrganizationView",
    "OrganizationListView",
    "OrganizationView",
    "QualificationCreateView",
    "RegionPickerView",
    "RegisterView",
    "RegistrationCreateView",
    "RegistrationEditView",
    "RegistrationListView",
    "RegistrationView",
    "RevokeView",
    "UsccCheckView",
]

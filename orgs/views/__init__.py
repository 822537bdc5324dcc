from orgs.views.hat import HatView
from orgs.views.invitations import InvitationRevokeView, InvitationView, InviteView
from orgs.views.members import MembersView, RevokeView
from orgs.views.merges import DuplicateDismissView, DuplicateListView, DuplicateView, MergeListView, MergeView
from orgs.views.organizations import (
    MyOrganizationEditView,
    MyOrganizationView,
    OrganizationListView,
    OrganizationView,
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
    "DuplicateDismissView",
    "DuplicateListView",
    "DuplicateView",
    "HatView",
    "InvitationRevokeView",
    "InvitationView",
    "InviteView",
    "MembersView",
    "MergeListView",
    "MergeView",
    "MyOrganizationEditView",
    "MyOrganizationView",
    "OrganizationListView",
    "OrganizationView",
    "RegionPickerView",
    "RegisterView",
    "RegistrationCreateView",
    "RegistrationEditView",
    "RegistrationListView",
    "RegistrationView",
    "RevokeView",
    "UsccCheckView",
]

"""Offering a seat, taking it up with an old account or a new one, taking the offer back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from orgs.forms.members import InvitationForm
from orgs.forms.registrations import AccountForm
from orgs.models import Invitation, Organization, invitation_id
from orgs.services import invitations
from orgs.services.memberships import roles_grantable
from orgs.views.members import staffed_or_404
from orgs.views.registrations import sign_up
from procurement.access import Role, StepUp, actor_for, get_visible_or_404
from procurement.accounts.confirming import confirmation_for
from procurement.accounts.forms.confirmation import ConfirmationForm
from procurement.rules import RuleViolation


class InviteView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        organization = self._led(pk)
        return self._page(organization, self._form(organization))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        organization = self._led(pk)
        form = self._form(organization, request.POST)
        confirmation = confirmation_for(request, StepUp.RECENT, request.POST)
        confirmed = confirmation is None or confirmation.is_valid()
        if form.is_valid() and confirmed and self._invite(organization, form):
            messages.success(request, _("邀请已发出，对方接受后即任职。"))
            return redirect("organization-members", pk=organization.pk)
        return self._page(organization, form, status=422, confirmation=confirmation)

    def _invite(self, organization: Organization, form: InvitationForm) -> bool:
        entered = form.cleaned_data
        try:
            invitations.invite(
                actor=self.request.actor,
                organization=organization,
                name=entered["name"],
                email=entered["email"],
                role=Role(entered["role"]),
                valid_from=entered["valid_from"],
                valid_to=entered["valid_to"],
            )
        except RuleViolation as violation:
            form.add_error(None, [str(refusal) for refusal in violation.refusals])
        return not form.errors

    def _led(self, pk: UUID) -> Organization:
        organization = staffed_or_404(self.request.actor, pk)
        if not roles_grantable(self.request.actor, organization):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return organization

    def _form(self, organization: Organization, data: object = None) -> InvitationForm:
        return InvitationForm(data, roles=roles_grantable(self.request.actor, organization))

    def _page(
        self,
        organization: Organization,
        form: InvitationForm,
        status: int = 200,
        confirmation: ConfirmationForm | None = None,
    ) -> HttpResponse:
        asked = confirmation or confirmation_for(self.request, StepUp.RECENT)
        form.summary_elsewhere = True
        context = {
            "organization": organization,
            "form": form,
            "confirmation": asked,
            "forms": [form, asked] if asked else [form],
        }
        return render(self.request, "orgs/invite.html", context, status=status)


class InvitationRevokeView(LoginRequiredMixin, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        invitation = get_visible_or_404(Invitation.objects.all(), request.actor, pk=pk)
        try:
            invitations.revoke(actor=request.actor, invitation=invitation)
        except RuleViolation as violation:
            messages.error(request, str(violation))
        else:
            messages.success(request, _("邀请已撤回。"))
        return redirect("organization-members", pk=invitation.organization_id)


class InvitationView(View):
    """Whoever holds the link sees what is offered; an unsigned or foreign token is not there."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        invitation = self._offered(token)
        form = AccountForm(initial={"name": invitation.name, "email": invitation.email})
        return self._page(invitation, form)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        invitation = self._offered(token)
        form = AccountForm(request.POST if not request.user.is_authenticated else None)
        if not request.user.is_authenticated and not (self._is_open(invitation) and form.is_valid()):
            return self._page(invitation, form, status=422)
        if not request.user.is_authenticated and not sign_up(request, form):
            return self._page(invitation, form, status=422)
        try:
            # The account may be a minute old: the actor is read anew.
            invitations.accept(actor=actor_for(request.user), token=token)
        except RuleViolation as violation:
            return self._page(invitation, form, refusals=violation.refusals, status=409)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return self._page(invitation, form, status=409)
        messages.success(request, _("您已任职，现在可以代表本单位办理。"))
        return redirect(invitation.organization)

    def _offered(self, token: str) -> Invitation:
        key = invitation_id(token)
        invitation = Invitation.objects.select_related("organization", "invited_by").filter(pk=key).first()
        if key is None or invitation is None:
            raise Http404(_("邀请链接无效。"))
        return invitation

    def _is_open(self, invitation: Invitation) -> bool:
        return Invitation.objects.open_at(timezone.now()).filter(pk=invitation.pk).exists()

    def _page(self, invitation: Invitation, form: AccountForm, *, refusals: object = (), status: int = 200):
        state, tone = invitation.state_at(timezone.now())
        context = {
            "invitation": invitation,
            "form": form,
            "refusals": refusals,
            "state": state,
            "tone": tone,
            "is_open": self._is_open(invitation),
        }
        return render(self.request, "orgs/invitation.html", context, status=status)

"""Who holds which seat in an organisation, and giving and taking seats."""

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

from orgs.forms.members import GrantForm, RevokeForm
from orgs.models import Membership, Organization
from orgs.selectors.invitations import invitation_rows
from orgs.services import memberships
from procurement.access import Actor, Role, StepUp, get_visible_or_404
from procurement.accounts.confirming import confirmation_for
from procurement.accounts.forms.confirmation import ConfirmationForm
from procurement.rules import RuleViolation


class MembersView(LoginRequiredMixin, View):
    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        organization = staffed_or_404(request.actor, pk)
        return self._page(organization, self._form(organization))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        organization = staffed_or_404(request.actor, pk)
        form = self._form(organization, request.POST)
        confirmation = confirmation_for(request, StepUp.RECENT, request.POST)
        confirmed = confirmation is None or confirmation.is_valid()
        if form.is_valid() and confirmed and self._grant(organization, form):
            messages.success(request, _("已任命。"))
            return redirect("organization-members", pk=organization.pk)
        return self._page(organization, form, status=422, confirmation=confirmation)

    def _grant(self, organization: Organization, form: GrantForm) -> bool:
        entered = form.cleaned_data
        try:
            memberships.grant(
                actor=self.request.actor,
                person=entered["username"],
                organization=organization,
                role=Role(entered["role"]),
                valid_from=entered["valid_from"],
                valid_to=entered["valid_to"],
            )
        except RuleViolation as violation:
            form.add_error(None, [str(refusal) for refusal in violation.refusals])
        except ValidationError as error:
            form.add_error(None, error.messages)
        return not form.errors

    def _form(self, organization: Organization, data: object = None) -> GrantForm:
        return GrantForm(data, roles=memberships.roles_grantable(self.request.actor, organization))

    def _page(
        self,
        organization: Organization,
        form: GrantForm,
        status: int = 200,
        confirmation: ConfirmationForm | None = None,
    ) -> HttpResponse:
        today = timezone.localdate()
        seats = organization.memberships.select_related("person", "appointed_by").order_by("role", "-valid_from")
        roles = set(memberships.roles_grantable(self.request.actor, organization))
        asked = confirmation or confirmation_for(self.request, StepUp.RECENT)
        form.summary_elsewhere = True
        context = {
            "organization": organization,
            "form": form,
            "confirmation": asked,
            "forms": [form, asked] if asked else [form],
            "can_grant": bool(roles),
            "grantable": {role.value for role in roles},
            "current": [seat for seat in seats if seat.valid_to is None or seat.valid_to > today],
            "past": [seat for seat in seats if seat.valid_to is not None and seat.valid_to <= today],
            "today": today,
            "invitations": invitation_rows(organization, self.request.actor),
        }
        return render(self.request, "orgs/members.html", context, status=status)


class RevokeView(LoginRequiredMixin, View):
    """Asks for the reason, then ends the seat at once."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._page(self._seat(request.actor, pk), RevokeForm())

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        seat, form = self._seat(request.actor, pk), RevokeForm(request.POST)
        confirmation = confirmation_for(request, StepUp.RECENT, request.POST)
        confirmed = confirmation is None or confirmation.is_valid()
        if form.is_valid() and confirmed:
            try:
                memberships.revoke(actor=request.actor, membership=seat, reason=form.cleaned_data["reason"])
            except RuleViolation as violation:
                form.add_error(None, [str(refusal) for refusal in violation.refusals])
            else:
                messages.success(request, _("已免职，即时生效。"))
                return redirect("organization-members", pk=seat.organization_id)
        return self._page(seat, form, status=422, confirmation=confirmation)

    def _seat(self, actor: Actor, pk: UUID) -> Membership:
        seat = get_visible_or_404(Membership.objects.select_related("person", "organization"), actor, pk=pk)
        if Role(seat.role) not in memberships.roles_grantable(actor, seat.organization):
            raise Http404(_("没有找到您要的内容，或者您无权查看。"))
        return seat

    def _page(
        self, seat: Membership, form: RevokeForm, status: int = 200, confirmation: ConfirmationForm | None = None
    ) -> HttpResponse:
        asked = confirmation or confirmation_for(self.request, StepUp.RECENT)
        form.summary_elsewhere = True
        context = {"seat": seat, "form": form, "confirmation": asked, "forms": [form, asked] if asked else [form]}
        return render(self.request, "orgs/revoke.html", context, status=status)


def staffed_or_404(actor: Actor, pk: UUID) -> Organization:
    """The organisation, for its own people, its administrators and oversight only."""
    organization = get_visible_or_404(Organization.objects.all(), actor, pk=pk)
    if pk in actor.organization_ids() or actor.sees_everything or actor.holds(Role.SYS):
        return organization
    raise Http404(_("没有找到您要的内容，或者您无权查看。"))

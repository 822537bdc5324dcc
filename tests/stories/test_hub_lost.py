"""Given an application that waits for its hub's opinion, when the hub loses its recognition, nobody is left waiting."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from orgs.models import HubRecognition
from procurement.access import Role
from procurement.lifecycle.engine import perform
from procurement.notices.models import Outbox
from procurement.rules import RuleViolation
from tests.factories import make_actor
from tests.factories.applications import Applying, make_applicant, make_hub, make_submitted
from tests.factories.hubs import make_recognition

pytestmark = pytest.mark.django_db


def told(template: str) -> set[str]:
    return set(Outbox.objects.filter(template=template).values_list("recipient__username", flat=True))


def revoke(applying: Applying, successor: object = None) -> HubRecognition:
    recognition = HubRecognition.objects.get(organization=applying.application.hub)
    leader = make_actor(Role.LG, recognition.office)
    perform(recognition, "hub_recognition.revoke", actor=leader, reason="连续两年未履职", successor=successor)
    applying.application.refresh_from_db()
    return recognition


def test_with_a_successor_the_endorsement_waits_there_and_all_are_told():
    # Given an application handed in through the hub of its applicant, and another hub of the same field
    applying = make_submitted(applicant=make_applicant(hub=(hub := make_hub())))
    application, old_officer = applying.application, make_actor(Role.RU, hub)
    heir = make_hub()
    office = HubRecognition.objects.get(organization=hub).office
    HubRecognition.objects.filter(organization=heir).update(office=office)
    new_officer = make_actor(Role.RU, heir)

    # When the leading group revokes the hub and names the heir
    revoke(applying, successor=heir)

    # Then the heir has the application with its full term, the old hub cannot recommend any more, all know of it
    assert application.hub == heir
    step = application.case.steps.get(step__code="responsible_unit_endorse")
    assert step.state == "open"
    assert step.due_on is not None
    assert application.case.parties.get(part="hub").organization_id == heir.pk
    with pytest.raises(RuleViolation, match="S-02"):
        perform(application, "application.endorse", actor=old_officer, opinion="同意", seal=hub.name)
    assert told("application_rerouted") >= {applying.head.person.username, new_officer.person.username}
    assert applying.head.person.username in told("hub_lost")
    perform(application, "application.endorse", actor=new_officer, opinion="情况属实，同意推荐。", seal=heir.name)
    assert application.status == "endorsed"


def test_without_a_successor_the_applicant_chooses_and_hands_nothing_in_again(client: Client):
    applying = make_submitted(applicant=make_applicant(hub=make_hub()))
    application, receipt = applying.application, applying.application.receipts.get().number
    other = make_hub()
    revoke(applying)
    assert application.hub is None

    client.force_login(applying.head.person)
    page = client.get(application.get_absolute_url()).content.decode()
    assert "另选主责单位" in page
    choose = reverse("application-choose-hub", args=[application.pk])
    assert client.post(choose, {"hub": ""}).status_code == 422
    assert client.post(choose, {"hub": other.pk}).status_code == 302
    application.refresh_from_db()
    assert application.hub == other
    assert application.receipts.get().number == receipt
    client.force_login(make_actor(Role.ORG_H).person)
    assert client.get(choose).status_code == 404


def test_a_successor_never_recommends_or_accepts_its_own_project():
    """R-084: the applicant itself takes the field over; its own application goes elsewhere."""
    hub, applicant = make_hub(), make_applicant()
    applicant.hub_affiliations.update(hub=hub)
    applying = make_submitted(applicant=applicant)
    make_recognition(applicant, office=HubRecognition.objects.get(organization=hub).office)
    revoke(applying, successor=applicant)
    assert applying.application.hub is None
    applying.application.hub = applicant
    with pytest.raises(IntegrityError, match="application_hub_is_another_body"), transaction.atomic():
        applying.application.save()

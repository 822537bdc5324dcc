"""The API shows what its reader may see, says why an act is refused, and does nothing twice."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from procurement.access import Role
from procurement.lifecycle.models import TransitionRecord
from tests.factories import make_actor, make_user
from tests.factories.applications import make_endorsed, make_guide, make_plain_application, make_submitted
from tests.lifecycle.conftest import make_desk

pytestmark = pytest.mark.django_db
LISTS = ("guides", "applications", "cases", "contracts", "payments")


def act(client: Client, obj, name: str, body: object):
    address = reverse("api-act", args=[obj.lifecycle.name, obj.pk, name])
    return client.post(address, body, content_type="application/json")


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_for_people_who_signed_in(client, name: str):
    assert client.get(f"/api/v1/{name}/").status_code == 403
    client.force_login(make_user())
    assert client.get(f"/api/v1/{name}/").json()["results"] == []


def test_foreign_rows_are_not_there(client):
    applying = make_submitted()
    paths = [f"/api/v1/applications/{applying.application.pk}/", f"/api/v1/cases/{applying.application.case_id}/"]
    client.force_login(applying.operator.user)
    assert [client.get(path).status_code for path in paths] == [200, 200]
    client.force_login(make_actor(Role.ORG).user)
    assert [client.get(path).status_code for path in paths] == [404, 404]


def test_case_tells_its_steps_and_what_may_be_done(client):
    applying = make_submitted()
    client.force_login(applying.actor(Role.RU).user)
    told = client.get(f"/api/v1/cases/{applying.application.case_id}/").json()
    assert len(told["steps"]) == 18
    assert [step["code"] for step in told["steps"] if step["state"] == "open"] == ["responsible_unit_endorse"]
    assert [a["name"] for a in told["actions"]] == ["application.endorse", "application.decline_endorsement"]


def test_page_is_never_longer_than_a_hundred(client, django_assert_max_num_queries):
    guide = make_guide()
    applicant = make_actor(Role.ORG)
    body = next(iter(applicant.organization_ids()))
    from orgs.models import Organization

    organization = Organization.objects.get(pk=body)
    for _number in range(3):
        make_plain_application(guide, organization)
    client.force_login(applicant.user)
    with django_assert_max_num_queries(6):
        assert len(client.get("/api/v1/applications/").json()["results"]) == 3
    for _number in range(102):
        make_plain_application(guide, organization)
    with django_assert_max_num_queries(6):
        page = client.get("/api/v1/applications/?page_size=1000").json()
    assert len(page["results"]) == 100
    assert page["next"]


def test_refusal_arrives_with_rule_sentence_and_citation(client):
    applying = make_endorsed()
    client.force_login(applying.actor(Role.LGO).user)
    answer = act(client, applying.application, "application.precheck_pass", {})
    assert answer.status_code == 409
    refusal = answer.json()["refusals"][0]
    assert refusal["rule"] == "S-04"
    assert refusal["message"]
    assert refusal["citation"] in refusal["sentence"]


def test_missing_field_is_named(client):
    desk = make_desk()
    client.force_login(desk.approver.user)
    answer = act(client, desk.envelope, "envelope.return", {})
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["reason"]


def test_act_sent_twice_is_done_once(client):
    desk = make_desk()
    client.force_login(desk.approver.user)
    entered = {"reason": "测算依据不足", "request_id": str(uuid4())}
    first, second = (act(client, desk.envelope, "envelope.return", entered) for _time in range(2))
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert TransitionRecord.objects.filter(transition="envelope.return").count() == 1


def test_act_without_the_token_of_the_session_is_refused():
    desk = make_desk()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(desk.approver.user)
    assert act(strict, desk.envelope, "envelope.return", {"reason": "测算依据不足"}).status_code == 403


def test_automatic_unknown_and_foreign_acts_are_not_there(client):
    applying = make_submitted()
    client.force_login(applying.actor(Role.LGO).user)
    for name in ("application.assign_panel", "application.fly"):
        assert act(client, applying.application, name, {}).status_code == 404
    client.force_login(make_user())
    assert act(client, applying.application, "application.endorse", {}).status_code == 404


def test_schema_is_openapi_3_1_and_valid(client):
    from drf_spectacular.generators import SchemaGenerator
    from drf_spectacular.validation import validate_schema

    schema = SchemaGenerator().get_schema(request=None, public=True)
    validate_schema(schema)
    assert schema["openapi"].startswith("3.1")
    assert client.get(reverse("api-schema")).status_code == 200

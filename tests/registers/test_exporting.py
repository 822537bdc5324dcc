"""Exactly the rows a person sees, as text a spreadsheet does not run, and back again unchanged."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orgs.models import Organization, OrganizationKind
from procurement.access import Role
from procurement.registers.cells import disarm, rearm
from tests.factories import make_actor, make_social_organization
from tests.registers import sheets

pytestmark = pytest.mark.django_db


def exported(client, form: str, **params: str) -> list[list[str]]:
    answer = client.get(reverse(f"register-export-{form}", args=["organizations"]), params)
    content = b"".join(answer.streaming_content)
    if form == "xlsx":
        return sheets.read(content)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_export_holds_the_filtered_rows_the_person_may_see(client, keeper):
    make_social_organization(name="甲公益中心", contact_phone="010-65099999")
    make_social_organization(name="乙公益中心")
    make_social_organization(name="丙公益中心", is_published=False)
    heads, *rows = exported(client, "csv", q="公益中心")
    assert {row[0] for row in rows} == {"甲公益中心", "乙公益中心"}
    assert "联系电话" not in heads
    assert {row[0] for row in exported(client, "xlsx", q="甲公益")[1:]} == {"甲公益中心"}
    client.force_login(keeper.user)
    heads, *rows = exported(client, "csv", q="公益中心")
    assert {row[0] for row in rows} == {"甲公益中心", "乙公益中心", "丙公益中心"}
    assert "010-65099999" in [cell for row in rows for cell in row]


def test_codes_stay_text_and_formulas_stay_harmless(client):
    body = make_social_organization(name='=HYPERLINK("http://x","y")', short_name="@SUM(A1)", uscc="52110105MJ010006X3")
    workbook = exported(client, "xlsx", q="HYPERLINK")
    assert workbook[1][:3] == [body.name, "社会服务机构", "52110105MJ010006X3"]
    lines = exported(client, "csv", q="HYPERLINK")
    assert lines[1][0] == f"'{body.name}"


def test_an_export_sent_back_changes_nothing(client, bring_in, keeper):
    make_social_organization(name="=1+1 事务所", short_name="-甲")
    make_social_organization(name="'=乙 事务所")
    client.force_login(keeper.user)
    heads, *rows = exported(client, "xlsx", q="事务所")
    kept = [index for index, head in enumerate(heads) if head != "枢纽层级"]
    run = bring_in(sheets.workbook([[heads[i] for i in kept], *[[row[i] for i in kept] for row in rows]]))
    assert (run.outcome, run.unchanged) == ("unchanged", 2), run.problems


@given(st.text(alphabet="=+-@\t\r'甲a", max_size=8))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_disarmed_text_runs_nowhere_and_comes_back_exactly(text):
    safe = disarm(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert rearm(safe) == text


def test_export_costs_the_same_queries_however_many_rows(client):
    counts = []
    for total in (3, 30):
        while Organization.objects.filter(kind=OrganizationKind.SOCIAL_SERVICE_AGENCY).count() < total:
            make_social_organization()
        with CaptureQueriesContext(
            connection,
        ) as seen:
            exported(client, "csv")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_whoever_takes_a_list_away_stands_in_the_journal(client):
    from procurement.audit.models import AuditEvent

    client.force_login(make_actor(Role.LGO).user)
    exported(client, "csv", q="公益")
    assert AuditEvent.objects.filter(action="register.export").count() == 1

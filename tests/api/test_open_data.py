"""What everybody may have: valid OCDS, tables that open, nothing about people, nothing not yet public."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse
from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from procurement.api.ocds import release
from procurement.api.open_data import _cell
from procurement.demo.stage import Stage
from procurement.demo.steps import contracting
from tests.factories.applications import make_guide
from tests.projects.decided import to_performing, to_prechecked
from tests.stage import stage

__all__ = ["stage"]
pytestmark = pytest.mark.django_db
DATA = Path(release.__file__).parent / "data"


def validator(kind: str) -> Draft4Validator:
    schemas = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in DATA.glob("*.json")}
    known = Registry().with_resources((s["id"], Resource(s, DRAFT4)) for s in schemas.values())
    return Draft4Validator(schemas[f"{kind}-package-schema"], registry=known, format_checker=FormatChecker())


def faults(kind: str, package: dict) -> list[str]:
    return [f"{list(fault.path)}: {fault.message}" for fault in validator(kind).iter_errors(package)]


@pytest.mark.stands(after=to_performing)
def test_releases_and_records_of_a_paid_project_are_valid(client, stage: Stage):
    contracting.first_tranche(stage)
    releases = client.get(reverse("open-releases")).json()
    records = client.get(reverse("open-records")).json()
    assert faults("release", releases) == []
    assert faults("record", records) == []
    told = releases["releases"][0]
    assert told["tag"] == ["tender", "award", "contract", "implementation"]
    contract = told["contracts"][0]
    assert contract["awardID"] == told["awards"][0]["id"] == stage.application.number
    assert contract["implementation"]["transactions"][0]["value"]["amount"] == float(stage.payment_1.amount)
    assert {party["id"] for party in told["parties"]} >= {told["buyer"]["id"], told["awards"][0]["suppliers"][0]["id"]}
    single = client.get(reverse("open-record", args=[told["ocid"]])).json()
    assert single["records"] == records["records"]


def test_planted_faults_are_found(client):
    make_guide()
    package = client.get(reverse("open-releases")).json()
    assert faults("release", package) == []
    package["releases"][0]["tag"] = ["dance"]
    del package["releases"][0]["ocid"]
    assert len(faults("release", package)) == 2


@pytest.mark.stands(after=to_prechecked)
def test_nothing_is_told_of_applications_before_the_award(client, stage: Stage):
    text = "".join(client.get(reverse(name)).text for name in ("open-releases", "open-records"))
    assert stage.guide.number in text
    assert stage.application.title not in text
    assert stage.application.applicant.name not in text


def test_draft_guide_is_not_published(client):
    guide = make_guide(status="draft")
    assert guide.number not in client.get(reverse("open-releases")).text
    assert client.get(reverse("open-record", args=[release.ocid_of(guide)])).status_code == 404
    assert client.get(reverse("open-record", args=["ocds-zzz999-ZN-1"])).status_code == 404


@pytest.mark.stands(after=to_performing)
def test_no_person_is_named(client, stage: Stage):
    told = client.get(reverse("open-releases")).text + client.get(reverse("open-records")).text
    application = stage.application
    for secret in (application.leader_name, application.leader_phone, stage.contract.account_number):
        assert not secret or secret not in told


@pytest.mark.stands(after=to_performing)
def test_table_opens_in_a_spreadsheet_and_as_json(client, stage: Stage):
    raw = b"".join(client.get(reverse("open-projects-csv")).streaming_content)
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert rows[1][0] == stage.application.number
    body = json.loads(b"".join(client.get(reverse("open-projects-json")).streaming_content))
    assert [project["title"] for project in body["projects"]] == [stage.application.title]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a"])
def test_cell_that_would_run_becomes_text(text: str):
    assert _cell(text) == f"'{text}"
    assert _cell("普通文字") == "普通文字"


def test_page_of_guides_costs_the_same_at_any_length(client, django_assert_max_num_queries):
    make_guide()
    with django_assert_max_num_queries(12):
        client.get(reverse("open-releases"))
    for _number in range(5):
        make_guide()
    with django_assert_max_num_queries(12):
        assert len(client.get(reverse("open-releases")).json()["releases"]) == 6


def test_command_writes_valid_files(tmp_path: Path):
    guide = make_guide()
    call_command("ocds_export", out=tmp_path, verbosity=0)
    for kind in ("release", "record"):
        path = tmp_path / f"{release.ocid_of(guide)}.{kind}.json"
        assert faults(kind, json.loads(path.read_text(encoding="utf-8"))) == []


def test_landing_page_says_licence_and_that_the_prefix_is_for_demonstration(client):
    page = client.get(reverse("open-data"))
    assert page.status_code == 200
    assert "CC BY 4.0" in page.text
    assert "ocds-abc123" in page.text

"""A catalogue comes in as a spreadsheet: into the own draft, parents and children in one sheet, all or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orgs.models import OrganizationKind
from procurement.access import Role
from procurement.documents.services import run_job
from procurement.registers.models import ImportRun, Outcome
from procurement.registers.registry import registers
from procurement.registers.services.importing import start_import
from tests.factories.guidance import make_catalogue
from tests.factories.people import a_region, make_actor, make_organization
from tests.registers import sheets

pytestmark = pytest.mark.django_db
HEADINGS = ("地区代码*", "代码*", "名称*", "上级代码", "面向公众的公共服务")


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()


def bring_in(actor: Any, rows: list[list[str]]) -> ImportRun:
    upload = sheets.upload(sheets.workbook([HEADINGS, *rows]))
    started = start_import(actor=actor, register=registers()["catalogue-items"], upload=upload, check_only=False)
    run_job(job_id=started.job.pk)
    started.refresh_from_db()
    return started


def test_parents_and_children_of_one_sheet_go_into_the_draft() -> None:
    draft = make_catalogue(status="draft")
    compiler = make_actor(Role.FIN, draft.compiler)
    rows = [
        ["110105", "C0101", "社区助餐", "C01", "是"],
        ["110105", "C01", "社区生活服务", "C", "是"],
        ["110105", "C", "便民服务", "", "是"],
        ["110105", "A0402", "社会救助服务", "A04", "是"],
    ]
    run = bring_in(compiler, rows)
    assert (run.outcome, run.created) == (Outcome.APPLIED, 4), run.problems
    assert draft.items.get(code="C0101").parent.parent.code == "C"
    assert draft.items.get(code="A0402").level == 3
    assert bring_in(compiler, rows).outcome == Outcome.UNCHANGED


def test_a_sheet_for_another_place_or_without_parents_changes_nothing() -> None:
    draft = make_catalogue(status="draft")
    foreign = make_catalogue(region=a_region("110108", "海淀区"), status="draft")
    compiler = make_actor(Role.FIN, draft.compiler)
    before = draft.items.count()
    run = bring_in(
        compiler,
        [
            ["110108", "C", "便民服务", "", ""],
            ["110105", "D01", "无上级", "D", ""],
            ["110105", "A0402", "社会救助服务", "A04", ""],
        ],
    )
    assert (run.outcome, run.wrong) == (Outcome.REJECTED, 2)
    assert "没有本单位编制中的新版目录" in run.problems[0]
    assert "没有代码为“D”的上级条目" in run.problems[1]
    assert draft.items.count() == before
    assert not foreign.items.filter(code="C").exists()


def test_a_published_edition_takes_no_sheet() -> None:
    published = make_catalogue(compiler=make_organization(OrganizationKind.AUTHORITY))
    run = bring_in(make_actor(Role.FIN, published.compiler), [["110105", "C", "便民服务", "", ""]])
    assert run.outcome == Outcome.REJECTED

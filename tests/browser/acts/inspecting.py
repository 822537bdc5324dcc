"""The case looked at as a whole: every step of the timeline done, and the auditor's dossier made in the background."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.desks import Desks


def read_the_timeline(desks: Desks) -> None:
    page = desks.open("auditor", desks.links["case"])
    desks.keep(page, "timeline-auditor")
    expect(page.locator("main")).to_contain_text("归档")


def make_the_dossier(desks: Desks) -> None:
    """The progress survives a reload; what comes out can be checked by anyone."""
    page = desks.open("auditor", desks.links["case"])
    page.get_by_role("button", name="生成审计卷宗").click()
    desks.keep(page, "dossier-job-auditor")
    page.reload()
    done = page.get_by_role("link", name=re.compile("^下载"))
    done.first.wait_for(timeout=120_000)
    desks.keep(page, "dossier-done-auditor")
    with page.expect_download() as download:
        done.first.click()
    assert download.value.suggested_filename.endswith(".pdf")


STEPS = (read_the_timeline, make_the_dossier)

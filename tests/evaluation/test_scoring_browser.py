"""The bench in a real browser: both panes in view, everything from the keyboard, nothing lost, nothing for axe."""

import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from evaluation.models import FactorScore, ScoreSheet
from procurement.demo.steps import reviewing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: Set to a folder to keep pictures of every page opened.
SHOTS = os.environ.get("SHOTS", "")


def sign_in(page: Page, base: str, username: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{base}/accounts/login/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill("demo-2026")
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda url: "login" not in url)


def assert_sound(page: Page, name: str = "") -> None:
    """No accessibility violation, no sideways scroll."""
    if SHOTS and name:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page="bench" not in name)
    report = Axe().run(page, options={"resultTypes": ["violations"]})
    assert report.violations_count == 0, f"{name}: {report.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


@pytest.fixture
def session(published, applications):
    """Five applications before a panel in session."""
    applications(5)
    for step in (reviewing.plan, reviewing.draw, reviewing.confirm, reviewing.convene):
        step(published)
    return published


@pytest.fixture
def member(session):
    return session.panel.seats.confirmed().order_by("kind", "rank").first()


def test_both_panes_are_in_view_and_the_page_stands_still(live_portal, page: Page, member):
    sheet = member.sheets.order_by("position").first()
    sign_in(page, live_portal, member.person.username)
    page.goto(f"{live_portal}{sheet.get_absolute_url()}")
    for pane in ("#bench-document", "#bench-rubric"):
        box = page.locator(pane).bounding_box()
        assert box["width"] > 400
        assert box["y"] + box["height"] <= 768
    assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
    expect(page.get_by_role("button", name="提交评分")).to_be_in_viewport()
    assert_sound(page, "bench")
    page.locator("[data-evidence]").nth(3).click()
    expect(page.locator("#doc-budget h2")).to_be_in_viewport()
    page.set_viewport_size({"width": 360, "height": 740})
    assert_sound(page, "bench-phone")


def test_five_applications_are_scored_without_a_pointer(live_portal, page: Page, member):
    sign_in(page, live_portal, member.person.username)
    page.goto(f"{live_portal}/review/")
    assert_sound(page, "queue")
    first = member.sheets.order_by("position").first()
    page.goto(f"{live_portal}{first.get_absolute_url()}")
    for _number in range(5):
        here = page.url
        for points in ("18", "22", "17.5", "16", "12"):
            page.keyboard.type(points)
            assert page.evaluate("document.activeElement !== document.body")
            page.keyboard.press("j")
        expect(page.locator("[data-total]")).to_have_text("85.5")
        page.keyboard.press("a")
        page.keyboard.type("150000")
        page.keyboard.press("Control+Enter")
        page.wait_for_url(lambda url, here=here: url != here)
    assert page.url.endswith("/review/")
    assert set(ScoreSheet.objects.filter(seat=member).values_list("suggested_amount", flat=True)) == {150000}
    assert FactorScore.objects.filter(sheet__seat=member, value__isnull=False).count() == 25
    page.keyboard.press("Tab")
    page.get_by_role("button", name=re.compile("全部提交")).press("Enter")
    expect(page.get_by_text("已提交 5 份评分表")).to_be_visible()
    assert member.sheets.filter(status="locked").count() == 5


def test_shortcuts_can_be_listed_and_switched_off(live_portal, page: Page, member):
    sheet = member.sheets.order_by("position").first()
    sign_in(page, live_portal, member.person.username)
    page.goto(f"{live_portal}{sheet.get_absolute_url()}")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_sound(page, "bench-keys")
    page.get_by_label("使用单键快捷键").uncheck()
    page.keyboard.press("Escape")
    page.locator("#bench-document").focus()
    page.keyboard.press("7")
    page.keyboard.press("n")
    assert page.url.endswith(sheet.get_absolute_url())
    assert page.locator("input.factor__value").first.input_value() == ""


def test_points_are_kept_within_two_seconds_and_survive_a_reload(live_portal, page: Page, member):
    sheet = member.sheets.order_by("position").first()
    sign_in(page, live_portal, member.person.username)
    page.goto(f"{live_portal}{sheet.get_absolute_url()}")
    page.keyboard.type("15")
    expect(page.locator("[data-save-state=saved]")).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"), timeout=2000)
    page.reload()
    assert page.locator("input.factor__value").first.input_value() == "15"
    page.locator("input.factor__value").first.fill("21")
    expect(page.locator("input.factor__value").first).to_have_attribute("aria-invalid", "true")
    assert sheet.scores.get(factor__code="A").value == 15


def test_what_was_typed_offline_is_sent_when_the_network_is_back(live_portal, page: Page, member):
    sheet = member.sheets.order_by("position").first()
    sign_in(page, live_portal, member.person.username)
    page.goto(f"{live_portal}{sheet.get_absolute_url()}")
    page.context.set_offline(True)
    page.keyboard.type("14")
    expect(page.locator("[data-save-state=offline]")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("[data-save-state=saved]")).to_be_visible(timeout=10000)
    assert sheet.scores.get(factor__code="A").value == 14


def test_the_draw_is_recomputed_in_the_browser(live_portal, page: Page, session):
    sign_in(page, live_portal, "office")
    page.goto(f"{live_portal}{session.panel.get_absolute_url()}draw/")
    page.get_by_role("button", name="在浏览器重算").click()
    expect(page.locator("[data-draw-state=ok]")).to_contain_text("重算一致")
    assert_sound(page, "draw")


def test_every_page_of_a_review_is_accessible(live_portal, page: Page, session):
    panel = session.panel.get_absolute_url()
    seat = session.panel.seats.confirmed().first()
    sign_in(page, live_portal, "office")
    paths = {"panels": "/panels/", "panel": panel, "seat": seat.get_absolute_url(),
             "seat-recusal": f"{seat.get_absolute_url()}recusal/", "panel-new": f"/guides/{session.guide.pk}/panels/new/",
             "guide": session.guide.get_absolute_url(), "rubric": session.panel.rubric.get_absolute_url()}  # fmt: skip
    for name, path in paths.items():
        page.goto(f"{live_portal}{path}")
        assert_sound(page, name)
    for step in (reviewing.score, reviewing.hand_in):
        step(session)
    page.goto(f"{live_portal}{panel}results/")
    assert_sound(page, "results")
    reviewing.report(session)
    for name, path in {"report": f"{panel}report/", "results-reported": f"{panel}results/"}.items():
        page.goto(f"{live_portal}{path}")
        assert_sound(page, name)
    sign_in(page, live_portal, seat.person.username)
    page.goto(f"{live_portal}/act/seat/{seat.pk}/seat.sign/")
    assert_sound(page, "sign")
    page.set_viewport_size({"width": 360, "height": 740})
    for name, path in {
        "results-phone": f"{panel}results/",
        "report-phone": f"{panel}report/",
        "queue-phone": "/review/",
    }.items():
        page.goto(f"{live_portal}{path}")
        assert_sound(page, name)


def test_the_scheme_editor_is_accessible(live_portal, page: Page, drafted):
    sign_in(page, live_portal, "office")
    page.goto(f"{live_portal}/guides/{drafted.guide.pk}/rubric/")
    assert_sound(page, "rubric-choose")
    page.get_by_role("button", name="选用并编辑").click()
    assert_sound(page, "rubric-edit")
    page.get_by_label("满分").first.fill("19")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("各项满分合计 99 分，应为 100 分")).to_be_visible()
    assert_sound(page, "rubric-edit-faults")
    page.set_viewport_size({"width": 360, "height": 740})
    assert_sound(page, "rubric-edit-phone")

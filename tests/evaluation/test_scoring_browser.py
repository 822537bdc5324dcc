"""The bench in a real browser: both panes in view, everything from the keyboard, nothing lost, nothing for axe."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from evaluation.models import FactorScore, ScoreSheet
from evaluation.selectors.rubrics import scored
from evaluation.services.scoring import Entry, save_sheet
from procurement.access import Role, actor_for
from procurement.demo.steps import reviewing
from procurement.documents.services import store
from tests.browser.looking import assert_sound, look, sign_in
from tests.documents.samples import pdf, upload
from tests.factories.people import make_actor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 740}


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


def sheets_of(member):
    return list(member.sheets.order_by("position"))


def field(page: Page, number: int):
    return page.locator("input.factor__value").nth(number)


def test_five_applications_are_scored_without_a_pointer(live_portal, page: Page, member):
    sheets = sheets_of(member)
    sign_in(page, live_portal, member.person)
    page.goto(f"{live_portal}{sheets[0].get_absolute_url()}")
    for pane in ("#bench-document", "#bench-rubric"):
        box = page.locator(pane).bounding_box()
        assert box["width"] > 400
        assert box["y"] + box["height"] <= 768
    assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight")
    expect(page.get_by_role("button", name="提交评分")).to_be_in_viewport()
    assert_sound(page, "bench")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_sound(page, "bench-keys")
    page.keyboard.press("Escape")
    for _number in range(5):
        here = page.url
        for points in ("18", "22", "17.5", "16", "12"):
            page.keyboard.type(points)
            assert page.evaluate("document.activeElement.matches('.factor__value')")
            page.keyboard.press("ArrowDown")
        expect(page.locator("[data-total]")).to_have_text("85.5")
        page.keyboard.press("a")
        page.keyboard.type("150000")
        page.keyboard.press("Control+Enter")
        page.wait_for_url(lambda url, here=here: url != here)
    assert page.url.endswith("/review/")
    assert set(ScoreSheet.objects.filter(seat=member).values_list("suggested_amount", flat=True)) == {150000}
    assert FactorScore.objects.filter(sheet__seat=member, value__isnull=False).count() == 25
    assert_sound(page, "queue")
    page.get_by_role("button", name=re.compile("全部提交")).press("Enter")
    expect(page.get_by_text("已提交 5 份评分表")).to_be_visible()
    assert member.sheets.filter(status="locked").count() == 5
    look(page, live_portal, reverse("seat-sheets", args=[member.pk]))


def test_shortcuts_can_be_switched_off_and_points_survive_a_reload(live_portal, page: Page, member):
    sheet = sheets_of(member)[0]
    sign_in(page, live_portal, member.person)
    page.goto(f"{live_portal}{sheet.get_absolute_url()}")
    page.keyboard.type("15")
    expect(page.locator("[data-save-state=saved]")).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"), timeout=2000)
    page.reload()
    expect(field(page, 0)).to_have_value("15")
    field(page, 0).fill("21")
    expect(field(page, 0)).to_have_attribute("aria-invalid", "true")
    assert sheet.scores.get(factor__code="A").value == 15
    field(page, 0).fill("15")
    page.get_by_role("button", name="快捷键 ?").click()
    page.get_by_label("使用单键快捷键").uncheck()
    page.keyboard.press("Escape")
    page.locator("#bench-document").focus()
    page.keyboard.press("7")
    page.keyboard.press("n")
    assert page.url.endswith(sheet.get_absolute_url())
    expect(field(page, 0)).to_have_value("15")
    page.set_viewport_size(PHONE)
    assert_sound(page, "bench-phone")


def with_a_paper(sheet):
    """The application's plan as a document of three pages."""
    application = sheet.entry.application
    return store(
        actor=make_actor(Role.ORG, application.applicant), upload=upload("方案.pdf", pdf(pages=3)),
        subject=application.subject, kind="scheme", title="方案书",
    )  # fmt: skip


def saved_elsewhere(sheet, value: int) -> None:
    """The same member's other window."""
    factor = scored(sheet.panel.rubric)[1]
    save_sheet(actor=actor_for(sheet.seat.person), sheet=sheet, entries={factor.pk: Entry(value)})


def test_a_lost_network_loses_nothing_and_writes_over_nothing(live_portal, page: Page, member):
    first, second = sheets_of(member)[:2]
    paper = with_a_paper(first)
    sign_in(page, live_portal, member.person)
    page.goto(f"{live_portal}{first.get_absolute_url()}")
    page.locator("[data-ahead]").wait_for()
    page.locator(f"#page-{paper.pk}-2").scroll_into_view_if_needed()
    page.context.set_offline(True)
    page.keyboard.type("14")
    page.keyboard.press("j")
    page.keyboard.type("20")
    page.locator(f"#page-{paper.pk}-2 [data-pin]").click()
    expect(page.locator("[data-save-state=offline]")).to_contain_text("2 处存在本机")
    assert_sound(page, "bench-offline")
    field(page, 1).focus()
    page.keyboard.press("n")
    page.wait_for_url(f"**{second.get_absolute_url()}")
    page.keyboard.type("13")
    page.keyboard.press("p")
    page.wait_for_url(f"**{first.get_absolute_url()}")
    expect(field(page, 0)).to_have_value("14")
    saved_elsewhere(first, 11)
    page.context.set_offline(False)
    clash = page.locator(".save-conflict")
    expect(clash).to_contain_text("本机填写", timeout=10000)
    expect(clash.locator("[data-clash-mine]")).to_contain_text("20")
    expect(clash.locator("[data-clash-theirs]")).to_contain_text("11")
    assert_sound(page, "bench-conflict")
    clash.get_by_role("button", name="用本机的").press("Enter")
    expect(page.locator("[data-save-state=saved]")).to_be_visible()
    assert list(first.scores.values_list("value", flat=True)) == [14, 20]
    assert first.scores.get(value=20).pins == [[str(paper.pk), 2]]
    page.goto(f"{live_portal}/review/")
    expect(page.locator("[data-leftover]")).to_be_hidden()
    assert list(second.scores.values_list("value", flat=True)) == [13]
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('sheet:')).length") == 0
    page.goto(f"{live_portal}{first.get_absolute_url()}")
    page.get_by_role("link", name=re.compile("第2页")).click()
    expect(page.locator(f"#page-{paper.pk}-2")).to_be_in_viewport()
    assert_sound(page, "bench-pinned")


def test_the_chair_leads_the_table_and_every_page_of_a_review_is_accessible(live_portal, page: Page, session):
    panel = session.panel.get_absolute_url()
    seats = list(session.panel.seats.confirmed().order_by("kind", "rank"))
    chair, other = seats[:2]
    sign_in(page, live_portal, chair.person)
    page.goto(f"{live_portal}{panel}table/")
    expect(page.get_by_text("全体成员提交评分后显示")).to_be_visible()
    assert_sound(page, "table-before")
    for seat in seats[: session.panel.size // 2 + 1]:
        sign_in(page, live_portal, seat.person)
        page.goto(f"{live_portal}{panel}table/")
        page.get_by_label("推选组长").select_option(str(chair.pk))
        page.get_by_role("button", name="投票").press("Enter")
        expect(page.get_by_text("已投票")).to_be_visible()
    for step in (reviewing.score, reviewing.hand_in):
        step(session)
    sign_in(page, live_portal, chair.person)
    page.goto(f"{live_portal}{panel}table/")
    expect(page.get_by_role("heading", name="组长工作台")).to_be_visible()
    row = page.locator("section.panel[id^=entry-]").first
    row.get_by_text("请成员说明").press("Enter")
    row.get_by_label("请哪位成员说明").select_option(index=2)
    row.get_by_label("需要说明什么").fill("请说明预算一项的依据")
    row.get_by_role("button", name="请其说明").press("Enter")
    expect(page.get_by_text("已请该成员说明")).to_be_visible()
    row = page.locator("section.panel[id^=entry-]").first
    row.get_by_text("写讨论意见").press("Enter")
    row.get_by_label("讨论意见").fill("方案可行，预算略高。")
    assert_sound(page, "table-open")
    row.get_by_role("button", name="记入").press("Enter")
    expect(page.get_by_text("方案可行，预算略高。")).to_be_visible()
    look(page, live_portal, f"{panel}table/")
    look(page, live_portal, f"{panel}results/")
    reviewing.hand_in(session)
    reviewing.report(session)
    look(page, live_portal, f"{panel}report/")
    look(page, live_portal, "/review/")
    page.goto(f"{live_portal}/act/seat/{chair.pk}/seat.sign/")
    assert_sound(page, "sign")
    assert other.sheets.filter(status="locked").count() == 5


def test_the_office_follows_the_review_and_recomputes_the_draw(live_portal, page: Page, session, member):
    sign_in(page, live_portal, "office")
    paths = ("/panels/", session.panel.get_absolute_url(), member.get_absolute_url(), f"{member.get_absolute_url()}recusal/",
             f"/guides/{session.guide.pk}/panels/new/", session.guide.get_absolute_url(),
             session.panel.rubric.get_absolute_url())  # fmt: skip
    for path in paths:
        page.goto(f"{live_portal}{path}")
        assert_sound(page, path)
    page.goto(f"{live_portal}{session.panel.get_absolute_url()}draw/")
    page.get_by_role("button", name="在浏览器重算").click()
    expect(page.locator("[data-draw-state=ok]")).to_contain_text("重算一致")
    assert_sound(page, "draw")
    sign_in(page, live_portal, member.person)
    look(page, live_portal, reverse("score-book", args=[member.pk]))


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
    page.set_viewport_size(PHONE)
    assert_sound(page, "rubric-edit-phone")

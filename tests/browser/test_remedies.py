"""Filing and answering a challenge, the supervisor's queue and the hotline, as people meet them (issue 4 §8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from procurement.lifecycle.engine import perform
from projects.models import Challenge
from tests.browser.clock import moved_clock
from tests.browser.looking import look, sign_in
from tests.factories.remedies import Dispute, at, make_call

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_challenge_is_filed_answered_and_brought_before_supervision(page: Page, live_portal: str) -> None:
    with moved_clock(at(3)) as clock:
        dispute = Dispute()
        file_it(page, live_portal, dispute)
        found = Challenge.objects.get()
        accept_and_draft(page, live_portal, dispute, found)
        perform(found, "challenge.dismiss", actor=dispute.signer)
        clock.let_time_pass(working_days=2)
        complain(page, live_portal, dispute, found)
        see_the_queue(page, live_portal, dispute)


def file_it(page: Page, base: str, dispute: Dispute) -> None:
    """The page says which steps are open and until when, then takes the letter."""
    sign_in(page, base, dispute.operator.person)
    address = reverse("challenge-new", args=[dispute.procedure.pk])
    look(page, base, address)
    page.set_viewport_size({"width": 1366, "height": 900})
    expect(page.get_by_role("table", name="质疑期限")).to_contain_text("2026-03-12")
    page.get_by_label("采购结果").check()
    page.get_by_label("质疑请求").fill("请求重新评审。")
    page.get_by_label("质疑事项").first.fill("评分标准未量化")
    page.get_by_role("button", name="提交质疑").click()
    expect(page.get_by_role("alert")).to_contain_text("每一事项须写明事项和事实依据")
    page.get_by_label("事实依据").first.fill("第三章技术部分没有写明分值区间。")
    page.get_by_role("button", name="提交质疑").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("质疑 ZY-2026-")


def accept_and_draft(page: Page, base: str, dispute: Dispute, found: Challenge) -> None:
    sign_in(page, base, dispute.buyer.person)
    perform(found, "challenge.accept", actor=dispute.buyer, affects_result=True)
    look(page, base, reverse("challenge-reply", args=[found.pk]))
    page.set_viewport_size({"width": 1366, "height": 900})
    page.get_by_label("不成立", exact=True).check()
    page.locator("#id_matter-1-answer").fill("评分办法第12页已写明区间。")
    page.locator("#id_matter-1-internal_note").fill("调阅了评审报告。")
    page.get_by_role("button", name="送批准").click()
    expect(page.get_by_text("须由另一人批准后送达")).to_be_visible()
    look(page, base, found.get_absolute_url())


def complain(page: Page, base: str, dispute: Dispute, found: Challenge) -> None:
    sign_in(page, base, dispute.head.person)
    look(page, base, found.get_absolute_url())
    look(page, base, reverse("complaint-new", args=[found.pk]))
    page.set_viewport_size({"width": 1366, "height": 900})
    page.get_by_label("就此事项投诉").check()
    page.get_by_label("事实和理由").first.fill("答复没有回应区间重叠的问题。")
    page.get_by_label("投诉请求").fill("请求责令重新评审。")
    page.get_by_role("button", name="提交投诉").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("投诉 TS-2026-")


def see_the_queue(page: Page, base: str, dispute: Dispute) -> None:
    sign_in(page, base, dispute.supervisor.person)
    look(page, base, reverse("complaint-queue"))
    expect(page.get_by_role("table", name="投诉办理")).to_contain_text("次日起，已计")
    page.get_by_role("link", name="TS-2026-").click()
    page.get_by_text("逐日计算").first.click()
    expect(page.get_by_text("起算日不计入（R-300）").first).to_be_visible()
    look(page, base, page.url.removeprefix(base))


def test_resident_reports_without_an_account_and_staff_see_it(page: Page, live_portal: str) -> None:
    call = make_call(at=timezone.now() - timedelta(hours=1)).call
    look(page, live_portal, reverse("hotline"))
    look(page, live_portal, f"{reverse('hotline-new')}?street={call.street_id}")
    page.get_by_label("反映事项").select_option("attitude")
    page.get_by_label("具体情况").fill("上门服务的工作人员态度不好。")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("您的查询码")).to_be_visible()
    code = page.locator(".receipt-code").inner_text()
    look(page, live_portal, reverse("hotline-receipt"))
    page.goto(live_portal + reverse("hotline-follow"))
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("待受理")).to_be_visible()

"""The pages of one's own account in a real browser, at a desk and on a phone; signing in with a code, by hand."""

from __future__ import annotations

import pyotp
import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from procurement.access import Role
from tests.accounts.test_second_factor import PASSWORD, equipped
from tests.browser.looking import look_here, sign_in
from tests.factories import make_seat, make_social_organization, make_user
from tests.lifecycle.test_step_up import grow_stale

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_setting_up_an_authenticator_and_signing_in_with_it(page: Page, live_portal: str) -> None:
    person = make_seat(Role.LGO).person
    sign_in(page, live_portal, person)
    page.goto(live_portal + reverse("account-security"))
    look_here(page, page.url)
    page.get_by_role("link", name="设置动态验证码").click()
    look_here(page, page.url)
    secret = page.get_by_role("main").locator("code").inner_text().replace(" ", "")
    page.get_by_label("验证器显示的 6 位数字").fill("000000")
    page.get_by_role("button", name="启用").click()
    expect(page.get_by_role("alert")).to_contain_text("验证码不正确")
    look_here(page, page.url)
    page.get_by_label("验证器显示的 6 位数字").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="启用").click()
    expect(page.get_by_text("动态验证码已启用")).to_be_visible()
    look_here(page, page.url)
    code = page.locator(".recovery-codes code").first.inner_text()
    page.get_by_role("button", name="退出登录").click()

    page.goto(live_portal + reverse("login"))
    page.get_by_label("用户名").fill(person.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", name="输入验证码")).to_be_visible()
    look_here(page, page.url)
    page.get_by_label("动态验证码").fill(code)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("button", name="退出登录")).to_be_visible()


def test_asking_again_and_revealing_are_accessible(page: Page, live_portal: str) -> None:
    body = make_social_organization(contact_phone="13977001234")
    person = make_seat(Role.LGO).person
    client = sign_in(page, live_portal, person)
    page.goto(live_portal + body.get_absolute_url())
    page.get_by_role("link", name="查看完整号码").first.click()
    look_here(page, page.url)
    page.get_by_label("查看理由").fill("通知补交年度报告")
    page.get_by_role("button", name="显示完整号码").click()
    expect(page.get_by_text("13977001234")).to_be_visible()
    look_here(page, page.url)
    equipped(person)
    grow_stale(client)
    for name in ("factor-codes", "factor-remove", "password-change"):
        page.goto(live_portal + reverse(name))
        look_here(page, page.url)


def test_a_stale_session_is_asked_beside_what_was_typed(page: Page, live_portal: str) -> None:
    admin, newcomer = make_seat(Role.SYS).person, make_user("newcomer")
    body = make_social_organization()
    client = sign_in(page, live_portal, admin)
    grow_stale(client)
    page.goto(live_portal + reverse("organization-members", args=[body.pk]))
    page.locator("#id_username").fill(newcomer.username)
    page.get_by_label("登录密码").fill("not-mine")
    page.get_by_role("main").get_by_role("button", name="任命", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("密码不正确，请重新输入")
    expect(page.locator("#id_username")).to_have_value(newcomer.username)
    look_here(page, page.url)
    page.get_by_label("登录密码").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="任命", exact=True).click()
    expect(page.get_by_text("已任命")).to_be_visible()

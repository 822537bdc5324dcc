"""The frame: home, sign-in, reading mode, language, errors."""

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.test import Client, RequestFactory
from django.urls import reverse

from procurement.ui.furniture import DemoAccount, NavEntry, nav_links, register_nav
from procurement.ui.home import HomeBlock, HomeEntry, Place, StatTile, register_home_block
from procurement.ui.views import bad_request, forbidden, server_error

pytestmark = pytest.mark.django_db


def page(client: Client, url: str = "/") -> str:
    return client.get(url).content.decode()


def test_home_is_public_and_has_one_heading(client):
    html = page(client)
    assert html.count("<h1") == 1
    assert "登录办理" in html


def test_home_shows_the_blocks_apps_registered(client, clean_registries):
    register_home_block(lambda actor: HomeBlock("通知公告", entries=(HomeEntry("立项通知", "/n/", label="通知"),)))
    register_home_block(lambda actor: HomeBlock("数据", Place.FIGURES, tiles=(StatTile("项目", "2,732", "个"),)))
    register_home_block(lambda actor: None)
    register_home_block(lambda actor: HomeBlock("公示", Place.SIDE, empty="暂无公示。"))
    html = page(client)
    for expected in ('href="/n/"', "2,732", "暂无公示。"):
        assert expected in html


def test_home_without_blocks_says_why(client, clean_registries):
    assert "暂无公开信息" in page(client)


def test_frame_carries_the_marks_of_a_government_site(client, settings):
    settings.PORTAL = {**settings.PORTAL, "SITE": {"organiser": "示例办公室", "id_code": "1100000000"}}
    html = page(client)
    assert '<meta name="SiteIDCode" content="1100000000">' in html
    assert "主办单位：示例办公室" in html
    assert "联系方式" not in html


def test_every_page_has_skip_link_language_and_server_time(client):
    html = page(client, reverse("login"))
    assert '<a class="skip-link" href="#main">' in html
    assert 'lang="zh-Hans"' in html
    assert 'data-server-now="20' in html
    assert "北京时间" in html


def test_page_obeys_the_strict_policy(client):
    response = client.get("/")
    html = response.content.decode()
    assert " style=" not in html
    assert "<style" not in html
    assert "unsafe" not in response["Content-Security-Policy"]


def test_login_fields_and_first_page_after_it(client, person):
    html = page(client, reverse("login"))
    assert 'name="username"' in html
    assert 'name="password"' in html
    response = client.post(reverse("login"), {"username": "zhangming", "password": "demo-2026"})
    assert response.status_code == 302
    assert response.url == reverse("worklist")


def test_login_page_keeps_the_portal_name(client):
    assert "政府购买社会组织服务平台" in page(client, reverse("login"))


def test_wrong_password_is_told_without_telling_which(client, person):
    html = client.post(reverse("login"), {"username": "zhangming", "password": "x"}).content.decode()
    assert "用户名或密码不正确" in html
    assert "<title>错误：登录" in html


def test_repeated_wrong_passwords_pause_the_account(client, person, settings):
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        response = client.post(reverse("login"), {"username": "zhangming", "password": "x"})
    assert response.status_code == 429
    assert "15 分钟后再试" in response.content.decode()
    assert client.post(reverse("login"), {"username": "zhangming", "password": "demo-2026"}).status_code == 429


def test_signing_out_needs_a_post(client, person):
    client.force_login(person)
    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout")).url == reverse("home")


def test_signed_in_person_is_named_in_the_frame(client, person):
    client.force_login(person)
    html = page(client)
    assert "张明" in html
    assert "退出登录" in html


def test_care_mode_is_kept_in_a_cookie_and_left_again(client):
    response = client.post(reverse("care-mode"), {"on": "1", "next": "/accounts/login/"})
    assert response.url == "/accounts/login/"
    assert '<html lang="zh-Hans" class="care"' in page(client)
    client.post(reverse("care-mode"), {"on": "0"})
    assert 'class="care"' not in page(client)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", ""])
def test_care_mode_never_leaves_the_site(client, target):
    assert client.post(reverse("care-mode"), {"on": "1", "next": target}).url == "/"


def test_language_switch_answers_in_english(client):
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    html = page(client)
    assert '<html lang="en"' in html
    assert "简体中文" in html


def test_navigation_leaves_out_what_is_not_mounted_or_not_for_this_visitor(rf: RequestFactory, clean_registries):
    register_nav(NavEntry("首页", "home", order=2))
    register_nav(NavEntry("没有", "no-such-url"))
    register_nav(NavEntry("待办", "worklist", visible=lambda actor: actor is not None))
    assert [link.label for link in nav_links(rf.get("/"), None)] == ["首页"]
    assert nav_links(rf.get("/"), None)[0].current


def test_demo_bar_stands_only_in_the_demo(client, settings):
    assert "演示环境" in page(client)
    settings.PORTAL = {**settings.PORTAL, "DEMO": False}
    assert "演示环境" not in page(client)


def test_role_switcher_offers_the_registered_accounts(client, monkeypatch):
    from procurement.ui import furniture

    monkeypatch.setattr(furniture, "_list_demo_accounts", lambda: [DemoAccount("office", "领导小组办公室", "管理方")])
    html = page(client)
    assert '<option value="office">领导小组办公室</option>' in html
    assert '<optgroup label="管理方">' in html


def test_unknown_address_says_what_to_do(client):
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert "没有找到这个页面" in response.content.decode()


def test_refusal_page_shows_its_sentence(rf):
    response = forbidden(rf.get("/"), PermissionDenied("R-060 上年年检不合格"))
    assert response.status_code == 403
    assert "R-060 上年年检不合格" in response.content.decode()


def test_bad_request_and_server_error_have_pages(rf):
    assert "无法识别的请求" in bad_request(rf.get("/"), BadRequest()).content.decode()
    response = server_error(rf.get("/"))
    assert response.status_code == 500
    assert "系统出现错误" in response.content.decode()


def test_expired_form_tells_that_nothing_was_taken(person):
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(reverse("login"), {"username": "zhangming", "password": "demo-2026"})
    assert response.status_code == 403
    assert "本次提交没有被接收" in response.content.decode()


def test_home_costs_the_same_whatever_it_lists(client, clean_registries, django_assert_num_queries):
    register_home_block(lambda actor: HomeBlock("通知", entries=tuple(HomeEntry(str(n), "/") for n in range(300))))
    with django_assert_num_queries(0):
        assert client.get("/").status_code == 200

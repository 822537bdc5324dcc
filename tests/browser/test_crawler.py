"""The crawler is only worth its verdict if it notices what is wrong."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.crawler import Seen, Walk, kind_of

pytestmark = pytest.mark.browser

#: A page with one fault of each kind.
FAULTY = {
    "dead link": '<a class="button">去</a>',
    "dead link: ": '<a href="#nowhere">下面</a>',
    "form posts to nowhere": '<form method="post" action="/no/such/act/"><button>办</button></form>',
    "button without a form": "<button>孤零零</button>",
    "not Chinese": "<p>This sentence was never translated.</p>",
    "px wide on 360": '<p><img alt="" width="2000" height="9"></p>',
    "axe image-alt": "<img src=x.png>",
}


def walk_over(page: Page, body: str) -> list[str]:
    page.set_content(f'<!doctype html><html lang="zh"><title>页</title><main><h1>页</h1>{body}</main></html>')
    walk = Walk(page=page, address="http://portal", seen=Seen())
    walk.look()
    walk.look_closely()
    return walk.faults


@pytest.mark.parametrize("fault", FAULTY)
def test_crawler_notices(page: Page, fault: str) -> None:
    assert any(fault in found for found in walk_over(page, FAULTY[fault]))


def test_crawler_has_nothing_against_a_sound_page(page: Page) -> None:
    sound = '<p>回执 <code>SHA-256 of a file</code> <a class="button" href="#end">下</a></p><p id="end">PDF</p>'
    assert not walk_over(page, sound)


def test_pages_of_one_kind_are_told_by_name() -> None:
    assert kind_of("/guides/") == "guides"
    assert kind_of("/no/such/page/") is None

"""Keyset pages: every row once, forwards and back, whatever the order."""

import pytest
from django.test import RequestFactory

from procurement.access.models import User
from procurement.ui.paging import keyset_page

pytestmark = pytest.mark.django_db
ORDERS = [("username", "id"), ("-username", "id"), ("name", "-username", "id")]


@pytest.fixture
def people() -> None:
    User.objects.bulk_create([User(username=f"p{n:02}", name=f"组{n % 3}") for n in range(23)])


def walk(start: str, direction: str, order: tuple[str, ...]) -> tuple[list[list[str]], str]:
    pages, query, back = [], start, ""
    while True:
        page = keyset_page(User.objects.all(), RequestFactory().get(f"/list/{query}"), order=order, size=5)
        pages.append([user.username for user in page])
        query = page.next_url if direction == "next" else page.previous_url
        if not query:
            return pages, back or page.previous_url


@pytest.mark.parametrize("order", ORDERS)
def test_pages_forward_show_every_row_once_in_order(people, order):
    pages, _back = walk("", "next", order)
    expected = list(User.objects.order_by(*order).values_list("username", flat=True))
    assert [name for page in pages for name in page] == expected
    assert [len(page) for page in pages] == [5, 5, 5, 5, 3]


@pytest.mark.parametrize("order", ORDERS)
def test_pages_back_are_the_same_pages(people, order):
    forward, last_back = walk("", "next", order)
    backward, _start = walk(last_back, "previous", order)
    assert backward == forward[:-1][::-1]


def test_filters_stay_in_the_links(people):
    page = keyset_page(User.objects.all(), RequestFactory().get("/?q=养老"), order=("username", "id"), size=5)
    assert "q=%E5%85%BB%E8%80%81" in page.next_url


@pytest.mark.parametrize("cursor", ["zzz", "bnVsbA", "WzFd", "W10"])
def test_unreadable_cursor_shows_the_first_page(people, cursor):
    page = keyset_page(User.objects.all(), RequestFactory().get(f"/?after={cursor}"), order=("username", "id"), size=5)
    assert page.rows[0].username == "p00"


def test_page_is_one_query(people, django_assert_num_queries):
    with django_assert_num_queries(1):
        keyset_page(User.objects.all(), RequestFactory().get("/"), order=("username", "id"))

"""Chinese first, English only for who asked for it."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_english_browser_gets_the_official_language() -> None:
    page = Client(headers={"accept-language": "en-US"}).get(reverse("home"))
    assert page.headers["Content-Language"] == "zh-hans"


def test_switch_is_kept_in_a_cookie() -> None:
    client = Client()
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert client.get(reverse("home")).headers["Content-Language"] == "en"


def test_unknown_language_falls_back() -> None:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "xx"
    assert client.get(reverse("home")).headers["Content-Language"] == "zh-hans"

"""People, providers and pages for the tests of the frame."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import RequestFactory

from procurement.access.models import User
from procurement.ui import furniture, home, worklists
from tests.ui.urls import Draft, page_template


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("zhangming", password="demo-2026", name="张明")


@pytest.fixture
def render(rf: RequestFactory) -> Callable[..., str]:
    """Render a piece of template as a page would, with the page's furniture around it."""

    def rendered(source: str, path: str = "/", **context: Any) -> str:
        return page_template(source).render(context, rf.get(path))

    return rendered


@pytest.fixture
def clean_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what the test registers; what the apps registered comes back afterwards."""
    monkeypatch.setattr(worklists, "_providers", [])
    monkeypatch.setattr(home, "_providers", [])
    monkeypatch.setattr(furniture, "_nav", {})


@pytest.fixture
def draft(settings: Any) -> Iterator[type[Draft]]:
    settings.ROOT_URLCONF = "tests.ui.urls"
    Draft.reset()
    yield Draft
    Draft.reset()

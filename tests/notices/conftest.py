from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from procurement.access.models import User
from procurement.notices import notify


@pytest.fixture
def words(tmp_path: Path, settings: Any) -> Callable[[str, str], None]:
    """Writes notice texts for this test: ``words("hello", "标题\\n正文")``."""
    folder = tmp_path / "notices"
    folder.mkdir()
    engine = {**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}
    settings.TEMPLATES = [engine]

    def write(name: str, text: str) -> None:
        (folder / f"{name}.txt").write_text(text)

    write("hello", "您好 {{ name }}\n正文 {{ name }}")
    return write


@pytest.fixture
def person(db: None) -> Callable[..., User]:
    """Makes people; with an address unless told otherwise."""

    def make(username: str = "reader", **fields: Any) -> User:
        fields = {"name": f"{username} 姓名", "email": f"{username}@example.org", **fields}
        return User.objects.create_user(username, "demo-2026", **fields)

    return make


@pytest.fixture
def tell(words: Any) -> Callable[..., None]:
    """Notifies in a transaction of its own, as a service would."""

    def tell(*people: User, key: str = "event-1", **fields: Any) -> None:
        with transaction.atomic():
            notify(**{"template": "hello", "recipients": people, "key": key, "context": {"name": "甲"}, **fields})

    return tell

"""A person, a thing they may attach files to, and a media root of its own for each test."""

import uuid
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from procurement.access import Actor
from procurement.documents import subjects

KIND = "tests.folder"


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return settings.MEDIA_ROOT


@pytest.fixture
def owner(db):
    return get_user_model().objects.create_user("folder-owner", "owner-2026", name="张镕")


@pytest.fixture
def stranger(db):
    return get_user_model().objects.create_user("stranger", "stranger-2026", name="李喆")


@pytest.fixture
def actor(owner) -> Actor:
    return Actor(user=owner)


@pytest.fixture
def folder(owner, monkeypatch) -> str:
    """A subject whose files only its owner sees."""
    monkeypatch.setattr(subjects, "_visible", dict(subjects._visible))
    key = uuid.uuid4()
    subjects.register_subject(KIND, visible=lambda who, subject_id: subject_id == key and who.user == owner)
    return f"{KIND}:{key}"


@pytest.fixture
def kept_files(media):
    """Every file below the media root, as paths relative to it."""
    return lambda: sorted(str(path.relative_to(media)) for path in media.rglob("*") if path.is_file())

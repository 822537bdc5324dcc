"""A backup is whole or refused, and what is restored is what was there."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from procurement import audit
from procurement.access.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def portal_with_content(settings: Any, tmp_path: Path) -> User:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PORTAL = {**settings.PORTAL, "CHECKPOINT_DIR": tmp_path / "checkpoints"}
    user = User.objects.create_user(username="keeper", name="档案员")
    audit.record(
        actor_id=user.pk, actor_label="档案员", action="user.create", subject=f"access.user:{user.pk}", case_id=None
    )
    audit.make_checkpoint()
    default_storage.save("documents/aa/report", ContentFile("季度报告".encode()))
    default_storage.save("quarantine/suspect", ContentFile(b"not yet looked at"))
    return user


def test_restored_portal_is_the_one_backed_up(portal_with_content: User, tmp_path: Path) -> None:
    call_command("backup", tmp_path / "backup")
    User.objects.filter(pk=portal_with_content.pk).update(name="另一个人")
    User.objects.create_user(username="later", name="后来者")
    default_storage.delete("documents/aa/report")

    call_command("restore", tmp_path / "backup", replace=True)

    assert list(User.objects.values_list("username", "name")) == [("keeper", "档案员")]
    assert default_storage.open("documents/aa/report").read() == "季度报告".encode()
    assert not default_storage.exists("quarantine/suspect")
    assert audit.verify().whole
    assert audit.status().checkpoint_size == audit.status().size > 0


def test_changed_backup_is_refused_and_nothing_is_restored(portal_with_content: User, tmp_path: Path) -> None:
    call_command("backup", tmp_path / "backup")
    with (tmp_path / "backup" / "media.tar").open("r+b") as file:
        file.seek(600)
        file.write(b"!")
    User.objects.filter(pk=portal_with_content.pk).update(name="另一个人")
    with pytest.raises(CommandError, match=r"media\.tar"):
        call_command("restore", tmp_path / "backup", replace=True)
    assert User.objects.get(pk=portal_with_content.pk).name == "另一个人"


def test_unfinished_backup_is_refused(portal_with_content: User, tmp_path: Path) -> None:
    call_command("backup", tmp_path / "backup")
    (tmp_path / "backup" / "manifest.json").unlink()
    with pytest.raises(CommandError, match="清单"):
        call_command("restore", tmp_path / "backup", replace=True)


def test_filled_portal_is_not_overwritten_by_accident(portal_with_content: User, tmp_path: Path) -> None:
    call_command("backup", tmp_path / "backup")
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", tmp_path / "backup")


def test_backup_overwrites_nothing_and_lists_its_hashes(portal_with_content: User, tmp_path: Path) -> None:
    call_command("backup", tmp_path / "backup")
    manifest = json.loads((tmp_path / "backup" / "manifest.json").read_text())
    assert set(manifest["files"]) == {"database.dump", "media.tar", "checkpoints.tar"}
    with pytest.raises(CommandError, match="不是空目录"):
        call_command("backup", tmp_path / "backup")

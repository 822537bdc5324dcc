"""A keeper of the register of organisations, and files of this test's own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from orgs.models import OrganizationKind
from procurement.access import Actor, Role
from procurement.documents.services import run_job
from procurement.registers.models import ImportRun
from procurement.registers.registry import registers
from procurement.registers.services.importing import start_import
from tests.factories import make_actor, make_organization
from tests.registers import sheets


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()


@pytest.fixture
def keeper(db: None) -> Actor:
    return make_actor(Role.CIV, make_organization(OrganizationKind.AUTHORITY, name="北京市朝阳区民政局"))


@pytest.fixture
def bring_in(keeper: Actor) -> Callable[..., ImportRun]:
    """Upload a workbook as the keeper and let the background do its work."""

    def run(content: bytes, *, register: str = "organizations", check_only: bool = False) -> ImportRun:
        upload: SimpleUploadedFile = sheets.upload(content)
        started = start_import(actor=keeper, register=registers()[register], upload=upload, check_only=check_only)
        assert started.job is not None
        run_job(job_id=started.job.pk)
        started.refresh_from_db()
        return started

    return run

"""Documents in an S3 bucket: there before the row is, fetched when this machine lost them, believed only by their hash."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from procurement.access import Role
from procurement.documents import storage
from procurement.documents.services.storing import store_generated
from procurement.settings.environment import object_store
from tests.factories import make_actor

pytestmark = pytest.mark.django_db
BUCKET = "portal-documents"
CONTENT = "年度报告".encode()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def bucket(server: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    values = {
        "S3_BUCKET": BUCKET, "S3_ENDPOINT_URL": server, "S3_REGION": "us-east-1",
        "S3_ACCESS_KEY": "portal", "S3_SECRET_KEY": "secret",
    }  # fmt: skip
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    settings.STORAGES = {**settings.STORAGES, **object_store()}
    resource = boto3.resource(
        "s3", endpoint_url=server, region_name="us-east-1", aws_access_key_id="portal", aws_secret_access_key="secret"
    )
    made = resource.create_bucket(Bucket=BUCKET)
    yield made
    made.objects.all().delete()
    made.delete()


def kept() -> Any:
    return store_generated(
        actor=make_actor(Role.LGO),
        content=CONTENT,
        filename="年度报告.txt",
        subject="orgs.organization:00000000-0000-0000-0000-000000000001",
        kind="report",
        title="年度报告",
        media_type="text/plain",
    )


def test_file_rests_in_the_bucket_and_comes_back_when_this_machine_lost_it(bucket: Any):
    document = kept()
    assert [one.key for one in bucket.objects.all()] == [storage.content_path(document.sha256)]
    shutil.rmtree(storage.root() / "documents")
    assert document.path.read_bytes() == CONTENT


def test_changed_object_is_not_believed(bucket: Any):
    document = kept()
    shutil.rmtree(storage.root() / "documents")
    bucket.Object(storage.content_path(document.sha256)).put(Body="改过的报告".encode())
    with pytest.raises(storage.Damaged):
        _ = document.path
    assert not (storage.root() / document.stored_path).exists()


def test_bytes_without_a_row_leave_both_places(bucket: Any):
    document = kept()
    storage.remove(document.stored_path)
    assert list(bucket.objects.all()) == []
    assert not (storage.root() / document.stored_path).exists()


def test_without_a_bucket_documents_rest_on_this_machine_only(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("S3_BUCKET", raising=False)
    assert object_store() == {}
    assert storage.depot() is None

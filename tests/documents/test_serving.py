import uuid

import pytest
from django.test import Client
from django.urls import reverse

from procurement.audit.models import AuditEvent
from procurement.documents import publish, store
from procurement.documents.models import Document
from tests.documents import samples

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def document(actor, folder) -> Document:
    content = samples.pdf(pages=3)
    return store(
        actor=actor, upload=samples.upload("实施方案 1.pdf", content), subject=folder, kind="plan", title="方案"
    )


@pytest.fixture
def owner_client(owner):
    client = Client()
    client.force_login(owner)
    return client


@pytest.fixture
def foreign_client(stranger):
    client = Client()
    client.force_login(stranger)
    return client


def actions(document):
    return list(
        AuditEvent.objects.filter(subject=f"documents.document:{document.pk}")
        .exclude(action="document.store")
        .values_list("action", "ok")
    )


def test_owner_gets_the_file_as_attachment_with_closed_headers(document, owner_client):
    response = owner_client.get(reverse("document-download", args=[document.pk]))
    assert response.status_code == 200
    assert response.getvalue() == document.path.read_bytes()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == (
        "attachment; filename=\"document.pdf\"; filename*=UTF-8''%E5%AE%9E%E6%96%BD%E6%96%B9%E6%A1%88%201.pdf"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, no-store"
    assert actions(document) == [("document.download", True)]


def test_foreign_person_gets_the_same_404_as_for_an_absent_file_and_is_on_record(document, foreign_client):
    forbidden = foreign_client.get(reverse("document-download", args=[document.pk]))
    absent = foreign_client.get(reverse("document-download", args=[uuid.uuid4()]))
    assert forbidden.status_code == absent.status_code == 404
    assert actions(document) == [("document.denied", False)]


def test_foreign_person_sees_no_page_either(document, foreign_client):
    assert foreign_client.get(reverse("document-page", args=[document.pk, 1])).status_code == 404
    assert not document.path.with_name(document.sha256 + ".pages").exists()


def test_visitor_is_asked_to_sign_in_alike_for_absent_and_private_files(document, client):
    for key in (document.pk, uuid.uuid4()):
        url = reverse("document-download", args=[key])
        response = client.get(url)
        assert response.status_code == 302
        assert response["Location"].endswith(f"?next={url}")


def test_subject_of_unregistered_kind_is_visible_to_nobody(actor, folder, owner_client):
    subject = f"tests.unknown:{uuid.uuid4()}"
    lost = store(actor=actor, upload=samples.upload("a.pdf", samples.pdf()), subject=subject, kind="plan", title="方案")
    assert owner_client.get(reverse("document-download", args=[lost.pk])).status_code == 404


def test_public_file_is_open_to_visitors_and_not_recorded(document, actor, client):
    publish(actor=actor, document=document)
    response = client.get(reverse("document-download", args=[document.pk]))
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=3600"
    assert response["Content-Disposition"].startswith("attachment;")
    assert actions(document) == [("document.publish", True)]


@pytest.mark.parametrize(
    ("asked", "start", "end"), [("bytes=0-9", 0, 10), ("bytes=10-", 10, None), ("bytes=-5", -5, None)]
)
def test_interrupted_download_goes_on_with_a_range(asked, start, end, document, owner_client):
    response = owner_client.get(reverse("document-download", args=[document.pk]), headers={"Range": asked})
    content = document.path.read_bytes()
    assert response.status_code == 206
    assert response.getvalue() == content[start:end]
    first = start % len(content)
    assert response["Content-Range"] == f"bytes {first}-{first + len(content[start:end]) - 1}/{len(content)}"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_range_beyond_the_end_is_refused(document, owner_client):
    url = reverse("document-download", args=[document.pk])
    response = owner_client.get(url, headers={"Range": f"bytes={document.size}-"})
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{document.size}"


def test_unknown_range_unit_gives_the_whole_file(document, owner_client):
    response = owner_client.get(reverse("document-download", args=[document.pk]), headers={"Range": "pages=1-2"})
    assert (response.status_code, response.getvalue()) == (200, document.path.read_bytes())


def test_page_is_drawn_once_and_served_as_png(document, owner_client):
    url = reverse("document-page", args=[document.pk, 2])
    first, second = owner_client.get(url).getvalue(), owner_client.get(url).getvalue()
    assert first.startswith(PNG)
    assert first == second
    pages = document.path.with_name(document.sha256 + ".pages")
    assert [page.name for page in pages.iterdir()] == ["2.png"]


def test_looking_at_the_first_page_is_on_record(document, owner_client):
    owner_client.get(reverse("document-page", args=[document.pk, 1]))
    owner_client.get(reverse("document-page", args=[document.pk, 2]))
    assert actions(document) == [("document.preview", True)]


@pytest.mark.parametrize("number", [0, 4, 999_999])
def test_page_that_is_not_there_is_404(number, document, owner_client):
    assert owner_client.get(reverse("document-page", args=[document.pk, number])).status_code == 404


def test_picture_has_one_page_and_office_file_none(actor, folder, owner_client):
    picture = store(
        actor=actor,
        upload=samples.upload("a.png", samples.png(3_000, 2_000)),
        subject=folder,
        kind="photo",
        title="照片",
    )
    office = store(
        actor=actor, upload=samples.upload("a.docx", samples.office()), subject=folder, kind="plan", title="方案"
    )
    assert list(picture.page_numbers) == [1]
    assert owner_client.get(reverse("document-page", args=[picture.pk, 1])).getvalue().startswith(PNG)
    assert not office.has_pages
    assert owner_client.get(reverse("document-page", args=[office.pk, 1])).status_code == 404


def test_posting_to_a_download_is_refused(document, owner_client):
    assert owner_client.post(reverse("document-download", args=[document.pk])).status_code == 405

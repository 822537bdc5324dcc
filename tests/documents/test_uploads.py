import hashlib
import io
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from PIL import Image

from procurement.audit.models import AuditEvent
from procurement.documents import UploadRefused, publish, store, store_generated
from procurement.documents.inspection import EXTENSIONS
from procurement.documents.models import Document
from procurement.documents.services import sweep_orphans
from tests.documents import samples

pytestmark = pytest.mark.django_db


def hand_in(actor, folder, name, content, **more):
    return store(
        actor=actor, upload=samples.upload(name, content), subject=folder, kind="plan", title="实施方案", **more
    )


@pytest.mark.parametrize("case", samples.BAD)
def test_upload_of_bad_file_is_refused_and_leaves_nothing(case, actor, folder, kept_files):
    name, make, code = samples.BAD[case]
    with pytest.raises(UploadRefused) as refusal:
        hand_in(actor, folder, name, make())
    assert refusal.value.code == code
    assert refusal.value.message.endswith("。")
    assert "%(" not in refusal.value.message
    assert kept_files() == []
    assert not Document.objects.exists()


def test_upload_over_the_cap_is_refused_with_the_cap_in_the_sentence(actor, folder, settings, kept_files):
    settings.PORTAL = {**settings.PORTAL, "UPLOAD_MAX_BYTES": 2 * 1024 * 1024}
    with pytest.raises(UploadRefused, match="文件超过 2 MB"):
        hand_in(actor, folder, "a.pdf", b"%PDF-" + b"0" * (2 * 1024 * 1024))
    assert kept_files() == []


def test_upload_beyond_the_number_of_files_is_refused(actor, folder, settings):
    settings.PORTAL = {**settings.PORTAL, "UPLOAD_MAX_FILES": 1}
    hand_in(actor, folder, "a.pdf", samples.pdf())
    with pytest.raises(UploadRefused, match="附件已达 1 个"):
        hand_in(actor, folder, "b.pdf", samples.pdf(pages=2))


GOOD = {
    "pdf": (samples.pdf, "application/pdf", 1),
    "docx": (samples.office, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", None),
    "xlsx": (
        lambda: samples.office(samples.XLSX_MAIN),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        None,
    ),
    "png": (samples.png, "image/png", 1),
    "jpg": (samples.jpeg_with_place, "image/jpeg", 1),
    "jpeg": (samples.jpeg_with_place, "image/jpeg", 1),
}


def test_every_accepted_extension_has_a_good_sample():
    assert set(GOOD) == set(EXTENSIONS)


@pytest.mark.parametrize("extension", GOOD)
def test_upload_of_good_file_is_kept_under_its_hash(extension, actor, folder, kept_files):
    make, media_type, pages = GOOD[extension]
    content = make()
    document = hand_in(actor, folder, f"实施方案.{extension.upper()}", content)
    document.refresh_from_db()
    assert document.media_type == media_type
    assert document.page_count == pages
    assert document.original_name == f"实施方案.{extension.upper()}"
    assert document.received_sha256 == hashlib.sha256(content).hexdigest()
    assert document.sha256 == hashlib.sha256(document.path.read_bytes()).hexdigest()
    assert document.size == document.path.stat().st_size
    assert kept_files() == [document.stored_path]
    assert document.path.stat().st_mode & 0o777 == 0o400


def test_document_with_a_web_link_is_accepted(actor, folder):
    linked = samples.office(
        extra={"word/_rels/document.xml.rels": samples.relations("hyperlink", "https://www.gov.cn/", "External")}
    )
    assert hand_in(actor, folder, "a.docx", linked).version == 1


def test_photo_loses_its_place_and_author(actor, folder):
    document = hand_in(actor, folder, "照片.jpg", samples.jpeg_with_place())
    kept = document.path.read_bytes()
    assert b"Zhang San" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()
    assert document.sha256 != document.received_sha256
    assert Document.objects.by_hash(document.received_sha256.upper()).get() == document


def test_same_file_twice_is_one_document(actor, folder):
    first = hand_in(actor, folder, "a.pdf", samples.pdf())
    assert hand_in(actor, folder, "a.pdf", samples.pdf()) == first
    assert Document.objects.count() == 1


def test_same_content_in_two_subjects_is_one_file_and_two_documents(actor, folder, kept_files):
    hand_in(actor, folder, "a.pdf", samples.pdf())
    hand_in(actor, f"tests.other:{uuid.uuid4()}", "a.pdf", samples.pdf())
    assert Document.objects.count() == 2
    assert len(kept_files()) == 1


def test_new_version_replaces_the_old_one_and_keeps_it(actor, folder):
    first = hand_in(actor, folder, "a.pdf", samples.pdf())
    second = hand_in(actor, folder, "a.pdf", samples.pdf(pages=2), supersedes=first)
    assert (second.version, second.supersedes) == (2, first)
    assert list(Document.objects.for_subject(folder).current()) == [second]
    assert Document.objects.for_subject(folder).latest() == second
    assert first.path.exists()


def test_two_officers_replacing_the_same_version_leave_one_successor(actor, folder):
    first = hand_in(actor, folder, "a.pdf", samples.pdf())
    hand_in(actor, folder, "a.pdf", samples.pdf(pages=2), supersedes=first)
    with pytest.raises(UploadRefused) as refusal:
        hand_in(actor, folder, "a.pdf", samples.pdf(pages=3), supersedes=first)
    assert refusal.value.code == "superseded"


def test_generated_file_again_is_the_same_document_and_a_changed_one_the_next_version(actor, folder):
    def keep(content):
        return store_generated(
            actor=actor, content=content, filename="卷宗.pdf", subject=folder, kind="dossier", title="审计卷宗"
        )

    first, again, changed = keep(samples.pdf()), keep(samples.pdf()), keep(samples.pdf(pages=3))
    assert first == again
    assert (changed.version, changed.supersedes, changed.page_count) == (2, first, 3)


def test_document_without_a_subject_is_an_error(actor):
    with pytest.raises(ValueError, match="not a subject"):
        hand_in(actor, "application", "a.pdf", samples.pdf())


@pytest.mark.parametrize("field", ["sha256", "title", "stored_path", "version", "subject_id", "original_name"])
def test_content_of_a_document_cannot_be_changed_even_by_sql(field, actor, folder):
    document = hand_in(actor, folder, "a.pdf", samples.pdf())
    changed = {"version": 9, "subject_id": uuid.uuid4()}.get(field, "0" * 64)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(**{field: changed})


def test_document_cannot_be_deleted(actor, folder):
    document = hand_in(actor, folder, "a.pdf", samples.pdf())
    with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
        Document.objects.filter(pk=document.pk).delete()


def test_version_without_predecessor_is_refused_by_the_database(actor, folder):
    document = hand_in(actor, folder, "a.pdf", samples.pdf())
    document.pk, document.version, document._state.adding = uuid.uuid4(), 2, True
    with pytest.raises(IntegrityError, match="document_version_follows_another"), transaction.atomic():
        document.save()


def test_publishing_opens_a_document_and_is_on_record(actor, folder):
    document = hand_in(actor, folder, "a.pdf", samples.pdf())
    publish(actor=actor, document=document)
    document.refresh_from_db()
    assert document.is_public
    actions = set(
        AuditEvent.objects.filter(subject=f"documents.document:{document.pk}").values_list("action", flat=True)
    )
    assert actions == {"document.store", "document.publish"}


def test_journal_knows_the_file_name_only_as_a_hash(actor, folder):
    document = hand_in(actor, folder, "张镕身份证.pdf", samples.pdf())
    event = AuditEvent.objects.get(subject=f"documents.document:{document.pk}")
    assert "张镕身份证".encode() not in bytes(event.body)
    assert document.sha256.encode() in bytes(event.body)


def test_sweeping_clears_orphans_and_spares_what_has_a_row(actor, folder, media, kept_files):
    document = hand_in(actor, folder, "a.pdf", samples.pdf())
    orphan = media / "documents" / "ab" / "cd" / ("ab" * 32)
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(b"left by a lost transaction")
    (media / "quarantine" / "left").mkdir()
    assert sweep_orphans(at=timezone.now()) == 0
    assert sweep_orphans(at=timezone.now() + timedelta(days=2)) == 2
    assert kept_files() == [document.stored_path]

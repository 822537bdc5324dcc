"""The dossier: a paper is registered once, verified once, expires by the clock and is never asked for unchanged."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from orgs.models import AnnualInspection, InspectionResult, Qualification, QualificationKind
from orgs.selectors.dossier import Holding, dossier_of
from orgs.services import dossier
from procurement.access import ANONYMOUS, Role
from procurement.demo.steps.applying import sample
from procurement.lifecycle.engine import perform
from procurement.notices.models import Outbox
from procurement.rules import RuleViolation, refusal_for_constraint
from tests.factories import make_actor, make_seat, make_social_organization
from tests.factories.standing import make_paper, run_out

pytestmark = pytest.mark.django_db


def scan(name: str = "申报承诺书.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile("证书.pdf", sample(name), content_type="application/pdf")


def entered(**changes: object) -> dict[str, object]:
    values = {"kind": "tax", "title": "", "number": "税证2026-1", "issuer": "税务局", "issued_on": "2026-01-05"}
    return {**values, **changes}


def holdings(paper: Qualification) -> dict[str, str]:
    rows = dossier_of(paper.organization, timezone.localdate(), may_edit=True)
    return {row.kind.value: row.holding.value for row in rows}


# --- the story ------------------------------------------------------------------------------------------------------


def test_paper_is_uploaded_handed_in_verified_and_then_shown_as_valid(client) -> None:
    """Given an organisation without a tax paper, when it registers one and civil affairs verifies it, it counts."""
    organization = make_social_organization()
    operator, civil = make_seat(Role.ORG, organization).person, make_seat(Role.CIV).person
    client.force_login(operator)
    page = client.get(reverse("my-dossier"), follow=True)
    assert "缺少" in page.text

    add = reverse("qualification-add", args=[organization.pk])
    answer = client.post(add, entered(upload=scan(), submit="1"), follow=True)
    assert "已提交，等待民政部门核验" in answer.text
    paper = organization.qualifications.get()
    assert paper.status == "submitted"

    client.force_login(civil)
    assert "税证2026-1" in client.get(reverse("qualification-queue")).text
    verify = reverse("transition", args=["qualification", paper.pk, "qualification.verify"])
    assert client.post(verify, {}, follow=True).status_code == 200
    paper.refresh_from_db()
    assert paper.status == "verified"
    assert paper.history.last().data["sha256"]
    assert holdings(paper)["tax"] == Holding.VALID

    client.force_login(operator)
    again = client.post(add, entered(number="税证2026-2", upload=scan(), submit="1"))
    assert again.status_code == 422
    assert "未变化的材料不用重复上传" in again.text
    assert organization.qualifications.count() == 1


def test_paper_without_a_scan_stays_a_draft_and_says_why(client) -> None:
    organization = make_social_organization()
    client.force_login(make_seat(Role.ORG_H, organization).person)
    answer = client.post(reverse("qualification-add", args=[organization.pk]), entered(submit="1"), follow=True)
    assert "R-051 尚未上传材料扫描件" in answer.text
    assert organization.qualifications.get().status == "draft"


def test_returned_paper_is_corrected_and_handed_in_again(client) -> None:
    paper = make_paper(status="submitted")
    civil = make_actor(Role.CIV)
    with pytest.raises(RuleViolation, match="S-03"):
        perform(paper, "qualification.return", actor=civil)
    perform(paper, "qualification.return", actor=civil, reason="扫描件缺盖章页")
    client.force_login(make_seat(Role.ORG, paper.organization).person)
    assert "扫描件缺盖章页" in client.get(paper.get_absolute_url()).text
    fresh = scan("预算编制说明.pdf")
    client.post(reverse("qualification-edit", args=[paper.pk]), entered(number="更正1", upload=fresh, submit="1"))
    paper.refresh_from_db()
    assert (paper.status, paper.number) == ("submitted", "更正1")


def test_newer_paper_supersedes_the_older_of_its_kind() -> None:
    older = make_paper(kind=QualificationKind.REGISTRATION)
    newer = make_paper(older.organization, kind=QualificationKind.REGISTRATION, status="submitted", number="新证")
    perform(newer, "qualification.verify", actor=make_actor(Role.CIV))
    older.refresh_from_db()
    assert (older.status, newer.status) == ("superseded", "verified")


def test_papers_held_side_by_side_supersede_only_what_they_renew() -> None:
    kept = make_paper(kind=QualificationKind.EQUIPMENT)
    renewed = make_paper(kept.organization, kind=QualificationKind.EQUIPMENT)
    newer = make_paper(kept.organization, kind=QualificationKind.EQUIPMENT, status="submitted", replaces=renewed)
    perform(newer, "qualification.verify", actor=make_actor(Role.CIV))
    assert list(Qualification.objects.filter(status="superseded")) == [renewed]


# --- clock ----------------------------------------------------------------------------------------------------------


def test_paper_expires_the_day_after_its_last_and_not_before() -> None:
    paper = make_paper(issued_on=date(2024, 1, 1), expires_on=date(2028, 2, 29))
    assert paper.is_usable(date(2028, 2, 29))
    assert not paper.is_usable(date(2028, 3, 1))
    now = timezone.now()
    assert dossier.expire_due(now, date(2028, 2, 29)) == 0
    assert dossier.expire_due(now, date(2028, 3, 1)) == 1
    paper.refresh_from_db()
    assert paper.status == "expired"


def test_renewal_is_called_for_once_sixty_days_before() -> None:
    paper = make_paper(issued_on=date(2024, 1, 1), expires_on=date(2028, 4, 29))
    now = timezone.now()
    assert dossier.call_for_renewal(now, date(2028, 2, 28)) == 0
    assert dossier.call_for_renewal(now, date(2028, 2, 29)) == 1
    assert dossier.call_for_renewal(now, date(2028, 3, 1)) == 0
    assert Outbox.objects.filter(key=f"qualification:{paper.pk}:expiring").count() == 1


def test_expired_paper_is_not_accepted_for_verification() -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    paper = make_paper(status="draft", expires_on=yesterday)
    with pytest.raises(RuleViolation, match="R-050 该材料已于"):
        perform(paper, "qualification.submit", actor=make_actor(Role.ORG, paper.organization))


# --- hostile --------------------------------------------------------------------------------------------------------


def test_nobody_verifies_the_papers_of_a_body_they_sit_in() -> None:
    paper = make_paper(status="submitted")
    civil = make_seat(Role.CIV).person
    both = make_actor(Role.ORG, paper.organization, user=civil)
    with pytest.raises(RuleViolation, match="R-069"):
        perform(paper, "qualification.verify", actor=both)


def test_database_keeps_a_verified_paper_as_it_was_handed_in() -> None:
    paper = make_paper()
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Qualification.objects.filter(pk=paper.pk).update(expires_on=date(2099, 1, 1))
    assert "R-051 已提交核验的材料不能修改" in str(refusal_for_constraint(error.value))
    run_out(paper, date(2099, 1, 1))  # with the trigger off it would go through
    paper.refresh_from_db()
    assert paper.expires_on == date(2099, 1, 1)


def test_papers_are_seen_by_their_people_civil_affairs_and_buyers_only(client) -> None:
    draft = make_paper(status="draft")
    verified = make_paper(draft.organization)
    seen = Qualification.objects.visible_to
    assert set(seen(make_actor(Role.ORG, draft.organization))) == {draft, verified}
    for role in (Role.CIV, Role.LGO, Role.PU_BUY):
        assert set(seen(make_actor(role))) == {verified}
    for role in (Role.ORG, Role.RU, Role.EXP, Role.TPE, Role.PU_SIGN, Role.SYS):
        assert not seen(make_actor(role)).exists()
    assert not seen(ANONYMOUS).exists()
    client.force_login(make_seat(Role.ORG).person)
    for address in (
        verified.get_absolute_url(),
        reverse("organization-dossier", args=[draft.organization_id]),
        reverse("qualification-queue"),
        reverse("qualification-add", args=[draft.organization_id]),
        reverse("qualification-edit", args=[draft.pk]),
        reverse("inspection-add", args=[draft.organization_id]),
    ):
        assert client.get(address).status_code == 404, address
    assert verified.number not in client.get(draft.organization.get_absolute_url()).text


def test_public_page_states_certificates_but_not_tax_papers(client) -> None:
    paper = make_paper()
    grade = make_paper(paper.organization, kind=QualificationKind.GRADE, title="4A", number="评字1")
    page = client.get(paper.organization.get_absolute_url()).text
    assert grade.number in page
    assert paper.number not in page


# --- inspections ----------------------------------------------------------------------------------------------------


def test_civil_affairs_enters_an_inspection_and_corrects_it_only_with_a_reason() -> None:
    organization, civil = make_social_organization(), make_actor(Role.CIV)
    terms = {"organization": organization, "year": 2025, "decided_on": date(2026, 6, 30)}
    with pytest.raises(RuleViolation, match="S-02"):
        dossier.record_inspection(actor=make_actor(Role.ORG, organization), result=InspectionResult.PASSED, **terms)
    dossier.record_inspection(actor=civil, result=InspectionResult.PASSED, **terms)
    with pytest.raises(RuleViolation, match="S-03 该年度已有年检结论"):
        dossier.record_inspection(actor=civil, result=InspectionResult.FAILED, **terms)
    dossier.record_inspection(actor=civil, result=InspectionResult.FAILED, reason="复查不合格", **terms)
    assert AnnualInspection.objects.get().result == InspectionResult.FAILED


@pytest.mark.parametrize("papers", [1, 12])
def test_dossier_takes_the_same_queries_for_few_and_many(client, papers: int, django_assert_max_num_queries) -> None:
    organization = make_social_organization()
    for _each in range(papers):
        make_paper(organization, kind=QualificationKind.OTHER)
    client.force_login(make_seat(Role.ORG, organization).person)
    with django_assert_max_num_queries(14):
        assert client.get(reverse("organization-dossier", args=[organization.pk])).status_code == 200

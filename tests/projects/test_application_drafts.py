"""Typing an application: nothing is lost, two editors notice each other, one journal line per sitting."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from orgs.selectors.dossier import in_words
from procurement.access import Role
from procurement.audit.models import AuditEvent
from procurement.demo.steps.applying import CINEMA, sample, typed
from procurement.lifecycle.engine import perform
from procurement.lifecycle.models import StepState
from procurement.rules import RuleViolation
from projects.models import Application, Guide
from projects.sections import SectionState, progress_of
from projects.services.applications import start_application
from tests.factories.applications import (
    fill,
    make_applicant,
    make_applying,
    make_guide,
    make_plain_application,
    make_submitted,
    type_in,
)
from tests.factories.people import make_actor, make_organization, make_seat, make_user
from tests.factories.standing import run_out

pytestmark = pytest.mark.django_db


def url(application: Application, code: str, name: str = "application-section") -> str:
    return reverse(name, args=[application.pk, code])


def autosave(client, application, code, **data):
    return client.post(url(application, code, "application-autosave"), data)


@pytest.fixture
def applying():
    return make_applying(filled=False)


@pytest.fixture
def web(client, applying):
    client.force_login(applying.operator.user)
    return client


def state_of(application: Application, code: str) -> str:
    application.refresh_from_db()
    return next(row.state for row in progress_of(application) if row.section.code == code)


# --- starting ---------------------------------------------------------------------------------------------------


def test_start_opens_a_case_with_the_applicant_alone(applying):
    case = applying.application.case
    assert case.template.code == "beijing_special_fund_18"
    assert list(case.parties.values_list("part", flat=True)) == ["applicant"]
    assert case.steps.get(step__code="publish_guide").state == StepState.DONE
    step = case.steps.get(step__code="apply_online")
    assert step.state == StepState.OPEN
    assert step.due_on == timezone.localtime(applying.guide.closes_at - timedelta(microseconds=1)).date()


def test_second_click_on_apply_gives_the_same_draft(web, applying):
    start = reverse("application-start", args=[applying.guide.pk])
    first, second = web.post(start), web.post(start)
    assert first.status_code == second.status_code == 302
    assert first.url == second.url == reverse("application-tasks", args=[applying.application.pk])
    assert Application.objects.count() == 1


def test_numbers_run_by_year_and_never_repeat():
    guide = make_guide()
    numbers = [make_applying(guide=guide, filled=False).application.number for _n in range(3)]
    assert numbers == [f"SB-{guide.year}-{n:04d}" for n in (1, 2, 3)]


def test_start_refuses_strangers_closed_guides_and_full_caps():
    guide, applicant = make_guide(), make_applicant()
    stranger = make_actor(Role.ORG)
    with pytest.raises(RuleViolation) as violation:
        start_application(actor=stranger, guide=guide, applicant=applicant)
    assert violation.value.refusals[0].rule_id == "S-02"

    operator = make_actor(Role.ORG, applicant)
    with pytest.raises(RuleViolation) as violation:
        start_application(actor=operator, guide=guide, applicant=applicant, at=guide.closes_at)
    assert violation.value.refusals[0].rule_id == "S-05"

    for _number in range(2):
        make_plain_application(guide, applicant)
    with pytest.raises(RuleViolation) as violation:
        start_application(actor=operator, guide=guide, applicant=applicant)
    assert violation.value.refusals[0].rule_id == "R-060"


def test_community_organisation_is_sent_to_its_union(client):
    guide, community = make_guide(), make_organization("community")
    client.force_login(make_actor(Role.ORG, community).user)
    answer = client.post(reverse("application-start", args=[guide.pk]))
    assert answer.status_code == 409
    assert "R-070" in answer.text
    assert not Application.objects.exists()


def test_person_of_two_bodies_chooses_one(client):
    guide, user = make_guide(), make_user()
    bodies = [make_applicant(), make_applicant()]
    for body in bodies:
        make_seat(Role.ORG, body, user=user)
    client.force_login(user)
    start = reverse("application-start", args=[guide.pk])
    assert all(body.name in client.post(start).text for body in bodies)
    client.post(start, {"organization": str(bodies[1].pk)})
    assert Application.objects.get().applicant == bodies[1]


# --- saving -----------------------------------------------------------------------------------------------------


def test_autosave_keeps_invalid_and_partial_input_as_typed(web, applying):
    answer = autosave(web, applying.application, "basic", title="心目影院", starts_on="2026-13-45", version="0")
    assert answer.status_code == 200
    assert answer.json()["version"] == "1"
    assert answer.json()["saved_at"].endswith("+08:00")

    page = web.get(url(applying.application, "basic")).text
    assert 'value="心目影院"' in page
    assert 'value="2026-13-45"' in page
    applying.application.refresh_from_db()
    assert applying.application.title == "心目影院"
    assert applying.application.starts_on is None
    assert state_of(applying.application, "basic") == SectionState.STARTED


def test_thirty_saves_of_a_sitting_make_one_journal_line(web, applying):
    for number in range(30):
        autosave(web, applying.application, "basic", title=f"标题{number}", version=str(number), sitting="a")
    assert AuditEvent.objects.filter(action="application.draft").count() == 1
    assert applying.application.editing_sessions.get().saves == 30


def test_invalid_section_says_why_and_keeps_everything(web, applying):
    answer = web.post(
        url(applying.application, "basic"), {"title": "好项目", "leader_phone": "没有", "beneficiary_count": "-1"}
    )
    assert answer.status_code == 422
    page = answer.text
    assert "<title>错误：" in page
    assert "data-error-summary" in page
    assert "请填写有效的电话号码" in page
    assert 'value="没有"' in page
    draft = applying.application.section_drafts.get(code="basic")
    assert draft.values["leader_phone"] == "没有"


def test_rows_keep_what_is_wrong_and_add_up_what_is_right(web, applying):
    rows = {
        "work_type": "social_work", "basis": "询价", "sitting": "a", "lines-TOTAL_FORMS": "3",
        "lines-0-item": "staff", "lines-0-description": "专员", "lines-0-unit": "月", "lines-0-quantity": "12",
        "lines-0-unit_price": "5，200", "lines-1-item": "venue", "lines-1-description": "场地", "lines-1-unit": "场",
        "lines-1-quantity": "四", "lines-1-unit_price": "300",
    }  # fmt: skip
    answer = web.post(url(applying.application, "budget"), rows)
    assert answer.status_code == 422
    assert 'value="四"' in answer.text
    assert "第 2 行" in answer.text

    answer = web.post(url(applying.application, "budget"), {**rows, "lines-1-quantity": "4"})
    assert answer.status_code == 302
    applying.application.refresh_from_db()
    assert applying.application.requested_amount == 12 * 5200 + 4 * 300
    assert state_of(applying.application, "budget") == SectionState.DONE

    web.post(url(applying.application, "budget"), {**rows, "lines-1-quantity": "4", "lines-0-DELETE": "on"})
    applying.application.refresh_from_db()
    assert applying.application.requested_amount == 4 * 300


def test_valid_section_leads_to_the_next(web, applying):
    script = {**CINEMA, "starts_on": "2026-12-01", "ends_on": "2027-11-30"}
    raw = {**typed(applying.application, "basic", script), "sitting": "a"}
    answer = web.post(url(applying.application, "basic"), raw)
    assert answer.url == url(applying.application, "scheme")
    answer = web.post(url(applying.application, "basic"), {**raw, "overview": "1"})
    assert answer.url == reverse("application-tasks", args=[applying.application.pk])


def test_nul_characters_and_absurd_lengths_do_not_break_a_save(web, applying):
    assert autosave(web, applying.application, "basic", title="好\x00项目").status_code == 200
    answer = autosave(web, applying.application, "scheme", need="长" * 70_000)
    assert answer.status_code == 422
    assert "内容过长" in answer.json()["message"]


def test_declaration_waits_for_the_other_sections(web, applying):
    assert state_of(applying.application, "declaration") == SectionState.BLOCKED
    page = web.get(reverse("application-tasks", args=[applying.application.pk])).text
    assert "不可开始" in page
    assert url(applying.application, "declaration") not in page


# --- two editors ------------------------------------------------------------------------------------------------


def test_other_fields_of_two_editors_merge(client, applying):
    colleague = make_seat(Role.ORG, applying.application.applicant).person
    client.force_login(applying.operator.user)
    autosave(client, applying.application, "basic", title="甲的标题", place="", version="0", sitting="a")
    client.force_login(colleague)
    answer = autosave(client, applying.application, "basic", title="", place="乙的地点", version="0", sitting="b")
    assert answer.status_code == 200
    assert answer.json()["merged"] == {"title": "甲的标题"}
    draft = applying.application.section_drafts.get(code="basic")
    assert (draft.values["title"], draft.values["place"]) == ("甲的标题", "乙的地点")


def test_same_field_of_two_editors_is_a_conflict_with_both_values(client, applying):
    colleague = make_seat(Role.ORG, applying.application.applicant).person
    client.force_login(applying.operator.user)
    autosave(client, applying.application, "basic", title="甲的标题", version="0", sitting="a")
    client.force_login(colleague)
    answer = autosave(
        client, applying.application, "basic", title="乙的标题", place="乙的地点", version="0", sitting="b"
    )
    assert answer.status_code == 409
    body = answer.json()
    assert body["editor"] == applying.operator.label
    assert body["fields"] == [{"name": "title", "label": "项目名称", "yours": "乙的标题", "theirs": "甲的标题"}]
    draft = applying.application.section_drafts.get(code="basic")
    assert draft.values["title"] == "甲的标题"
    assert draft.values["place"] == "乙的地点"

    chosen = autosave(
        client, applying.application, "basic", title="乙的标题", place="乙的地点", version=body["version"], sitting="b"
    )
    assert chosen.status_code == 200
    draft.refresh_from_db()
    assert draft.values["title"] == "乙的标题"


def test_conflict_without_scripts_shows_both_values_and_keeps_mine_in_the_form(client, applying):
    autosave_as = {"title": "甲的标题", "version": "0", "sitting": "a"}
    client.force_login(applying.operator.user)
    autosave(client, applying.application, "basic", **autosave_as)
    client.force_login(make_seat(Role.ORG, applying.application.applicant).person)
    answer = client.post(url(applying.application, "basic"), {"title": "乙的标题", "version": "0", "sitting": "b"})
    assert answer.status_code == 409
    assert "甲的标题" in answer.text
    assert 'value="乙的标题"' in answer.text


def test_stale_table_is_never_written_over_a_newer_one(client, applying):
    line = {"lines-0-item": "staff", "lines-0-description": "甲", "lines-0-unit": "月", "lines-0-quantity": "1"}
    client.force_login(applying.operator.user)
    autosave(client, applying.application, "budget", **{"lines-TOTAL_FORMS": "1", **line}, version="0", sitting="a")
    answer = autosave(
        client, applying.application, "budget", **{"lines-TOTAL_FORMS": "0"}, basis="乙", version="0", sitting="b"
    )
    assert answer.status_code == 409
    assert answer.json()["fields"][0]["name"] == ""
    assert "甲" in answer.json()["fields"][0]["theirs"]
    assert applying.application.section_drafts.get(code="budget").values["rows"][0]["description"] == "甲"


def test_own_earlier_save_is_no_conflict_when_its_answer_was_lost(web, applying):
    autosave(web, applying.application, "basic", title="心目", version="0", sitting="a")
    answer = autosave(web, applying.application, "basic", title="心目影院", version="0", sitting="a")
    assert answer.status_code == 200


def test_presence_of_a_colleague_is_shown(client, applying):
    client.force_login(applying.operator.user)
    autosave(client, applying.application, "basic", title="甲", version="0")
    client.force_login(make_seat(Role.ORG, applying.application.applicant).person)
    page = client.get(url(applying.application, "scheme")).text
    assert f"{applying.operator.label}刚刚" in page


# --- when it is over --------------------------------------------------------------------------------------------


def test_signed_out_autosave_says_so_and_stores_nothing(client, applying):
    answer = autosave(client, applying.application, "basic", title="没人")
    assert answer.status_code == 401
    assert "登录已过期" in answer.json()["message"]
    assert not applying.application.section_drafts.exists()


def test_nothing_is_saved_after_the_deadline_or_the_submission(client, applying):
    Guide.objects.filter(pk=applying.guide.pk).update(closes_at=timezone.now() - timedelta(seconds=1))
    client.force_login(applying.operator.user)
    answer = autosave(client, applying.application, "basic", title="晚了")
    assert answer.status_code == 422
    assert "截止" in answer.json()["message"]
    page = client.post(url(applying.application, "basic"), {"title": "晚了"})
    assert page.status_code == 409
    assert 'value="晚了"' in page.text

    submitted = make_submitted()
    client.force_login(submitted.operator.user)
    answer = autosave(client, submitted.application, "basic", title="改")
    assert answer.status_code == 422
    assert "申报已提交" in answer.json()["message"]
    assert client.get(url(submitted.application, "basic")).status_code == 302


def test_not_submitted_bar_stands_on_every_page_of_a_complete_draft(client):
    applying = make_applying()
    client.force_login(applying.head.user)
    application = applying.application
    assert all(row.done for row in progress_of(application))
    pages = [reverse(f"application-{name}", args=[application.pk]) for name in ("tasks", "check")]
    for address in (*pages, url(application, "basic"), url(application, "files")):
        assert "尚未提交" in client.get(address).text
    assert "尚未提交" in client.get(reverse("applications")).text


# --- files ------------------------------------------------------------------------------------------------------


def upload(client, application, content: bytes, name: str = "方案.pdf", kind: str = "scheme"):
    file = SimpleUploadedFile(name, content, content_type="application/pdf")
    return client.post(url(application, "files"), {"kind": kind, f"{kind}-upload": file})


def test_file_is_received_and_a_new_one_becomes_its_next_version(web, applying):
    assert upload(web, applying.application, sample("项目实施方案.pdf")).status_code == 302
    assert upload(web, applying.application, sample("申报承诺书.pdf")).status_code == 302
    page = web.get(url(applying.application, "files")).text
    assert "第 2 版" in page
    assert state_of(applying.application, "files") == SectionState.STARTED


def test_disguised_oversized_and_empty_files_are_refused_and_the_draft_is_kept(web, applying, monkeypatch):
    autosave(web, applying.application, "basic", title="还在")
    disguised = upload(web, applying.application, b"MZ\x90\x00 not a pdf")
    assert disguised.status_code == 422
    assert "不符" in disguised.text or "无法读取" in disguised.text
    assert "<title>错误：" in disguised.text

    monkeypatch.setitem(settings.PORTAL, "UPLOAD_MAX_BYTES", 1024)
    oversized = upload(web, applying.application, sample("项目实施方案.pdf"))
    assert oversized.status_code == 422
    assert "文件超过" in oversized.text
    assert upload(web, applying.application, b"").status_code == 422
    assert applying.application.section_drafts.get(code="basic").values["title"] == "还在"


def test_file_left_out_is_kept_but_not_handed_in(client):
    applying = make_applying()
    client.force_login(applying.operator.user)
    application = applying.application
    page = client.get(url(application, "files"))
    document = page.context["boxes"][0]["files"][0]
    client.post(url(application, "files"), {"leave_out": str(document.pk)})
    assert state_of(application, "files") == SectionState.STARTED
    document.refresh_from_db()
    again = client.post(url(application, "files"), {"leave_out": str(document.pk)}, follow=True)
    assert "不在本申报中" in again.text


def test_expired_certificate_is_refused_with_its_date(web, applying):
    held, expired = applying.application.applicant.qualifications.get(), timezone.localdate() - timedelta(days=3)
    run_out(held, expired)
    page = web.get(url(applying.application, "profile")).text
    assert "到期" in page
    answer = web.post(url(applying.application, "profile"), {"qualifications": [str(held.pk)], "staff_count": "3"})
    assert answer.status_code == 422
    assert f"法人登记证书已于{in_words(expired)}到期" in answer.text


# --- copying ----------------------------------------------------------------------------------------------------


def test_copy_of_last_year_is_marked_for_review_until_saved(client):
    old = make_submitted(title="去年的项目")
    new = make_applying(applicant=old.application.applicant, filled=False)
    client.force_login(new.operator.user)
    tasks = reverse("application-tasks", args=[new.application.pk])
    assert "复制上年申报" in client.get(tasks).text
    client.post(reverse("application-copy", args=[new.application.pk]), {"source": str(old.application.pk)})
    assert state_of(new.application, "scheme") == SectionState.REVIEW
    assert "待核对" in client.get(tasks).text
    assert new.application.budget_lines.count() == old.application.budget_lines.count()
    assert not new.application.section_drafts.filter(code__in=("files", "declaration", "profile")).exists()

    raw = new.application.section_drafts.get(code="scheme").values
    client.post(url(new.application, "scheme"), raw)
    assert state_of(new.application, "scheme") == SectionState.DONE
    with pytest.raises(RuleViolation) as violation:
        perform(new.application, "application.submit", actor=new.head)
    assert any("往年申报复制" in str(r) for r in violation.value.refusals)


def test_foreign_application_cannot_be_copied(client, applying):
    foreign = make_submitted()
    client.force_login(applying.operator.user)
    answer = client.post(
        reverse("application-copy", args=[applying.application.pk]), {"source": str(foreign.application.pk)}
    )
    assert answer.status_code == 404


def test_hub_may_not_type_into_an_application(client):
    submitted = make_submitted()
    client.force_login(submitted.actor(Role.RU).user)
    assert client.get(url(submitted.application, "basic")).status_code == 403
    assert autosave(client, submitted.application, "basic", title="改").status_code == 403


def test_filling_everything_completes_every_section(applying):
    fill(applying)
    assert [row.state for row in progress_of(applying.application)] == [SectionState.DONE] * 9


def test_lapsed_value_is_noticed_after_a_valid_one(applying):
    fill(applying)
    draft = type_in(applying, "basic", {"title": ""})
    assert draft.problems == ["请填写项目名称。"]
    assert state_of(applying.application, "basic") == SectionState.STARTED

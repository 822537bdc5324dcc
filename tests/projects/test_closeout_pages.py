"""The desks of the closing stage: who opens which page, what a post does, what a list costs."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from procurement.access import Role
from procurement.documents.models import Document
from procurement.lifecycle.engine import perform
from procurement.ui.worklists import worklist_for
from projects.models import Acceptance, Closeout, FinancialAudit, Recipient, Refund
from projects.offers.closeouts import closing_work
from projects.services.closeouts import start_closeout
from tests.documents.samples import pdf
from tests.factories.closing import (
    Closing,
    make_audit,
    make_closing,
    make_concluded,
    make_final,
    make_noticed,
    make_project,
    make_visited,
    pay_last,
)
from tests.factories.people import make_actor

pytestmark = pytest.mark.django_db


def sign_in(client, actor) -> None:
    client.force_login(actor.user)


# --- foreign people ---------------------------------------------------------------------------------------------


def pages_of(closing: Closing, acceptance: Acceptance, audit: FinancialAudit) -> list[str]:
    person = acceptance.recipients.first()
    return [
        reverse("closeout", args=[closing.application.closeout.pk]),
        reverse("closeout-edit", args=[closing.application.closeout.pk]),
        reverse("acceptance", args=[acceptance.pk]),
        reverse("acceptance-site", args=[acceptance.pk]),
        reverse("acceptance-slips", args=[acceptance.pk]),
        reverse("acceptance-dictation", args=[acceptance.pk, person.pk]),
        reverse("audit-engage", args=[closing.application.pk]),
        reverse("financial-audit", args=[audit.pk]),
        reverse("audit-fieldwork", args=[audit.pk]),
        reverse("archive", args=[closing.application.pk]),
    ]


POSTS = ("closeout-start", "acceptance-plan")


@pytest.mark.parametrize("role", [Role.ORG_H, Role.RU, Role.LGO, Role.TPE, Role.PU_ACC, Role.TREAS])
def test_people_of_other_bodies_find_nothing(client, role):
    closing = make_closing()
    acceptance = make_visited(closing)
    audit = make_audit(closing, until="fieldwork").audit
    person = acceptance.recipients.first()
    sign_in(client, make_actor(role))
    for address in pages_of(closing, acceptance, audit):
        assert client.get(address).status_code == 404, address
    posts = [
        *(reverse(name, args=[closing.application.pk]) for name in POSTS),
        reverse("closeout-files", args=[closing.application.closeout.pk]),
        reverse("acceptance-files", args=[acceptance.pk]),
        reverse("acceptance-recipients", args=[acceptance.pk]),
        reverse("acceptance-drop", args=[acceptance.pk, person.pk]),
        reverse("acceptance-site", args=[acceptance.pk]),
        reverse("acceptance-rectification", args=[acceptance.pk]),
        reverse("audit-fieldwork", args=[audit.pk]),
        reverse("audit-files", args=[audit.pk]),
        reverse("transition", args=["acceptance", acceptance.pk, "acceptance.draft"]),
        reverse("transition", args=["financial_audit", audit.pk, "financial_audit.send_draft"]),
    ]
    for address in posts:
        assert client.post(address).status_code == 404, address


def test_visitors_are_sent_to_sign_in(client):
    closing = make_closing()
    acceptance = make_visited(closing)
    audit = make_audit(closing, until="engaged").audit
    for address in pages_of(closing, acceptance, audit):
        assert "/accounts/login/" in client.get(address).url


def test_contractor_does_not_open_the_desk_of_the_acceptance(client):
    closing = make_closing()
    acceptance = make_noticed(closing)
    sign_in(client, closing.actor(Role.ORG_H))
    assert client.get(reverse("acceptance", args=[acceptance.pk])).status_code == 200
    for name in ("acceptance-site", "acceptance-slips"):
        assert client.get(reverse(name, args=[acceptance.pk])).status_code == 404


def test_overseer_reads_every_page(client):
    closing = make_concluded()
    acceptance, audit = closing.application.acceptances.get(), closing.application.financial_audits.get()
    sign_in(client, make_actor(Role.AUD))
    for name, thing in (
        ("closeout", closing.application.closeout), ("acceptance", acceptance), ("financial-audit", audit),
        ("archive", closing.application), ("application", closing.application),
    ):  # fmt: skip
        assert client.get(reverse(name, args=[thing.pk])).status_code == 200


# --- the project's page -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "button"), [(Role.ORG, "编制结项报告"), (Role.RU, ""), (Role.LGO, "")])
def test_panel_offers_the_report_to_the_contractor_once_the_term_ends(client, role, button):
    closing = make_project()
    sign_in(client, closing.actor(role))
    page = client.get(reverse("application", args=[closing.application.pk])).text
    assert "结项办理清单" in page
    assert ("编制结项报告</button>" in page) is bool(button)


@pytest.mark.parametrize(("role", "button"), [(Role.RU, "组织验收"), (Role.LGO, "委托审计"), (Role.ORG_H, "")])
def test_panel_offers_the_next_start_to_those_who_may(client, role, button):
    closing = make_closing()
    sign_in(client, closing.actor(role))
    page = client.get(reverse("application", args=[closing.application.pk])).text
    for word in ("组织验收", "委托审计"):
        assert (f">{word}</button>" in page or f">{word}</a>" in page) is (word == button)


def test_panel_stays_away_from_a_project_far_from_its_end(client):
    closing = make_project(ended=False)
    sign_in(client, closing.actor(Role.ORG))
    assert "结项办理清单" not in client.get(reverse("application", args=[closing.application.pk])).text


# --- entering ---------------------------------------------------------------------------------------------------


def test_report_is_started_typed_and_submitted_in_the_browser_way(client):
    closing = make_project()
    sign_in(client, closing.actor(Role.ORG))
    answer = client.post(reverse("closeout-start", args=[closing.application.pk]))
    closeout = Closeout.objects.get()
    assert answer.url == reverse("closeout-edit", args=[closeout.pk])
    typed = {
        "summary": "完成",
        "results": "好",
        "spending_note": "专账",
        "recipients_confirmation": "确认",
        "self_score": "95",
    }
    for row in closing.application.indicators.all():
        typed |= {f"indicator-{row.pk}-actual": str(row.target), f"indicator-{row.pk}-note": "按台账"}
    assert client.post(answer.url, {**typed, "self_score": "101"}).status_code in (409, 422)
    assert client.post(answer.url, typed).url == closeout.get_absolute_url()
    sign_in(client, closing.actor(Role.ORG_H))
    assert "按台账" in client.get(closeout.get_absolute_url()).text
    done = client.post(reverse("transition", args=["closeout", closeout.pk, "closeout.submit"]))
    assert done.status_code == 302
    assert closing.fresh().status == "closing"


def test_files_are_kept_with_the_report_and_wrong_ones_refused(client):
    closing = make_project()
    closeout = start_closeout(actor=closing.actor(Role.ORG), application=closing.application)
    sign_in(client, closing.actor(Role.ORG))
    address = reverse("closeout-files", args=[closeout.pk])
    good = SimpleUploadedFile("签到表.pdf", pdf(), content_type="application/pdf")
    client.post(address, {"kind": "closeout_ledger", "title": "签到表", "upload": good})
    assert Document.objects.for_subject(closeout.subject).get().title == "签到表"
    bad = SimpleUploadedFile("签到表.pdf", b"MZ\x90\x00not a pdf", content_type="application/pdf")
    page = client.post(address, {"kind": "closeout_ledger", "upload": bad}, follow=True)
    assert Document.objects.for_subject(closeout.subject).count() == 1
    assert page.status_code == 200
    client.post(address, {"kind": "audit_paper", "upload": SimpleUploadedFile("a.pdf", pdf())})
    assert Document.objects.for_subject(closeout.subject).count() == 1


def test_full_name_of_a_recipient_is_not_taken_in(client):
    closing = make_closing()
    sign_in(client, closing.actor(Role.RU))
    client.post(reverse("acceptance-plan", args=[closing.application.pk]))
    acceptance = Acceptance.objects.get()
    address = reverse("acceptance-recipients", args=[acceptance.pk])
    refused = client.post(address, {"masked_name": "张素云", "notified_by": "phone"})
    assert refused.status_code == 422
    assert "不登记全名" in refused.text
    client.post(address, {"masked_name": "欧阳＊", "notified_by": "phone"})
    assert Recipient.objects.get().masked_name == "欧阳*"


def test_visit_is_entered_on_one_page(client):
    closing = make_closing()
    acceptance = make_visited(closing, spoken=0)
    sign_in(client, closing.actor(Role.RU))
    people, standards = acceptance.recipients.all(), acceptance.standards.all()
    typed = {f"recipient-{person.pk}-present": "no" for person in people}
    for row in standards:
        typed |= {f"standard-{row.pk}-met": "no", f"standard-{row.pk}-evidence": "缺签到"}
    address = reverse("acceptance-site", args=[acceptance.pk])
    assert client.post(address, {**typed, f"standard-{standards[0].pk}-evidence": ""}).status_code == 422
    assert client.post(address, typed).url == acceptance.get_absolute_url()
    assert not acceptance.recipients.filter(present=True).exists()
    assert not acceptance.standards.filter(met=True).exists()


def test_dictated_opinion_says_who_wrote_it_down(client):
    closing = make_closing()
    acceptance = make_visited(closing, spoken=0)
    person = acceptance.recipients.first()
    sign_in(client, closing.actor(Role.RU))
    address = reverse("acceptance-dictation", args=[acceptance.pk, person.pk])
    client.post(address, {"satisfied": "4", "sentences": ["done", "more"], "words": ""})
    person.refresh_from_db()
    assert person.opinion == "说好的服务都做到了；希望次数再多一些"
    assert "现场代为记录" in client.get(acceptance.get_absolute_url()).text


def test_slips_carry_a_picture_and_the_code_of_those_who_have_not_spoken(client):
    closing = make_closing()
    acceptance = make_visited(closing, spoken=1)
    sign_in(client, closing.actor(Role.RU))
    page = client.get(reverse("acceptance-slips", args=[acceptance.pk])).text
    assert page.count('class="slip__qr"') == 2
    silent = acceptance.recipients.filter(opinion_at=None)
    assert all(person.spelled_code in page for person in silent)
    assert acceptance.recipients.exclude(opinion_at=None).get().spelled_code not in page


def test_firm_is_engaged_and_fills_its_table(client):
    closing = make_closing()
    auditing = make_audit(closing, until="fieldwork")
    sign_in(client, auditing.auditor)
    address = reverse("audit-fieldwork", args=[auditing.audit.pk])
    typed = {"scope": "全部凭证"}
    for line in auditing.audit.lines.all():
        typed |= {f"line-{line.pk}-spent": "30000", f"line-{line.pk}-ineligible": "", f"line-{line.pk}-reason": ""}
    first = auditing.audit.lines.first()
    assert client.post(address, {**typed, f"line-{first.pk}-ineligible": "40000"}).status_code == 422
    assert client.post(address, {**typed, f"line-{first.pk}-ineligible": "20"}).status_code == 422
    assert client.post(address, typed).url == auditing.audit.get_absolute_url()
    auditing.audit.refresh_from_db()
    assert auditing.audit.spent_total == 60000
    sign_in(client, closing.actor(Role.LGO))
    assert client.get(address).status_code == 404


def test_archive_page_shows_what_is_missing_and_then_what_is_kept(client):
    closing = make_concluded()
    sign_in(client, closing.actor(Role.LGO))
    address = reverse("archive", args=[closing.application.pk])
    assert "缺少" in client.get(address).text
    perform(closing.application, "application.close", actor=closing.actor(Role.LGO), decision="同意")
    perform(closing.application, "application.archive", actor=closing.actor(Role.LGO))
    page = client.get(address).text
    assert "归档目录" in page
    assert str(timezone.localdate().year + 15) in page


# --- worklists and lists ----------------------------------------------------------------------------------------


def steps_of(actor) -> set[str]:
    return {str(item.step) for item in closing_work(actor)}


def test_worklists_follow_the_turn():
    closing = make_closing()
    hub, head, office = closing.actor(Role.RU), closing.actor(Role.ORG_H), closing.actor(Role.LGO)
    treasury = closing.actor(Role.TREAS)
    acceptance = make_visited(closing)
    assert "拟定验收意见" in steps_of(hub)
    perform(acceptance, "acceptance.draft", actor=hub, result="pass", opinion="同意")
    perform(acceptance, "acceptance.send_notice", actor=hub)
    assert "验收通报：确认或提出异议" in steps_of(head)
    perform(acceptance, "acceptance.concur", actor=head)
    assert "验收定案" in steps_of(hub)
    perform(acceptance, "acceptance.finalise", actor=hub)
    assert "委托财务审计" in steps_of(office)
    auditing = make_audit(closing, spent=1)
    assert "委托财务审计" not in steps_of(office)
    assert "说明审计征求意见稿" in steps_of(head)
    perform(auditing.audit, "financial_audit.respond", actor=head, reason="无异议")
    assert "出具审计报告" in steps_of(auditing.auditor)
    perform(auditing.audit, "financial_audit.finalise", actor=auditing.auditor, opinion="clean", conclusion="x")
    pay_last(closing)
    assert "退回余款" in steps_of(head)
    perform(Refund.objects.get(), "refund.return", actor=head, voucher_number="TK1")
    assert "确认退款入库" in steps_of(treasury)
    assert worklist_for(treasury)


def test_contractor_is_told_to_put_right():
    closing = make_closing()
    make_final(closing, result="rectify")
    assert "结项整改" in steps_of(closing.actor(Role.ORG_H))


def test_worklist_costs_the_same_for_one_and_for_many():
    closing = make_closing()
    actor = closing.actor(Role.ORG_H)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            list(closing_work(actor))
        return len(queries)

    make_noticed(closing)
    one = cost()
    for _n in range(3):
        other = make_closing(applicant=closing.application.applicant, hub=closing.application.hub)
        make_noticed(other)
    assert len(list(closing_work(actor))) == 4
    assert cost() == one

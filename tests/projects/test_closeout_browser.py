"""The closing stage in a real browser: every page at a desk and on a phone, and axe finds nothing."""

from decimal import Decimal

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import BrowserContext, expect

from procurement.access import Actor, Role
from procurement.lifecycle.engine import perform
from projects.models import Refund
from projects.services.closeouts import start_closeout
from tests.browser.looking import look, look_here, sign_in
from tests.factories.closing import (
    Closing,
    add_history,
    evaluate,
    make_audit,
    make_closing,
    make_final,
    make_noticed,
    make_project,
    make_visited,
    pay_last,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def visit(context: BrowserContext, portal: str, actor: Actor | None, pages: dict[str, str]) -> None:
    page = context.new_page()
    if actor is not None:
        sign_in(page, portal, actor.person)
    for path in pages.values():
        look(page, portal, path)
    page.close()


def act(thing, name: str) -> str:
    return reverse("transition", args=[thing.lifecycle.name, thing.pk, name])


def test_contractor_writes_the_report(context: BrowserContext, live_portal: str):
    closing = make_project()
    closeout = start_closeout(actor=closing.actor(Role.ORG), application=closing.application)
    pages = {
        "panel": reverse("application", args=[closing.application.pk]),
        "report-form": reverse("closeout-edit", args=[closeout.pk]),
        "report": closeout.get_absolute_url(),
    }
    visit(context, live_portal, closing.actor(Role.ORG), pages)


def test_hub_carries_out_the_acceptance(context: BrowserContext, live_portal: str):
    closing = make_closing()
    acceptance = make_visited(closing)
    silent = acceptance.recipients.filter(opinion_at=None).first()
    pages = {
        "panel-hub": reverse("application", args=[closing.application.pk]),
        "acceptance": acceptance.get_absolute_url(),
        "acceptance-site": reverse("acceptance-site", args=[acceptance.pk]),
        "acceptance-slips": reverse("acceptance-slips", args=[acceptance.pk]),
        "acceptance-dictation": reverse("acceptance-dictation", args=[acceptance.pk, silent.pk]),
        "acceptance-draft": act(acceptance, "acceptance.draft"),
    }
    visit(context, live_portal, closing.actor(Role.RU), pages)


def test_contractor_reads_the_notice_and_what_to_put_right(context: BrowserContext, live_portal: str):
    noticed = make_closing()
    acceptance = make_noticed(noticed)
    visit(context, live_portal, noticed.actor(Role.ORG_H), {"notice": acceptance.get_absolute_url()})
    failed = make_closing()
    rectify = make_final(failed, result="rectify")
    visit(context, live_portal, failed.actor(Role.ORG_H), {"rectify": rectify.get_absolute_url()})


def test_firm_audits_and_the_balance_goes_back(context: BrowserContext, live_portal: str):
    closing = make_closing()
    pages = {"audit-engage": reverse("audit-engage", args=[closing.application.pk])}
    visit(context, live_portal, closing.actor(Role.LGO), pages)
    auditing = make_audit(closing, until="responded", ineligible=Decimal(320), reason="票据抬头不符", resolved=True)
    pages = {
        "audit": auditing.audit.get_absolute_url(),
        "audit-fieldwork": reverse("audit-fieldwork", args=[auditing.audit.pk]),
    }
    visit(context, live_portal, auditing.auditor, pages)
    perform(
        auditing.audit, "financial_audit.finalise", actor=auditing.auditor, opinion="qualified", conclusion="基本合规"
    )
    pay_last(closing)
    visit(context, live_portal, closing.actor(Role.ORG), {"refund": Refund.objects.get().get_absolute_url()})


def archived() -> Closing:
    closing = make_closing()
    make_final(closing)
    make_audit(closing, until="final")
    pay_last(closing)
    evaluate(closing)
    add_history(closing)
    perform(
        closing.application,
        "application.close",
        actor=closing.actor(Role.LGO),
        decision="同意结项",
        commendation="优秀项目",
    )
    return closing


def test_office_closes_and_archives_and_everyone_reads_the_result(context: BrowserContext, live_portal: str):
    cache.clear()
    closing = archived()
    pages = {"archive-before": reverse("archive", args=[closing.application.pk])}
    visit(context, live_portal, closing.actor(Role.LGO), pages)
    perform(closing.application, "application.archive", actor=closing.actor(Role.LGO))
    visit(context, live_portal, None, {"archive": pages["archive-before"]})
    context.clear_cookies()
    public = {
        "public-list": reverse("public-projects"),
        "public-empty": f"{reverse('public-projects')}?q=没有这个项目",
        "public-project": reverse("public-project", args=[closing.application.pk]),
        "home": "/",
    }
    visit(context, live_portal, None, public)


def test_recipient_answers_in_three_taps(context: BrowserContext, live_portal: str):
    acceptance = make_visited(spoken=0)
    person = acceptance.recipients.first()
    page = context.new_page()
    page.goto(live_portal + reverse("witness-entry"))
    look_here(page, "witness-entry")
    page.goto(live_portal + reverse("witness", args=[person.code]))
    look_here(page, "witness")
    page.get_by_text("非常满意", exact=True).click()
    page.get_by_text("说好的服务都做到了").click()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="谢谢您，意见已收到")).to_be_visible()
    look_here(page, "witness-thanks")
    person.refresh_from_db()
    assert (person.satisfied, person.opinion) == (5, "说好的服务都做到了")

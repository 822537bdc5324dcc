"""One sealed bid in a browser: ceremony, upload, submission, receipt, opening, minutes; on desk and phone, for everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from procurement.access import Role, actor_for
from procurement.documents.models import Job
from procurement.documents.services import run_job
from projects.models import BidRoom, InvitedSupplier, KeyCustodian, Procedure
from projects.services import lot_keys
from tests.browser.looking import assert_sound, look, sign_in
from tests.documents.samples import pdf
from tests.factories import make_actor, make_organization, make_seat, make_social_organization
from tests.factories.procedures import make_procedure
from tests.factories.sealing import announce, close, let_deadline_pass

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSPHRASES = {1: "山高水长，采购人自己的口令", 2: "海阔天空，监督部门的口令", 3: "风调雨顺，公证人员的口令"}


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()
    assert_sound(page, name)


def ceremony(page: Page, base: str, procedure: Procedure, seats: dict[str, Any], folder: Path) -> dict[int, Path]:
    sign_in(page, base, make_actor(Role.PU_BUY, procedure.purchaser).person)
    look(page, base, reverse("key-custodians", args=[procedure.pk]))
    for body, seat in seats.items():
        page.locator(f"[name={body}]").select_option(str(seat.pk))
    press(page, "保存")
    sign_in(page, base, make_actor(Role.PU_CHK, procedure.purchaser).person)
    look(page, base, reverse("key-ceremony", args=[procedure.pk]))
    for number, words in PASSPHRASES.items():
        page.locator(f"[name=passphrase_{number}]").fill(words)
        page.locator(f"[name=again_{number}]").fill(words)
    press(page, "生成密钥")
    files = {}
    for number in PASSPHRASES:
        with page.expect_download() as saved:
            page.get_by_role("link", name=f"下载这一份 {number}").click()
        files[number] = folder / f"share-{number}.json"
        saved.value.save_as(files[number])
    return files


def check_shares(page: Page, base: str, procedure: Procedure, files: dict[int, Path]) -> None:
    """One by the page, the others by the service behind it."""
    for custodian in KeyCustodian.objects.filter(procedure=procedure).exclude(number=1):
        lot_keys.confirm_share(
            actor=actor_for(custodian.person),
            procedure=procedure,
            file=files[custodian.number].read_bytes(),
            passphrase=PASSPHRASES[custodian.number],
        )
    sign_in(page, base, KeyCustodian.objects.get(procedure=procedure, number=1).person)
    look(page, base, reverse("key-share-check", args=[procedure.pk]))
    page.locator("[name=file]").set_input_files(files[1])
    page.get_by_label("口令").fill(PASSPHRASES[1])
    press(page, "核对")
    assert page.get_by_text("已就绪").is_visible()


def bid(page: Page, base: str, procedure: Procedure) -> None:
    bidder = make_social_organization(name="向阳社会工作服务中心")
    InvitedSupplier.objects.create(procedure=procedure, organization=bidder)
    sign_in(page, base, make_actor(Role.ORG_H, bidder).person)
    look(page, base, reverse("bid-begin", args=[procedure.pk]))
    press(page, "开始准备")
    room = BidRoom.objects.get(organization=bidder)
    page.get_by_role("link", name="资格、技术商务和其他文件").click()
    for kind in ("qualification", "technical"):
        page.get_by_label("种类").select_option(kind)
        page.locator("[name=file]").set_input_files(
            {"name": f"{kind}.pdf", "mimeType": "application/pdf", "buffer": pdf()}
        )
        press(page, "上传并封存")
        assert page.get_by_text("已封存，尚未提交").is_visible()
    look(page, base, reverse("bid-offer", args=[room.pk]))
    page.get_by_label("报价（元）").fill("498000")
    page.get_by_label("服务期限").fill("一年")
    page.get_by_label("服务承诺").fill("每周开放六天，全年不少于三百天。")
    press(page, "封存")
    look(page, base, room.get_absolute_url())
    assert page.get_by_text("封存不等于提交").is_visible()
    look(page, base, reverse("bid-submit", args=[room.pk]))
    press(page, "提交")
    assert page.get_by_role("heading", name="已提交").is_visible()
    look(page, base, page.url.removeprefix(base))
    look(page, base, reverse("bid-withdraw", args=[room.pk]))


def opening(page: Page, base: str, procedure: Procedure, files: dict[int, Path]) -> None:
    let_deadline_pass(procedure)
    close(procedure)
    address = reverse("opening", args=[procedure.pk])
    sign_in(page, base, make_actor(Role.PU_CHK, procedure.purchaser).person)
    look(page, base, address)
    press(page, "签到：我在开启现场")
    sign_in(page, base, make_actor(Role.PU_BUY, procedure.purchaser).person)
    look(page, base, reverse("transition", args=["procedure", procedure.pk, "procedure.open"]))
    for place, number in ((1, 3), (2, 1)):
        page.locator(f"[name=share_{place}]").set_input_files(files[number])
        page.locator(f"[name=passphrase_{place}]").fill(PASSPHRASES[number])
    press(page, "开启投标（响应）文件")
    run_job(job_id=Job.objects.get(kind="opening_minutes").pk)
    look(page, base, address)
    assert page.get_by_text("498,000.00").first.is_visible()
    assert page.get_by_role("link", name="开启记录").last.is_visible()


def test_from_the_ceremony_to_the_minutes(live_portal: str, page: Page, transactional_db: None, tmp_path: Path) -> None:
    procedure = make_procedure("approved", kind="directed_commission", method_reason="只有一家能够承接。")
    seats = {
        "purchaser": make_seat(Role.PU_SIGN, procedure.purchaser),
        "supervision": make_seat(Role.FIN_SUP, procedure.finance),
        "third": make_seat(Role.CIV, make_organization("authority", name="区公证处")),
    }
    files = ceremony(page, live_portal, procedure, seats, tmp_path)
    check_shares(page, live_portal, procedure, files)
    look(page, live_portal, reverse("procedure-keys", args=[procedure.pk]))
    announce(procedure)
    bid(page, live_portal, procedure)
    opening(page, live_portal, procedure, files)
    look(page, live_portal, procedure.get_absolute_url())

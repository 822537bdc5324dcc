"""All or nothing, the reason beside each wrong line, the same file twice without effect."""

import io
import zipfile
from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from orgs.models import AnnualInspection, Organization, OrganizationKind
from procurement.access import Role
from procurement.audit.models import AuditEvent
from procurement.demo.codes import synthetic_code
from procurement.documents import UploadRefused
from procurement.registers.models import ImportRun, Outcome
from procurement.registers.registry import registers
from procurement.registers.services.importing import start_import
from procurement.registers.workbooks import template_workbook
from tests.factories import make_actor, make_organization, make_social_organization
from tests.registers import sheets

pytestmark = pytest.mark.django_db


def test_two_hundred_organisations_come_in_and_the_same_file_again_changes_nothing(bring_in, client):
    content = sheets.workbook([sheets.HEADINGS, *sheets.organizations(200)])
    run = bring_in(content)
    assert (run.outcome, run.total, run.created, run.updated) == (Outcome.APPLIED, 200, 200, 0)
    one = Organization.objects.get(name="第7社会工作事务所")
    assert (one.uscc, one.region_id, one.registered_on) == (
        synthetic_code("52", "110105", 7),
        "110105",
        date(2015, 6, 1),
    )
    assert one.sort_key.startswith("di 7she hui") or one.sort_key.startswith("di 7 she hui")
    again = bring_in(content)
    assert (again.outcome, again.created, again.updated, again.unchanged) == (Outcome.UNCHANGED, 0, 0, 200)
    client.force_login(again.requested_by)
    assert "完全一致，没有写入" in client.get(again.get_absolute_url()).content.decode()


def test_one_wrong_line_and_nothing_is_written_and_the_corrected_sheet_can_be_sent_back(bring_in, client):
    rows = sheets.organizations(5)
    rows[1][2] = rows[1][2][:-1] + ("0" if rows[1][2][-1] != "0" else "1")
    rows[2][3] = "朝阴区"
    rows[3][4] = "2999-01-01"
    before = Organization.objects.count()
    run = bring_in(sheets.workbook([sheets.HEADINGS, *rows]))
    assert (run.outcome, run.wrong, Organization.objects.count()) == (Outcome.REJECTED, 3, before)
    assert run.problems[0].startswith("第 3 行“统一社会信用代码”：校验码（第18位）不符")
    assert run.problems[1].startswith("第 4 行“所在区划”：没有名为“朝阴区”的区划")
    assert run.problems[2] == "第 5 行“成立登记日期”：不能晚于今天"
    client.force_login(run.requested_by)
    assert "朝阴区" in client.get(run.get_absolute_url()).content.decode()
    report = sheets.read(run.report.path.read_bytes())
    assert report[0][-1] == "错误原因"
    assert [row[0] for row in report[1:]] == [rows[1][0], rows[2][0], rows[3][0]]
    right = {row[0]: row for row in sheets.organizations(5)}
    corrected = [report[0], *[[*right[row[0]], row[-1]] for row in report[1:]]]
    assert bring_in(sheets.workbook(corrected)).created == 3


def test_twins_in_the_file_and_codes_that_lost_digits_are_named(bring_in):
    rows = sheets.organizations(3)
    rows[1][2] = rows[0][2]
    rows[2][2] = 521101051234567890
    run = bring_in(sheets.workbook([sheets.HEADINGS, *rows]))
    assert any("与第 2 行重复" in one for one in run.problems)
    assert any("数字格式，超过15位" in one for one in run.problems)


def test_formulas_and_errors_are_not_taken_for_what_somebody_typed(bring_in):
    def compute(book, sheet):
        sheet.write_formula("A2", '="第"&"1"', None, "第1社会工作事务所")
        sheet.write_formula("F3", "=1/0", None, "#DIV/0!")

    run = bring_in(sheets.workbook([sheets.HEADINGS, *sheets.organizations(2)], compute))
    assert [one[:12] for one in run.problems] == ["第 2 行“单位名称”：", "第 3 行“联系电话”："]


def test_a_given_cell_updates_and_an_empty_one_leaves_what_is_stored(bring_in):
    rows = sheets.organizations(1)
    rows[0][5] = "010-65099999"
    bring_in(sheets.workbook([sheets.HEADINGS, *rows]))
    one = Organization.objects.get(uscc=rows[0][2])
    assert one.contact_phone_fingerprint
    rows[0][5] = "010-65088888"
    bring_in(sheets.workbook([sheets.HEADINGS, *rows]))
    twin = make_social_organization(contact_phone="010-65088888")
    one.refresh_from_db()
    assert one.contact_phone_fingerprint == twin.contact_phone_fingerprint  # bulk writing kept it as save would
    rows[0][0], rows[0][5] = "改名社会工作事务所", ""
    run = bring_in(sheets.workbook([sheets.HEADINGS, *rows]))
    one = Organization.objects.get(uscc=rows[0][2])
    assert (run.updated, one.name, one.contact_phone) == (1, "改名社会工作事务所", "010-65088888")
    assert one.sort_key.startswith("gai ming")


def test_checking_only_writes_nothing_and_says_what_would_happen(bring_in):
    before = Organization.objects.count()
    run = bring_in(sheets.workbook([sheets.HEADINGS, *sheets.organizations(4)]), check_only=True)
    assert (run.outcome, run.created, Organization.objects.count()) == (Outcome.CHECKED, 4, before)


def test_journal_holds_the_hash_and_the_counts(bring_in):
    run = bring_in(sheets.workbook([sheets.HEADINGS, *sheets.organizations(2)]))
    entry = AuditEvent.objects.get(action="register.import", subject=run.subject)
    body = bytes(entry.body).decode()
    assert run.source.received_sha256 in body
    assert '"created":2' in body.replace(" ", "")


def test_what_the_database_refuses_is_blamed_on_its_line(bring_in, monkeypatch):
    """Control of the last line of defence: the register's own check is switched off."""
    register = registers()["organizations"]
    monkeypatch.setattr(type(register), "_check_code", lambda self, line: None)
    rows = sheets.organizations(30)
    rows[16][2] = "IIIIIIIIIIIIIIIIII"
    before = Organization.objects.count()
    run = bring_in(sheets.workbook([sheets.HEADINGS, *rows]))
    assert (run.outcome, run.wrong, Organization.objects.count()) == (Outcome.REJECTED, 1, before)
    assert run.problems == ["第 18 行：统一社会信用代码应为18位数字或大写字母（不含I、O、S、V、Z）。"]


def test_inspections_are_the_second_register(bring_in):
    body = make_social_organization(name="北京市朝阳区示例服务中心")
    heads = ["统一社会信用代码*", "单位名称", "年检年度*", "年检结论*", "作出日期"]
    run = bring_in(
        sheets.workbook([heads, [body.uscc, body.name, 2024, "合格", date(2025, 6, 30)]]), register="inspections"
    )
    assert run.created == 1
    assert AnnualInspection.objects.get(organization=body).decided_on == date(2025, 6, 30)
    wrong = bring_in(sheets.workbook([heads, [body.uscc, "别的名称", 2024, "优秀", ""]]), register="inspections")
    assert wrong.problems == ["第 2 行“年检结论”：“优秀”不在可填内容中，可填：合格、基本合格、不合格、未参加年检"]


# --- files that are not taken ---------------------------------------------------------------------------------------


def headless(book, sheet):
    sheet.write_row(0, 0, ["", "", "", "", "", ""])


def far_away(book, sheet):
    sheet.write_string(1_048_575, 16_383, "z")


def many_empty(book, sheet):
    grey = book.add_format({"bg_color": "#eeeeee"})
    for row in range(2, 20_002):
        sheet.write_blank(row, 0, None, grey)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (lambda: sheets.workbook([["名字", "类型"]]), "第一行有不认识的列：名字、类型"),
        (lambda: sheets.workbook([sheets.HEADINGS[:2], ["一", "社会团体"]]), "第一行缺少必填的列：所在区划"),
        (lambda: sheets.workbook([[*sheets.HEADINGS, "联系电话"]]), "第一行的列重复：联系电话"),
        (lambda: sheets.workbook([sheets.HEADINGS]), "表头之下没有数据"),
        (lambda: sheets.workbook([]), "第一张工作表是空的"),
        (lambda: sheets.workbook([[], sheets.HEADINGS, *sheets.organizations(1)]), "第一行第一列应为表头"),
        (lambda: sheets.workbook([sheets.HEADINGS, *sheets.organizations(1)], far_away), "无法读取"),
    ],
)
def test_unfit_sheets_are_refused_whole_in_a_sentence(bring_in, content, sentence):
    run = bring_in(content())
    assert (run.outcome, run.created) == (Outcome.REFUSED, 0)
    assert sentence in run.reason


def test_tens_of_thousands_of_formatted_empty_rows_do_no_harm(bring_in):
    run = bring_in(sheets.workbook([sheets.HEADINGS, *sheets.organizations(1)], many_empty))
    assert (run.outcome, run.created) == (Outcome.APPLIED, 1)


def bomb() -> bytes:
    source, target = io.BytesIO(sheets.workbook([sheets.HEADINGS])), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("xl/worksheets/sheet9.xml", b" " * 30_000_000)
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("名录.xls", lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "不能接收 xls 文件"),
        ("名录.xlsm", lambda: sheets.workbook([sheets.HEADINGS]), "不能接收 xlsm 文件"),
        ("名录.pdf", lambda: b"%PDF-1.7", "请上传 xlsx 文件"),
        ("名录.xlsx", lambda: b"%PDF-1.7" + b"\0" * 600, "文件内容与扩展名"),
        ("名录.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "设有密码或加密"),
        ("名录.xlsx", bomb, "解压后过大"),
        ("名录.xlsx", lambda: b"", "空"),
    ],
)
def test_bad_files_are_refused_at_the_door(client, keeper, name, content, sentence):
    client.force_login(keeper.user)
    answer = client.post(reverse("register-import", args=["organizations"]), {"file": sheets.upload(content(), name)})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not ImportRun.objects.exists()


# --- who may --------------------------------------------------------------------------------------------------------


def test_only_keepers_may_import_and_a_lost_seat_ends_it(client, keeper):
    stranger = make_actor(Role.ORG_H, make_social_organization())
    client.force_login(stranger.user)
    assert client.get(reverse("register-import", args=["organizations"])).status_code == 404
    with pytest.raises(PermissionError):
        start_import(actor=stranger, register=registers()["organizations"], upload=sheets.upload(b"x"))


def test_foreign_upload_is_not_found(client, bring_in):
    run = bring_in(sheets.workbook([sheets.HEADINGS, *sheets.organizations(1)]))
    client.force_login(make_actor(Role.CIV, make_organization(OrganizationKind.AUTHORITY)).user)
    assert client.get(run.get_absolute_url()).status_code == 404
    assert client.get(run.source.url).status_code == 404


def test_template_has_text_cells_and_notes_and_goes_through_the_import(bring_in, client, keeper):
    client.force_login(keeper.user)
    answer = client.get(reverse("register-template", args=["organizations"]))
    assert answer["Content-Disposition"].endswith(".xlsx")
    with translation.override("en"):  # the sheet is Chinese all the same
        rows = sheets.read(template_workbook(registers()["organizations"]))
    assert rows[0][:4] == ["单位名称*", "单位类型*", "统一社会信用代码", "所在区划*"]
    given = ["模板示例事务所", "社会服务机构", synthetic_code("52", "110105", 999), "110105"]
    assert bring_in(sheets.workbook([rows[0], given])).created == 1


def test_encrypted_and_other_refusals_keep_nothing(keeper):
    with pytest.raises(UploadRefused):
        start_import(
            actor=keeper,
            register=registers()["organizations"],
            upload=sheets.upload(b"\xd0\xcf\x11\xe0" + b"\0" * 600),
        )
    assert not ImportRun.objects.exists()

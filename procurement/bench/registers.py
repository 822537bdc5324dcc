"""Ten thousand organisations in from a workbook and out again, and the search over three hundred thousand entries.

Floors: reading the same workbook and one COPY of its cells; one cursor written to a workbook; the index asked alone.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, perf_counter
from typing import Any
from urllib.parse import urlencode

import psycopg2
import python_calamine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import QueryDict
from django.urls import reverse

from orgs.models import Organization
from procurement.access import ANONYMOUS, Role, people_holding
from procurement.access.actor import actor_for
from procurement.bench.figures import Figure, high, middle
from procurement.bench.latency import WARM_UP, Browser, Page, queries_of
from procurement.demo.codes import synthetic_code
from procurement.documents.services import run_job
from procurement.registers.exporting import rows_for, xlsx_file
from procurement.registers.registry import registers
from procurement.registers.services.importing import start_import
from procurement.search.models import SearchEntry
from procurement.search.selectors import matching

IMPORTED = 10_000
QUERY = "养老服务"
WORDS = (
    "社区",
    "养老",
    "服务",
    "助残",
    "心理",
    "青少年",
    "公益",
    "志愿",
    "邻里",
    "文化",
    "健康",
    "法律",
    "帮扶",
    "就业",
    "环保",
)
HEADINGS = ("单位名称", "单位类型", "统一社会信用代码", "所在区划", "成立登记日期", "法定代表人或负责人")
FIRST_SERIAL = 60_000


def import_figures(*, url: str) -> Iterator[Figure]:
    """Rows a second from the upload to the commit; the same workbook again must change nothing."""
    register, keeper = registers()["organizations"], actor_for(people_holding(Role.CIV)[0])
    content = workbook(IMPORTED)
    with temporary_table(url) as floor:
        bare = _rate(IMPORTED, lambda: bare_import(content, floor))
    began = perf_counter()
    upload = SimpleUploadedFile("organizations.xlsx", content)
    run = start_import(actor=keeper, register=register, upload=upload)
    assert run.job_id is not None  # noqa: S101
    run_job(job_id=run.job_id)
    took = perf_counter() - began
    run.refresh_from_db()
    note = f"{run.created} created in {took:.1f} s; floor: read the sheet, COPY its cells"
    yield Figure("import_organizations", round(IMPORTED / took), "rows/s", 1, bare, note)


def export_figures() -> Iterator[Figure]:
    register = registers()["organizations"]
    rows = rows_for(register, ANONYMOUS, QueryDict())[:IMPORTED]
    count = 0

    def ours() -> None:
        nonlocal count
        target, count = xlsx_file(register, ANONYMOUS, rows)
        target.close()

    began = perf_counter()
    ours()
    value = count / (perf_counter() - began)
    yield Figure("export", round(value), "rows/s", 1, round(_rate(count, lambda: bare_export(count))), f"{count} rows")


def search_figures(*, web: str, rounds: int, seconds: float) -> Iterator[Figure]:
    """The page a visitor sees, beside the bare query of the same words; ``fill`` and ANALYZE come before."""
    page = Page("search", f"{reverse('search')}?{urlencode({'q': QUERY})}")
    browser, until = Browser(web), monotonic() + seconds
    for _turn in range(WARM_UP * 2):
        browser.time(page.path)
    ours, floor = [], []
    while len(ours) < rounds and (monotonic() < until or len(ours) < 5):
        ours.append(browser.time(page.path))
        floor.append(bare_search())
    hits = matching(QUERY).count()
    note = f"{SearchEntry.objects.count()} entries, {hits} contain {QUERY}"
    yield Figure("search.p50", middle(ours), "ms", len(ours), middle(floor), note)
    yield Figure("search.p95", high(ours), "ms", len(ours), high(floor))
    yield Figure("search.queries", queries_of(page), "queries", 1, 1.0)


def workbook(count: int) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADINGS)
    for n in range(1, count + 1):
        name = f"{WORDS[n % 15]}{WORDS[n // 15 % 15]}{n}社会工作事务所"
        code = synthetic_code("52", "110105", FIRST_SERIAL + n)
        sheet.write_row(n, 0, (name, "社会服务机构", code, "北京市朝阳区", "2015-06-01", "示例"))
    book.close()
    return target.getvalue()


@contextmanager
def temporary_table(url: str) -> Iterator[Any]:
    floor = psycopg2.connect(url)
    try:
        cursor = floor.cursor()
        cursor.execute("create temp table bare (a text, b text, c text, d text, e text, f text)")
        yield cursor
        floor.commit()
    finally:
        floor.close()


def bare_import(content: bytes, floor: Any) -> None:
    rows = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    floor.copy_expert("copy bare from stdin", io.StringIO("".join("\t".join(map(str, row)) + "\n" for row in rows)))


def bare_export(count: int) -> None:
    book = xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": True})
    sheet = book.add_worksheet()
    with connection.cursor() as cursor:
        cursor.execute(
            "select name, kind, uscc, region_id, street_id, short_name, legal_representative, registered_on::text,"
            " registration_status, address, introduction, hub_tier from orgs_organization limit %s",
            [count],
        )
        for number, row in enumerate(cursor.fetchall()):
            sheet.write_row(number, 0, row)
    book.close()


def bare_search() -> float:
    began = perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            'select id, title from search_searchentry where words @@ %s::tsquery and folded like %s order by "on" desc, id'
            " desc limit 21",
            ["'养老' & '老服' & '服务'", f"%{QUERY}%"],
        )
        cursor.fetchall()
    return (perf_counter() - began) * 1000


def fill(count: int, cursor: Any) -> None:
    """Organisations by the hundred thousand, copies of one with names of their own, and their entries.

    ``cursor`` belongs to the owner of the tables: indexes are made once, after the rows, and triggers rest.
    """
    missing = count - SearchEntry.objects.count()
    if missing <= 0:
        return
    like = Organization.objects.filter(is_hub=False, is_published=True, kind="social_service_agency")[0]
    words = "(array[" + ",".join(f"'{word}'" for word in WORDS) + "])[1 + floor(random() * 15)::int]"
    name = f"{words} || {words} || {words} || n || '中心'"
    own = {"id": "gen_random_uuid()", "name": name, "uscc": "null", "kind": "'community'", "sort_key": "n::text"}
    columns = [field.column for field in Organization._meta.concrete_fields]
    picked = ", ".join(own.get(column, f'o."{column}"') for column in columns)
    listed = ", ".join(f'"{column}"' for column in columns)
    with without_indexes(cursor, "orgs_organization"):
        cursor.execute(
            f"insert into orgs_organization ({listed}) select {picked} from orgs_organization o,"  # noqa: S608
            " generate_series(1, %s) n where o.id = %s",
            [missing, str(like.pk)],
        )
    with without_indexes(cursor, "search_searchentry"):
        cursor.execute(
            "insert into search_searchentry (kind, object_id, title, body, folded, is_public, district, street, field,"
            " year, fund, stage, amount, \"on\", indexed_at) select 'organization', id, name, introduction,"
            " lower(name || E'\\n' || introduction), true, '朝阳区', '', '社区社会组织', null, '', '', null,"
            " date '2015-01-01' + floor(random() * 4000)::int, now() from orgs_organization"
            " on conflict do nothing"
        )


@contextmanager
def without_indexes(cursor: Any, table: str) -> Iterator[None]:
    """Indexes that enforce nothing are dropped and made again; user triggers do not fire meanwhile."""
    cursor.execute(
        "select c.relname, pg_get_indexdef(i.indexrelid) from pg_index i join pg_class c on c.oid = i.indexrelid"
        " where i.indrelid = %s::regclass and not i.indisunique and not exists"
        " (select 1 from pg_constraint k where k.conindid = i.indexrelid)",
        [table],
    )
    dropped = cursor.fetchall()
    cursor.execute(f'alter table "{table}" disable trigger user')
    for name, _definition in dropped:
        cursor.execute(f'drop index "{name}"')
    try:
        yield
    finally:
        for _name, definition in dropped:
            cursor.execute(definition)
        cursor.execute(f'alter table "{table}" enable trigger user')


def _rate(rows: int, work: Any) -> float:
    began = perf_counter()
    work()
    return round(rows / (perf_counter() - began), 2)

"""/open/: what everybody may have, without an account: projects as a table, and the whole process as OCDS."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from procurement.api.ocds.release import (
    LICENCE,
    number_in,
    published_guides,
    record_package,
    release_package,
)
from projects.models import Application
from projects.selectors.public import progress_of, public_projects

PER_PAGE = 20
BATCH = 500
#: Spreadsheets run a cell that begins like this; a leading quote makes it text.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = (
    "number", "title", "year", "category", "organisation", "place", "status", "granted_amount", "guide",
)  # fmt: skip


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "open/index.html",
        {
            "licence": LICENCE,
            "prefix": settings.PORTAL["OCID_PREFIX"],
            "prefix_is_demo": settings.PORTAL["OCID_PREFIX"] == "ocds-abc123",
        },
    )


@require_safe
def projects_csv(request: HttpRequest) -> HttpResponseBase:
    """UTF-8 with a byte order mark, or spreadsheets show Chinese as 乱码."""
    return _attachment(_csv_lines(), "text/csv; charset=utf-8", "projects.csv")


@require_safe
def projects_json(request: HttpRequest) -> HttpResponseBase:
    return _attachment(_json_parts(), "application/json", "projects.json")


@require_safe
def releases(request: HttpRequest) -> JsonResponse:
    return _page(request, release_package)


@require_safe
def records(request: HttpRequest) -> JsonResponse:
    return _page(request, record_package)


@require_safe
def record(request: HttpRequest, ocid: str) -> JsonResponse:
    found = list(published_guides().filter(number=number_in(ocid)))
    if not found:
        raise Http404
    return _json(record_package(found, uri=request.build_absolute_uri(request.path)))


def project_row(project: Application) -> dict[str, str]:
    return {
        "number": project.number,
        "title": project.title,
        "year": str(project.guide.year),
        "category": project.category.name if project.category else "",
        "organisation": project.applicant.name,
        "place": project.place,
        "status": str(progress_of(project)[0]),
        "granted_amount": str(project.granted_amount if project.granted_amount is not None else ""),
        "guide": project.guide.title,
    }


class _Echo:
    """A file for the csv writer that hands back what it is given."""

    def write(self, text: str) -> str:
        return text


def _csv_lines() -> Iterator[str]:
    writer = csv.writer(_Echo())
    heads = (
        _("编号"), _("项目名称"), _("年度"), _("类别"), _("承接主体"), _("实施地点"), _("进展"), _("批复资金（元）"),
        _("申报指南"),
    )  # fmt: skip
    yield "\ufeff" + writer.writerow(heads)
    for project in public_projects().iterator(BATCH):
        yield writer.writerow([_cell(value) for value in project_row(project).values()])


def _cell(value: str) -> str:
    return f"'{value}" if value.startswith(FORMULA) else value


def _json_parts() -> Iterator[str]:
    yield json.dumps({"license": LICENCE, "columns": COLUMNS}, ensure_ascii=False)[:-1] + ', "projects": ['
    for number, project in enumerate(public_projects().iterator(BATCH)):
        yield (", " if number else "") + json.dumps(project_row(project), ensure_ascii=False)
    yield "]}"


def _attachment(parts: Iterator[str], content_type: str, name: str) -> HttpResponseBase:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(parts, content_type=content_type, headers=disposition)


def _page(request: HttpRequest, package: Any) -> JsonResponse:
    """A page of guides and where the next one is, as OCDS asks of a paged API."""
    page = Paginator(published_guides(), PER_PAGE).get_page(request.GET.get("page"))
    address = request.build_absolute_uri(request.path)
    body = package(list(page.object_list), uri=f"{address}?page={page.number}")
    if page.has_next():
        body["links"] = {"next": f"{address}?page={page.next_page_number()}"}
    return _json(body)


def _json(body: dict[str, Any]) -> JsonResponse:
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})
